import { newId, type CustomerId, type IdentityId } from '#base';
import { sql, type Transaction } from '#db';

/** Enters that a customer is met on a messenger: a channel identity of their own, by the customer's own act alone. */
export async function enterIdentity(
  tx: Transaction,
  customerId: CustomerId,
  channel: string,
  nowMs: number,
): Promise<IdentityId> {
  const identityId = newId<IdentityId>();
  await tx.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
    values (${identityId}, ${customerId}, ${channel}, ${new Date(nowMs)})`);
  return identityId;
}

/** Forgets that a customer is met on a messenger, with everything that hangs on it; a browser's ends with its session. False: there is none such. */
export async function removeIdentity(
  tx: Transaction,
  customerId: CustomerId,
  identityId: IdentityId,
): Promise<boolean> {
  const removed = await tx.execute(sql`delete from channel_identities
    where identity_id = ${identityId} and customer_id = ${customerId} and channel <> 'web'`);
  return removed > 0;
}
