import { invariant } from '#base';
import type { Transaction } from '#db';
import { matchPurchases } from './match-records.ts';
import type { RecordDraft, ToldRecord } from './records.ts';
import type { LinkSealer } from './sealing.ts';
import { storeRecords } from './store.ts';

/** Stores what was told, each purchase under the record that it belongs to; answers in the order of the drafts. */
export async function storeTold(
  tx: Transaction,
  index: (domain: string, value: string) => Buffer,
  sealers: ReadonlyMap<string, LinkSealer>,
  drafts: readonly RecordDraft[],
  when: { readonly origin: 'event' | 'history'; readonly nowMs: number },
): Promise<ToldRecord[]> {
  const matched = await matchPurchases(tx, index, sealers, drafts, when);
  const ready = matched.map((one) => one.draft);
  const stored = await storeRecords(tx, sealers, ready, when.origin);
  return matched.map(({ draft, amountChanged }, n): ToldRecord => {
    const outcome = stored[n];
    invariant(outcome, 'each draft has an outcome');
    return { ...outcome, content: draft.content, amountChanged };
  });
}
