import { newId, type BankId, type CustomerId, type EntryId, type LinkId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { EntryPlace, LogRecord } from '#proof';
import { rootLeaseMs } from './key-provider.ts';
import { recordOf, type DeletionDraft } from './ledger-records.ts';
import type { LedgerParts } from './ledger.ts';

/** What of a bank is kept here: keys that are there, and records under them. */
export interface HeldOfBank {
  readonly keys: number;
  readonly records: number;
}

/** The end of a whole bank, as it is entered. */
export interface BankEnd extends Pick<DeletionDraft, 'by' | 'keys' | 'records' | 'messages'> {
  readonly bankId: BankId;
  /** The bank's root of that time is destroyed: older copies of the database open nothing of it any more. */
  readonly rootGone: boolean;
}

/** An entry that is in no customer's ledger: whoever keeps the three can prove it. */
export interface LooseEntry {
  readonly record: LogRecord;
  readonly saltKey: Buffer;
  readonly place: EntryPlace;
}

/** What the withdrawal of a whole bank does to keys and records, many at once. */
export interface Withdrawing {
  count(db: Queryable, bankId: BankId): Promise<HeldOfBank>;
  /** Closes every key of the bank: no read that begins after COMMIT succeeds. They are still there, for the end alone. */
  close(tx: Transaction, bankId: BankId): Promise<void>;
  /** Destroys the keys of the links named; answers how many there were. */
  destroy(tx: Transaction, linkIds: readonly LinkId[]): Promise<number>;
  /** Destroys every key of the bank's links that is left; answers how many there were. */
  destroyAll(tx: Transaction, bankId: BankId): Promise<number>;
  /** Deletes the records of the links named; answers how many of each. */
  eraseRecords(tx: Transaction, linkIds: readonly LinkId[]): Promise<ReadonlyMap<LinkId, number>>;
  /** Enters in the log, and in nobody's ledger, that everything of the bank was deleted. */
  enterEnd(tx: Transaction, end: BankEnd): Promise<LooseEntry>;
}

/** Makes it over the vault's parts. */
export function createWithdrawing({ keys, proof, clock, random, windowMs }: LedgerParts): Withdrawing {
  return {
    count: async (db, bankId) => {
      const [row] = await db.query<{ keys: bigint; records: bigint }>(sql`
        select (select count(*) from link_keys where bank_id = ${bankId} and wrapped_key is not null) as keys,
          (select count(*) from records r join link_keys k on k.link_id = r.link_id where k.bank_id = ${bankId}) as records`);
      return { keys: Number(row?.keys ?? 0), records: Number(row?.records ?? 0) };
    },
    close: keys.closeOfBank,
    destroy: keys.destroyOfLinks,
    destroyAll: keys.destroyOfBank,
    eraseRecords: async (tx, linkIds) => {
      const rows = await tx.query<{ linkId: LinkId; records: bigint }>(sql`
        with gone as (delete from records where link_id = any(${[...linkIds]}::uuid[]) returning link_id)
        select link_id as "linkId", count(*) as records from gone group by link_id`);
      return new Map(rows.map((row) => [row.linkId, Number(row.records)]));
    },
    enterEnd: async (tx, { bankId, rootGone, ...counts }) => {
      const atMs = clock.nowMs();
      // Of nobody in particular; a process may still have a root that was destroyed for one lease.
      const customerId = '' as CustomerId;
      const draft = { ...counts, type: 'deletion', what: 'bank', bankId, linkId: null, customerId } as const;
      const entering = { entryId: newId<EntryId>(), atMs, windowMs: rootGone ? rootLeaseMs : windowMs };
      const record = recordOf(draft, entering);
      const saltKey = random.bytes(32);
      const [place] = await proof.append(tx, [{ record, saltKey }]);
      return { record, saltKey, place: place as EntryPlace };
    },
  };
}
