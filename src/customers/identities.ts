import { newId, type CustomerId, type IdentityId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';

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

/** A channel identity with whose it is and on which messenger; undefined when it is there no more. */
export async function findIdentity(
  db: Queryable,
  identityId: IdentityId,
): Promise<{ readonly customerId: CustomerId; readonly channel: string } | undefined> {
  const [row] = await db.query<{ customerId: CustomerId; channel: string }>(sql`
    select customer_id as "customerId", channel from channel_identities where identity_id = ${identityId}`);
  return row;
}

/** Makes an identity another customer's, by that customer's own code said there. */
export async function moveIdentity(tx: Transaction, identityId: IdentityId, to: CustomerId): Promise<void> {
  await tx.execute(sql`update channel_identities set customer_id = ${to} where identity_id = ${identityId}`);
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
