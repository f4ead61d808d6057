import type { AccountRef, CustomerId, LinkId } from '#base';
import { isTellerlineError } from '#base';
import { purposesInForce } from '#consent';
import { labelOf, type AccountLabel, type Purpose } from '#contract';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import { openWishes, type AccountWishes } from './hearing.ts';
import type { LinkingParts } from './parts.ts';

/** Where an event of an account goes: a link whose key is there and whose consent is in force. */
export interface Route {
  readonly accountIndex: Buffer;
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly purposes: ReadonlySet<Purpose>;
  /** What the customer wants to be told of the account. */
  readonly wishes: AccountWishes;
}

interface RoutedRow {
  readonly index: Buffer;
  readonly accountRef: AccountRef;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly leftOut: boolean;
  readonly sealed: Buffer;
  readonly sealedHearing: Buffer | null;
  readonly sealedLow: Buffer | null;
}

/**
 * Routes of the accounts named, and the sealers of their links, locked until the transaction ends: what an event
 * is decided by comes with them, in these three statements.
 */
export async function findRoutes(
  tx: Transaction,
  parts: LinkingParts,
  indexes: readonly Buffer[],
): Promise<{ routes: Route[]; sealers: Map<LinkId, LinkSealer> }> {
  const rows = await routedRows(tx, indexes);
  const linkIds = [...new Set(rows.map((row) => row.linkId))];
  const sealers = await parts.vault.linkSealers(tx, linkIds);
  const purposes = await purposesInForce(tx, linkIds, parts.clock.nowMs());
  const routesOf = (some: readonly RoutedRow[]): Route[] =>
    some.flatMap((row): Route[] => {
      const { index, accountRef, linkId, customerId, leftOut, sealed } = row;
      const sealer = sealers.get(linkId);
      if (!sealer) return [];
      const account = sealer.openState<AccountLabel>('accounts.detail', index.toString('hex'), sealed).use(labelOf);
      // Linked and left out: known, and allowed for nothing.
      const allowed: ReadonlySet<Purpose> = (leftOut ? undefined : purposes.get(linkId)) ?? new Set();
      const wishes = openWishes(sealer, row);
      return [{ accountIndex: index, accountRef, account, linkId, customerId, purposes: allowed, wishes }];
    });
  try {
    return { routes: routesOf(rows), sealers };
  } catch (error) {
    if (!isTellerlineError(error, 'sealed_unreadable')) throw error;
    // A narrowing resealed them before the keys were held. Now they are, and what is read does not change any more.
    return { routes: routesOf(await routedRows(tx, indexes)), sealers };
  }
}

function routedRows(tx: Transaction, indexes: readonly Buffer[]): Promise<RoutedRow[]> {
  return tx.query<RoutedRow>(sql`
    select a.account_index as index, a.account_ref as "accountRef", a.link_id as "linkId", l.customer_id as "customerId",
      a.left_out as "leftOut", a.sealed, a.sealed_hearing as "sealedHearing", a.sealed_low as "sealedLow"
    from accounts a join links l on l.link_id = a.link_id and l.state in ('linked', 'reconnect')
    where a.account_index = any(${[...indexes]}::bytea[])`);
}
