import type { ConversationId, CustomerId, LinkId, MessageId, RecordId } from '#base';
import { newId } from '#base';
import type { Page, Purpose } from '#contract';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { Actor, LinkSealer, Vault } from '#vault';
import type { Change, Said, Thread, Written } from './change.ts';
import type { Manner } from './draw.ts';
import { createOutlets, type Outlets } from './outlets.ts';
import { readPage, type Span } from './page.ts';
import { writeChanges } from './write.ts';

/** Conversations, their entries and messages, and who is connected to them. */
export interface Delivery {
  readonly outlets: Outlets;
  createConversation(tx: Transaction, customerId: CustomerId, nowMs: number): Promise<Thread>;
  /** The customer's one conversation, with where it stands. */
  conversationOf(db: Queryable, customerId: CustomerId): Promise<(Thread & { lastSeq: number; readSeq: number }) | undefined>;
  /** The conversations of the customers named. */
  threadsOf(db: Queryable, customerIds: readonly CustomerId[]): Promise<Map<CustomerId, Thread>>;
  /** Writes changes; after COMMIT they are handed to whoever is connected. `sealers`: when the links are locked already. */
  write(tx: Transaction, changes: readonly Change[], sealers?: ReadonlyMap<LinkId, LinkSealer>): Promise<Written[]>;
  /**
   * Locks the conversation and finds what this client id was stored as before, if it was: a repeated
   * send is stored once.
   */
  findByClientId(tx: Transaction, thread: Thread, clientId: string): Promise<{ seq: number } | undefined>;
  /** The messages that show the records named. */
  messagesShowing(tx: Transaction, recordIds: readonly RecordId[]): Promise<Map<RecordId, MessageId>>;
  /** What a message that is sealed for the customer alone says; undefined for any other. */
  ownMessage(db: Queryable, thread: Thread, messageId: MessageId): Promise<Said | undefined>;
  /** Removes the messages that derive from a link, each with its entry; all, or those of some purposes. Answers how many. */
  removeOfLink(tx: Transaction, thread: Thread, linkId: LinkId, nowMs: number, purposes?: readonly Purpose[]): Promise<number>;
  /** Removes the messages that show the records named. */
  removeShowing(tx: Transaction, thread: Thread, recordIds: readonly RecordId[], nowMs: number): Promise<number>;
  /** The newest number, and how far the customer has read. */
  standing(thread: Thread): Promise<{ lastSeq: number; readSeq: number }>;
  page(actor: Actor, thread: Thread, span: Span, manner: Manner): Promise<Page>;
  /** Moves the reading mark forward, never back; answers where it stands. */
  markRead(thread: Thread, seq: number): Promise<number>;
  /** Removes the conversation with all that is in it; answers how many messages there were. */
  removeConversation(tx: Transaction, thread: Thread): Promise<number>;
}

