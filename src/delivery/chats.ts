import type { CustomerId, IdentityId } from '#base';
import { sql, type Queryable } from '#db';

/**
 * Whether a chat at another messenger is still this customer's: in use, and not of a number that has a new owner.
 * Whoever links there asks again before anything is stored.
 */
export async function isChatOf(db: Queryable, identityId: IdentityId, customerId: CustomerId): Promise<boolean> {
  const found = await db.query(sql`select from channel_addresses
    where identity_id = ${identityId} and customer_id = ${customerId} and state = 'in-use'`);
  return found.length > 0;
}
