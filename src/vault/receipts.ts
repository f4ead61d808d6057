import { createHmac, hash } from 'node:crypto';
import { limits, TellerlineError, type EntryId, type Random } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { exportOf, type EntryPlace, type LogExport, type LogRecord, type ProofLog } from '#proof';
import { dataKey, open, seal } from './cipher.ts';

/** An entry of the log that a receipt proves: the record, its salt, and where it stands. */
export interface ReceiptEntry {
  readonly record: LogRecord;
  readonly salt: Buffer;
  readonly place: EntryPlace;
}

const idForm = /^[A-Za-z0-9_-]{43}$/;
const idDomain = 'tellerline/receipt/v1\n';
const context = 'receipts.entry';
const dayMs = 86_400_000;

/** An entry whose receipt is to be kept, with the receipt's id: 32 bytes of `receiptId`. */
export interface NewReceipt extends ReceiptEntry {
  readonly id: Buffer;
}

/**
 * The id of an entry's receipt: HMAC-SHA-256(salt key, "tellerline/receipt/v1\n" || id of the entry), 32 bytes.
 * It derives from the customer's ledger key, so that the customer's own ledger finds it again; with that key it
 * is gone, and only who was given it has it.
 */
export function receiptId(saltKey: Buffer, entryId: string): Buffer {
  return createHmac('sha256', saltKey).update(`${idDomain}${entryId}`).digest();
}

/**
 * Keeps receipts for 30 days and answers their ids in base64url. The id is the key: a row is found by its hash
 * and sealed under what derives from it, so that the database says nothing of whose receipt it is, and nobody
 * can read it who has neither the id nor the customer's ledger key.
 */
export async function keepReceipts(
  tx: Transaction,
  random: Random,
  nowMs: number,
  entries: readonly NewReceipt[],
): Promise<string[]> {
  if (entries.length === 0) return [];
  const sealed = entries.map(({ id, record, salt }) => {
    const content = Buffer.from(JSON.stringify({ record, salt: salt.toString('base64') }));
    return seal(dataKey(Buffer.from(id)), context, content, random);
  });
  await tx.execute(sql`
    insert into receipts (receipt_index, sealed, leaf_id, leaf_position, expires_at)
    select *, ${new Date(nowMs + limits.receiptDaysKept * dayMs)}::timestamptz from unnest(
      ${entries.map(({ id }) => indexOf(id))}::bytea[], ${sealed}::bytea[],
      ${entries.map(({ place }) => place.leafId)}::bigint[], ${entries.map(({ place }) => place.position)}::integer[])`);
  return entries.map(({ id }) => id.toString('base64url'));
}

/** A receipt that is still kept: the entry that it proves, and until when. */
export interface KeptReceipt {
  /** In base64url; for the customer alone. */
  readonly id: string;
  readonly record: LogRecord;
  readonly until: Date;
}

/** A row of the customer's ledger with the receipt that proves the same entry. */
export interface ReceiptRow {
  readonly entryId: EntryId;
  readonly receiptIndex: Buffer;
  readonly until: Date;
}

/** The id in base64url of the receipt that a row shows; undefined for one whose id did not derive from this key. */
export function idOfReceipt(saltKey: Buffer, { entryId, receiptIndex }: ReceiptRow): string | undefined {
  const id = receiptId(saltKey, entryId);
  return indexOf(id).equals(receiptIndex) ? id.toString('base64url') : undefined;
}

/**
 * A receipt: an export with one entry, as docs/proof-log.md has it.
 *
 * @throws TellerlineError `receipt_unknown`; `receipt_waiting`, for the second until a checkpoint covers it
 */
export async function readReceipt(db: Queryable, proof: ProofLog, id: string, nowMs: number): Promise<LogExport> {
  const secret = Buffer.from(idForm.test(id) ? id : '', 'base64url');
  const [row] = await db.query<EntryPlace & { sealed: Buffer }>(sql`
    select sealed, leaf_id as "leafId", leaf_position as position from receipts
    where receipt_index = ${indexOf(secret)} and expires_at > ${new Date(nowMs)}`);
  if (!row) {
    throw new TellerlineError('receipt_unknown', 404, 'There is no such receipt here. Receipts are kept for 30 days.');
  }
  const proofs = await proof.proofs([row]);
  if (!proofs?.proofs[0]) {
    throw new TellerlineError('receipt_waiting', 503, 'The log is about to sign this receipt. Try again in a second.', {
      retryAfterSeconds: 1,
    });
  }
  const content = JSON.parse(open(dataKey(secret), context, row.sealed).toString()) as {
    record: LogRecord;
    salt: string;
  };
  return exportOf(proof.key, [{ record: content.record, salt: Buffer.from(content.salt, 'base64') }], proofs);
}

/** Forgets receipts that have been kept for as long as is said. */
export async function forgetOldReceipts(db: Queryable, nowMs: number): Promise<void> {
  await db.execute(sql`delete from receipts where expires_at < ${new Date(nowMs)}`);
}

const indexOf = (id: Buffer): Buffer => hash('sha256', id, 'buffer');
