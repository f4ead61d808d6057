import {
  invariant,
  newId,
  TellerlineError,
  type Clock,
  type CustomerId,
  type EntryId,
  type Log,
  type Random,
} from '#base';
import { operation, sql, type Database, type Queryable, type ScopedDatabase, type Sql, type Transaction } from '#db';
import { exportOf, saltOf, type EntryPlace, type LogExport, type LogRecord, type ProofLog } from '#proof';
import type { KeyTable } from './keys.ts';
import { recordOf, type AccessDraft, type DeletionDraft, type LedgerDraft } from './ledger-records.ts';
import {
  idOfReceipt,
  keepReceipts,
  readReceipt,
  receiptId,
  type KeptReceipt,
  type NewReceipt,
  type ReceiptEntry,
  type ReceiptRow,
} from './receipts.ts';
import { customerSealer } from './sealing.ts';

/** Which part of a ledger. */
export interface LedgerSpan {
  /** Entries that are older than this one: `next` of the page before. */
  readonly before?: string;
  /** How many entries at most; all when it is left out. */
  readonly limit?: number;
}

/** A page of a customer's ledger, newest first. */
export interface LedgerPage {
  /** The entries that the newest checkpoint covers, each with its proof. */
  readonly proven: LogExport;
  /** Newer entries: their leaf is committed and will be covered within a second. */
  readonly waiting: readonly LogRecord[];
  /** Where the next page begins; undefined when this was the last. */
  readonly next: string | undefined;
}

/** An entry that was made. */
export interface Entered {
  readonly entryId: EntryId;
  /** Of a deletion: the id of its receipt, which may be given to the customer alone. */
  readonly receipt?: string;
}

/** How many entries a ledger has, by week. */
export interface LedgerWeeks {
  readonly total: number;
  readonly weeks: readonly { readonly from: Date; readonly entries: number }[];
}

/** Everything that was done with a customer's data; reading one's own is no access. */
export interface Ledger {
  /**
   * Enters drafts in the transaction given, and the log's leaf of them with it: the same leaf, however
   * often a transaction enters. Answers what was entered, in the same order.
   *
   * @throws TellerlineError `key_gone` for a customer who was deleted
   */
  enter(tx: Transaction, entries: readonly LedgerDraft[]): Promise<readonly Entered[]>;
  /** @throws TellerlineError `log_not_ready`, while the log has signed nothing at all */
  page(customerId: CustomerId, span: LedgerSpan): Promise<LedgerPage>;
  /** The records entered since an instant, newest first, without their proofs. */
  since(customerId: CustomerId, from: Date): Promise<readonly LogRecord[]>;
  /**
   * The entries of a span of time, both ends included, that are asked for, with their proofs. For the customer alone.
   *
   * @throws TellerlineError `log_not_ready`
   */
  between(
    customerId: CustomerId,
    span: { readonly from: Date; readonly to: Date },
    isAsked: (record: LogRecord) => boolean,
  ): Promise<Omit<LedgerPage, 'next'>>;
  /** How many entries there are, and in each of the last `count` spans of seven days, oldest first; the last one ends now. */
  weeks(customerId: CustomerId, count: number): Promise<LedgerWeeks>;
  /**
   * The whole ledger with its proofs, as of the newest checkpoint. For the customer alone.
   *
   * @throws TellerlineError `log_not_ready`
   */
  export(customerId: CustomerId): Promise<LogExport>;
  /** The receipts of a customer's deletions that are still kept, newest first. For the customer alone. */
  receipts(customerId: CustomerId): Promise<readonly KeptReceipt[]>;
  /** A receipt by its id, for whoever holds that: see `readReceipt`. @throws those of `readReceipt` */
  receipt(id: string): Promise<LogExport>;
}

/** What the ledger works with. */
export interface LedgerParts {
  readonly database: Database;
  readonly readers: ScopedDatabase;
  readonly keys: KeyTable;
  readonly proof: ProofLog;
  readonly clock: Clock;
  readonly random: Random;
  readonly log?: Log | undefined;
  /** See `Entering.windowMs`. */
  readonly windowMs: number;
}

