import { isTellerlineError, limits, type LinkId, type MessageId, type RecordId } from '#base';
import type { Message, Purpose } from '#contract';
import { operation, sql, type Database, type Queryable, type Transaction } from '#db';
import type { Actor, SealedColumn, Vault } from '#vault';
import type { Body, Said, Thread } from './change.ts';

/** A message with its content, as `openMessage` finds it. */
export interface OpenMessage {
  readonly author: Message['author'];
  readonly body: Exclude<Body, { from: 'record' }>;
}

/**
 * Opens one message: the customer's own under the conversation key, one of a link through the gate, which
 * enters the use. Undefined when it is gone, shows a record, or may no longer be read.
 */
export async function openMessage(
  { database, vault }: { database: Database; vault: Vault },
  actor: Actor,
  thread: Thread,
  messageId: MessageId,
): Promise<OpenMessage | undefined> {
  const [row] = await database.query<{
    author: Message['author'];
    linkId: LinkId | null;
    also: LinkId[] | null;
    purpose: Purpose | null;
    epoch: number | null;
    sealed: Buffer | null;
  }>(sql`
    select author, link_id as "linkId", also_link_ids as also, purpose, epoch, sealed from messages
    where conversation_id = ${thread.conversationId} and message_id = ${messageId}`);
  if (!row?.sealed) return undefined;
  const { author, linkId, also, purpose, epoch, sealed } = row;
  if (linkId === null) {
    const sealer = await vault.customerSealer(database, thread.customerId, 'conversation');
    return {
      author,
      body: { from: 'customer', said: sealer.open<Said>('messages.content', messageId, sealed).use((said) => said) },
    };
  }
  const page = await vault.gate.page(actor, [
    { messageId, linkId, also: also ?? [], purpose, recordId: null, epoch, sealed },
  ]);
  const opened = page.use((messages) => messages.get(messageId));
  return opened?.from === 'message'
    ? { author, body: { from: 'link', linkId, ...(also && { also }), purpose, said: opened.content as Said } }
    : undefined;
}

/** How often a reading begins anew that a narrowing of the link went past. */
const readingsMax = 3;

/** Messages are read before their links are locked, so a narrowing may reseal one in between: it is read again. */
export async function readAgain<Result>(read: () => Promise<Result>): Promise<Result> {
  for (let reading = 1; ; reading += 1) {
    try {
      return await read();
    } catch (error) {
      if (!isTellerlineError(error, 'resealed') || reading === readingsMax) throw error;
    }
  }
}

/** The messages under a link's key, for putting them under a new one; of those that show a record the epoch alone. */
export const sealedOfLink = ({ conversationId }: Thread, linkId: LinkId): SealedColumn => ({
  place: 'messages.content',
  after: (tx, id, max) =>
    tx.query(sql`select message_id as id, message_id as row, sealed from messages
      where conversation_id = ${conversationId} and link_id = ${linkId} and message_id > ${id}::uuid
      order by message_id limit ${max}`),
  replace: async (tx, rows, epoch) => {
    await tx.execute(sql`update messages m set sealed = u.sealed, epoch = ${epoch}
      from unnest(${rows.map((row) => row.id)}::uuid[], ${rows.map((row) => row.sealed)}::bytea[]) as u (id, sealed)
      where m.conversation_id = ${conversationId} and m.message_id = u.id`);
  },
});

/** What a message that is sealed for the customer alone says; undefined for any other. */
export async function ownMessage(
  vault: Vault,
  db: Queryable,
  thread: Thread,
  messageId: MessageId,
): Promise<Said | undefined> {
  const { conversationId } = thread;
  const [row] = await db.run(readOwnMessage, { conversationId, messageId });
  if (!row) return undefined;
  const sealer = await vault.customerSealer(db, thread.customerId, 'conversation');
  return sealer.open<Said>('messages.content', messageId, row.sealed).use((said) => said);
}

/** A message that derives from no link, still sealed. */
export const readOwnMessage = operation<{ sealed: Buffer }>()(
  'messages.own',
  { conversationId: 'uuid', messageId: 'uuid' },
  `select sealed from messages where conversation_id = $conversationId and message_id = $messageId and link_id is null`,
);

/** The messages that derive from a link: all, or those of some purposes. */
export async function messagesOfLink(
  tx: Transaction,
  { conversationId }: Thread,
  linkId: LinkId,
  purposes: readonly Purpose[] | undefined,
): Promise<MessageId[]> {
  const some = purposes ? [...purposes] : null;
  const rows = await tx.query<{ messageId: MessageId }>(sql`
    select message_id as "messageId" from messages
    where conversation_id = ${conversationId} and (link_id = ${linkId} or also_link_ids @> array[${linkId}]::uuid[])
      and (${some}::text[] is null or purpose = any(${some}::text[]))
    order by message_id`);
  return rows.map((row) => row.messageId);
}

