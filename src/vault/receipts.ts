import { hash } from 'node:crypto';
import { limits, TellerlineError, type Random } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { exportOf, type EntryPlace, type LogExport, type LogRecord, type ProofLog } from '#proof';
import { dataKey, open, seal } from './cipher.ts';

/** An entry of the log that a receipt proves: the record, its salt, and where it stands. */
export interface ReceiptEntry {
  readonly record: LogRecord;
  readonly salt: Buffer;
  readonly place: EntryPlace;
}

const idBytes = 32;
const idForm = /^[A-Za-z0-9_-]{43}$/;
const context = 'receipts.entry';
const dayMs = 86_400_000;

/**
 * Keeps receipts for 30 days and answers their ids, 256 random bits each in base64url. The id is the key: a
 * row is found by its hash and sealed under what derives from it, so that the database says nothing of whose
 * receipt it is, and nobody who was not given the id can read it.
 */
export async function keepReceipts(
  tx: Transaction,
  random: Random,
  nowMs: number,
  entries: readonly ReceiptEntry[],
): Promise<string[]> {
  if (entries.length === 0) return [];
  const ids = entries.map(() => random.bytes(idBytes));
  const sealed = entries.map(({ record, salt }, n) => {
    const content = Buffer.from(JSON.stringify({ record, salt: salt.toString('base64') }));
    return seal(dataKey(Buffer.from(ids[n] as Buffer)), context, content, random);
  });
  await tx.execute(sql`
    insert into receipts (receipt_index, sealed, leaf_id, leaf_position, expires_at)
    select *, ${new Date(nowMs + limits.receiptDaysKept * dayMs)}::timestamptz from unnest(
      ${ids.map(indexOf)}::bytea[], ${sealed}::bytea[],
      ${entries.map(({ place }) => place.leafId)}::bigint[], ${entries.map(({ place }) => place.position)}::integer[])`);
  return ids.map((id) => id.toString('base64url'));
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
