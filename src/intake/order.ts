import { hash } from 'node:crypto';
import { TellerlineError, type BankId } from '#base';
import { returnOrderSchema, withdrawOrderSchema } from '#contract';
import { sql, type Transaction } from '#db';

/**
 * Passes the body of an order of this kind by this bank: `{"withdraw": "citi"}`, `{"return": "citi"}`. It
 * names both, so that no other body that the bank has signed passes for it.
 *
 * @throws TellerlineError `order_malformed` 422
 */
export function requireOrder(order: 'withdraw' | 'return', bank: string, body: Buffer): void {
  let said: unknown;
  try {
    said = JSON.parse(body.toString());
  } catch {
    throw malformed(order);
  }
  const named =
    order === 'withdraw'
      ? withdrawOrderSchema.safeParse(said).data?.withdraw
      : returnOrderSchema.safeParse(said).data?.return;
  if (named !== bank) throw malformed(order);
}

function malformed(order: string): TellerlineError {
  return new TellerlineError('order_malformed', 422, `The body has to be {"${order}": "<the bank’s id>"}.`);
}

/**
 * Enters the id of an order (`webhook-id`), in the transaction that carries it out; false when it was
 * entered before.
 *
 * @throws TellerlineError `order_contradicts` 409 for the id of another order
 */
export async function enterOrder(
  tx: Transaction,
  bankId: BankId,
  { id, body }: { readonly id: string; readonly body: Buffer },
  nowMs: number,
): Promise<boolean> {
  const sender = `order:${bankId}`;
  const contentHash = hash('sha256', body, 'buffer');
  const entered = await tx.execute(sql`insert into event_keys (sender, event_id, content_hash, received_at)
    values (${sender}, ${id}, ${contentHash}, ${new Date(nowMs)}) on conflict do nothing`);
  if (entered === 1) return true;
  const [known] = await tx.query<{ contentHash: Buffer }>(sql`
    select content_hash as "contentHash" from event_keys where sender = ${sender} and event_id = ${id}`);
  if (known && !known.contentHash.equals(contentHash))
    throw new TellerlineError('order_contradicts', 409, 'This webhook-id was sent before with another order.');
  return false;
}
