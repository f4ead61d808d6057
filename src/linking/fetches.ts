import type { AccountRef, BankId, CustomerId, LinkId } from '#base';
import { limits } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import type { FetchWindow } from './fetch-schedule.ts';
import { readThrough } from './fetch-schedule.ts';

/** A fetch that this process has taken up, and nobody else while its lease lasts. */
export interface FetchClaim {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  /** Grows with each taking up. */
  readonly fence: number;
  /** Notifications when it was taken up. */
  readonly told: number;
  readonly balanceTold: boolean;
  readonly quiet: number;
  readonly failures: number;
}

/** So long nobody else takes a fetch up after its last sign of life. */
export const fetchLeaseMs = 30_000;

/**
 * Begins to fetch a link that was linked just now, or linked again: whoever fetches it on an older grant may store
 * nothing more, and places that were given under that grant are forgotten. The look-back is read first.
 */
export async function beginFetches(
  tx: Transaction,
  { linkId, bankId }: { readonly linkId: LinkId; readonly bankId: BankId },
  now: Date,
): Promise<void> {
  await tx.execute(sql`
    insert into fetches (link_id, bank_id, due_at, lease_until) values (${linkId}, ${bankId}, ${now}, ${now})
    on conflict (link_id) do update set due_at = excluded.due_at, lease_until = excluded.lease_until,
      fence = fetches.fence + 1, quiet = 0, failures = 0, unread_since = null, unread_why = null`);
  await tx.execute(sql`update fetch_accounts set sealed_cursor = null, from_date = null, to_date = null
    where link_id = ${linkId}`);
}

/** A part of the links that are to be fetched, in the order of their ids. */
const enlistedAtOnce = 1000;

/**
 * Gives links of these banks that have none their rows: they were linked when their bank still pushed. `dueAt` is
 * asked for each, so that they do not fall due together.
 */
export async function enlistFetches(
  db: Queryable,
  bankIds: readonly string[],
  now: Date,
  dueAt: () => Date,
): Promise<void> {
  let after = '00000000-0000-0000-0000-000000000000';
  for (;;) {
    const some = await db.query<{ linkId: LinkId; bankId: BankId }>(sql`
      select link_id as "linkId", bank_id as "bankId" from links
      where link_id > ${after}::uuid and state = 'linked' and bank_id = any(${[...bankIds]}::text[])
      order by link_id limit ${enlistedAtOnce}`);
    await db.execute(sql`
      insert into fetches (link_id, bank_id, due_at, lease_until)
      select link_id, bank_id, due_at, ${now}
      from unnest(${some.map((one) => one.linkId)}::uuid[], ${some.map((one) => one.bankId)}::text[],
        ${some.map(dueAt)}::timestamptz[]) as l (link_id, bank_id, due_at)
      order by link_id on conflict do nothing`);
    const last = some.at(-1)?.linkId;
    if (last === undefined) return;
    after = last;
  }
}

/** Marks links as having something to fetch: many notifications lead to one fetch. */
export async function markTold(
  db: Queryable,
  bankId: BankId,
  linkIds: readonly LinkId[],
  what: { readonly balance: boolean },
  now: Date,
): Promise<void> {
  await db.execute(sql`
    insert into fetches (link_id, bank_id, due_at, told, balance_told, lease_until)
    select link_id, ${bankId}, ${now}, 1, ${what.balance}, ${now} from unnest(${[...linkIds].toSorted()}::uuid[]) as l (link_id)
    on conflict (link_id) do update set told = fetches.told + 1, balance_told = fetches.balance_told or excluded.balance_told,
      -- A bank that asked for a pause is not asked sooner because it tells of something.
      due_at = case when fetches.unread_since is null then excluded.due_at else coalesce(fetches.due_at, excluded.due_at) end`);
}

/**
 * Takes up what is due and nobody has; those whose history is still being read wait for it. A bank that has asked
 * for several links to wait is asked for no other until one of them has waited: its quota may be of all of them.
 */
export async function claimFetches(db: Queryable, now: Date, atMost: number): Promise<FetchClaim[]> {
  const rows = await db.query<Omit<FetchClaim, 'fence' | 'told'> & { fence: bigint; told: bigint }>(sql`
    with busy as materialized (
      select bank_id from fetches where unread_why = 'rate-limited' and due_at > ${now}
      group by bank_id having count(*) >= ${limits.fetchPausesMax}),
    due as materialized (
      select f.link_id, l.customer_id from fetches f join links l using (link_id)
      where f.due_at <= ${now} and f.lease_until <= ${now} and l.state = 'linked'
        and f.bank_id not in (select bank_id from busy)
        and not exists (select from lookbacks b where b.link_id = f.link_id and b.state = 'reading')
      order by f.due_at limit ${atMost} for update of f skip locked)
    update fetches f set fence = f.fence + 1, lease_until = ${new Date(now.getTime() + fetchLeaseMs)}
    from due l where l.link_id = f.link_id
    returning f.link_id as "linkId", l.customer_id as "customerId", f.bank_id as "bankId", f.fence, f.told,
      f.balance_told as "balanceTold", f.quiet, f.failures`);
  return rows.map((row) => ({ ...row, fence: Number(row.fence), told: Number(row.told) }));
}

/** Where an account's reading stands: a window that was begun, or none. */
export interface FetchPlace {
  readonly window: FetchWindow | undefined;
  readonly cursor: string | undefined;
  readonly readTo: string | undefined;
}

