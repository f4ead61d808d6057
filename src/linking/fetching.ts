import type { BankId, LinkId } from '#base';
import type { Transaction } from '#db';
import { fetchLink, type StoreFetched } from './fetch.ts';
import { claimFetches, enlistFetches, markTold, type FetchClaim } from './fetches.ts';
import type { LinkingParts } from './parts.ts';

/** What is fetched of banks that do not push, as intake drives it. */
export interface Fetches {
  /** Gives links of such banks that were linked when their bank still pushed their rows. */
  enlist(): Promise<void>;
  /** Takes up at most so many that are due. */
  claim(atMost: number): Promise<FetchClaim[]>;
  /** Fetches what was taken up, stores it by `store`, and gives it back; see `fetchLink`. */
  readClaimed(claim: FetchClaim, store: StoreFetched, isStopping: () => boolean): ReturnType<typeof fetchLink>;
  /** Marks links as having something to fetch; see `markTold`. */
  told(tx: Transaction, bankId: BankId, linkIds: readonly LinkId[], what: { readonly balance: boolean }): Promise<void>;
}

/** Makes them over linking's parts; they hold no state of their own. */
export function createFetches(parts: LinkingParts): Fetches {
  const now = (): Date => new Date(parts.clock.nowMs());
  return {
    enlist: () => enlistLinks(parts),
    claim: (atMost) => claimFetches(parts.database, now(), atMost),
    readClaimed: (claim, store, isStopping) => fetchLink(parts, claim, store, isStopping),
    told: (tx, bankId, linkIds, what) => markTold(tx, bankId, linkIds, what, now()),
  };
}

async function enlistLinks(parts: LinkingParts): Promise<void> {
  const nowMs = parts.clock.nowMs();
  const banks = parts.banks.faces().map(({ id }) => id as BankId);
  for (const bankId of banks.filter((id) => parts.banks.news(id) !== 'push')) {
    const pauseMs = parts.banks.pace(bankId).secondsMax * 1000;
    const dueAt = (): Date => new Date(nowMs + (pauseMs * parts.random.bytes(4).readUInt32BE()) / 2 ** 32);
    await enlistFetches(parts.database, [bankId], new Date(nowMs), dueAt);
  }
}
