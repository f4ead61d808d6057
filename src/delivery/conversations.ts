import type { ConversationId, CustomerId } from '#base';
import { newId } from '#base';
import { operation, sql, type Queryable, type Transaction } from '#db';
import type { Thread } from './change.ts';
import { removeDeliveries } from './sending/destinations.ts';

/** Where a conversation stands: its newest number, and how far the customer has read. */
export interface Standing {
  readonly lastSeq: number;
  readonly readSeq: number;
}

/** Makes a customer's one conversation, empty. A second one of the same customer breaks a unique constraint. */
export async function createConversation(tx: Transaction, customerId: CustomerId, nowMs: number): Promise<Thread> {
  const conversationId = newId<ConversationId>();
  await tx.execute(sql`insert into conversations (conversation_id, customer_id, created_at)
    values (${conversationId}, ${customerId}, ${new Date(nowMs)})`);
  return { customerId, conversationId };
}

/** A customer's conversation and where it stands; no row when the account is deleted. */
export const conversationOfCustomer = operation<{ conversationId: ConversationId; lastSeq: bigint; readSeq: bigint }>()(
  'conversations.of',
  { customerId: 'uuid' },
  `select conversation_id as "conversationId", last_seq as "lastSeq", read_seq as "readSeq"
  from conversations where customer_id = $customerId`,
);

/** A customer's conversation with where it stands; undefined when the account is deleted. Takes no lock. */
export async function conversationOf(db: Queryable, customerId: CustomerId): Promise<(Thread & Standing) | undefined> {
  const [row] = await db.run(conversationOfCustomer, { customerId });
  if (!row) return undefined;
  const { conversationId, lastSeq, readSeq } = row;
  return { customerId, conversationId, lastSeq: Number(lastSeq), readSeq: Number(readSeq) };
}

/** The conversations of the customers named, by customer; whoever has none is missing from the answer. */
export async function threadsOf(db: Queryable, customerIds: readonly CustomerId[]): Promise<Map<CustomerId, Thread>> {
  const rows = await db.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations
    where customer_id = any(${[...customerIds]}::uuid[])`);
  return new Map(rows.map((row) => [row.customerId, row]));
}

/** Which conversations have come further than the number given. */
export const findNewer = operation<{ conversationId: ConversationId }>()(
  'conversations.newer',
  { conversationIds: 'uuid[]', seqs: 'int8[]' },
  `select conversation_id as "conversationId" from unnest($conversationIds, $seqs) as u (conversation_id, seq)
  join conversations c using (conversation_id) where c.last_seq > u.seq`,
);

/** Which of these conversations have entries beyond the number given. */
export async function newerThan(
  db: Queryable,
  standing: ReadonlyMap<ConversationId, number>,
): Promise<ConversationId[]> {
  if (standing.size === 0) return [];
  const rows = await db.run(findNewer, { conversationIds: [...standing.keys()], seqs: [...standing.values()] });
  return rows.map((row) => row.conversationId);
}

/**
 * Moves the reading mark forward to `seq`, at most to the newest number; answers where it stands, 0 when
 * the conversation is gone.
 */
export async function markRead(db: Queryable, { conversationId }: Thread, seq: number): Promise<number> {
  const [row] = await db.query<{ readSeq: bigint }>(sql`
    update conversations set read_seq = greatest(read_seq, least(${seq}, last_seq))
    where conversation_id = ${conversationId} returning read_seq as "readSeq"`);
  return Number(row?.readSeq ?? 0);
}

/** Deletes a conversation with its entries and messages; answers how many messages there were. */
export async function removeConversation(tx: Transaction, { conversationId }: Thread): Promise<number> {
  // Whoever is writing to it finishes first; whoever comes later finds it gone.
  await tx.execute(sql`select from conversations where conversation_id = ${conversationId} for update`);
  await removeDeliveries(tx, { conversationId });
  await tx.execute(sql`delete from entries where conversation_id = ${conversationId}`);
  const messages = await tx.execute(sql`delete from messages where conversation_id = ${conversationId}`);
  await tx.execute(sql`delete from conversations where conversation_id = ${conversationId}`);
  return messages;
}
