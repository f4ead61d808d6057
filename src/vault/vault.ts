import type { AccountRef, BankId, Clock, CustomerId, LinkId, Log, Random, RecordId } from '#base';
import { limits } from '#base';
import { sql, type Database, type Queryable, type ScopedDatabase, type Transaction } from '#db';
import type { ProofLog } from '#proof';
import { forgetKey } from './cipher.ts';
import { openForCall, sealForCalls } from './calls.ts';
import { createGate, type Gate } from './gate.ts';
import { operator, type KeyProvider } from './key-provider.ts';
import { keyGone, keyTable, type Call, type KeysOf, type LinkKey, type RoutedKey } from './keys.ts';
import type { DeletionDraft } from './ledger-records.ts';
import { createLedger, enterAccountEnd, forgetOldEntries, type Ledger, type LedgerParts } from './ledger.ts';
import { createWithdrawing, type Withdrawing } from './withdrawing.ts';
import { operatorKeys, type OperatorKeys } from './operator-keys.ts';
import { Plaintext } from './plaintext.ts';

import type { RecordContent, RecordDraft, ToldRecord } from './records.ts';
import { forgetOldReceipts } from './receipts.ts';
import { standingRecord, type StandingRecord } from './standing.ts';
import { renewLinkKey, type SealedColumn } from './rekey.ts';
import { createRoots, type Roots } from './roots.ts';
import { createRotation, deletionWindowMs, type KeyRotation } from './rotation.ts';
import { customerSealer, linkSealer, type CustomerSealer, type LinkSealer } from './sealing.ts';
import { storeTold } from './told-records.ts';
import type { CustomerKeyUse } from './wrapped-keys.ts';

/** What was erased when a link's key was destroyed. */
export interface Erased {
  readonly keys: number;
  readonly records: number;
}

/** An account that was erased. */
export interface ErasedAccount extends Erased {
  /** The id of the receipt. */
  readonly receipt: string;
}

/** Sealers of links that are about to end. */
export interface EndingSealers {
  readonly sealers: ReadonlyMap<LinkId, LinkSealer>;
  /** Links whose key is there and cannot be had: their bank's own key service does not answer, or has withdrawn. */
  readonly shut: ReadonlySet<LinkId>;
}

/** What of an account was erased before its own keys. */
export type ErasedBefore = Pick<DeletionDraft, 'by' | 'keys' | 'records' | 'messages'>;

/** Sealed data and its keys. Plaintext of records comes out of `gate` alone. */
export interface Vault {
  readonly gate: Gate;
  readonly ledger: Ledger;
  readonly rotation: KeyRotation;
  /** What a bank's withdrawal does to its keys and records. */
  readonly withdrawing: Withdrawing;
  /** What is sealed for nobody in particular, under a key of the day. */
  readonly operator: OperatorKeys;
  /**
   * Passes while the operator's own root key can be had: without it nothing is opened and nothing new is
   * sealed. A lease in hand counts, so that a key that is gone shows within one lease (30 s).
   *
   * @throws what the provider of root keys throws
   */
  requireKeys(): Promise<void>;
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
  /**
   * Gives a link a fresh key and reseals what is left of it: its records, and the columns given. What was
   * deleted of it opens in no older copy of the database once its bank's root is renewed. The sealers of
   * before are of no use any more; the one answered takes their place.
   *
   * @throws TellerlineError `key_gone`
   */
  renewLinkKey(tx: Transaction, linkId: LinkId, columns: readonly SealedColumn[]): Promise<LinkSealer>;
  /** Deletes the records of some kinds, accounts or matters of a link; answers which. */
  eraseRecords(
    tx: Transaction,
    linkId: LinkId,
    which: {
      readonly kinds: readonly RecordContent['kind'][];
      readonly accountRefs: readonly AccountRef[];
      readonly subjectIndexes?: readonly Buffer[];
    },
  ): Promise<RecordId[]>;
  /**
   * What `eraseLink` does, for every link and key of a customer; the ledger goes too. That it was done is
   * entered in the log: `before` is what was erased of the account already.
   */
  eraseCustomer(tx: Transaction, customerId: CustomerId, before: ErasedBefore): Promise<ErasedAccount>;

