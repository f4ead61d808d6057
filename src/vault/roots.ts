import type { Clock, Random } from '#base';
import { invariant, isTellerlineError } from '#base';
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
  /** Banks that hold their own roots. */
  readonly holders: ReadonlySet<string>;
  /**
   * Asks for a root before a connection or a lock is held, so that nobody waits for a bank's key service with
   * one. Never throws: a failure is remembered, and is what the use that follows meets at once.
   */
  ahead(owner: RootOwner, generation: number): Promise<void>;
  /**
   * The generation that wraps today, held against rotation until the transaction ends: what is wrapped
   * under it is stored before the rotation looks for it. The first call for an owner makes its first root.
   */
  current(tx: Transaction, owner: RootOwner): Promise<number>;
  wrap(owner: RootOwner, generation: number, secrets: readonly Unwrapped[]): Promise<Buffer[]>;
  /** @throws TellerlineError `sealed_unreadable`, and those of `RootHolder.leaseRoot` */
  unwrap(owner: RootOwner, wrapped: readonly Wrapped[]): Promise<Buffer[]>;
}

/** For so long a bank's key service that failed is not asked again: whoever comes meanwhile is answered at once. */
const failureMs = 2_000;

interface Failure {
  readonly error: unknown;
  readonly untilMs: number;
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
  const unlessFailed = failureMemory(clock);

  // Whoever awaits this uses the key before the next await: no timer, and so no end of a lease, comes between.
  const lease = async (owner: RootOwner, generation: number): Promise<DataKey> => {
    const name = `${owner}|${generation}`;
    const held = leases.get(name);
    if (held && clock.monotonicMs() < held.untilMs) return held.key;
    return (await once(asked, name, () => unlessFailed(owner, () => ask(owner, generation, name)))).key;
  };
  const ask = async (owner: RootOwner, generation: number, name: string): Promise<Lease> => {
    // Counted from the asking, so that the owner's word holds however long the answer took.
    const untilMs = clock.monotonicMs() + rootLeaseMs;
    if (provider.holders.has(owner)) await enterLease(parts, owner, generation);
    const secret = await provider.leaseRoot(owner, generation);
    const fresh = { key: dataKey(secret), untilMs };
    leases.set(name, fresh);
    setTimeout(() => {
      if (leases.get(name) === fresh) leases.delete(name);
      forgetKey(fresh.key);
    }, rootLeaseMs).unref();
    return fresh;
  };

  const begin = (owner: RootOwner): Promise<void> =>
    once(begun, owner, () => unlessFailed(owner, () => beginRoots(database, provider, owner, clock.nowMs())));
  const settled = (): void => undefined;
  return {
    holders: provider.holders,
    ahead: (owner, generation) => lease(owner, generation).then(settled, settled),
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

/** What is under way by a name already is shared with whoever comes meanwhile. */
function once<Name, Result>(
  underWay: Map<Name, Promise<Result>>,
  name: Name,
  begin: () => Promise<Result>,
): Promise<Result> {
  const begun = underWay.get(name) ?? begin().finally(() => underWay.delete(name));
  underWay.set(name, begun);
  return begun;
}

/**
 * Asks an owner, unless it has failed just now: then with the same error and at once, so that one dead key
 * service is waited for once and not by everybody.
 */
function failureMemory(clock: Clock): <Result>(owner: RootOwner, ask: () => Promise<Result>) => Promise<Result> {
  const failures = new Map<RootOwner, Failure>();
  return async (owner, ask) => {
    const failure = failures.get(owner);
    if (failure && clock.monotonicMs() < failure.untilMs) throw failure.error;
    try {
      const answer = await ask();
      failures.delete(owner);
      return answer;
    } catch (error) {
      if (isKeyShut(error)) failures.set(owner, { error, untilMs: clock.monotonicMs() + failureMs });
      throw error;
    }
  };
}

/** Whether a bank's own key service is why its roots cannot be had: it has withdrawn them or does not answer. */
export function isKeyShut(error: unknown): boolean {
  return isTellerlineError(error, 'key_withdrawn') || isTellerlineError(error, 'key_service_unavailable');
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
