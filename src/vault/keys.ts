import type { BankId, CustomerId, LinkId, Random } from '#base';
import { invariant, isTellerlineError, TellerlineError } from '#base';
import { operation, sql, type Queryable, type Transaction } from '#db';
import { dataKey, newSecret, saltKeyOf, type DataKey } from './cipher.ts';
import { operator, type RootOwner } from './key-provider.ts';
import { isKeyShut, type Roots } from './roots.ts';
import { callContext, customerContext, linkContext, type CustomerKeyUse } from './wrapped-keys.ts';

/** A link's data key in use, with the epoch that every ciphertext under it names. */
export interface LinkKey {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly bankId: BankId;
  readonly epoch: number;
  readonly key: DataKey;
}

/** A call that tells a bank something after its link's own key is gone. */
export interface Call {
  readonly callId: string;
  readonly linkId: LinkId;
}

/** A customer's ledger key: what seals its entries, and what the salts of their commitments derive from. */
export interface LedgerKey {
  readonly sealing: DataKey;
  /** Derived from the ledger key. With that key it is gone, and nothing ties a leaf to what it said. */
  readonly saltKey: Buffer;
}

/** How often a row is read again whose root a rotation destroyed between the reading and the unwrapping. */
const readingsMax = 3;

/** Keys of links that are about to end. */
export interface EndingKeys {
  readonly held: Map<LinkId, LinkKey>;
  /** Those that are there and cannot be unwrapped: their bank's own key service does not answer, or has withdrawn. */
  readonly shut: ReadonlySet<LinkId>;
}

/** Whose keys are about to be used. */
export type KeysOf =
  | { readonly linkIds: readonly LinkId[] }
  | { readonly customerId: CustomerId }
  | { readonly bankId: BankId };

/** Data keys in their tables: made, taken out for one transaction, destroyed. Private to this folder. */
export interface KeyTable {
  /** Makes a customer's two keys. */
  createForCustomer(tx: Transaction, customerId: CustomerId): Promise<void>;
  /** Makes a link's key, at epoch 1. */
  createForLink(tx: Transaction, link: { linkId: LinkId; customerId: CustomerId; bankId: BankId }): Promise<void>;
  /**
   * Puts a fresh key in the place of the one given, an epoch further, and answers it: from COMMIT on the
   * earlier one is destroyed. The link's key is locked already.
   */
  renewOfLink(tx: Transaction, held: LinkKey): Promise<LinkKey>;
  /** Makes the keys of calls to one bank, each in place of an earlier one of the same call; in their order. */
  createForCalls(tx: Transaction, bankId: BankId, calls: readonly Call[]): Promise<DataKey[]>;
  /** The keys of the customers named; whoever was deleted is missing from the answer. */
  ofCustomers(
    db: Queryable,
    customerIds: readonly CustomerId[],
    use: CustomerKeyUse,
  ): Promise<Map<CustomerId, DataKey>>;
  /**
   * Customers' ledger keys in their two parts.
   *
   * @throws TellerlineError `key_gone`, also by the function returned, for a customer without keys
   */
  ledgerKeys(db: Queryable, customerIds: readonly CustomerId[]): Promise<(customerId: CustomerId) => LedgerKey>;
  /** Reads customers' ledger keys before the entries of this transaction ask for them, so that nothing waits for that. */
  readLedgerKeys(tx: Transaction, customerIds: readonly CustomerId[]): Promise<void>;
  /**
   * The keys of the links named, their rows locked against revocation until the transaction ends
   * (promise P5), in the order of their ids so that two transactions cannot wait for each other.
   * A revoked link is missing from the answer, and so is one whose bank has withdrawn or has withdrawn its key.
   */
  ofLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkKey>>;
  /**
   * The same of links whose keys `event_routes` has locked and read, one row each; the customers' ledger keys
   * that it read with them serve the entries of this transaction.
   */
  ofRoutes(tx: Transaction, rows: readonly RoutedKey[]): Promise<Map<LinkId, LinkKey>>;
  /** The same without the links of a bank whose key service does not answer: for showing what can be shown. */
  ofReadableLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkKey>>;
  /** The same with the keys that are closed: for the act that ends their links and destroys them. */
  ofEndingLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<EndingKeys>;
  /**
   * Asks the key services of the banks that have one, before a transaction uses the keys named: see `Roots.ahead`.
   * `db` is held for a query alone.
   */
  ahead(db: Queryable, of: KeysOf): Promise<void>;
  /**
   * Closes every key of a bank: from COMMIT on nothing is read under any of them. Waits for the readers of
   * now, in the order of the keys' ids.
   */
  closeOfBank(tx: Transaction, bankId: BankId): Promise<void>;
  /** Destroys every key of a bank's links that is left; answers how many there were. */
  destroyOfBank(tx: Transaction, bankId: BankId): Promise<number>;
  /** @throws TellerlineError `key_gone` */
  ofCall(db: Queryable, callId: string): Promise<DataKey>;
  /** Locks the keys named for their destruction, in the order of their ids. */
  lock(tx: Transaction, linkIds: readonly LinkId[]): Promise<void>;
  /** Moves the epoch on and destroys the key; false when it was gone. */
  destroyOfLink(tx: Transaction, linkId: LinkId): Promise<boolean>;
  /** The same for several; answers how many there were. */
  destroyOfLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<number>;
  /** Destroys all keys of a customer, those of links included; answers how many there were. */
  destroyOfCustomer(tx: Transaction, customerId: CustomerId): Promise<number>;
  destroyOfCall(tx: Transaction, callId: string): Promise<void>;
}