/** Makes the ledger over its parts. */
export function createLedger(parts: LedgerParts): Ledger {
  return {
    enter: (tx, entries) => enterInLedger(tx, parts, entries),
    receipt: (id) => readReceipt(parts.database, parts.proof, id, parts.clock.nowMs()),
    receipts: (customerId) => keptReceipts(parts, customerId),
    page: async (customerId, { before, limit }) => {
      const logged = await select(
        parts,
        customerId,
        sql`select entry_id as "entryId", leaf_id as "leafId",
        leaf_position as position, sealed from ledger
        where customer_id = ${customerId} and (${before ?? null}::uuid is null or entry_id < ${before ?? null}::uuid)
        order by entry_id desc limit ${limit ?? null}`,
      );
      const { proven, waiting } = await prove(parts, logged);
      return {
        proven,
        waiting,
        next: limit === undefined || logged.length < limit ? undefined : logged.at(-1)?.record.id,
      };
    },
    since: async (customerId, from) => {
      const logged = await select(
        parts,
        customerId,
        sql`select entry_id as "entryId", leaf_id as "leafId", leaf_position as position, sealed from ledger
        where customer_id = ${customerId} and at >= ${from} order by entry_id desc`,
      );
      return logged.map(({ record }) => record);
    },
    between: async (customerId, { from, to }, isAsked) => {
      const logged = await select(
        parts,
        customerId,
        sql`select entry_id as "entryId", leaf_id as "leafId", leaf_position as position, sealed from ledger
        where customer_id = ${customerId} and at between ${from} and ${to} order by entry_id desc limit ${entriesBetweenMax}`,
      );
      return prove(
        parts,
        logged.filter(({ record }) => isAsked(record)),
      );
    },
    weeks: (customerId, count) => countWeeks(parts, customerId, count),
    export: async (customerId) => {
      const logged = await select(
        parts,
        customerId,
        sql`select entry_id as "entryId", leaf_id as "leafId",
        leaf_position as position, sealed from ledger where customer_id = ${customerId} order by entry_id desc`,
      );
      return (await prove(parts, logged)).proven;
    },
  };
}

const weekMs = 7 * 86_400_000;
/** Seconds of one customer's life hold fewer. */
const entriesBetweenMax = 500;

async function countWeeks(
  { readers, clock }: LedgerParts,
  customerId: CustomerId,
  count: number,
): Promise<LedgerWeeks> {
  const now = new Date(clock.nowMs());
  const rows = await readers.of(customerId).query<{ ago: number; entries: bigint }>(sql`
    select greatest(0, floor(extract(epoch from ${now}::timestamptz - at) / 604800))::integer as ago, count(*) as entries
    from ledger where customer_id = ${customerId} group by ago`);
  const byAge = new Map(rows.map(({ ago, entries }) => [ago, Number(entries)]));
  return {
    total: rows.reduce((all, { entries }) => all + Number(entries), 0),
    weeks: Array.from({ length: count }, (_, n) => {
      const ago = count - 1 - n;
      return { from: new Date(now.getTime() - (ago + 1) * weekMs), entries: byAge.get(ago) ?? 0 };
    }),
  };
}

/** Enters uses in the ledgers of customers, each with its place in the log. */
export const insertEntries = operation<object>()(
  'ledger.insert',
  {
    customerIds: 'uuid[]',
    entryIds: 'uuid[]',
    at: 'timestamptz',
    leafIds: 'int8[]',
    positions: 'int4[]',
    sealed: 'bytea[]',
  },
  `insert into ledger (customer_id, entry_id, at, leaf_id, leaf_position, sealed)
  select customer_id, entry_id, $at, leaf_id, leaf_position, sealed
  from unnest($customerIds, $entryIds, $leafIds, $positions, $sealed)
    as u (customer_id, entry_id, leaf_id, leaf_position, sealed)`,
);

/** See `Ledger.enter`; the gate enters its uses by it, before anything is opened (P7). */
export async function enterInLedger(
  tx: Transaction,
  parts: LedgerParts,
  drafts: readonly (AccessDraft | LedgerDraft)[],
  atMs: number = parts.clock.nowMs(),
): Promise<readonly Entered[]> {
  if (drafts.length === 0) return [];
  const { keys, proof, random, windowMs } = parts;
  const keysOf = await keys.ledgerKeys(
    tx,
    drafts.map((draft) => draft.customerId),
  );
  const entries = drafts.map((draft) => {
    const entryId = newId<EntryId>();
    const { customerId } = draft;
    const { saltKey, sealing } = keysOf(customerId);
    const record = recordOf(draft, { entryId, atMs, windowMs });
    const sealed = customerSealer(customerId, 'ledger', sealing, random).seal('ledger.record', entryId, record);
    return { customerId, entryId, record, saltKey, sealed };
  });
  const places = await proof.append(tx, entries);
  tx.send(insertEntries, {
    customerIds: entries.map((one) => one.customerId),
    entryIds: entries.map((one) => one.entryId),
    at: new Date(atMs),
    leafIds: places.map((place) => place.leafId),
    positions: places.map((place) => place.position),
    sealed: entries.map((one) => one.sealed),
  });
  const deletions = entries.flatMap(({ record, saltKey }, n): NewReceipt[] => {
    const place = places[n];
    return place && record.type === 'deletion' ? [{ ...receiptOf(record, saltKey), place }] : [];
  });
  const receipts = await keepReceipts(tx, random, atMs, deletions);
  const receiptIds = new Map(deletions.map(({ record }, n) => [record.id, receipts[n]]));
  return entries.map(({ entryId }) => {
    const receipt = receiptIds.get(entryId);
    return { entryId, ...(receipt !== undefined && { receipt }) };
  });
}

