import type { AccountRef, CustomerId, LinkId } from '#base';
import { watchAfter, type Hearing, type HearingChange } from '#contract';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import { linksOf, lockLinksOf } from './links.ts';
import { firstSide, openLow, type LowSide } from './low-side.ts';
import type { LinkingParts } from './parts.ts';
import { firstWatched, openWatched, sealWatched, withSeen, type WatchedBefore } from './watched.ts';

/** Names of merchants that were seen, by link. */
export type SeenMerchants = ReadonlyMap<LinkId, readonly string[]>;

/** What a customer wants to be told of one account. */
export interface AccountHearing {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly hearing: Hearing;
}

/** The same as it comes with the way of an event, and what deciding by it takes. */
export interface AccountWishes {
  readonly accountRef: AccountRef;
  readonly accountIndex: Buffer;
  readonly hearing: Hearing;
  /** On which side of the limit the account was; absent where none is set. */
  readonly low?: LowSide;
  /** What the rules of the watch remember; absent where none needs that. */
  readonly watched?: WatchedBefore;
}

/** What stands in an account's row of this. */
interface WishesRow {
  readonly accountRef: AccountRef;
  readonly index: Buffer;
  readonly sealedHearing: Buffer | null;
  readonly sealedLow: Buffer | null;
  readonly sealedWatch: Buffer | null;
}

/** Who has chosen nothing is told everything. */
const everything: Hearing = {};

function openHearing(
  sealer: LinkSealer,
  { index, sealedHearing }: Pick<WishesRow, 'index' | 'sealedHearing'>,
): Hearing {
  if (sealedHearing === null) return everything;
  return sealer.openState<Hearing>('accounts.hearing', index.toString('hex'), sealedHearing).use((hearing) => hearing);
}

/** Opens what stands in an account's row; of a row where nothing was chosen, everything. */
export function openWishes(sealer: LinkSealer, row: WishesRow): AccountWishes {
  const { accountRef, index: accountIndex, sealedLow, sealedWatch } = row;
  const low = openLow(sealer, accountIndex, sealedLow);
  const watched = openWatched(sealer, accountIndex, sealedWatch);
  const hearing = openHearing(sealer, row);
  return { accountRef, accountIndex, hearing, ...(low && { low }), ...(watched && { watched }) };
}

/** What a customer has chosen, of every account that is shared and whose bank releases its key. */
export async function readHearings(parts: LinkingParts, customerId: CustomerId): Promise<AccountHearing[]> {
  await parts.vault.askAhead({ customerId });
  return parts.database.transaction(async (tx) => {
    // The keys first: once they are held nobody renews one and reseals what is read here.
    const links = (await linksOf(tx, customerId)).map((link) => link.linkId);
    const sealers = await parts.vault.readableLinkSealers(tx, links);
    const rows = await sharedAccounts(tx, [...sealers.keys()]);
    return rows.flatMap(({ linkId, ...row }): AccountHearing[] => {
      const sealer = sealers.get(linkId);
      return sealer ? [{ linkId, accountRef: row.accountRef, hearing: openHearing(sealer, row) }] : [];
    });
  });
}

function sharedAccounts(
  tx: Transaction,
  linkIds: readonly LinkId[],
): Promise<(WishesRow & { readonly linkId: LinkId })[]> {
  return tx.query(sql`
    select link_id as "linkId", account_ref as "accountRef", account_index as index,
      sealed_hearing as "sealedHearing", sealed_low as "sealedLow", sealed_watch as "sealedWatch"
    from accounts where link_id = any(${[...linkIds]}::uuid[]) and not left_out order by link_id, ordinal`);
}

/**
 * Changes what a customer wants to be told of those accounts; the accounts of somebody else are left alone.
 * Answers of how many it was changed. `seen`: the merchants of each link, when a rule is to know new ones from them.
 */
export async function changeHearing(
  parts: LinkingParts,
  customerId: CustomerId,
  change: HearingChange,
  accountRefs: readonly AccountRef[],
  seen: SeenMerchants = new Map(),
): Promise<number> {
  await parts.vault.askAhead({ customerId });
  return parts.database.transaction(async (tx) => {
    const linkIds = (await lockLinksOf(tx, parts, customerId)).map((link) => link.linkId);
    const sealers = await parts.vault.readableLinkSealers(tx, linkIds);
    const rows = await sharedAccounts(tx, [...sealers.keys()]);
    const changed = rows.flatMap(({ linkId, ...row }) => {
      const sealer = accountRefs.includes(row.accountRef) ? sealers.get(linkId) : undefined;
      return sealer
        ? [{ linkId, accountRef: row.accountRef, ...sealChanged(sealer, row, change, seen.get(linkId)) }]
        : [];
    });
    return replaceWishes(tx, changed);
  });
}

/** The row's sealed columns after a change. A new limit begins with the account above it. */
function sealChanged(
  sealer: LinkSealer,
  row: WishesRow,
  { only, low, watch }: HearingChange,
  seen: readonly string[] | undefined,
): Pick<WishesRow, 'sealedHearing' | 'sealedLow' | 'sealedWatch'> {
  const before = openHearing(sealer, row);
  const conditions = only === undefined ? before.only : (only ?? undefined);
  const limit = low === undefined ? before.low : (low ?? undefined);
  const rules = watchAfter(before.watch, watch);
  const after: Hearing = {
    ...(conditions && { only: conditions }),
    ...(limit && { low: limit }),
    ...(rules && { watch: rules }),
  };
  const isEverything = conditions === undefined && limit === undefined && rules === undefined;
  return {
    sealedHearing: isEverything ? null : sealer.sealState('accounts.hearing', row.index.toString('hex'), after),
    sealedLow: low === undefined ? row.sealedLow : limit ? firstSide(sealer, row.index) : null,
    sealedWatch: sealMemory(sealer, row, rules, seen),
  };
}

/** What the rules remember: kept while one needs it, begun anew with the merchants that are known then. */
function sealMemory(
  sealer: LinkSealer,
  { index, sealedWatch }: WishesRow,
  rules: Hearing['watch'],
  seen: readonly string[] | undefined,
): Buffer | null {
  if (!rules?.newMerchant && !rules?.twoCountries) return null;
  const before = openWatched(sealer, index, sealedWatch);
  if (!before) return sealWatched(sealer, index, firstWatched(seen ?? []));
  return seen ? sealWatched(sealer, index, seen.reduce(withSeen, before)) : sealedWatch;
}

function replaceWishes(
  tx: Transaction,
  rows: readonly (Pick<WishesRow, 'accountRef' | 'sealedHearing' | 'sealedLow' | 'sealedWatch'> & {
    readonly linkId: LinkId;
  })[],
): Promise<number> {
  return tx.execute(sql`
    update accounts a set sealed_hearing = w.hearing, sealed_low = w.low, sealed_watch = w.watch
    from unnest(${rows.map((row) => row.linkId)}::uuid[], ${rows.map((row) => row.accountRef)}::uuid[],
        ${rows.map((row) => row.sealedHearing)}::bytea[], ${rows.map((row) => row.sealedLow)}::bytea[],
        ${rows.map((row) => row.sealedWatch)}::bytea[])
      as w (link_id, account_ref, hearing, low, watch)
    where a.link_id = w.link_id and a.account_ref = w.account_ref`);
}
