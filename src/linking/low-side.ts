import type { AccountRef, LinkId } from '#base';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';

/** What is remembered of an account whose customer has set a limit: so that falling below it is said once. */
export interface LowSide {
  readonly side: 'above' | 'under';
  /** When the balance stood that said so, RFC 3339 in UTC. What is older says nothing any more. */
  readonly asOf: string;
  /** The same as it is stored: whoever replaces it has read this. */
  readonly sealed: Buffer;
}

/** An account that is on the other side than it was. */
export interface SideChange {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly accountIndex: Buffer;
  readonly before: LowSide;
  readonly side: LowSide['side'];
  readonly asOf: string;
}

/** Every value is as long as any other, as what is sealed tells its length. */
const seal = (sealer: LinkSealer, accountIndex: Buffer, { side, asOf }: Pick<LowSide, 'side' | 'asOf'>): Buffer =>
  sealer.sealState('accounts.low', accountIndex.toString('hex'), { side, asOf: new Date(asOf).toISOString() });

/** What is remembered when a limit is set: the account is taken to be above it. */
export const firstSide = (sealer: LinkSealer, accountIndex: Buffer): Buffer =>
  seal(sealer, accountIndex, { side: 'above', asOf: '1970-01-01T00:00:00Z' });

/** Opens what is remembered; undefined where no limit is set. */
export function openLow(sealer: LinkSealer, accountIndex: Buffer, sealed: Buffer | null): LowSide | undefined {
  if (sealed === null) return undefined;
  return sealer
    .openState<Pick<LowSide, 'side' | 'asOf'>>('accounts.low', accountIndex.toString('hex'), sealed)
    .use(({ side, asOf }) => ({ side, asOf, sealed }));
}

/**
 * Remembers on which side accounts are now. Of two batches that found the same change the first one notes it:
 * answers those accounts whose change was noted here.
 */
export async function noteSides(
  tx: Transaction,
  sealers: ReadonlyMap<LinkId, LinkSealer>,
  changes: readonly SideChange[],
): Promise<ReadonlySet<AccountRef>> {
  const rows = changes.flatMap((change) => {
    const sealer = sealers.get(change.linkId);
    return sealer ? [{ ...change, after: seal(sealer, change.accountIndex, change) }] : [];
  });
  if (rows.length === 0) return new Set();
  // Each in its place, so that two batches cannot wait for each other.
  const noted = await tx.query<{ accountRef: AccountRef }>(sql`
    with locked as (
      select a.link_id, a.account_ref, w.after
      from accounts a join unnest(${rows.map((row) => row.linkId)}::uuid[], ${rows.map((row) => row.accountRef)}::uuid[],
          ${rows.map((row) => row.before.sealed)}::bytea[], ${rows.map((row) => row.after)}::bytea[])
        as w (link_id, account_ref, before, after)
        on w.link_id = a.link_id and w.account_ref = a.account_ref and w.before = a.sealed_low
      order by a.link_id, a.account_ref for update of a
    )
    update accounts a set sealed_low = l.after from locked l
    where a.link_id = l.link_id and a.account_ref = l.account_ref returning a.account_ref as "accountRef"`);
  return new Set(noted.map((row) => row.accountRef));
}
