import type { LinkId, MessageId, RecordId } from '#base';
import type { Purpose } from '#contract';
import { sql, type Queryable, type Transaction } from '#db';
import type { Thread } from './change.ts';
import { insertEntries, takeNumbers } from './write.ts';

/** A record by the link that it lies under. */
export interface ShownRecord {
  readonly linkId: LinkId;
  readonly recordId: RecordId;
}

/** A message that shows a record, and the other record that it is to show beside it; null: none any more. */
export interface Accompanied {
  readonly messageId: MessageId;
  readonly companion: (ShownRecord & { readonly purpose: Purpose }) | null;
}

/**
 * Says of messages of one conversation what they show besides, each as an edit with its number. Nothing is copied:
 * whoever reads the message has both records opened by the gate, each by its own link's consent. Answers the
 * messages that were changed; what is gone or shows no record is left out.
 */
export async function accompany(
  tx: Transaction,
  { conversationId }: Thread,
  messages: readonly Accompanied[],
  nowMs: number,
): Promise<MessageId[]> {
  await lockConversation(tx, conversationId);
  const changed = await tx.query<{ messageId: MessageId }>(sql`
    update messages m set companion_link_id = u.link_id, companion_record_id = u.record_id,
      companion_purpose = u.purpose, revision = m.revision + 1
    from unnest(${messages.map((one) => one.messageId)}::uuid[],
      ${messages.map((one) => one.companion?.linkId ?? null)}::uuid[],
      ${messages.map((one) => one.companion?.recordId ?? null)}::uuid[],
      ${messages.map((one) => one.companion?.purpose ?? null)}::text[]) as u (message_id, link_id, record_id, purpose)
    where m.conversation_id = ${conversationId} and m.message_id = u.message_id and m.record_id is not null
      and m.companion_record_id is distinct from u.record_id
    returning m.message_id as "messageId"`);
  await enterEdits(
    tx,
    conversationId,
    changed.map((one) => one.messageId),
    nowMs,
  );
  return changed.map((one) => one.messageId);
}

/** Takes a link's records out of the messages of other links that show them besides; all, or those of some purposes. */
export async function leaveCompanions(
  tx: Transaction,
  { conversationId }: Thread,
  linkId: LinkId,
  nowMs: number,
  purposes?: readonly Purpose[],
): Promise<MessageId[]> {
  await lockConversation(tx, conversationId);
  const some = purposes ? [...purposes] : null;
  const changed = await tx.query<{ messageId: MessageId }>(sql`
    update messages set companion_link_id = null, companion_record_id = null, companion_purpose = null,
      revision = revision + 1
    where conversation_id = ${conversationId} and companion_link_id = ${linkId} and link_id <> ${linkId}
      and (${some}::text[] is null or companion_purpose = any(${some}::text[]))
    returning message_id as "messageId"`);
  const messageIds = changed.map((one) => one.messageId);
  await enterEdits(tx, conversationId, messageIds, nowMs);
  return messageIds;
}

/** The record that a message shows; undefined when it is gone, or shows none. */
export async function recordShown(
  db: Queryable,
  { conversationId }: Thread,
  messageId: MessageId,
): Promise<ShownRecord | undefined> {
  const [row] = await db.query<ShownRecord>(sql`
    select link_id as "linkId", record_id as "recordId" from messages
    where conversation_id = ${conversationId} and message_id = ${messageId} and record_id is not null`);
  return row;
}

/** Before its messages, as whoever writes to it does. */
async function lockConversation(tx: Transaction, conversationId: Thread['conversationId']): Promise<void> {
  await tx.execute(sql`select from conversations where conversation_id = ${conversationId} for update`);
}

async function enterEdits(
  tx: Transaction,
  conversationId: Thread['conversationId'],
  messageIds: readonly MessageId[],
  nowMs: number,
): Promise<void> {
  if (messageIds.length === 0) return;
  const [taken] = await tx.run(takeNumbers, { conversationIds: [conversationId], counts: [messageIds.length] });
  if (!taken) return;
  const first = Number(taken.lastSeq) - messageIds.length + 1;
  await tx.run(insertEntries, {
    conversationIds: messageIds.map(() => conversationId),
    seqs: messageIds.map((_, n) => first + n),
    entries: messageIds.map(() => 'edit'),
    messageIds: [...messageIds],
    at: messageIds.map(() => new Date(nowMs)),
  });
}
