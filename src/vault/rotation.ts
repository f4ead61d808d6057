import type { Clock, Random } from '#base';
import { isTellerlineError, TellerlineError } from '#base';
import { sql, type Database } from '#db';
import type { KeyProvider, RootOwner } from './key-provider.ts';
import { createRoots, withRootFiles, type Roots, isKeyShut } from './roots.ts';
import { firstId, ownersOfDirectKeys, wrappedKeysOf, type WrappedKeys } from './wrapped-keys.ts';

/** What a rotation has done. */
export interface Rotated {
  readonly owner: RootOwner;
  /** The generation that wraps from now on; all before it are destroyed. */
  readonly generation: number;
  readonly rewrapped: number;
}

/** A root that could not be rotated now; it holds up no other and is due again. */
export interface NotRotated {
  readonly owner: RootOwner;
  readonly error: TellerlineError;
}

/**
 * Renews root keys and the key-encrypting key while everything goes on. Live keys are rewrapped under
 * the new root, then the old one is destroyed: every wrapped key in a backup, in the write-ahead log
 * or in a dead row opens no more, so what was revoked before stays unreadable with the keys of today.
 */
export interface KeyRotation {
  /** Rotates the roots that are older than `intervalMs`, and ends what an interrupted rotation left undone. */
  rotateDue(intervalMs: number): Promise<{ readonly rotated: Rotated[]; readonly failed: NotRotated[] }>;
  /**
   * Rotates one owner's root now, or every owner's.
   *
   * @throws TellerlineError `rotation_running`, `no_such_root`
   */
  rotate(owner?: RootOwner): Promise<Rotated[]>;
  /** The owners whose root of today, as the database has it, is destroyed: an older copy of that was put in place. */
  gone(): Promise<RootOwner[]>;
  /**
   * Puts a new key-encrypting key in place.
   *
   * @throws TellerlineError `rotation_running`
   */
  rotateKek(): Promise<void>;
}

/** Rotations are looked for every few minutes and take a while. */
const rotationLagMs = 10 * 60_000;

/** From a deletion until the roots of that time are destroyed, so that older copies of the database open nothing of it either. */
export function deletionWindowMs(rotationHours: number): number {
  return rotationHours * 3_600_000 + rotationLagMs;
}

interface RootRow {
  readonly owner: RootOwner;
  readonly generation: number;
  readonly oldest: number;
  readonly rotatedAt: Date;
}

interface Parts {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly roots: Roots;
  readonly clock: Clock;
}

/** The rotation alone, for a command beside a hub: it rewraps keys and opens nothing. */
export function keyRotation(parts: {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly clock: Clock;
  readonly random: Random;
}): KeyRotation {
  return createRotation({ ...parts, roots: createRoots(parts) });
}

/** @internal the vault's own, over the roots that it has leased */
export function createRotation(parts: Parts): KeyRotation {
  const { database, provider, clock } = parts;
  return {
    rotateDue: (intervalMs) =>
      alone(database, async () => {
        const rotated: Rotated[] = [];
        const failed: NotRotated[] = [];
        const direct = await beginOwners(parts);
        for (const root of await rootRows(database)) {
          const due = clock.nowMs() - root.rotatedAt.getTime() >= intervalMs;
          const undone = root.oldest < root.generation || direct.includes(root.owner);
          if (!due && !undone) continue;
          try {
            rotated.push(due ? await renew(parts, root) : await retire(parts, root));
          } catch (error) {
            if (!isTellerlineError(error)) throw error;
            failed.push({ owner: root.owner, error });
          }
        }
        return { rotated, failed };
      }),
    rotate: (owner) =>
      alone(database, async () => {
        await beginOwners(parts);
        const some = (await rootRows(database)).filter((root) => owner === undefined || root.owner === owner);
        if (owner !== undefined && some.length === 0) {
          throw new TellerlineError('no_such_root', 404, `There is no root key of ${owner}: nobody has linked it yet.`);
        }
        const rotated: Rotated[] = [];
        for (const root of some) rotated.push(await renew(parts, root));
        return rotated;
      }),
    gone: async () => {
      const gone: RootOwner[] = [];
      for (const { owner, generation } of await rootRows(database)) {
        try {
          (await provider.leaseRoot(owner, generation)).fill(0);
        } catch (error) {
          // A bank that keeps its own and cannot be asked holds up nobody else; whether it is gone is found later.
          if (isKeyShut(error)) continue;
          if (!isTellerlineError(error, 'root_gone')) throw error;
          gone.push(owner);
        }
      }
      return gone;
    },
    rotateKek: () =>
      alone(database, async () => {
        // What the old key wrapped itself has to stand under a root before that key goes.
        for (const owner of await beginOwners(parts)) {
          const root = (await rootRows(database)).find((one) => one.owner === owner);
          if (root) await rewrapAll(parts, root.owner, root.generation);
        }
        await withRootFiles(database, () => provider.rotateKek());
      }),
  };
}