  /** @throws TellerlineError `key_gone` */
  customerSealer(db: Queryable, customerId: CustomerId, use: CustomerKeyUse): Promise<CustomerSealer>;
  /** Those of several at once; whoever was deleted is missing from the answer. */
  customerSealers(
    db: Queryable,
    customerIds: readonly CustomerId[],
    use: CustomerKeyUse,
  ): Promise<Map<CustomerId, CustomerSealer>>;
  /** Sealers of the links that still have a key, their rows locked until the transaction ends. */
  linkSealers(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkSealer>>;
  /** The same of links whose keys are locked and read already, one row each. */
  routedSealers(tx: Transaction, keys: readonly RoutedKey[]): Promise<Map<LinkId, LinkSealer>>;
  /** The same without the links of a bank whose key service does not answer: for showing what can be shown. */
  readableLinkSealers(tx: Transaction, linkIds: readonly LinkId[]): Promise<Map<LinkId, LinkSealer>>;
  /**
   * Asks the key services of the banks that hold their own keys, before a transaction uses the keys named: what
   * a dead one is waited for holds up nothing then. Never fails for that; the use itself does.
   */
  askAhead(of: KeysOf): Promise<void>;
  /** The same for the act that ends the links: also of those whose bank has withdrawn and whose key is still there. */
  endingLinkSealers(tx: Transaction, linkIds: readonly LinkId[]): Promise<EndingSealers>;
  /**
   * Seals and stores drafts in their order, and answers what became of each. `sealers` holds every link
   * that a draft names; `history` never replaces what an event told of the same stage. A purchase that the
   * bank tells under another id than before is matched to it first (docs/matching.md).
   */
  storeRecords(
    tx: Transaction,
    sealers: ReadonlyMap<string, LinkSealer>,
    drafts: readonly RecordDraft[],
    origin: 'event' | 'history',
  ): Promise<ToldRecord[]>;

  /** Locks and opens the record of a subject that is about to be put together with what is told now; see `standingRecord`. */
  standing(tx: Transaction, sealer: LinkSealer, subjectIndex: Buffer): Promise<StandingRecord | undefined>;

  /** Deletes what has served its time: records older than the look-back, entries of the ledger older than three years (12 CFR 1033.441). */
  tidy(nowMs: number): Promise<void>;

  /** Seals what each call to a bank needs under a key of its own, in place of an earlier one of that call; in their order. */
  sealForCalls(
    tx: Transaction,
    bankId: BankId,
    calls: readonly (Call & { readonly value: unknown })[],
  ): Promise<Buffer[]>;
  /** @throws TellerlineError `key_gone` */
  openForCall<Value>(call: Call, sealed: Buffer): Promise<Plaintext<Value>>;
  /** Destroys the key of a call that was confirmed or given up. */
  endCall(tx: Transaction, callId: string): Promise<void>;
}

/** Opens the vault over a database and a provider of root keys. */
export function createVault(parts: {
  readonly database: Database;
  /** What reads for one customer, and sees rows of that customer alone. */
  readonly readers: ScopedDatabase;
  readonly provider: KeyProvider;
  readonly proof: ProofLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log;
  /** How often the roots are renewed. */
  readonly rotationHours?: number;
}): Vault {
  const { database, provider, random } = parts;
  const roots = createRoots(parts);
  const keys = keyTable(roots, random);
  const own = operatorKeys(roots, random);
  const customerSealers: Vault['customerSealers'] = async (db, customerIds, use) => {
    const held = await keys.ofCustomers(db, customerIds, use);
    return new Map([...held].map(([id, key]) => [id, customerSealer(id, use, key, random)]));
  };
  const ledgerParts = { ...parts, keys, windowMs: deletionWindowMs(parts.rotationHours ?? 24) };
  return {
    gate: createGate(ledgerParts),
    ledger: createLedger(ledgerParts),
    rotation: createRotation({ ...parts, roots }),
    withdrawing: createWithdrawing(ledgerParts),
    operator: own,
    requireKeys: () => requireKeys(database, roots),
    index: provider.index,
    createCustomerKeys: keys.createForCustomer,
    createLinkKey: keys.createForLink,
    lockKeys: keys.lock,
    eraseLink: async (tx, linkId) => {
      const destroyed = await keys.destroyOfLink(tx, linkId);
      const records = await tx.execute(sql`delete from records where link_id = ${linkId}`);
      return { keys: destroyed ? 1 : 0, records };
    },
    renewLinkKey: (tx, linkId, columns) => renewLinkKey(tx, keys, random, linkId, columns),
    eraseRecords,
    eraseCustomer: (tx, customerId, before) => eraseCustomer(tx, ledgerParts, customerId, before),
    customerSealer: async (db, customerId, use) => {
      const sealer = (await customerSealers(db, [customerId], use)).get(customerId);
      if (!sealer) throw keyGone();
      return sealer;
    },
    customerSealers,
    linkSealers: (tx, linkIds) => sealersOf(tx, keys.ofLinks(tx, linkIds), random),
    routedSealers: (tx, routed) => sealersOf(tx, keys.ofRoutes(tx, routed), random),
    readableLinkSealers: (tx, linkIds) => sealersOf(tx, keys.ofReadableLinks(tx, linkIds), random),
    endingLinkSealers: async (tx, linkIds) => {
      const { held, shut } = await keys.ofEndingLinks(tx, linkIds);
      return { sealers: await sealersOf(tx, Promise.resolve(held), random), shut };
    },
    askAhead: (of) => keys.ahead(database, of),
    storeRecords: (tx, sealers, drafts, origin) =>
      storeTold(tx, provider.index, sealers, drafts, { origin, nowMs: parts.clock.nowMs() }),
    standing: standingRecord,
    tidy: async (nowMs) => {
      const lookback = new Date(nowMs - (limits.lookbackDaysMax + 1) * dayMs);
      await database.execute(sql`delete from records where kind <> 'balance'
        and local_date < ${lookback}::date and stored_at < ${lookback}`);
      await own.forget(database, new Date(nowMs - limits.operatorKeyDaysKept * dayMs));
      await forgetOldReceipts(database, nowMs);
      await forgetOldEntries(database, new Date(nowMs - limits.ledgerDaysKept * dayMs));
    },
    sealForCalls: (tx, bankId, calls) => sealForCalls(tx, keys, random, bankId, calls),
    openForCall: (call, sealed) => openForCall(database, keys, call, sealed),
    endCall: keys.destroyOfCall,
  };
}

const dayMs = 86_400_000;

async function requireKeys(database: Database, roots: Roots): Promise<void> {
  const [root] = await database.query<{ generation: number }>(
    sql`select generation from key_roots where owner = ${operator}`,
  );
  // Before the first customer there is none yet.
  if (root) await roots.wrap(operator, root.generation, []);
}

async function eraseRecords(
  tx: Transaction,
  linkId: LinkId,
  { kinds, accountRefs, subjectIndexes = [] }: Parameters<Vault['eraseRecords']>[2],
): Promise<RecordId[]> {
  const rows = await tx.query<{ recordId: RecordId }>(sql`delete from records where link_id = ${linkId}
    and (kind = any(${[...kinds]}::text[]) or account_ref = any(${[...accountRefs]}::uuid[])
      or subject_index = any(${[...subjectIndexes]}::bytea[]))
    returning record_id as "recordId"`);
  return rows.map((row) => row.recordId);
}

/** Sealers over keys that were taken out, which are forgotten when the transaction is over. */
async function sealersOf(
  tx: Transaction,
  taken: Promise<Map<LinkId, LinkKey>>,
  random: Random,
): Promise<Map<LinkId, LinkSealer>> {
  const held = await taken;
  tx.atEnd(() => {
    for (const { key } of held.values()) forgetKey(key);
  });
  return new Map([...held].map(([linkId, key]) => [linkId, linkSealer(key, random)]));
}

async function eraseCustomer(
  tx: Transaction,
  parts: LedgerParts,
  customerId: CustomerId,
  before: ErasedBefore,
): Promise<ErasedAccount> {
  // The key is taken out while it is there: the log is told in counts, which are known when it is gone.
  const { saltKey } = (await parts.keys.ledgerKeys(tx, [customerId]))(customerId);
  const records = await tx.execute(sql`delete from records
    where link_id in (select link_id from link_keys where customer_id = ${customerId})`);
  const destroyed = await parts.keys.destroyOfCustomer(tx, customerId);
  const erased = { keys: before.keys + destroyed, records: before.records + records };
  const receipt = await enterAccountEnd(tx, parts, saltKey, { ...before, ...erased, customerId });
  return { keys: destroyed, records, receipt };
}