/** The messages that derive from any of the links given, each with its conversation's owner. */
export async function messagesOfLinks(
  tx: Transaction,
  links: readonly { readonly thread: Thread; readonly linkId: LinkId }[],
): Promise<{ thread: Thread; linkId: LinkId; messageId: MessageId }[]> {
  const byLink = new Map(links.map((one) => [one.linkId, one]));
  const rows = await tx.query<{ linkId: LinkId; messageId: MessageId }>(sql`
    select u.link_id as "linkId", m.message_id as "messageId"
    from unnest(${links.map((one) => one.thread.conversationId)}::uuid[], ${links.map((one) => one.linkId)}::uuid[])
      as u (conversation_id, link_id)
    join messages m on m.conversation_id = u.conversation_id
      and (m.link_id = u.link_id or m.also_link_ids @> array[u.link_id])
    order by m.conversation_id, m.message_id`);
  return rows.flatMap(({ linkId, messageId }) => {
    const of = byLink.get(linkId);
    return of ? [{ thread: of.thread, linkId, messageId }] : [];
  });
}

/** How many messages derive from links to a bank, as those that are given by their ids. */
export async function countOfLinks(db: Queryable, linkIds: readonly LinkId[]): Promise<number> {
  const [row] = await db.query<{ messages: bigint }>(sql`
    select count(*) as messages from messages where link_id = any(${[...linkIds]}::uuid[])`);
  return Number(row?.messages ?? 0);
}

/** The answers that were read from a link for a purpose and hold a copy of what they tell. */
export async function answersOfLink(tx: Transaction, { conversationId }: Thread, linkId: LinkId): Promise<MessageId[]> {
  const rows = await tx.query<{ messageId: MessageId }>(sql`
    select message_id as "messageId" from messages
    where conversation_id = ${conversationId} and (link_id = ${linkId} or also_link_ids @> array[${linkId}]::uuid[])
      and purpose is not null and record_id is null
    order by message_id`);
  return rows.map((row) => row.messageId);
}

/** Deletes messages that derive from a link and are older than the look-back; their numbers are answered as removals. */
export async function forgetOldMessages(db: Queryable, nowMs: number): Promise<void> {
  const before = new Date(nowMs - limits.lookbackDaysMax * 86_400_000);
  await db.execute(sql`delete from messages where link_id is not null and purpose is not null and at < ${before}`);
}

/**
 * The number under which a client id was stored, or undefined. Locks the conversation first, so that of
 * two sends at once the second finds the first.
 */
export async function findByClientId(
  tx: Transaction,
  thread: Thread,
  clientId: string,
): Promise<{ seq: number } | undefined> {
  const { conversationId } = thread;
  tx.send(lockConversation, { conversationId });
  const [row] = await tx.run(readByClientId, { conversationId, clientId });
  return row && { seq: Number(row.seq) };
}

/** The number under which a message was entered, or undefined: sought from the newest back. */
export async function seqOf(db: Queryable, thread: Thread, messageId: MessageId): Promise<number | undefined> {
  const [row] = await db.query<{ seq: bigint }>(sql`select seq from entries
    where conversation_id = ${thread.conversationId} and message_id = ${messageId} and entry = 'message'
    order by seq desc limit 1`);
  return row && Number(row.seq);
}

/** Locks a conversation until the transaction ends. */
export const lockConversation = operation<object>()(
  'conversations.lock',
  { conversationId: 'uuid' },
  `select from conversations where conversation_id = $conversationId for update`,
);

/** The number of the entry that a client's message became. */
export const readByClientId = operation<{ seq: bigint }>()(
  'messages.by-client-id',
  { conversationId: 'uuid', clientId: 'uuid' },
  `select e.seq from messages m
  join entries e on e.conversation_id = m.conversation_id and e.message_id = m.message_id and e.entry = 'message'
  where m.conversation_id = $conversationId and m.client_id = $clientId`,
);

/** The answers that were read from a link and from others besides: they lie under the keys of all of them. */
export async function answersOfSeveral(
  tx: Transaction,
  { conversationId }: Thread,
  linkId: LinkId,
): Promise<MessageId[]> {
  const rows = await tx.query<{ messageId: MessageId }>(sql`select message_id as "messageId" from messages
    where conversation_id = ${conversationId} and cardinality(also_link_ids) > 0
      and (link_id = ${linkId} or ${linkId} = any(also_link_ids))`);
  return rows.map((row) => row.messageId);
}

/** Which messages show these records. */
export const showing = operation<{ recordId: RecordId; messageId: MessageId }>()(
  'messages.showing',
  { recordIds: 'uuid[]' },
  `select record_id as "recordId", message_id as "messageId" from messages where record_id = any($recordIds)`,
);

/** The messages that show the records named, by record; a record that none shows is missing from the answer. */
export async function messagesShowing(
  tx: Transaction,
  recordIds: readonly RecordId[],
): Promise<Map<RecordId, MessageId>> {
  const rows = recordIds.length === 0 ? [] : await tx.run(showing, { recordIds });
  return new Map(rows.map((row) => [row.recordId, row.messageId]));
}
