import { randomUUID } from 'node:crypto';
import { limits, type LinkId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { LinkSealer } from '#vault';
import type { ReadReceipt } from '../sources/understood.ts';

/** Keeps a refund whose order was not told of yet, for the customer whom it names; the link's orders are held. */
export async function keepEarlyRefund(
  tx: Transaction,
  sealer: LinkSealer,
  orderIndex: Buffer,
  told: ReadReceipt,
  nowMs: number,
): Promise<void> {
  const refundId = randomUUID();
  const until = new Date(nowMs + limits.earlyRefundDaysKept * 86_400_000);
  await tx.execute(sql`insert into early_refunds (link_id, order_index, refund_id, sealed, kept_until)
    values (${sealer.linkId}, ${orderIndex}, ${refundId},
      ${sealer.sealState('early_refunds.refund', refundId, told)}, ${until})`);
}

/** Takes out what came before an order, now that it is there. */
export async function takeEarlyRefunds(
  tx: Transaction,
  sealer: LinkSealer,
  orderIndex: Buffer,
): Promise<readonly ReadReceipt[]> {
  const rows = await tx.query<{ refundId: string; sealed: Buffer }>(sql`delete from early_refunds
    where link_id = ${sealer.linkId} and order_index = ${orderIndex} returning refund_id as "refundId", sealed`);
  return rows.map(({ refundId, sealed }) =>
    sealer.openState<ReadReceipt>('early_refunds.refund', refundId, sealed).use((told) => told),
  );
}

/** Forgets those whose order never came. */
export async function forgetEarlyRefunds(db: Queryable, nowMs: number): Promise<void> {
  await db.execute(sql`delete from early_refunds where kept_until <= ${new Date(nowMs)}`);
}

/** Forgets those of links. */
export async function forgetRefundsOf(tx: Transaction, linkIds: readonly LinkId[]): Promise<void> {
  await tx.execute(sql`delete from early_refunds where link_id = any(${[...linkIds]}::uuid[])`);
}
