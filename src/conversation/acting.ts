import { TellerlineError } from '#base';
import type { DeletionReceipt, Locale, LooseningActName } from '#contract';
import { findCustomer, proofNeeded, requireFreshProof, type Act, type Session } from '#customers';
import { sql, type Transaction } from '#db';
import type { Audience, Thread } from '#delivery';
import { carryOutControl } from './controlling.ts';
import { keptWords, noPasskeyWords } from './occasions.ts';
import { changesOf } from './saying.ts';
import type { Pressed, SaidByCustomer } from './talk.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain } from './turn.ts';
import { carryOutWatch } from './watching.ts';

/** Stores words of a customer's in a transaction; they are answered once it is committed. */
export type SayIn = (tx: Transaction, thread: Thread, message: SaidByCustomer) => Promise<{ readonly seq: number }>;

/** What is said when a question is answered by "no". */
const declined = {
  'keep-link': keptWords,
  'keep-account': keptWords,
  'no-control': (locale: Locale) => plain(locale, 'card.left'),
  'no-passkey': noPasskeyWords,
} as const;

/** A loosening act needs more than its button: a stolen chat must not be able to say "yes, it was me". */
export async function requireProof(
  tx: Transaction,
  { messageId }: Act,
  act: LooseningActName,
  session: Pick<Session, 'sessionIndex'> | undefined,
  nowMs: number,
): Promise<void> {
  if (!session) throw proofNeeded();
  await requireFreshProof(tx, session, { act, subject: messageId }, nowMs);
}

/** Does what a button says. */
export async function carryOut(
  parts: TalkParts,
  tx: Transaction,
  act: Act,
  sayIn: SayIn,
  from: Pressed | undefined,
): Promise<{ receipt?: DeletionReceipt }> {
  const { linking } = parts;
  const to: Audience = from?.identityId ?? 'browsers';
  const { customerId, conversationId } = act;
  switch (act.act) {
    case 'stop-link':
      if (act.linkId) await linking.stop(tx, act.linkId, 'customer');
      else await linking.stopAll(tx, customerId);
      return {};
    case 'narrow-link':
      if (act.linkId && act.givenUp) await linking.narrow(tx, customerId, act.linkId, act.givenUp);
      return {};
    case 'delete-account':
      await tx.execute(sql`delete from turns where customer_id = ${customerId}`);
      return { receipt: await linking.deleteCustomer(tx, customerId) };
    case 'control':
      await carryOutControl(parts, tx, act);
      return {};
    case 'answer-alert':
      if (!act.linkId || !act.alert)
        throw new TellerlineError('act_invalid', 403, 'This button does not belong to this chat.');
      await parts.controls.alerts.answer(tx, customerId, act.linkId, act.alert);
      return {};
    case 'answer-watch':
      await carryOutWatch(parts, tx, act, to, (within, thread, clientId, text) =>
        sayIn(within, thread, { clientId, text, ...(from && { from: { ...from, once: async () => true } }) }),
      );
      return {};
    case 'keep-link':
    case 'keep-account':
    case 'no-control':
    case 'no-passkey': {
      const customer = await findCustomer(tx, customerId);
      const words = declined[act.act](customer?.locale ?? 'en');
      await parts.delivery.write(tx, changesOf(parts, { customerId, conversationId }, [words], { to }));
      return {};
    }
  }
}