export function createDelivery(parts: { database: Database; vault: Vault }): Delivery {
  const { database, vault } = parts;
  const outlets = createOutlets();

  const write: Delivery['write'] = async (tx, changes, sealers) => {
    if (changes.length === 0) return [];
    const written = await writeChanges(tx, vault, changes, sealers);
    tx.afterCommit(() => outlets.handOn(written));
    return written;
  };

  const remove = async (tx: Transaction, thread: Thread, messageIds: readonly MessageId[], atMs: number): Promise<number> => {
    await write(tx, messageIds.map((messageId) => ({ ...thread, entry: 'removal', messageId, atMs })));
    return messageIds.length;
  };

  return {
    outlets,
    write,
    createConversation: async (tx, customerId, nowMs) => {
      const conversationId = newId<ConversationId>();
      await tx.execute(sql`insert into conversations (conversation_id, customer_id, created_at)
        values (${conversationId}, ${customerId}, ${new Date(nowMs)})`);
      return { customerId, conversationId };
    },
    conversationOf,
    threadsOf: async (db, customerIds) => {
      const rows = await db.query<Thread>(sql`
        select customer_id as "customerId", conversation_id as "conversationId" from conversations
        where customer_id = any(${[...customerIds]}::uuid[])`);
      return new Map(rows.map((row) => [row.customerId, row]));
    },
    findByClientId,
    messagesShowing,
    ownMessage: async (db, thread, messageId) => {
      const [row] = await db.query<{ sealed: Buffer }>(sql`
        select sealed from messages where conversation_id = ${thread.conversationId} and message_id = ${messageId}
          and link_id is null`);
      if (!row) return undefined;
      const sealer = await vault.customerSealer(db, thread.customerId, 'conversation');
      return sealer.open<Said>('messages.content', messageId, row.sealed).use((said) => said);
    },
    removeOfLink: async (tx, thread, linkId, nowMs, purposes) => {
      const some = purposes ? [...purposes] : null;
      const rows = await tx.query<{ messageId: MessageId }>(sql`
        select message_id as "messageId" from messages
        where conversation_id = ${thread.conversationId} and (link_id = ${linkId} or also_link_ids @> array[${linkId}]::uuid[])
          and (${some}::text[] is null or purpose = any(${some}::text[]))
        order by message_id`);
      return remove(tx, thread, rows.map((row) => row.messageId), nowMs);
    },
    removeShowing: async (tx, thread, recordIds, nowMs) =>
      remove(tx, thread, [...(await messagesShowing(tx, recordIds)).values()], nowMs),
    standing: async (thread) => {
      const found = await conversationOf(database, thread.customerId);
      return { lastSeq: found?.lastSeq ?? 0, readSeq: found?.readSeq ?? 0 };
    },
    page: (actor, thread, span, manner) => readPage(database, vault, actor, thread, span, manner),
    markRead: async (thread, seq) => {
      const [row] = await database.query<{ readSeq: bigint }>(sql`
        update conversations set read_seq = greatest(read_seq, least(${seq}, last_seq))
        where conversation_id = ${thread.conversationId} returning read_seq as "readSeq"`);
      return Number(row?.readSeq ?? 0);
    },
    removeConversation: async (tx, { conversationId }) => {
      await tx.execute(sql`delete from entries where conversation_id = ${conversationId}`);
      const messages = await tx.execute(sql`delete from messages where conversation_id = ${conversationId}`);
      await tx.execute(sql`delete from conversations where conversation_id = ${conversationId}`);
      tx.afterCommit(() => outlets.send(conversationId, { frame: 'ended' }));
      return messages;
    },
  };
}

async function conversationOf(
  db: Queryable,
  customerId: CustomerId,
): Promise<(Thread & { lastSeq: number; readSeq: number }) | undefined> {
  const [row] = await db.query<{ conversationId: ConversationId; lastSeq: bigint; readSeq: bigint }>(sql`
    select conversation_id as "conversationId", last_seq as "lastSeq", read_seq as "readSeq"
    from conversations where customer_id = ${customerId}`);
  return row && { customerId, conversationId: row.conversationId, lastSeq: Number(row.lastSeq), readSeq: Number(row.readSeq) };
}

async function findByClientId(tx: Transaction, thread: Thread, clientId: string): Promise<{ seq: number } | undefined> {
  await tx.execute(sql`select from conversations where conversation_id = ${thread.conversationId} for update`);
  const [row] = await tx.query<{ seq: bigint }>(sql`
    select e.seq from messages m
    join entries e on e.conversation_id = m.conversation_id and e.message_id = m.message_id and e.entry = 'message'
    where m.conversation_id = ${thread.conversationId} and m.client_id = ${clientId}`);
  return row && { seq: Number(row.seq) };
}

async function messagesShowing(tx: Transaction, recordIds: readonly RecordId[]): Promise<Map<RecordId, MessageId>> {
  if (recordIds.length === 0) return new Map();
  const rows = await tx.query<{ recordId: RecordId; messageId: MessageId }>(sql`
    select record_id as "recordId", message_id as "messageId" from messages
    where record_id = any(${[...recordIds]}::uuid[])`);
  return new Map(rows.map((row) => [row.recordId, row.messageId]));
}
