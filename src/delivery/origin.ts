import type { LinkId, MessageId, RecordId } from '#base';
import type { Purpose } from '#contract';
import { sql, type Database } from '#db';
import type { Actor, ShownOn, SignedBy, Vault } from '#vault';
import type { Thread } from './change.ts';

/** Where a message comes from: what its customer is shown who asks whether it is really their bank's. */
export interface MessageOrigin {
  readonly at: Date;
  /** Null: nothing of a bank is in it. */
  readonly linkId: LinkId | null;
  readonly purpose: Purpose | null;
  /** It shows what its bank told, and not what Tellerline says of it. */
  readonly isOfBank: boolean;
  /** Absent of what was fetched from the bank, and of what may not be read any more. */
  readonly signed?: SignedBy;
}

/**
 * Reads where a message comes from. Who signed it stands with the record that it shows: that is opened through the
 * gate, which enters the use and where it is shown. Undefined when there is no such message in this conversation.
 */
export async function readOrigin(
  { database, vault }: { database: Database; vault: Vault },
  actor: Actor,
  thread: Thread,
  messageId: MessageId,
  shown?: ShownOn,
): Promise<MessageOrigin | undefined> {
  const [row] = await database.query<{
    at: Date;
    linkId: LinkId | null;
    purpose: Purpose | null;
    recordId: RecordId | null;
  }>(sql`
    select at, link_id as "linkId", purpose, record_id as "recordId" from messages
    where conversation_id = ${thread.conversationId} and message_id = ${messageId}`);
  if (!row) return undefined;
  const { at, linkId, purpose, recordId } = row;
  if (linkId === null || recordId === null) return { at, linkId, purpose, isOfBank: false };
  const sealed = { messageId, linkId, also: [], purpose, recordId, epoch: null, sealed: null };
  const page = await vault.gate.page(actor, [sealed], shown);
  const signed = page.use((opened) => {
    const one = opened.get(messageId);
    return one?.from === 'record' ? one.content.signed : undefined;
  });
  return { at, linkId, purpose, isOfBank: true, ...(signed && { signed }) };
}

/** The newest message of a conversation that shows what a bank told. */
export async function newestOfBank(database: Database, { conversationId }: Thread): Promise<MessageId | undefined> {
  const [row] = await database.query<{ messageId: MessageId }>(sql`
    select message_id as "messageId" from messages where conversation_id = ${conversationId} and record_id is not null
    order by at desc, message_id desc limit 1`);
  return row?.messageId;
}
