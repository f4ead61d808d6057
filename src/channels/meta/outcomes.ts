import type { Buckets, Log } from '#base';
import type { Failed, Outcome } from '#delivery';
import type { Circuits, StoppedBy } from './circuits.ts';
import { codeOf, remedyOf, type MetaPlatform, type Remedy } from './errors.ts';
import type { GraphResult } from './graph.ts';
import type { rises } from './rises.ts';

/** What a sender knows of its pages and numbers. */
export interface MetaState {
  readonly platform: MetaPlatform;
  readonly circuits: Circuits;
  readonly perAccount: Buckets;
  readonly perPerson: Buckets;
  readonly wrong: ReturnType<typeof rises>;
  /** How often a page or number was told to be slower since something was taken from it. */
  readonly slowed: Map<string, number>;
  readonly log: Log;
}

/** Whom a call was for. */
export interface Called {
  readonly account: { readonly account: string; readonly name: string };
  /** The channel identity. */
  readonly person: string;
  readonly attempt: number;
  /** It was sent in a form that goes only while the person wrote of late; there is another that may still go. */
  readonly needsWindow: boolean;
}

/** The platform slows us down, and does not say for how long: twice as long each time, until something is taken. */
const slowerPauses = { firstMs: 2_000, maxMs: 60_000 } as const;
/** When so much of what is allowed is used up, a pause keeps the rest for answers. */
const usagePercentMax = 95;
const usagePauseMs = 60_000;
/** Meta: after error 131056 wait 4^n seconds, n from 0; the attempts count. */
const pairPauseMs = (attempt: number): number => 1_000 * 4 ** Math.min(5, attempt - 1);

/** What a call's result means for the delivery, and for its page or number. */
export async function outcomeOf(state: MetaState, called: Called, result: GraphResult): Promise<Outcome> {
  const { circuits, perAccount, slowed, log } = state;
  const { account, name } = called.account;
  if (result.got === 'no-connection') return { outcome: 'later', code: 'no-connection' };
  if (result.got === 'unknown') return { outcome: 'unknown', code: result.code };
  const { answer, usage, status, retryAfterMs } = result;
  if (usage && usage.percent >= usagePercentMax) perAccount.pause(account, Math.max(usagePauseMs, usage.regainMs));
  if (answer.kind === 'taken') {
    slowed.delete(account);
    if (await beside(log, () => circuits.close(account)))
      log.info({ account: name }, 'messages go out from there again');
    return { outcome: 'sent', platformId: answer.platformId };
  }
  // A 200 that names no message: it may have been taken.
  if (answer.kind !== 'error') return { outcome: 'unknown', code: `answer-${answer.kind}` };
  return asErrorAsks(state, called, {
    remedy: remedyOf(state.platform, status, answer.error),
    code: codeOf(answer.error),
    afterMs: retryAfterMs ?? (usage?.regainMs || undefined),
  });
}

/** An error of the platform's, by whichever way it came. */
export interface Asked {
  readonly remedy: Remedy;
  /** As a delivery's code. */
  readonly code: string;
  /** When the platform says so itself. */
  readonly afterMs?: number | undefined;
}

/** Does what an error asks for, for the delivery and for its page or number: an answer's, or a status's. */
export async function asErrorAsks(state: MetaState, called: Called, asked: Asked): Promise<Failed> {
  const { perAccount, perPerson, log, platform } = state;
  const { account, person, attempt, needsWindow } = called;
  const { remedy, code } = asked;
  switch (remedy) {
    case 'again':
      return { outcome: 'later', code };
    case 'slower': {
      const afterMs = asked.afterMs ?? slowerAgain(state, account.account);
      perAccount.pause(account.account, afterMs);
      return { outcome: 'later', code, afterMs };
    }
    case 'slower-to-person': {
      const afterMs = asked.afterMs ?? pairPauseMs(attempt);
      perPerson.pause(person, afterMs);
      return { outcome: 'later', code, afterMs };
    }
    case 'window':
      return needsWindow ? { outcome: 'window', code: 'window-over' } : { outcome: 'closed', code: 'window-over' };
    case 'thread-away':
      return { outcome: 'closed', code: 'thread-away' };
    case 'template':
    case 'unreachable':
      return { outcome: 'closed', code };
    case 'token':
    case 'restricted':
      await beside(log, () => noteStop(state, account, remedy, code));
      return { outcome: 'later', code, afterMs: state.circuits.pauseMs };
    case 'permission':
      log.warn(
        { account: account.name, code, alarm: 'messenger_permission' },
        'the app may not do this there: its permissions are to be looked at',
      );
      return { outcome: 'refused', code };
    case 'wrong':
      if (state.wrong.count())
        log.warn(
          { channel: platform, code, alarm: 'messages_rejected' },
          'the messenger refuses far more of what is sent than before: a form of it may have been retired',
        );
      return { outcome: 'refused', code };
  }
}

function slowerAgain({ slowed }: MetaState, account: string): number {
  const times = (slowed.get(account) ?? 0) + 1;
  slowed.set(account, times);
  return Math.min(slowerPauses.maxMs, slowerPauses.firstMs * 2 ** Math.min(10, times - 1));
}

/**
 * What is kept beside an outcome that is certain. Where it cannot be, as while the database is away, the outcome counts
 * all the same: to be called unknown would have the message sent a second time. Undefined: it was not kept.
 */
export async function beside<Kept>(log: Log, keep: () => Promise<Kept>): Promise<Kept | undefined> {
  try {
    return await keep();
  } catch (error) {
    log.warn({ err: error }, 'what a messenger’s answer says beside its outcome could not be kept');
    return undefined;
  }
}

/** What stands for each reason in a log. */
export const stopAlarms = {
  token: { alarm: 'messenger_token_dead' },
  restricted: { alarm: 'messenger_restricted' },
} as const satisfies Record<StoppedBy, object>;

/** Nothing more goes from there until somebody has mended it; what is on its way waits. Said once, by one process. */
export async function noteStop(
  { circuits, log }: MetaState,
  { account, name }: Called['account'],
  why: StoppedBy,
  code: string,
): Promise<void> {
  if (!(await circuits.open(account, why))) return;
  log.warn({ account: name, code, ...stopAlarms[why] }, 'nothing can be sent from there until it is mended');
}
