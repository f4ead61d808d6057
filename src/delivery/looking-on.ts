import type { CustomerId } from '#base';
import { sql, type Queryable } from '#db';
import type { Outlets } from './outlets.ts';

/** The customers with a browser connected to this process just now. */
export async function connectedHere(db: Queryable, outlets: Pick<Outlets, 'standing'>): Promise<CustomerId[]> {
  const conversationIds = [...outlets.standing().keys()];
  if (conversationIds.length === 0) return [];
  const rows = await db.query<{ customerId: CustomerId }>(sql`select customer_id as "customerId" from conversations
    where conversation_id = any(${conversationIds}::uuid[])`);
  return rows.map((row) => row.customerId);
}

/** Whether a customer has written at any messenger since then. */
export async function hasWritten(db: Queryable, customerId: CustomerId, since: Date): Promise<boolean> {
  const rows = await db.query(sql`select from channel_addresses
    where customer_id = ${customerId} and heard_at >= ${since} limit 1`);
  return rows.length > 0;
}