/** Makes the first roots of owners whose keys are from before there were roots; answers who they are. */
async function beginOwners({ database, roots }: Parts): Promise<RootOwner[]> {
  return database.transaction(async (tx) => {
    const owners = await ownersOfDirectKeys(tx);
    for (const owner of owners) await roots.current(tx, owner);
    return owners;
  });
}

function rootRows(database: Database): Promise<RootRow[]> {
  return database.query<RootRow>(sql`
    select owner, generation, oldest_generation as oldest, rotated_at as "rotatedAt" from key_roots order by owner`);
}

async function renew(parts: Parts, { owner, generation }: RootRow): Promise<Rotated> {
  const { database, provider, clock } = parts;
  const next = generation + 1;
  await withRootFiles(database, () => provider.createRoot(owner, next));
  // Waits for every transaction that wraps under the old root, so that the rewrapping below sees its key.
  await database.execute(sql`update key_roots set generation = ${next}, rotated_at = ${new Date(clock.nowMs())}
    where owner = ${owner}`);
  return retire(parts, { owner, generation: next });
}

/** Rewraps what is still under earlier roots and destroys these. */
async function retire(
  parts: Parts,
  { owner, generation }: { readonly owner: RootOwner; readonly generation: number },
): Promise<Rotated> {
  const rewrapped = await rewrapAll(parts, owner, generation);
  await withRootFiles(parts.database, () => parts.provider.destroyRootsBefore(owner, generation));
  await parts.database.execute(sql`update key_roots set oldest_generation = ${generation} where owner = ${owner}`);
  return { owner, generation, rewrapped };
}

async function rewrapAll(parts: Parts, owner: RootOwner, generation: number): Promise<number> {
  let rewrapped = 0;
  for (const table of wrappedKeysOf(owner)) {
    rewrapped += await rewrapTable(parts, table, { owner, generation, which: 'free' });
    // What was in use at that moment, one by one.
    rewrapped += await rewrapTable(parts, table, { owner, generation, which: 'all' });
  }
  return rewrapped;
}

async function rewrapTable(
  { database, roots }: Parts,
  table: WrappedKeys,
  from: { owner: RootOwner; generation: number; which: 'free' | 'all' },
): Promise<number> {
  let rewrapped = 0;
  for (let after = firstId; ;) {
    const last = await database.transaction(async (tx) => {
      const stale = await table.stale(tx, { ...from, after });
      const secrets = await roots.unwrap(from.owner, stale);
      const wrapped = await roots.wrap(
        from.owner,
        from.generation,
        stale.map(({ context }, n) => ({ context, secret: secrets[n] as Buffer })),
      );
      for (const secret of secrets) secret.fill(0);
      await table.replace(
        tx,
        from.generation,
        stale.map(({ id }, n) => ({ id, wrapped: wrapped[n] as Buffer })),
      );
      rewrapped += stale.length;
      return stale.at(-1)?.id;
    });
    if (last === undefined) return rewrapped;
    after = last;
  }
}

/** One rotation at a time on one database, in whatever process. */
async function alone<Result>(database: Database, work: () => Promise<Result>): Promise<Result> {
  const client = await database.connect();
  try {
    const { rows } = await client.query<{ free: boolean }>(
      "select pg_try_advisory_lock(hashtext('tellerline key rotation')) as free",
    );
    if (!rows[0]?.free) {
      throw new TellerlineError(
        'rotation_running',
        409,
        'Keys are being rotated already. Try again when that is done.',
      );
    }
    return await work();
  } finally {
    // Ending the session gives the lock back, after an error too.
    await client.end();
  }
}
