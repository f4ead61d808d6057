import { limits, type IdentityId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { Thread } from '../change.ts';
import type { Detail } from '#contract';

/** Where else a conversation is brought to. */
export interface Destination {
  readonly identityId: IdentityId;
  readonly channel: string;
  readonly detail: Detail;
}

/**
 * From now on what is entered in the conversation is brought to this channel identity of its customer too,
 * at this level of detail; named again, it changes the level for what comes.
 */
export async function putDestination(tx: Transaction, thread: Thread, to: Destination, nowMs: number): Promise<void> {
  await tx.execute(sql`
    insert into destinations (conversation_id, identity_id, customer_id, channel, detail, created_at)
    values (${thread.conversationId}, ${to.identityId}, ${thread.customerId}, ${to.channel}, ${to.detail}, ${new Date(nowMs)})
    on conflict (conversation_id, identity_id) do update set detail = excluded.detail`);
}

/** Nothing more is brought there; what was on its way is not sent. */
export async function removeDestination(tx: Transaction, thread: Thread, identityId: IdentityId): Promise<void> {
  const { conversationId } = thread;
  await tx.execute(
    sql`delete from destinations where conversation_id = ${conversationId} and identity_id = ${identityId}`,
  );
  await tx.execute(
    sql`delete from deliveries where conversation_id = ${conversationId} and identity_id = ${identityId}`,
  );
}

/** Removes all that stands here of a conversation. */
export async function removeDeliveries(
  tx: Transaction,
  { conversationId }: Pick<Thread, 'conversationId'>,
): Promise<void> {
  await tx.execute(sql`delete from destinations where conversation_id = ${conversationId}`);
  await tx.execute(sql`delete from deliveries where conversation_id = ${conversationId}`);
}

/** Forgets what was settled long ago. What is parked stays until somebody has looked. */
export async function forgetOldDeliveries(db: Queryable, nowMs: number): Promise<void> {
  const before = new Date(nowMs - limits.deliveryDaysKept * 86_400_000);
  await db.execute(sql`delete from deliveries where state in ('delivered', 'skipped') and at < ${before}`);
}