/** What a receipt of an entry holds and is found by. */
const receiptOf = (record: LogRecord, saltKey: Buffer): Omit<NewReceipt, 'place'> => ({
  id: receiptId(saltKey, record.id),
  record,
  salt: saltOf(saltKey, record.id),
});

async function keptReceipts(
  { readers, keys, clock, random }: LedgerParts,
  customerId: CustomerId,
): Promise<readonly KeptReceipt[]> {
  const own = readers.of(customerId);
  const rows = await own.query<ReceiptRow & { sealed: Buffer }>(sql`
    select l.entry_id as "entryId", l.sealed, r.receipt_index as "receiptIndex", r.expires_at as until
    from ledger l join receipts r on r.leaf_id = l.leaf_id and r.leaf_position = l.leaf_position
    where l.customer_id = ${customerId} and r.expires_at > ${new Date(clock.nowMs())}
    order by l.entry_id desc`);
  if (rows.length === 0) return [];
  const { saltKey, sealing } = (await own.transaction((tx) => keys.ledgerKeys(tx, [customerId])))(customerId);
  const sealer = customerSealer(customerId, 'ledger', sealing, random);
  return rows.flatMap((row): KeptReceipt[] => {
    const id = idOfReceipt(saltKey, row);
    if (id === undefined) return [];
    const { entryId, sealed, until } = row;
    return [{ id, record: sealer.open<LogRecord>('ledger.record', entryId, sealed).use((record) => record), until }];
  });
}

async function select(
  { readers, keys, random }: LedgerParts,
  customerId: CustomerId,
  statement: Sql,
): Promise<ReceiptEntry[]> {
  const own = readers.of(customerId);
  const rows = await own.query<EntryPlace & { entryId: EntryId; sealed: Buffer }>(statement);
  if (rows.length === 0) return [];
  const { saltKey, sealing } = (await own.transaction((tx) => keys.ledgerKeys(tx, [customerId])))(customerId);
  const sealer = customerSealer(customerId, 'ledger', sealing, random);
  return rows.map(({ entryId, sealed, leafId, position }) => ({
    record: sealer.open<LogRecord>('ledger.record', entryId, sealed).use((record) => record),
    salt: saltOf(saltKey, entryId),
    place: { leafId, position },
  }));
}

async function prove(
  { proof }: LedgerParts,
  logged: readonly ReceiptEntry[],
): Promise<{ proven: LogExport; waiting: LogRecord[] }> {
  const proofs = await proof.proofs(logged.map((entry) => entry.place));
  if (!proofs) throw new TellerlineError('log_not_ready', 503, 'The log has signed nothing yet. Try again soon.');
  const waiting = logged.flatMap(({ record }, n) => (proofs.proofs[n] ? [] : [record]));
  return { proven: exportOf(proof.key, logged, proofs), waiting };
}

/**
 * Deletes a customer's ledger and enters in the log that the account was deleted, under the salt key that
 * was taken out before it was destroyed: no ledger holds this entry. Answers the id of its receipt, which
 * carries the salt that can be derived no more.
 */
export async function enterAccountEnd(
  tx: Transaction,
  { proof, clock, random, windowMs }: LedgerParts,
  saltKey: Buffer,
  erased: Pick<DeletionDraft, 'customerId' | 'by' | 'keys' | 'records' | 'messages'>,
): Promise<string> {
  await tx.execute(sql`delete from ledger where customer_id = ${erased.customerId}`);
  const draft = { ...erased, type: 'deletion', what: 'account', linkId: null, bankId: null } as const;
  const atMs = clock.nowMs();
  const record = recordOf(draft, { entryId: newId<EntryId>(), atMs, windowMs });
  const [place] = await proof.append(tx, [{ record, saltKey }]);
  invariant(place, 'an entry has its place');
  const [receipt] = await keepReceipts(tx, random, atMs, [{ ...receiptOf(record, saltKey), place }]);
  return String(receipt);
}

/** Forgets entries from before an instant. */
export async function forgetOldEntries(db: Queryable, before: Date): Promise<void> {
  await db.execute(sql`delete from ledger where at < ${before}`);
}
