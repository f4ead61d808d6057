import type { LinkId, MessageId, RecordId } from '#base';
import type { Entry, Message, Page, Purpose } from '#contract';
import { operation, sql, type Database, type Transaction } from '#db';
import type { Actor, CustomerSealer, OpenedMessage, RecordContent, SealedMessage, ShownOn, Vault } from '#vault';
import type { Said, Thread } from './change.ts';
import { draw, withoutAddresses, type Drawn, type Manner } from './draw.ts';
import { onWeb } from './hand-off.ts';
import { withParting, type PairSigner } from './parting.ts';

interface Row {
  readonly seq: bigint;
  readonly entry: Entry['entry'];
  readonly messageId: MessageId;
  readonly revision: number | null;
  readonly author: Message['author'] | null;
  readonly at: Date | null;
  readonly linkId: LinkId | null;
  readonly also: readonly LinkId[] | null;
  readonly purpose: Purpose | null;
  readonly recordId: RecordId | null;
  readonly clientId: string | null;
  readonly epoch: number | null;
  readonly sealed: Buffer | null;
  /** Another record that it shows beside its own. */
  readonly companionLinkId: LinkId | null;
  readonly companionRecordId: RecordId | null;
  readonly companionPurpose: Purpose | null;
}

/** How far a conversation has come, and how far its customer has read. */
export const readState = operation<{ lastSeq: bigint; readSeq: bigint }>()(
  'conversations.state',
  { conversationId: 'uuid' },
  `select last_seq as "lastSeq", read_seq as "readSeq" from conversations where conversation_id = $conversationId`,
);

const pageColumns = `e.seq, e.entry, e.message_id as "messageId", m.revision, m.author, m.at, m.link_id as "linkId",
  m.also_link_ids as also, m.purpose, m.record_id as "recordId", m.client_id as "clientId", m.epoch, m.sealed,
  m.companion_link_id as "companionLinkId", m.companion_record_id as "companionRecordId",
  m.companion_purpose as "companionPurpose"`;
const page = { conversationId: 'uuid', seq: 'int8', limit: 'int4' } as const;

/** The entries after a number, ascending, each with its message as it stands now; of a removed one nothing but nulls. */
export const entriesAfter = operation<Row>()(
  'entries.after',
  page,
  `select ${pageColumns} from (
    select * from entries where conversation_id = $conversationId and seq > $seq order by seq limit $limit
  ) e
  left join messages m on m.conversation_id = e.conversation_id and m.message_id = e.message_id order by e.seq`,
);

const entriesBefore = operation<Row>()(
  'entries.before',
  page,
  `select ${pageColumns} from (
    select * from entries where conversation_id = $conversationId and seq < $seq order by seq desc limit $limit
  ) e
  left join messages m on m.conversation_id = e.conversation_id and m.message_id = e.message_id order by e.seq`,
);

/** Messages of one conversation, as they stand; what is gone is missing. */
export const messagesById = operation<Row>()(
  'messages.read',
  { conversationId: 'uuid', messageIds: 'uuid[]' },
  `select 0::bigint as seq, 'message' as entry, message_id as "messageId", revision, author, at, link_id as "linkId",
    also_link_ids as also, purpose, record_id as "recordId", client_id as "clientId", epoch, sealed,
    companion_link_id as "companionLinkId", companion_record_id as "companionRecordId",
    companion_purpose as "companionPurpose"
  from messages where conversation_id = $conversationId and message_id = any($messageIds)`,
);

/** Which part of a conversation to read: what came after a number, or the page before one. */
export type Span =
  | { readonly after: number; readonly limit: number }
  | { readonly before: number; readonly limit: number };

/**
 * Reads a page of a customer's own conversation, ascending; every message in its newest revision. What
 * has been erased since, or is no longer consented to, is answered as a removal, so that the numbers
 * stay gapless.
 *
 * @param own works for the customer whose conversation it is
 */
