import { limits, type LinkId, type RecordId } from '#base';
import type { Action } from '#contract';
import { apart } from '#controls';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import {
  recordsAsked,
  watchingIn,
  watchNotices,
  type SignAnswers,
  type StoredEvent,
  type WatchedPurchase,
} from '#notices';
import { lastOwnPurchase, type LinkSealer } from '#vault';
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
  const placed = await Promise.all(asked.map((one) => withLastOwn(tx, sealers, one)));
  return { changes: watchNotices(placed, signing(parts, nowMs), nowMs), told: recordsAsked(asked) };
}

/** How far apart and how long after one another two uses of a card in two countries were, as an alert of a bank says it. */
async function withLastOwn(
  tx: Transaction,
  sealers: ReadonlyMap<LinkId, LinkSealer>,
  one: WatchedPurchase,
): Promise<WatchedPurchase> {
  const { linkId, stored } = one.event;
  const sealer = sealers.get(linkId);
  if (one.rule !== 'two-countries' || !sealer || stored.content.kind !== 'transaction') return one;
  const { transaction } = stored.content;
  const own = await lastOwnPurchase(tx, sealer, new Date(transaction.occurredAt));
  const lastOwn = own && apart(own, transaction);
  return lastOwn ? { ...one, lastOwn } : one;
}

/** Both buttons are harmless: the one closes the question, the other leads to buttons that freeze and dispute. */
function signing({ acts }: IntakeParts, nowMs: number): SignAnswers {
  const untilMs = nowMs + limits.watchAnswerHours * 3_600_000;
  return ({ thread, linkId, stored }, messageId) => {
    const { content } = stored;
    const last4 = content.kind === 'transaction' ? (content.transaction.cardLast4 ?? content.account.last4) : '';
    return (['not-mine', 'mine'] as const).map((answer): Action => {
      const act = {
        act: 'answer-watch',
        ...thread,
        messageId,
        linkId,
        watch: { answer, last4, recordId: stored.recordId },
      } as const;
      // Whoever takes in events knows no language: the words are put on where it is drawn.
      return { act: 'answer-watch', label: answer, token: acts.sign(act, nowMs, untilMs), weight: 'plain' };
    });
  };
}
