import { limits, type LinkId, type RecordId } from '#base';
import type { Action } from '#contract';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import { recordsAsked, watchingIn, watchNotices, type SignAnswers, type StoredEvent } from '#notices';
import type { LinkSealer } from '#vault';
import type { IntakeParts } from './parts.ts';

/** What customers are asked by their own rules, and the records that are shown by it. */
export interface Watches {
  readonly changes: readonly Change[];
  readonly told: readonly RecordId[];
}

/**
 * Asks customers about purchases that fit a rule of their own. The rules came with the events; the database is told
 * only what they have to remember, when there is something.
 */
export async function watches(
  tx: Transaction,
  parts: IntakeParts,
  stored: readonly StoredEvent[],
  sealers: ReadonlyMap<LinkId, LinkSealer>,
  nowMs: number,
): Promise<Watches> {
  const { asked, changes } = watchingIn(stored);
  if (changes.length > 0) await parts.linking.noteWatched(tx, sealers, changes);
  return { changes: watchNotices(asked, signing(parts, nowMs), nowMs), told: recordsAsked(asked) };
}

/** Both buttons are harmless: the one closes the question, the other leads to a button that freezes. */
function signing({ acts }: IntakeParts, nowMs: number): SignAnswers {
  const untilMs = nowMs + limits.watchAnswerHours * 3_600_000;
  return ({ thread, linkId, stored }, messageId) => {
    const { content } = stored;
    const last4 = content.kind === 'transaction' ? (content.transaction.cardLast4 ?? content.account.last4) : '';
    return (['not-mine', 'mine'] as const).map((answer): Action => {
      const act = { act: 'answer-watch', ...thread, messageId, linkId, watch: { answer, last4 } } as const;
      // Whoever takes in events knows no language: the words are put on where it is drawn.
      return { act: 'answer-watch', label: answer, token: acts.sign(act, nowMs, untilMs), weight: 'plain' };
    });
  };
}