export async function readPage(
  own: Pick<Database, 'transaction'>,
  vault: Vault,
  actor: Actor,
  thread: Thread,
  span: Span,
  manner: Manner,
  signer?: PairSigner,
): Promise<Page> {
  const { state, rows, sealer } = await own.transaction(async (tx) => {
    const [found] = await tx.run(readState, { conversationId: thread.conversationId });
    return { state: found, ...(await withSealer(tx, vault, thread, await selectRows(tx, thread, span))) };
  });
  // A task reads for itself; what a customer's browser reads is shown there.
  const shown = actor.kind === 'customer' ? onWeb(actor.identityId, 'conversation-shown') : undefined;
  const opened = await openRows(vault, actor, { rows, sealer }, shown, manner);
  const entries = opened.map((entry) =>
    entry.entry === 'removal'
      ? entry
      : { ...entry, message: withParting(withoutAddresses(entry.message), thread, manner, signer) },
  );
  return { entries, lastSeq: Number(state?.lastSeq ?? 0), readSeq: Number(state?.readSeq ?? 0) };
}

/**
 * Reads some messages for one channel identity, each in its newest revision, and enters that they go there.
 * What is gone, or may not or cannot be read now, is missing from the answer. `ofLink` says that a message
 * derives from what a bank told.
 *
 * @param own works for the customer whose conversation it is
 */
export async function readMessages(
  own: Pick<Database, 'transaction'>,
  vault: Vault,
  actor: Actor,
  thread: Thread,
  messageIds: readonly MessageId[],
  to: { readonly shown: ShownOn; readonly manner: Manner },
): Promise<Map<MessageId, { message: Message; ofLink: boolean; purpose: Purpose | null }>> {
  const read = await own.transaction(async (tx) => {
    const rows = await tx.run(messagesById, { conversationId: thread.conversationId, messageIds });
    return withSealer(tx, vault, thread, rows);
  });
  const entries = await openRows(vault, actor, read, to.shown, to.manner);
  return new Map(
    entries.flatMap((entry, n) => {
      const row = read.rows[n];
      return row && entry.entry !== 'removal'
        ? [[row.messageId, { message: entry.message, ofLink: row.linkId !== null, purpose: row.purpose }]]
        : [];
    }),
  );
}

/** One message as it is drawn for its customer, whatever it shows; undefined when it is gone or may not be read now. */
export async function readMessage(
  own: Pick<Database, 'transaction'>,
  vault: Vault,
  actor: Actor,
  thread: Thread,
  messageId: MessageId,
  manner: Manner,
): Promise<Message | undefined> {
  const read = await own.transaction(async (tx) => {
    const rows = await tx.run(messagesById, { conversationId: thread.conversationId, messageIds: [messageId] });
    return withSealer(tx, vault, thread, rows);
  });
  const [entry] = await openRows(vault, actor, read, undefined, manner);
  return entry && entry.entry !== 'removal' ? entry.message : undefined;
}

/** Which part of what a link's bank told. */
export interface ToldSpan {
  readonly linkId: LinkId;
  readonly purpose: Purpose;
  readonly from: Date;
}

/** More of one purpose than a fortnight brings. */
const toldMax = 50;

/**
 * Reads what a link's bank told a customer for one purpose, newest first, each message in its newest revision.
 *
 * @param own works for the customer whose conversation it is
 */
export async function readTold(
  own: Pick<Database, 'transaction'>,
  vault: Vault,
  actor: Actor,
  thread: Thread,
  { linkId, purpose, from }: ToldSpan,
): Promise<readonly Message[]> {
  const { conversationId } = thread;
  const read = await own.transaction(async (tx) => {
    const ids = await tx.query<{ messageId: MessageId }>(sql`
      select message_id as "messageId" from messages where conversation_id = ${conversationId} and link_id = ${linkId}
        and purpose = ${purpose} and author = 'bank' and at >= ${from} order by at desc limit ${toldMax}`);
    const rows = await tx.run(messagesById, { conversationId, messageIds: ids.map((row) => row.messageId) });
    return withSealer(tx, vault, thread, rows);
  });
  const entries = await openRows(vault, actor, read, undefined, { locale: 'en', timeZone: 'UTC' });
  return entries.flatMap((entry) => (entry.entry === 'removal' ? [] : [entry.message]));
}