/** Makes the table of keys: each is a random secret, wrapped for its customer and use, or its link and epoch. */
export function keyTable(roots: Roots, random: Random): KeyTable {
  return {
    createForCustomer: (tx, customerId) => createForCustomer(tx, roots, random, customerId),
    createForLink: async (tx, { linkId, customerId, bankId }) => {
      const generation = await roots.current(tx, bankId);
      const [wrapped] = await wrapFresh(roots, random, { owner: bankId, generation }, [linkContext(linkId, 1)]);
      await tx.execute(sql`insert into link_keys (link_id, customer_id, bank_id, epoch, root_generation, wrapped_key)
        values (${linkId}, ${customerId}, ${bankId}, 1, ${generation}, ${wrapped})`);
    },
    renewOfLink: (tx, held) => renewOfLink(tx, roots, random, held),
    createForCalls: (tx, bankId, calls) => createForCalls(tx, roots, random, bankId, calls),
    ofCustomers: (db, customerIds, use) => readAgain(() => customerKeys(db, roots, customerIds, use)),
    ledgerKeys: (db, customerIds) => readAgain((reading) => ledgerKeys(db, roots, customerIds, reading)),
    readLedgerKeys: async (tx, customerIds) => {
      keepReading(tx, await tx.run(readLedgerKeys, { customerIds }));
    },
    ofLinks: async (tx, linkIds) => (await takeOut(roots, await lockForReading(tx, linkIds), isKeyWithdrawn)).held,
    ofRoutes: async (tx, rows) => {
      keepReading(
        tx,
        rows.flatMap(({ customerId, ledgerGeneration: generation, ledgerWrapped: wrapped }) =>
          wrapped ? [{ customerId, generation, wrapped }] : [],
        ),
      );
      return (await takeOut(roots, rows, isKeyWithdrawn)).held;
    },
    ofReadableLinks: async (tx, linkIds) => (await takeOut(roots, await lockForReading(tx, linkIds), isKeyShut)).held,
    ofEndingLinks: async (tx, linkIds) => takeOut(roots, await lockForEnding(tx, linkIds), isKeyShut),
    ahead: (db, of) => askAhead(db, roots, of),
    closeOfBank: async (tx, bankId) => {
      await lockOfBank(tx, bankId);
      await tx.execute(sql`update link_keys set closed = true where bank_id = ${bankId} and wrapped_key is not null`);
    },
    destroyOfBank: async (tx, bankId) => {
      await lockOfBank(tx, bankId);
      return tx.execute(sql`update link_keys set epoch = epoch + 1, wrapped_key = null, root_generation = null, closed = false
        where bank_id = ${bankId} and wrapped_key is not null`);
    },
    ofCall: (db, callId) => readAgain(() => callKey(db, roots, callId)),
    lock: async (tx, linkIds) => {
      await tx.execute(
        sql`select from link_keys where link_id = any(${[...linkIds]}::uuid[]) order by link_id for update`,
      );
    },
    destroyOfLink: async (tx, linkId) => (await destroyOfLinks(tx, [linkId])) === 1,
    destroyOfLinks,
    destroyOfCustomer: async (tx, customerId) => {
      const own = await tx.execute(sql`delete from customer_keys where customer_id = ${customerId}`);
      const ofLinks = await tx.query<{ live: boolean }>(sql`delete from link_keys where customer_id = ${customerId}
        returning wrapped_key is not null as live`);
      return own + ofLinks.filter((key) => key.live).length;
    },
    destroyOfCall: async (tx, callId) => {
      await tx.execute(sql`delete from call_keys where call_id = ${callId}`);
    },
  };
}

