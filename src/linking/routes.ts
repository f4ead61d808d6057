import type { AccountRef, ConversationId, CustomerId, LinkId } from '#base';
import { labelOf, type AccountLabel, type Purpose } from '#contract';
import { operation, type Transaction } from '#db';
import type { LinkSealer, RoutedKey } from '#vault';
import { openWishes, type AccountWishes } from './hearing.ts';
import type { LinkingParts } from './parts.ts';

/** Where an account's events go: one link of it, with what its customer allows. */
export interface Route {
  readonly accountIndex: Buffer;
  readonly accountRef: AccountRef;
  readonly account: AccountLabel;
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly conversationId: ConversationId;
  readonly purposes: ReadonlySet<Purpose>;
  /** What the customer wants to be told of the account. */
  readonly wishes: AccountWishes;
}

/** Routes, and the sealers of their links. */
export interface Routes {
  readonly routes: readonly Route[];
  readonly sealers: ReadonlyMap<LinkId, LinkSealer>;
}

type Row = RoutedKey & {
  readonly accountIndex: Buffer;
  readonly accountRef: AccountRef;
  readonly leftOut: boolean;
  readonly detail: Buffer;
  readonly purposes: string | null;
  readonly conversationId: ConversationId | null;
  readonly sealedHearing: Buffer | null;
  readonly sealedLow: Buffer | null;
  readonly sealedWatch: Buffer | null;
};

/** See `event_routes`, 0037_watch.sql. */
export const eventRoutes = operation<Row>()(
  'links.routes',
  { indexes: 'bytea[]', at: 'timestamptz' },
  `select account_index as "accountIndex", account_ref as "accountRef", left_out as "leftOut", detail, link_id as "linkId",
    customer_id as "customerId", bank_id as "bankId", epoch, generation, wrapped, purposes,
    ledger_generation as "ledgerGeneration", ledger_wrapped as "ledgerWrapped", conversation_id as "conversationId",
    hearing as "sealedHearing", low as "sealedLow", watch as "sealedWatch"
  from event_routes($indexes, $at)`,
);

/**
 * Where the events of the accounts named go, read in one round trip: their links are locked until the
 * transaction ends (promise P5), and all else is read under that lock. An account that nobody linked is
 * missing; one that was linked and left out is there, and allowed for nothing.
 */
export async function findRoutes(
  tx: Transaction,
  parts: Pick<LinkingParts, 'vault' | 'clock'>,
  indexes: readonly Buffer[],
): Promise<Routes> {
  const rows = await tx.run(eventRoutes, { indexes, at: new Date(parts.clock.nowMs()) });
  const keys = new Map(rows.map((row) => [row.linkId, row]));
  const sealers = await parts.vault.routedSealers(tx, [...keys.values()]);
  const routes = rows.flatMap((row): Route[] => {
    const { accountIndex, accountRef, leftOut, detail, linkId, customerId, conversationId, purposes } = row;
    const sealer = sealers.get(linkId);
    if (!sealer || !conversationId) return [];
    const account = sealer
      .openState<AccountLabel>('accounts.detail', accountIndex.toString('hex'), detail)
      .use(labelOf);
    const allowed = leftOut || purposes === null ? nothing : purposesOf(purposes);
    const wishes = openWishes(sealer, { ...row, index: accountIndex });
    return [{ accountIndex, accountRef, account, linkId, customerId, conversationId, purposes: allowed, wishes }];
  });
  return { routes, sealers };
}

const nothing: ReadonlySet<Purpose> = new Set();

/** There are few combinations of purposes, and each is read once. */
const purposesRead = new Map<string, ReadonlySet<Purpose>>();

/** @param written an array in PostgreSQL's text form: `{balances,transactions}` */
function purposesOf(written: string): ReadonlySet<Purpose> {
  const known = purposesRead.get(written);
  if (known) return known;
  const read: ReadonlySet<Purpose> = written === '{}' ? nothing : new Set(written.slice(1, -1).split(',') as Purpose[]);
  if (purposesRead.size < combinationsMax) purposesRead.set(written, read);
  return read;
}

/** More than the purposes that there are can be combined in. */
const combinationsMax = 1024;
