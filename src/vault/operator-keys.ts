import { newId, type Branded, type Random } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { dataKey, forgetKey, newSecret, open, seal } from './cipher.ts';
import { operator } from './key-provider.ts';
import { keyGone, readAgain } from './keys.ts';
import type { Roots } from './roots.ts';
import { operatorContext } from './wrapped-keys.ts';

/** What is sealed for nobody in particular: a body of a messenger's, before anybody knows whom it concerns. */
export type OperatorUse = 'inbox';

/** Bytes that were sealed under a key of the operator's. */
export interface SealedForOperator {
  readonly keyId: string;
  readonly sealed: Buffer;
}

/** Keys of the operator's own, one for each use and day; wrapped under the operator's root. */
export interface OperatorKeys {
  /** Seals bytes under the key of the day; `row` binds them to their place, whichever table that stands in. */
  seal(tx: Transaction, use: OperatorUse, row: string, bytes: Buffer, nowMs: number): Promise<SealedForOperator>;
  /**
   * The bytes as they were.
   *
   * @throws TellerlineError `key_gone`, `sealed_unreadable`
   */
  open(db: Queryable, use: OperatorUse, row: string, sealed: SealedForOperator): Promise<Buffer>;
  /** Destroys the keys of days before: what they sealed is kept no longer. */
  forget(db: Queryable, before: Date): Promise<void>;
}

interface KeyRow {
  readonly keyId: string;
  readonly generation: number;
  readonly wrapped: Buffer;
}

/** The operator's keys over the roots. A key is unwrapped for one use and forgotten. */
export function operatorKeys(roots: Roots, random: Random): OperatorKeys {
  const unwrap = async ({ keyId, generation, wrapped }: KeyRow) => {
    const [secret] = await roots.unwrap(operator, [{ context: operatorContext(keyId), generation, wrapped }]);
    return dataKey(secret as Buffer);
  };
  return {
    seal: (tx, use, row, bytes, nowMs) =>
      readAgain(async () => {
        const held = await keyOfDay(tx, roots, random, use, new Date(nowMs).toISOString().slice(0, 10));
        const key = await unwrap(held);
        try {
          return { keyId: held.keyId, sealed: seal(key, context(use, row), bytes, random) };
        } finally {
          forgetKey(key);
        }
      }),
    open: (db, use, row, { keyId, sealed }) =>
      readAgain(async () => {
        const [held] = await db.query<KeyRow>(sql`
          select key_id as "keyId", root_generation as generation, wrapped_key as wrapped from operator_keys
          where key_id = ${keyId} and use = ${use}`);
        if (!held) throw keyGone();
        const key = await unwrap(held);
        try {
          return open(key, context(use, row), sealed);
        } finally {
          forgetKey(key);
        }
      }),
    forget: async (db, before) => {
      await db.execute(sql`delete from operator_keys where day < ${before}::date`);
    },
  };
}

const context = (use: OperatorUse, row: string): string => `operator|${use}|${row}`;

/** The key of a day; made by whoever needs it first. */
async function keyOfDay(tx: Transaction, roots: Roots, random: Random, use: OperatorUse, day: string): Promise<KeyRow> {
  const find = () =>
    tx.query<KeyRow>(sql`select key_id as "keyId", root_generation as generation, wrapped_key as wrapped
      from operator_keys where use = ${use} and day = ${day}::date`);
  const [standing] = await find();
  if (standing) return standing;
  const keyId = newId<Branded<'OperatorKeyId'>>();
  const generation = await roots.current(tx, operator);
  const secret = newSecret(random);
  const [wrapped] = await roots.wrap(operator, generation, [{ context: operatorContext(keyId), secret }]);
  secret.fill(0);
  await tx.execute(sql`insert into operator_keys (key_id, use, day, root_generation, wrapped_key)
    values (${keyId}, ${use}, ${day}::date, ${generation}, ${wrapped}) on conflict (use, day) do nothing`);
  // Of two at once the second waited for the first, and finds its key.
  const [made] = await find();
  if (!made) throw keyGone();
  return made;
}