/** Rows as they were read, with what opens those that are sealed for the customer alone. */
interface ReadRows {
  readonly rows: readonly Row[];
  readonly sealer: CustomerSealer | undefined;
}

async function withSealer(tx: Transaction, vault: Vault, thread: Thread, rows: readonly Row[]): Promise<ReadRows> {
  const ofNoLink = rows.some((row) => row.sealed && row.linkId === null);
  return { rows, sealer: ofNoLink ? await vault.customerSealer(tx, thread.customerId, 'conversation') : undefined };
}

/** Opens rows through the gate, which enters the use and, when it is shown somewhere, the delivery. */
async function openRows(
  vault: Vault,
  actor: Actor,
  { rows, sealer }: ReadRows,
  shown: ShownOn | undefined,
  manner: Manner,
): Promise<Entry[]> {
  const opened = await vault.gate.page(actor, sealedOfLinks(rows), shown);
  return opened.use((byMessage) =>
    rows.map((row): Entry => {
      const seq = Number(row.seq);
      if (row.entry === 'removal' || row.revision === null) return { entry: 'removal', seq, messageId: row.messageId };
      const said =
        row.sealed && row.linkId === null
          ? sealer?.open<Said>('messages.content', row.messageId, row.sealed).use((said) => ({ said }))
          : saidOf(byMessage.get(row.messageId));
      return said
        ? { entry: row.entry, seq, message: messageOf(row, drawRow(row, said, manner)) }
        : { entry: 'removal', seq, messageId: row.messageId };
    }),
  );
}

function selectRows(tx: Transaction, { conversationId }: Thread, span: Span): Promise<Row[]> {
  const { limit } = span;
  return 'before' in span
    ? tx.run(entriesBefore, { conversationId, seq: span.before, limit })
    : tx.run(entriesAfter, { conversationId, seq: span.after, limit });
}

function sealedOfLinks(rows: readonly Row[]): SealedMessage[] {
  const byMessage = new Map<string, SealedMessage>();
  for (const row of rows) {
    const { messageId, linkId, also, purpose, recordId, epoch, sealed } = row;
    if (!linkId) continue;
    const companion = companionOf(row);
    const message = { messageId, linkId, also: also ?? [], purpose, recordId, epoch, sealed };
    byMessage.set(messageId, { ...message, ...(companion && { companion }) });
  }
  return [...byMessage.values()];
}

function companionOf({
  companionLinkId: linkId,
  companionRecordId: recordId,
  companionPurpose: purpose,
}: Row): SealedMessage['companion'] {
  return linkId && recordId && purpose ? { linkId, recordId, purpose } : undefined;
}

type Opened = { readonly said: Said } | { readonly shown: RecordContent; readonly beside?: RecordContent };

function saidOf(opened: OpenedMessage | undefined): Opened | undefined {
  if (!opened) return undefined;
  if (opened.from === 'message') return { said: opened.content as Said };
  return { shown: opened.content, ...(opened.beside && { beside: opened.beside }) };
}

function drawRow({ purpose, at }: Row, opened: Opened, manner: Manner): Drawn {
  return draw('said' in opened ? opened : { ...opened, purpose }, (at ?? new Date(0)).getTime(), manner);
}

function messageOf(row: Row, said: Drawn): Message {
  return {
    id: row.messageId,
    revision: row.revision ?? 1,
    author: row.author ?? 'tellerline',
    at: (row.at ?? new Date(0)).toISOString(),
    ...said,
    ...(row.clientId && { clientId: row.clientId }),
  };
}
