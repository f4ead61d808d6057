import type { Clock, Random } from '#base';
import { invariant } from '#base';
import { sql, type Database, type Sql, type Transaction } from '#db';
import { dataKey, forgetKey, open, seal, type DataKey } from './cipher.ts';
import { rootLeaseMs, type KeyProvider, type RootOwner } from './key-provider.ts';
import { enterLease } from './leases.ts';

/** A secret to be wrapped for one place (`context`). */
export interface Unwrapped {
  readonly context: string;
  readonly secret: Buffer;
}

/** A wrapped secret; without a generation it was wrapped by the key-encrypting key itself. */
export interface Wrapped {
  readonly context: string;
  readonly generation: number | null;
  readonly wrapped: Buffer;
}

/** Root keys in use: each leased from the provider, kept for 30 s at most, never handed out. */
export interface Roots {
  /**
   * The generation that wraps today, held against rotation until the transaction ends: what is wrapped
   * under it is stored before the rotation looks for it. The first call for an owner makes its first root.
   */
  current(tx: Transaction, owner: RootOwner): Promise<number>;
  wrap(owner: RootOwner, generation: number, secrets: readonly Unwrapped[]): Promise<Buffer[]>;
  /** @throws TellerlineError `sealed_unreadable`, and those of `RootHolder.leaseRoot` */
  unwrap(owner: RootOwner, wrapped: readonly Wrapped[]): Promise<Buffer[]>;
}

interface Lease {
  readonly key: DataKey;
  readonly untilMs: number;
}

export function createRoots(parts: {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly clock: Clock;
  readonly random: Random;
}): Roots {
  const { database, provider, clock, random } = parts;
  const leases = new Map<string, Lease>();
  const asked = new Map<string, Promise<Lease>>();
  const begun = new Map<RootOwner, Promise<void>>();

  // Whoever awaits this uses the key before the next await: no timer, and so no end of a lease, comes between.
  const lease = async (owner: RootOwner, generation: number): Promise<DataKey> => {
    const name = `${owner}|${generation}`;
    const held = leases.get(name);
    if (held && clock.monotonicMs() < held.untilMs) return held.key;
    let asking = asked.get(name);
    if (!asking) {
      asking = ask(owner, generation, name).finally(() => asked.delete(name));
      asked.set(name, asking);
    }
    return (await asking).key;
  };
  const ask = async (owner: RootOwner, generation: number, name: string): Promise<Lease> => {
    // Counted from the asking, so that the owner's word holds however long the answer took.
    const untilMs = clock.monotonicMs() + rootLeaseMs;
    if (provider.holdsItself(owner)) await enterLease(parts, owner, generation);
    const secret = await provider.leaseRoot(owner, generation);
    const fresh = { key: dataKey(secret), untilMs };
    leases.set(name, fresh);
    setTimeout(() => {
      if (leases.get(name) === fresh) leases.delete(name);
      forgetKey(fresh.key);
    }, rootLeaseMs).unref();
    return fresh;
  };

  const begin = (owner: RootOwner): Promise<void> => {
    let beginning = begun.get(owner);
    if (!beginning) {
      beginning = beginRoots(database, provider, owner, clock.nowMs()).finally(() => begun.delete(owner));
      begun.set(owner, beginning);
    }
    return beginning;
  };

  return {
    current: async (tx, owner) => {
      const held = await holdGeneration(tx, owner);
      if (held !== undefined) return held;
      await begin(owner);
      const first = await holdGeneration(tx, owner);
      invariant(first !== undefined, 'an owner whose first root was made has a generation');
      return first;
    },
    wrap: async (owner, generation, secrets) => {
      const key = await lease(owner, generation);
      return secrets.map(({ context, secret }) => seal(key, rootContext(owner, generation, context), secret, random));
    },
    unwrap: async (owner, wrapped) => {
      const secrets: Buffer[] = [];
      for (const [n, { context, generation, wrapped: bytes }] of wrapped.entries()) {
        secrets[n] =
          generation === null
            ? await provider.unwrapDirect(context, bytes)
            : open(await lease(owner, generation), rootContext(owner, generation, context), bytes);
      }
      return secrets;
    },
  };
}

async function holdGeneration(tx: Transaction, owner: RootOwner): Promise<number | undefined> {
  const [row] = await tx.query<{ generation: number }>(sql`
    select generation from key_roots where owner = ${owner} for share`);
  return row?.generation;
}

async function beginRoots(database: Database, provider: KeyProvider, owner: RootOwner, nowMs: number): Promise<void> {
  await withRootFiles(database, async (run) => {
    await provider.createRoot(owner, 1);
    await run(sql`insert into key_roots (owner, generation, oldest_generation, rotated_at)
      values (${owner}, 1, 1, ${new Date(nowMs)}) on conflict do nothing`);
  });
}

/**
 * One process at a time makes or destroys roots or puts another key-encrypting key in place. On a
 * connection of its own: whoever makes a first root is inside a transaction, and if each of these took
 * a second connection from the pool they would wait for one another.
 */
export async function withRootFiles(
  database: Database,
  work: (run: (statement: Sql) => Promise<void>) => Promise<void>,
): Promise<void> {
  const client = await database.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext('tellerline root files'))");
    await work(async ({ text, values }) => {
      await client.query(text, [...values]);
    });
  } finally {
    // Ending the session gives the lock back, after an error too.
    await client.end();
  }
}

const rootContext = (owner: RootOwner, generation: number, context: string): string =>
  `wrap|${owner}|${generation}|${context}`;
