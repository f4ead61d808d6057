import { setTimeout as sleep } from 'node:timers/promises';
import { GraphError, graphErrors, type GraphErrorName } from './graph-error.ts';
import { asFields, textField } from './graph-request.ts';
import type { PlatformName } from './phone-api.ts';
import type { CallOf, GraphAnswer, PlatformContext } from './platform-context.ts';

/** Lets a send meet its fate, and counts what it was answered with. @throws GraphError */
export async function meetFate(
  context: PlatformContext,
  call: CallOf,
  goOn: () => Promise<GraphAnswer>,
): Promise<GraphAnswer> {
  const { platform } = call.account;
  const { faults, threads } = context.at[platform];
  const fate = faults.fate();
  try {
    switch (fate) {
      case 'served': {
        const answer = await goOn();
        threads.answered('taken');
        return answer;
      }
      case 'server-error':
        throw new GraphError(platform === 'messenger' ? 'temporary' : 'serviceUnavailable');
      case 'rate-limited':
        throw new GraphError(rateRefusal(platform, faults.settings.rateCode));
      case 'reset-before':
        threads.answered('cut before it was taken');
        return { status: 0, body: undefined, cut: true };
      case 'reset-after': {
        const answer = await goOn();
        threads.answered('taken and cut', { id: takenAs(answer), why: 'cut' });
        return { ...answer, cut: true };
      }
      case 'slow': {
        const answer = await goOn();
        threads.answered('taken and answered late', { id: takenAs(answer), why: 'slow' });
        await sleep(faults.settings.slowMs, undefined, { ref: false });
        return answer;
      }
    }
  } catch (error) {
    if (error instanceof GraphError) threads.answered(wordOf(error));
    throw error;
  }
}

/** The id under which a send was taken. */
function takenAs({ body }: GraphAnswer): string {
  const fields = asFields(body);
  const listed: unknown = Array.isArray(fields['messages']) ? fields['messages'][0] : undefined;
  return textField(fields, 'message_id') ?? textField(asFields(listed), 'id') ?? '';
}

function wordOf({ kind }: GraphError): string {
  const row: { readonly code: number; readonly subcode?: number } = graphErrors[kind];
  return row.subcode === undefined ? `error ${row.code}` : `error ${row.code}/${row.subcode}`;
}

function rateRefusal(platform: PlatformName, code: number | undefined): GraphErrorName {
  const names: readonly GraphErrorName[] = [
    'appRate',
    'messengerRate',
    'pageRate',
    'businessRate',
    'numberRate',
    'pairRate',
  ];
  const usual = platform === 'messenger' ? 'messengerRate' : 'numberRate';
  return names.find((name) => graphErrors[name].code === code) ?? usual;
}
