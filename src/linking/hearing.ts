import type { AccountRef, CustomerId, LinkId } from '#base';
import type { Hearing } from '#contract';
import { sql } from '#db';
import type { LinkSealer } from '#vault';
import { lockLinksOf } from './links.ts';
import type { LinkingParts } from './parts.ts';

/** What a customer wants to be told of one account. */
export interface AccountHearing {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly hearing: Hearing;
}

/** Who has chosen nothing is told everything. */
const everything: Hearing = {};

/** Opens what stands in an account's row; of a row where nothing was chosen, everything. */
export function openHearing(sealer: LinkSealer, accountIndex: Buffer, sealed: Buffer | null): Hearing {
  if (sealed === null) return everything;
  return sealer.openState<Hearing>('accounts.hearing', accountIndex.toString('hex'), sealed).use((hearing) => hearing);
}

/** What a customer has chosen, of every account that is shared. */
export function readHearings(parts: LinkingParts, customerId: CustomerId): Promise<AccountHearing[]> {
  return parts.database.transaction(async (tx) => {
    const linkIds = (await lockLinksOf(tx, parts, customerId)).map((link) => link.linkId);
    const sealers = await parts.vault.linkSealers(tx, linkIds);
    const rows = await tx.query<{ linkId: LinkId; accountRef: AccountRef; index: Buffer; sealed: Buffer | null }>(sql`
      select link_id as "linkId", account_ref as "accountRef", account_index as index, sealed_hearing as sealed
      from accounts where link_id = any(${linkIds}::uuid[]) and not left_out order by link_id, ordinal`);
    return rows.flatMap(({ linkId, accountRef, index, sealed }): AccountHearing[] => {
      const sealer = sealers.get(linkId);
      return sealer ? [{ linkId, accountRef, hearing: openHearing(sealer, index, sealed) }] : [];
    });
  });
}

/**
 * Sets what a customer wants to be told of those accounts; the accounts of somebody else are left alone.
 * Answers of how many it was set.
 */
export function setHearing(
  parts: LinkingParts,
  customerId: CustomerId,
  hearing: Hearing,
  accountRefs: readonly AccountRef[],
): Promise<number> {
  return parts.database.transaction(async (tx) => {
    const linkIds = (await lockLinksOf(tx, parts, customerId)).map((link) => link.linkId);
    const sealers = await parts.vault.linkSealers(tx, linkIds);
    const rows = await tx.query<{ linkId: LinkId; accountRef: AccountRef; index: Buffer }>(sql`
      select link_id as "linkId", account_ref as "accountRef", account_index as index from accounts
      where link_id = any(${linkIds}::uuid[]) and account_ref = any(${[...accountRefs]}::uuid[]) and not left_out`);
    const sealed = rows.map(({ linkId, index }) =>
      hearing.only
        ? (sealers.get(linkId)?.sealState('accounts.hearing', index.toString('hex'), hearing) ?? null)
        : null,
    );
    return tx.execute(sql`
      update accounts a set sealed_hearing = w.sealed
      from unnest(${rows.map((row) => row.linkId)}::uuid[], ${rows.map((row) => row.accountRef)}::uuid[], ${sealed}::bytea[])
        as w (link_id, account_ref, sealed)
      where a.link_id = w.link_id and a.account_ref = w.account_ref`);
  });
}
