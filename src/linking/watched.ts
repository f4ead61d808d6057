import { hash } from 'node:crypto';
import type { AccountRef, LinkId } from '#base';
import { sql, type Transaction } from '#db';
import type { LinkSealer } from '#vault';

/**
 * What a customer's own watch remembers of an account, so that an event is judged by what comes with its way, and
 * nothing is looked up. Every value is as long as any other, as what is sealed tells its length.
 */
export interface Watched {
  /** Merchants that were seen, as a Bloom filter: 2,048 bytes, base64. It forgets none, and takes a few new ones for known. */
  readonly merchants: string;
  /** The country where the card was last there itself, ISO 3166-1; two blanks: nowhere yet. */
  readonly country: string;
  /** When, RFC 3339 in UTC. */
  readonly at: string;
}

/** The same as it came with an event's way. */
export interface WatchedBefore extends Watched {
  /** As it is stored: whoever replaces it has read this. */
  readonly sealed: Buffer;
}

/** An account whose watch has something new to remember. */
export interface WatchedChange {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
  readonly accountIndex: Buffer;
  readonly before: WatchedBefore;
  readonly after: Watched;
}

/** For 600 merchants one new one in 10,000 is taken for known, for 2,000 one in 50. */
const filterBytes = 2048;
const bitsOfMerchant = 5;

/** What is remembered when a watch begins. */
export function firstWatched(merchants: readonly string[]): Watched {
  const filter = Buffer.alloc(filterBytes);
  for (const name of merchants) enter(filter, name);
  return { merchants: filter.toString('base64'), country: '  ', at: '1970-01-01T00:00:00.000Z' };
}

/** Whether a merchant was seen before. */
export function isSeen({ merchants }: Pick<Watched, 'merchants'>, name: string): boolean {
  const filter = Buffer.from(merchants, 'base64');
  return placesOf(name).every((place) => ((filter[place >> 3] ?? 0) & (1 << (place & 7))) !== 0);
}

/** The same memory with one more merchant. */
export function withSeen<Memory extends Pick<Watched, 'merchants'>>(memory: Memory, name: string): Memory {
  const filter = Buffer.from(memory.merchants, 'base64');
  enter(filter, name);
  return { ...memory, merchants: filter.toString('base64') };
}

function enter(filter: Buffer, name: string): void {
  for (const place of placesOf(name)) filter[place >> 3] = (filter[place >> 3] ?? 0) | (1 << (place & 7));
}

/** Banks write one merchant's name in capitals and not, with and without signs. */
const nameOf = (name: string): string =>
  name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');

function placesOf(name: string): number[] {
  const digest = hash('sha256', nameOf(name), 'buffer');
  return Array.from({ length: bitsOfMerchant }, (_, n) => digest.readUInt16BE(n * 2) % (filterBytes * 8));
}

/** Seals what is remembered. */
export function sealWatched(sealer: LinkSealer, accountIndex: Buffer, { merchants, country, at }: Watched): Buffer {
  const memory = { merchants, country, at: new Date(at).toISOString() };
  return sealer.sealState('accounts.watch', accountIndex.toString('hex'), memory);
}

/** Opens it; undefined where no rule needs a memory. */
export function openWatched(
  sealer: LinkSealer,
  accountIndex: Buffer,
  sealed: Buffer | null,
): WatchedBefore | undefined {
  if (sealed === null) return undefined;
  return sealer
    .openState<Watched>('accounts.watch', accountIndex.toString('hex'), sealed)
    .use((watched) => ({ ...watched, sealed }));
}

/**
 * Remembers what was seen. Of two batches that saw something at once the first one's is kept: what the other saw may
 * be asked about once more.
 */
export async function noteWatched(
  tx: Transaction,
  sealers: ReadonlyMap<LinkId, LinkSealer>,
  changes: readonly WatchedChange[],
): Promise<void> {
  const rows = changes.flatMap((change) => {
    const sealer = sealers.get(change.linkId);
    return sealer ? [{ ...change, sealed: sealWatched(sealer, change.accountIndex, change.after) }] : [];
  });
  if (rows.length === 0) return;
  // Each in its place, so that two batches cannot wait for each other.
  await tx.execute(sql`
    with locked as (
      select a.link_id, a.account_ref, w.after
      from accounts a join unnest(${rows.map((row) => row.linkId)}::uuid[], ${rows.map((row) => row.accountRef)}::uuid[],
          ${rows.map((row) => row.before.sealed)}::bytea[], ${rows.map((row) => row.sealed)}::bytea[])
        as w (link_id, account_ref, before, after)
        on w.link_id = a.link_id and w.account_ref = a.account_ref and w.before = a.sealed_watch
      order by a.link_id, a.account_ref for update of a
    )
    update accounts a set sealed_watch = l.after from locked l
    where a.link_id = l.link_id and a.account_ref = l.account_ref`);
}
