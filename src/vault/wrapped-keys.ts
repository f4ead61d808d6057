import type { BankId, CustomerId, LinkId } from '#base';
import { sql, type Sql, type Transaction } from '#db';
import { operator, type RootOwner } from './key-provider.ts';

/** `conversation`: words typed, and what is said here without a bank. `ledger`: what was agreed and what was done. */
export type CustomerKeyUse = 'conversation' | 'ledger';

export const customerContext = (customerId: CustomerId, use: CustomerKeyUse): string => `customer|${customerId}|${use}`;
export const linkContext = (linkId: LinkId, epoch: number): string => `link|${linkId}|${epoch}`;
export const operatorContext = (keyId: string): string => `operator key|${keyId}`;
export const callContext = (linkId: LinkId): string => `revocation|${linkId}`;

/** A key that is still wrapped under an earlier root. `id` orders its table. */
export interface StaleKey {
  readonly id: string;
  readonly context: string;
  readonly generation: number | null;
  readonly wrapped: Buffer;
}

/** `free`: keys that nobody holds now, so that a rotation never waits while it holds others; `all`: waits for them. */
type Which = 'free' | 'all';

/** How to find and replace wrapped keys of one table, batch by batch in the order of their ids. */
export interface WrappedKeys {
  /** One batch of the owner's keys from before `generation`, after the id given, their rows locked. */
  stale(
    tx: Transaction,
    from: { owner: RootOwner; generation: number; after: string; which: Which },
  ): Promise<StaleKey[]>;
  replace(tx: Transaction, generation: number, keys: readonly { id: string; wrapped: Buffer }[]): Promise<void>;
}

/** Rows of one batch: a few milliseconds for whoever waits for one of them. */
const batchMax = 200;
/** When a rotation waits for keys in use it holds one only, so that nobody can wait for it in a circle. */
const waitingMax = 1;
export const firstId = '00000000-0000-0000-0000-000000000000';

const linkKeys: WrappedKeys = {
  stale: async (tx, { owner, generation, after, which }) => {
    const stale = sql`select link_id as id, epoch, root_generation as generation, wrapped_key as wrapped from link_keys
      where link_id > ${after}::uuid and bank_id = ${owner} and wrapped_key is not null
        and coalesce(root_generation, 0) < ${generation}
      order by link_id`;
    const rows = await tx.query<Omit<StaleKey, 'context'> & { id: LinkId; epoch: number }>(locking(stale, which));
    return rows.map((row) => ({ ...row, context: linkContext(row.id, row.epoch) }));
  },
  replace: async (tx, generation, keys) => {
    await tx.execute(sql`update link_keys set root_generation = ${generation}, wrapped_key = u.wrapped
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[]) as u (id, wrapped)
      where link_id = u.id`);
  },
};

const callKeys: WrappedKeys = {
  stale: async (tx, { owner, generation, after, which }) => {
    const stale = sql`select call_id as id, link_id as "linkId", root_generation as generation, wrapped_key as wrapped
      from call_keys
      where call_id > ${after}::uuid and bank_id = ${owner} and coalesce(root_generation, 0) < ${generation}
      order by call_id`;
    const rows = await tx.query<Omit<StaleKey, 'context'> & { linkId: LinkId }>(locking(stale, which));
    return rows.map((row) => ({ ...row, context: callContext(row.linkId) }));
  },
  replace: async (tx, generation, keys) => {
    await tx.execute(sql`update call_keys set root_generation = ${generation}, wrapped_key = u.wrapped
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[]) as u (id, wrapped)
      where call_id = u.id`);
  },
};

const customerKeys = (use: CustomerKeyUse): WrappedKeys => ({
  stale: async (tx, { generation, after, which }) => {
    const stale = sql`select customer_id as id, root_generation as generation, wrapped_key as wrapped from customer_keys
      where customer_id > ${after}::uuid and use = ${use} and coalesce(root_generation, 0) < ${generation}
      order by customer_id`;
    const rows = await tx.query<Omit<StaleKey, 'context'> & { id: CustomerId }>(locking(stale, which));
    return rows.map((row) => ({ ...row, context: customerContext(row.id, use) }));
  },
  replace: async (tx, generation, keys) => {
    await tx.execute(sql`update customer_keys set root_generation = ${generation}, wrapped_key = u.wrapped
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[]) as u (id, wrapped)
      where customer_id = u.id and use = ${use}`);
  },
});

const operatorKeys: WrappedKeys = {
  stale: async (tx, { generation, after, which }) => {
    const stale = sql`select key_id as id, root_generation as generation, wrapped_key as wrapped from operator_keys
      where key_id > ${after}::uuid and root_generation < ${generation} order by key_id`;
    const rows = await tx.query<Omit<StaleKey, 'context'>>(locking(stale, which));
    return rows.map((row) => ({ ...row, context: operatorContext(row.id) }));
  },
  replace: async (tx, generation, keys) => {
    await tx.execute(sql`update operator_keys set root_generation = ${generation}, wrapped_key = u.wrapped
      from unnest(${keys.map((key) => key.id)}::uuid[], ${keys.map((key) => key.wrapped)}::bytea[]) as u (id, wrapped)
      where key_id = u.id`);
  },
};

function locking(statement: Sql, which: Which): Sql {
  const lock =
    which === 'free' ? `limit ${batchMax} for no key update skip locked` : `limit ${waitingMax} for no key update`;
  return { ...statement, text: `${statement.text} ${lock}` };
}

/** Where an owner's wrapped keys stand. */
export function wrappedKeysOf(owner: RootOwner): readonly WrappedKeys[] {
  return owner === operator
    ? [customerKeys('conversation'), customerKeys('ledger'), operatorKeys]
    : [linkKeys, callKeys];
}

/** The owners of keys that the key-encrypting key wrapped itself and that nothing has rewrapped since. */
export async function ownersOfDirectKeys(tx: Transaction): Promise<RootOwner[]> {
  const rows = await tx.query<{ owner: BankId | typeof operator }>(sql`
    select bank_id as owner from link_keys where root_generation is null and wrapped_key is not null
    union select bank_id from call_keys where root_generation is null
    union select ${operator} from customer_keys where root_generation is null`);
  return rows.map((row) => row.owner);
}
