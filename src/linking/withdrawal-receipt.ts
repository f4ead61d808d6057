import { TellerlineError } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import { exportOf, saltOf, type LogExport, type LogRecord, type ProofLog } from '#proof';
import type { LinkingParts } from './parts.ts';
import type { Withdrawal } from './withdrawal.ts';

/** Enters that a bank's withdrawal is done, with what it deleted; once. */
export async function enterReceipt(tx: Transaction, parts: LinkingParts, withdrawalId: string): Promise<void> {
  const [row] = await tx.query<Counted>(sql`
    select bank_id as "bankId", begun_by as by, keys, records, messages, root_gone_at is not null as "rootGone"
    from withdrawals where withdrawal_id = ${withdrawalId} and step = 'keys-gone' for update`);
  if (!row) return;
  const counts = { ...row, records: Number(row.records), messages: Number(row.messages) };
  const { record, saltKey, place } = await parts.vault.withdrawing.enterEnd(tx, counts);
  await tx.execute(sql`update withdrawals set step = 'done', done_at = ${new Date(parts.clock.nowMs())},
    record = ${JSON.stringify(record)}, salt_key = ${saltKey.toString('base64')},
    leaf_id = ${place.leafId}, leaf_position = ${place.position} where withdrawal_id = ${withdrawalId}`);
}

type Counted = Pick<Withdrawal, 'bankId' | 'by' | 'keys' | 'records' | 'messages'> & {
  readonly rootGone: boolean;
};

/**
 * The receipt of a bank's newest withdrawal: the record, its salt and what proves it, in the form of an
 * export (docs/proof-log.md), so that it can be checked without us.
 *
 * @throws TellerlineError `no_receipt` 404 while it is not done, `log_not_ready` 503 until a checkpoint covers it
 */
export async function receiptOf(db: Queryable, proof: ProofLog, bankId: string): Promise<LogExport> {
  const [row] = await db.query<{ record: string | null; saltKey: string; leafId: bigint; position: number }>(sql`
    select record, salt_key as "saltKey", leaf_id as "leafId", leaf_position as position
    from withdrawals where bank_id = ${bankId} and step = 'done' order by begun_at desc limit 1`);
  if (!row?.record)
    throw new TellerlineError('no_receipt', 404, 'There is no receipt yet: nothing of this bank is done.');
  const record = JSON.parse(row.record) as LogRecord;
  const entry = { record, salt: saltOf(Buffer.from(row.saltKey, 'base64'), record.id) };
  const proofs = await proof.proofs([{ leafId: row.leafId, position: row.position }]);
  if (!proofs?.proofs[0]) {
    throw new TellerlineError('log_not_ready', 503, 'The log has not signed it yet. Try again in a second.', {
      retryAfterSeconds: 1,
    });
  }
  return exportOf(proof.key, [entry], proofs);
}
