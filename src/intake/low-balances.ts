import type { LinkId, RecordId } from '#base';
import { PURPOSE_OF_EVENT } from '#contract';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import { crossingsIn, lowBalanceNotices, type StoredEvent } from '#notices';
import { taskActor, type AccessRequest, type LinkSealer } from '#vault';
import type { IntakeParts } from './parts.ts';

/** What is said of accounts that fell below their customer's limit, and the uses that this is. */
export interface LowBalances {
  readonly changes: readonly Change[];
  /** Records that are shown by it, and counted with their events. */
  readonly told: readonly RecordId[];
  /** Balances that came with a purchase: showing them is a use of its own. */
  readonly uses: readonly (AccessRequest & { readonly records: number })[];
}

/**
 * Finds which accounts a batch takes below their customer's limit, or up to it again, and remembers it. Nothing
 * is asked of the database unless one is on the other side than before.
 */
export async function lowBalances(
  tx: Transaction,
  parts: IntakeParts,
  stored: readonly StoredEvent[],
  sealers: ReadonlyMap<LinkId, LinkSealer>,
  nowMs: number,
): Promise<LowBalances> {
  const crossings = crossingsIn(stored);
  if (crossings.length === 0) return { changes: [], told: [], uses: [] };
  const noted = await parts.linking.noteSides(tx, sealers, crossings);
  const news = crossings.filter(({ accountRef, side }) => side === 'under' && noted.has(accountRef));
  const ofBalances = new Set(
    stored.flatMap(({ type, stored: { recordId } }) => (PURPOSE_OF_EVENT[type] === 'balances' ? recordId : [])),
  );
  return {
    changes: lowBalanceNotices(news, nowMs),
    told: news.flatMap(({ recordId }) => (ofBalances.has(recordId) ? recordId : [])),
    uses: news
      .filter(({ recordId }) => !ofBalances.has(recordId))
      .map(({ linkId, thread }) => ({
        actor: taskActor('notify', thread.customerId),
        purpose: 'balances',
        linkId,
        fields: ['balance'],
        reason: 'event-shown',
        records: 1,
      })),
  };
}