/** Where the reading of one account stands: before its first window, where the look-back ended. */
export async function fetchPlace(tx: Transaction, sealer: LinkSealer, accountRef: AccountRef): Promise<FetchPlace> {
  const [row] = await tx.query<{
    from: string | null;
    to: string | null;
    sealed: Buffer | null;
    readTo: string | null;
  }>(sql`
    select f.from_date::text as from, f.to_date::text as to, f.sealed_cursor as sealed,
      coalesce(f.read_to, b.to_date - 1)::text as "readTo"
    from (values (${sealer.linkId}::uuid, ${accountRef}::uuid)) as a (link_id, account_ref)
      left join fetch_accounts f using (link_id, account_ref) left join lookbacks b using (link_id, account_ref)`);
  return {
    window: row?.from && row.to ? { from: row.from, to: row.to } : undefined,
    cursor: row?.sealed
      ? sealer.openState<string>('fetch_accounts.cursor', accountRef, row.sealed).use((cursor) => cursor)
      : undefined,
    readTo: row?.readTo ?? undefined,
  };
}

/**
 * Moves an account's place on, in the transaction that stores what was read before it and holds the claim (`holdOn`).
 */
export async function moveOn(
  tx: Transaction,
  claim: FetchClaim,
  page: { readonly accountRef: AccountRef; readonly window: FetchWindow; readonly sealedCursor: Buffer | null },
): Promise<void> {
  const { accountRef, window, sealedCursor } = page;
  const [from, to] = sealedCursor ? [window.from, window.to] : [null, null];
  const through = sealedCursor ? null : readThrough(window);
  await tx.execute(sql`
    insert into fetch_accounts (link_id, account_ref, bank_id, from_date, to_date, sealed_cursor, read_to)
    values (${claim.linkId}, ${accountRef}, ${claim.bankId}, ${from}::date, ${to}::date, ${sealedCursor}, ${through}::date)
    on conflict (link_id, account_ref) do update set from_date = excluded.from_date, to_date = excluded.to_date,
      sealed_cursor = excluded.sealed_cursor, read_to = coalesce(excluded.read_to, fetch_accounts.read_to)`);
}

/** Holds the claim for another lease until the transaction ends; false when somebody else has taken it up. */
export async function holdOn(tx: Transaction, { linkId, fence }: FetchClaim, now: Date): Promise<boolean> {
  const held = await tx.execute(sql`update fetches set lease_until = ${new Date(now.getTime() + fetchLeaseMs)}
    where link_id = ${linkId} and fence = ${fence}`);
  return held === 1;
}

/** Begins windows anew, when the bank no longer takes the place that it gave. */
export async function forgetPlaces(db: Queryable, claim: FetchClaim): Promise<void> {
  await db.execute(sql`update fetch_accounts set sealed_cursor = null, from_date = null, to_date = null
    where link_id = ${claim.linkId}
      and exists (select from fetches where link_id = ${claim.linkId} and fence = ${claim.fence})`);
}

/** How a fetch ended. */
export type FetchEnd =
  | { readonly end: 'read'; readonly quiet: number; readonly dueAt: Date | null }
  | { readonly end: 'failed'; readonly why: UnreadWhy; readonly dueAt: Date }
  /** Nothing is known of the bank: this process stops, or the link has nothing that may be read. */
  | { readonly end: 'not-now'; readonly dueAt: Date | null };

/**
 * Why nothing could be read: the bank said that it is asked too often; the calls that it allows are spent, so that
 * it was not even asked; anything else.
 */
export type UnreadWhy = 'rate-limited' | 'quota-spent' | 'unreachable';

/** Gives a fetch back, with what became of it; false, and nothing changed, when somebody else has taken it up. */
export async function giveBack(db: Queryable, claim: FetchClaim, end: FetchEnd, now: Date): Promise<boolean> {
  const { linkId, fence, told } = claim;
  const said =
    end.end === 'read'
      ? sql`update fetches set lease_until = ${now}, quiet = ${end.quiet}, failures = 0, read_at = ${now},
          unread_since = null, unread_why = null, balance_told = balance_told and told > ${told},
          due_at = case when told > ${told} then ${now}::timestamptz else ${end.dueAt}::timestamptz end
        where link_id = ${linkId} and fence = ${fence}`
      : end.end === 'failed'
        ? sql`update fetches set lease_until = ${now}, failures = failures + 1, due_at = ${end.dueAt},
            unread_since = coalesce(unread_since, ${now}), unread_why = ${end.why}
          where link_id = ${linkId} and fence = ${fence}`
        : sql`update fetches set lease_until = ${now}, due_at = ${end.dueAt}
          where link_id = ${linkId} and fence = ${fence}`;
  return (await db.execute(said)) === 1;
}

/** Forgets how far accounts of a link were fetched, or all of them: their records are deleted with it. */
export async function forgetPlacesOf(
  tx: Transaction,
  linkId: LinkId,
  accountRefs: readonly AccountRef[] | null,
): Promise<void> {
  await tx.execute(sql`delete from fetch_accounts where link_id = ${linkId}
    and (${accountRefs}::uuid[] is null or account_ref = any(${accountRefs}::uuid[]))`);
}

/** Forgets how links were fetched, in the transaction that ends them. */
export async function forgetFetches(tx: Transaction, linkIds: readonly LinkId[]): Promise<void> {
  for (const table of ['fetches', 'fetch_accounts', 'call_ledgers'])
    await tx.execute({ text: `delete from ${table} where link_id = any($1::uuid[])`, values: [[...linkIds]] });
}