async function createForCustomer(tx: Transaction, roots: Roots, random: Random, customerId: CustomerId): Promise<void> {
  const uses: CustomerKeyUse[] = ['conversation', 'ledger'];
  const generation = await roots.current(tx, operator);
  const contexts = uses.map((use) => customerContext(customerId, use));
  const wrapped = await wrapFresh(roots, random, { owner: operator, generation }, contexts);
  await tx.execute(sql`insert into customer_keys (customer_id, use, root_generation, wrapped_key)
    select ${customerId}, use, ${generation}, wrapped from unnest(${uses}::text[], ${wrapped}::bytea[]) as u (use, wrapped)`);
}

/** New secrets, one for each context, wrapped under the owner's root of today; kept nowhere else. */
async function wrapFresh(
  roots: Roots,
  random: Random,
  { owner, generation }: { readonly owner: RootOwner; readonly generation: number },
  contexts: readonly string[],
): Promise<Buffer[]> {
  const secrets = contexts.map((context) => ({ context, secret: newSecret(random) }));
  const wrapped = await roots.wrap(owner, generation, secrets);
  for (const { secret } of secrets) secret.fill(0);
  return wrapped;
}

async function renewOfLink(tx: Transaction, roots: Roots, random: Random, held: LinkKey): Promise<LinkKey> {
  const { linkId, bankId } = held;
  const epoch = held.epoch + 1;
  const secret = newSecret(random);
  const generation = await roots.current(tx, bankId);
  const [wrapped] = await roots.wrap(bankId, generation, [{ context: linkContext(linkId, epoch), secret }]);
  const key = dataKey(secret);
  const renewed = await tx.execute(sql`
    update link_keys set epoch = ${epoch}, root_generation = ${generation}, wrapped_key = ${wrapped}
    where link_id = ${linkId} and epoch = ${held.epoch} and wrapped_key is not null`);
  invariant(renewed === 1, 'a key is renewed by whoever has locked it');
  return { ...held, epoch, key };
}

/** Keys of calls, wrapped under the bank's root of today. */
async function createForCalls(
  tx: Transaction,
  roots: Roots,
  random: Random,
  bankId: BankId,
  calls: readonly Call[],
): Promise<DataKey[]> {
  const secrets = calls.map(({ linkId }) => ({ context: callContext(linkId), secret: newSecret(random) }));
  const generation = await roots.current(tx, bankId);
  const wrapped = await roots.wrap(bankId, generation, secrets);
  await tx.execute(sql`insert into call_keys (call_id, link_id, bank_id, root_generation, wrapped_key)
    select call_id, link_id, ${bankId}, ${generation}, wrapped
    from unnest(${calls.map((call) => call.callId)}::uuid[], ${calls.map((call) => call.linkId)}::uuid[], ${wrapped}::bytea[])
      as u (call_id, link_id, wrapped)
    on conflict (call_id) do update set root_generation = excluded.root_generation, wrapped_key = excluded.wrapped_key`);
  return secrets.map(({ secret }) => dataKey(secret));
}

function destroyOfLinks(tx: Transaction, linkIds: readonly LinkId[]): Promise<number> {
  return tx.execute(sql`update link_keys set epoch = epoch + 1, wrapped_key = null, root_generation = null, closed = false
    where link_id = any(${[...linkIds]}::uuid[]) and wrapped_key is not null`);
}

