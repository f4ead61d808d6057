import type { AccountRef, CustomerId, LinkId } from '#base';
import type { Hearing, HearingChange } from '#contract';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import { linksOf, lockLinksOf } from './links.ts';
import { firstSide, openLow, type LowSide } from './low-side.ts';
import type { LinkingParts } from './parts.ts';

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
}

/** What stands in an account's row of this. */
interface WishesRow {
  readonly accountRef: AccountRef;
  readonly index: Buffer;
  readonly sealedHearing: Buffer | null;
  readonly sealedLow: Buffer | null;
}

/** Who has chosen nothing is told everything. */
const everything: Hearing = {};

function openHearing(sealer: LinkSealer, { index, sealedHearing }: Omit<WishesRow, 'accountRef'>): Hearing {
  if (sealedHearing === null) return everything;
  return sealer.openState<Hearing>('accounts.hearing', index.toString('hex'), sealedHearing).use((hearing) => hearing);
}

/** Opens what stands in an account's row; of a row where nothing was chosen, everything. */
export function openWishes(sealer: LinkSealer, row: WishesRow): AccountWishes {
  const { accountRef, index: accountIndex, sealedLow } = row;
  const low = openLow(sealer, accountIndex, sealedLow);
  return { accountRef, accountIndex, hearing: openHearing(sealer, row), ...(low && { low }) };
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
      sealed_hearing as "sealedHearing", sealed_low as "sealedLow"
    from accounts where link_id = any(${[...linkIds]}::uuid[]) and not left_out order by link_id, ordinal`);
}

/**
 * Changes what a customer wants to be told of those accounts; the accounts of somebody else are left alone.
 * Answers of how many it was changed.
 */
export async function changeHearing(
  parts: LinkingParts,
  customerId: CustomerId,
  change: HearingChange,
  accountRefs: readonly AccountRef[],
): Promise<number> {
  await parts.vault.askAhead({ customerId });
  return parts.database.transaction(async (tx) => {
    const linkIds = (await lockLinksOf(tx, parts, customerId)).map((link) => link.linkId);
    const sealers = await parts.vault.readableLinkSealers(tx, linkIds);
    const rows = await sharedAccounts(tx, [...sealers.keys()]);
    const changed = rows.flatMap(({ linkId, ...row }) => {
      const sealer = accountRefs.includes(row.accountRef) ? sealers.get(linkId) : undefined;
      return sealer ? [{ linkId, accountRef: row.accountRef, ...sealChanged(sealer, row, change) }] : [];
    });
    return replaceWishes(tx, changed);
  });
}

/** The row's sealed columns after a change. A new limit begins with the account above it. */
function sealChanged(
  sealer: LinkSealer,
  row: WishesRow,
  { only, low }: HearingChange,
): Pick<WishesRow, 'sealedHearing' | 'sealedLow'> {
  const before = openHearing(sealer, row);
  const conditions = only === undefined ? before.only : (only ?? undefined);
  const limit = low === undefined ? before.low : (low ?? undefined);
  const after: Hearing = { ...(conditions && { only: conditions }), ...(limit && { low: limit }) };
  const isEverything = conditions === undefined && limit === undefined;
  return {
    sealedHearing: isEverything ? null : sealer.sealState('accounts.hearing', row.index.toString('hex'), after),
    sealedLow: low === undefined ? row.sealedLow : limit ? firstSide(sealer, row.index) : null,
  };
}

function replaceWishes(
  tx: Transaction,
  rows: readonly (Pick<WishesRow, 'accountRef' | 'sealedHearing' | 'sealedLow'> & { readonly linkId: LinkId })[],
): Promise<number> {
  return tx.execute(sql`
    update accounts a set sealed_hearing = w.hearing, sealed_low = w.low
    from unnest(${rows.map((row) => row.linkId)}::uuid[], ${rows.map((row) => row.accountRef)}::uuid[],
        ${rows.map((row) => row.sealedHearing)}::bytea[], ${rows.map((row) => row.sealedLow)}::bytea[])
      as w (link_id, account_ref, hearing, low)
    where a.link_id = w.link_id and a.account_ref = w.account_ref`);
}
