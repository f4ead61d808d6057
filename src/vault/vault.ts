import type { AccountRef, BankId, Clock, CustomerId, LinkId, Random, RecordId } from '#base';
import { limits, TellerlineError } from '#base';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import { exportOf, type LogExport, type ProofLog } from '#proof';
import { loggedAccesses } from './accesses.ts';
import { open, seal } from './cipher.ts';
import { createGate, type Gate } from './gate.ts';
import type { KeyProvider } from './key-provider.ts';
import { keyTable, type Call } from './keys.ts';
import { Plaintext } from './plaintext.ts';
import type { RecordContent, RecordDraft, StoredRecord } from './records.ts';
import { createRoots } from './roots.ts';
import { createRotation, type KeyRotation } from './rotation.ts';
import { customerSealer, linkSealer, type CustomerSealer, type LinkSealer } from './sealing.ts';
import { storeRecords } from './store.ts';
import { callContext, type CustomerKeyUse } from './wrapped-keys.ts';

/** What was erased when a link's key was destroyed. */
export interface Erased {
  readonly keys: number;
  readonly records: number;
}

/** Sealed data and its keys. Plaintext of records comes out of `gate` alone. */
export interface Vault {
  readonly gate: Gate;
  readonly rotation: KeyRotation;
  /** A blind index: finds a value again without storing it. */
  index(domain: string, value: string): Buffer;

  /** Makes a new customer's keys; once a customer. */
  createCustomerKeys(tx: Transaction, customerId: CustomerId): Promise<void>;
  /** Makes a new link's key; once a link, before anything of it is sealed. */
  createLinkKey(tx: Transaction, link: { linkId: LinkId; customerId: CustomerId; bankId: BankId }): Promise<void>;
  /** Locks the links named for an act that ends them. */
  lockKeys(tx: Transaction, linkIds: readonly LinkId[]): Promise<void>;
  /** Destroys a link's key, moves its epoch on and deletes its records: from COMMIT on nothing of it can be read. */
  eraseLink(tx: Transaction, linkId: LinkId): Promise<Erased>;
  /** Deletes the records of some kinds or accounts of a link; answers which. */
  eraseRecords(
    tx: Transaction,
    linkId: LinkId,
    which: { readonly kinds: readonly RecordContent['kind'][]; readonly accountRefs: readonly AccountRef[] },
  ): Promise<RecordId[]>;
  /** What `eraseLink` does, for every link and key of a customer; the list of accesses goes too. */
  eraseCustomer(tx: Transaction, customerId: CustomerId): Promise<Erased>;

  /**
   * Everything that was done with a customer's data, each use with its proof, as of the newest checkpoint.
   * For the customer alone.
   */
  exportAccesses(customerId: CustomerId): Promise<LogExport>;

  /** @throws TellerlineError `key_gone` */
  customerSealer(db: Queryable, customerId: CustomerId, use: CustomerKeyUse): Promise<CustomerSealer>;
  /** Sealers of the links that still have a key, their rows locked until the transaction ends. */
  linkSealers(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkSealer>>;
  /**
   * Seals and stores drafts in their order, and answers what became of each. `sealers` holds every link
   * that a draft names; `history` never replaces what an event told of the same stage.
   */
  storeRecords(
    tx: Transaction,
    sealers: ReadonlyMap<string, LinkSealer>,
    drafts: readonly RecordDraft[],
    origin: 'event' | 'history',
  ): Promise<StoredRecord[]>;

  /** Deletes what has served its time: records older than the look-back, accesses older than three years (12 CFR 1033.441). */
  tidy(nowMs: number): Promise<void>;

  /** Seals what one call needs under a key of its own, in place of an earlier one of that call. */
  sealForCall(tx: Transaction, call: Call, value: unknown): Promise<Buffer>;
  /** @throws TellerlineError `key_gone` */
  openForCall<Value>(call: Omit<Call, 'bankId'>, sealed: Buffer): Promise<Plaintext<Value>>;
  /** Destroys the key of a call that was confirmed or given up. */
  endCall(tx: Transaction, callId: string): Promise<void>;
}

/** Opens the vault over a database and a provider of root keys. */
export function createVault(parts: {
  readonly database: Database;
  readonly provider: KeyProvider;
  readonly proof: ProofLog;
  readonly clock: Clock;
  readonly random: Random;
}): Vault {
  const { database, provider, proof, clock, random } = parts;
  const roots = createRoots(parts);
  const keys = keyTable(roots, random);
  return {
    gate: createGate({ database, keys, proof, clock }),
    rotation: createRotation({ ...parts, roots }),
    index: provider.index,
    createCustomerKeys: keys.createForCustomer,
    createLinkKey: keys.createForLink,
    lockKeys: keys.lock,
    eraseLink: async (tx, linkId) => {
      const destroyed = await keys.destroyOfLink(tx, linkId);
      const records = await tx.execute(sql`delete from records where link_id = ${linkId}`);
      return { keys: destroyed ? 1 : 0, records };
    },
    eraseRecords: async (tx, linkId, { kinds, accountRefs }) => {
      const rows = await tx.query<{ recordId: RecordId }>(sql`delete from records where link_id = ${linkId}
        and (kind = any(${[...kinds]}::text[]) or account_ref = any(${[...accountRefs]}::uuid[]))
        returning record_id as "recordId"`);
      return rows.map((row) => row.recordId);
    },
    eraseCustomer: async (tx, customerId) => {
      const records = await tx.execute(sql`delete from records
        where link_id in (select link_id from link_keys where customer_id = ${customerId})`);
      const destroyed = await keys.destroyOfCustomer(tx, customerId);
      await tx.execute(sql`delete from accesses where customer_id = ${customerId}`);
      return { keys: destroyed, records };
    },
    exportAccesses: async (customerId) => {
      const accesses = await loggedAccesses(database, keys, customerId);
      const proofs = await proof.proofs(accesses.map((access) => access.place));
      if (!proofs) throw new TellerlineError('log_not_ready', 503, 'The log has signed nothing yet. Try again soon.');
      return exportOf(proof.key, accesses, proofs);
    },
    customerSealer: async (db, customerId, use) =>
      customerSealer(customerId, use, await keys.ofCustomer(db, customerId, use), random),
    linkSealers: async (tx, linkIds) => {
      const held = await keys.ofLinks(tx, linkIds);
      return new Map([...held].map(([linkId, key]) => [linkId, linkSealer(key, random)]));
    },
    storeRecords,
    tidy: async (nowMs) => {
      const lookback = new Date(nowMs - (limits.lookbackDaysMax + 1) * dayMs);
      await database.execute(sql`delete from records where kind = 'transaction'
        and local_date < ${lookback}::date and stored_at < ${lookback}`);
      await database.execute(sql`delete from accesses where at < ${new Date(nowMs - limits.accessDaysKept * dayMs)}`);
    },
    sealForCall: async (tx, call, value) => {
      const key = await keys.createForCall(tx, call);
      return seal(key, callContext(call.linkId), Buffer.from(JSON.stringify(value)), random);
    },
    openForCall: async <Value>({ callId, linkId }: Omit<Call, 'bankId'>, sealed: Buffer) => {
      const key = await keys.ofCall(database, callId);
      return new Plaintext(JSON.parse(open(key, callContext(linkId), sealed).toString()) as Value);
    },
    endCall: keys.destroyOfCall,
  };
}

const dayMs = 86_400_000;