async function lockOfBank(tx: Transaction, bankId: BankId): Promise<void> {
  await tx.execute(sql`select from link_keys where bank_id = ${bankId} and wrapped_key is not null
    order by link_id for update`);
}

interface KeyRow {
  readonly bankId: BankId;
  readonly linkId: LinkId;
  readonly generation: number | null;
  readonly wrapped: Buffer;
}

async function customerKeys(
  db: Queryable,
  roots: Roots,
  customerIds: readonly CustomerId[],
  use: CustomerKeyUse,
): Promise<Map<CustomerId, DataKey>> {
  const rows = await db.run(readCustomerKeys, { customerIds, use });
  const secrets = await roots.unwrap(
    operator,
    rows.map((row) => ({ ...row, context: customerContext(row.customerId, use) })),
  );
  return new Map(rows.map(({ customerId }, n) => [customerId, dataKey(secrets[n] as Buffer)]));
}

/** Customers' keys for one use, wrapped; without a lock. */
export const readCustomerKeys = operation<WrappedCustomerKey>()(
  'keys.of-customers',
  { customerIds: 'uuid[]', use: 'text' },
  `select customer_id as "customerId", root_generation as generation, wrapped_key as wrapped from customer_keys
  where use = $use and customer_id = any($customerIds)`,
);

async function callKey(db: Queryable, roots: Roots, callId: string): Promise<DataKey> {
  const [row] = await db.query<KeyRow>(sql`
    select bank_id as "bankId", link_id as "linkId", root_generation as generation, wrapped_key as wrapped
    from call_keys where call_id = ${callId}`);
  if (!row) throw keyGone();
  const [secret] = await roots.unwrap(row.bankId, [{ ...row, context: callContext(row.linkId) }]);
  return dataKey(secret as Buffer);
}

/** A customer's key, still wrapped. */
interface WrappedCustomerKey {
  readonly customerId: CustomerId;
  readonly generation: number | null;
  readonly wrapped: Buffer;
}

/** Ledger keys that a transaction has read together with its links. */
const readAlready = new WeakMap<Queryable, ReadonlyMap<CustomerId, WrappedCustomerKey>>();

function keepReading(tx: Transaction, rows: readonly WrappedCustomerKey[]): void {
  readAlready.set(tx, new Map(rows.map((row) => [row.customerId, row])));
}

async function ledgerKeys(
  db: Queryable,
  roots: Roots,
  customerIds: readonly CustomerId[],
  reading: number,
): Promise<(customerId: CustomerId) => LedgerKey> {
  const rows = await wrappedLedgerKeys(db, [...new Set(customerIds)], reading);
  const secrets = await roots.unwrap(
    operator,
    rows.map((row) => ({ ...row, context: customerContext(row.customerId, 'ledger') })),
  );
  const held = new Map(
    rows.map(({ customerId }, n) => {
      const secret = secrets[n] as Buffer;
      const saltKey = saltKeyOf(secret);
      // Last, for it overwrites the secret.
      return [customerId, { sealing: dataKey(secret), saltKey }];
    }),
  );
  return (customerId) => {
    const key = held.get(customerId);
    if (!key) throw keyGone();
    return key;
  };
}

/** Those that the transaction has read already, unless a root that wrapped one is gone since. */
async function wrappedLedgerKeys(
  db: Queryable,
  customerIds: readonly CustomerId[],
  reading: number,
): Promise<WrappedCustomerKey[]> {
  const known = reading === 1 ? readAlready.get(db) : undefined;
  const rows = known && customerIds.map((customerId) => known.get(customerId));
  if (rows?.every((row) => row !== undefined)) return rows;
  return db.run(readLedgerKeys, { customerIds });
}

/** Customers' ledger keys, wrapped; without a lock. */
export const readLedgerKeys = operation<WrappedCustomerKey>()(
  'ledger.keys',
  { customerIds: 'uuid[]' },
  `select customer_id as "customerId", root_generation as generation, wrapped_key as wrapped from customer_keys
  where use = 'ledger' and customer_id = any($customerIds)`,
);

/** These rows are read without a lock, so a rotation may rewrap one and destroy its root in between. */
export async function readAgain<Key>(read: (reading: number) => Promise<Key>): Promise<Key> {
  for (let reading = 1; ; reading += 1) {
    try {
      return await read(reading);
    } catch (error) {
      if (!isTellerlineError(error, 'root_gone') || reading === readingsMax) throw error;
    }
  }
}

type LockedKey = Omit<KeyRow, 'wrapped'> & {
  readonly customerId: CustomerId;
  readonly epoch: number;
  readonly wrapped: Buffer | null;
};

/** A link's key as an event finds it, locked, with its customer's ledger key. */
export type RoutedKey = LockedKey & {
  readonly ledgerGeneration: number | null;
  readonly ledgerWrapped: Buffer | null;
};

const isKeyWithdrawn = (error: unknown): boolean => isTellerlineError(error, 'key_withdrawn');

/** Nothing is asked of PostgreSQL for no link at all, as for a customer's own words. */
async function lockForReading(tx: Transaction, linkIds: readonly LinkId[]): Promise<LockedKey[]> {
  return linkIds.length === 0 ? [] : tx.run(holdKeys, { linkIds });
}

/** Locks the keys of links against revocation, in the order of their ids; one that is closed is missing, one that is destroyed has no key. */
export const holdKeys = operation<LockedKey>()(
  'keys.hold',
  { linkIds: 'uuid[]' },
  `select link_id as "linkId", customer_id as "customerId", bank_id as "bankId", epoch, root_generation as generation,
    wrapped_key as wrapped
  from link_keys where link_id = any($linkIds) and not closed order by link_id for share`,
);

function lockForEnding(tx: Transaction, linkIds: readonly LinkId[]): Promise<LockedKey[]> {
  return tx.query<LockedKey>(sql`
    select link_id as "linkId", customer_id as "customerId", bank_id as "bankId", epoch, root_generation as generation, wrapped_key as wrapped
    from link_keys where link_id = any(${[...linkIds]}::uuid[]) order by link_id for update`);
}

/**
 * Unwraps keys, bank by bank. What `isForgiven` ends the use of one bank's links and of nobody else's; any
 * other error is thrown.
 */
async function takeOut(
  roots: Roots,
  rows: readonly LockedKey[],
  isForgiven: (error: unknown) => boolean,
): Promise<EndingKeys> {
  const live = rows.flatMap((row) => (row.wrapped ? [{ ...row, wrapped: row.wrapped }] : []));
  const held = new Map<LinkId, LinkKey>();
  const shut = new Set<LinkId>();
  for (const [bankId, some] of Map.groupBy(live, (row) => row.bankId)) {
    const wrapped = some.map((row) => ({ ...row, context: linkContext(row.linkId, row.epoch) }));
    const secrets = await roots.unwrap(bankId, wrapped).catch((error: unknown) => {
      if (!isForgiven(error)) throw error;
      return undefined;
    });
    for (const [n, { linkId, customerId, epoch }] of some.entries()) {
      const secret = secrets?.[n];
      if (secret) held.set(linkId, { linkId, customerId, bankId, epoch, key: dataKey(secret) });
      else shut.add(linkId);
    }
  }
  return { held, shut };
}

async function askAhead(db: Queryable, roots: Roots, of: KeysOf): Promise<void> {
  const holders = [...roots.holders];
  // Files answer at once: where no bank holds its own roots nothing is looked up.
  if (holders.length === 0) return;
  const which =
    'bankId' in of
      ? sql`select owner, generation from key_roots where owner = ${of.bankId} and owner = any(${holders})`
      : sql`select distinct bank_id as owner, root_generation as generation from link_keys
          where (link_id = any(${'linkIds' in of ? [...of.linkIds] : null}::uuid[])
              or customer_id = ${'customerId' in of ? of.customerId : null}::uuid)
            and root_generation is not null and bank_id = any(${holders})`;
  const rows = await db.query<{ owner: BankId; generation: number }>(which);
  await Promise.all(rows.map(({ owner, generation }) => roots.ahead(owner, generation)));
}

/** The refusal for a key that was destroyed. */
export function keyGone(): TellerlineError {
  return new TellerlineError('key_gone', 410, 'This was deleted and can no longer be read.');
}
