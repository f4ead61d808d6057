import {
  failPoint,
  limits,
  turns,
  unmetered,
  type CustomerId,
  type IdentityId,
  type InTurn,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import type { Message, Page, Purpose } from '#contract';
import type { Queryable, Transaction } from '#db';
import type { Actor, LinkSealer, SealedColumn, ShownOn } from '#vault';
import { createAddresses, type Addresses } from './addresses.ts';
import { createAdvertisingMarks, tidyCounts, type AdvertisingMarks } from './advertising.ts';
import type { Change, Said, Thread, Written } from './change.ts';
import { isChatOf } from './chats.ts';
import {
  conversationOf,
  createConversation,
  markRead,
  removeConversation,
  threadsOf,
  type Standing,
} from './conversations.ts';
import type { Manner } from './draw.ts';
import { enterHandOff } from './hand-off.ts';
import {
  answersOfLink,
  answersOfSeveral,
  countOfLinks,
  findByClientId,
  forgetOldMessages,
  messagesOfLink,
  messagesOfLinks,
  messagesShowing,
  openMessage,
  ownMessage,
  readAgain,
  sealedOfLink,
  seqOf,
  type OpenMessage,
} from './messages.ts';
import { connectedHere, hasWritten } from './looking-on.ts';
import { accompany, leaveCompanions, recordShown, type Accompanied, type ShownRecord } from './companions.ts';
import { newestOfBank, readOrigin, type MessageOrigin } from './origin.ts';
import { createOutlets, type Outlets } from './outlets.ts';
import type { PairSigner } from './parting.ts';
import { readMessage, readPage, readTold, type Span, type ToldSpan } from './page.ts';
import {
  changeDestination,
  destinationsOf,
  forgetOldDeliveries,
  putDestination,
  removeDestination,
  type Destination,
  type DestinationChoice,
  type KeptDestination,
} from './sending/destinations.ts';
import type { ReadContent } from './sending/content.ts';
import { contentReader } from './sending/read-content.ts';
import { createSending, type Sending, type SendingParts } from './sending/sending.ts';
import { createViews, forgetOldViews, type Views } from './views.ts';
import { writeChanges } from './write.ts';

/** Conversations, their entries and messages, and who is connected to them. */
export interface Delivery {
  readonly outlets: Outlets;
  /** Brings what is written to other messengers, and to browsers that are connected to another process. */
  readonly sending: Omit<Sending, 'putDeliveries'>;
  /** From now on the conversation is brought to this channel identity too; named again, at another level of detail. */
  putDestination(tx: Transaction, thread: Thread, to: Destination, nowMs: number): Promise<void>;
  /** Nothing more is brought there; what was on its way is not sent. */
  removeDestination(tx: Transaction, thread: Thread, identityId: IdentityId): Promise<void>;
  /** Where the conversation is brought to, and what is chosen of each. */
  destinations(db: Queryable, thread: Thread): Promise<KeptDestination[]>;
  /** Changes what is chosen of one; it holds for what is on its way too. False: there is no such destination. */
  changeDestination(
    tx: Transaction,
    thread: Thread,
    identityId: IdentityId,
    choice: Partial<DestinationChoice>,
  ): Promise<boolean>;
  /** Whether a chat at another messenger is still this customer's; see `isChatOf`. */
  isChatOf(db: Queryable, identityId: IdentityId, customerId: CustomerId): Promise<boolean>;
  readonly advertising: AdvertisingMarks;
  /** Where people are met at messengers. */
  readonly addresses: Addresses;
  /** Addresses that show messages whole, once, to a browser of their customer's. */
  readonly views: Views;
  /** Reads to browsers that come back, in their turn: all share this process's connections to the database. */
  readonly catchUp: InTurn;
  /** Makes a new customer's one conversation, empty. */
  createConversation(tx: Transaction, customerId: CustomerId, nowMs: number): Promise<Thread>;
  /** The customer's one conversation, with where it stands. */
  conversationOf(db: Queryable, customerId: CustomerId): Promise<(Thread & Standing) | undefined>;
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
  /** The record that a message of this conversation shows; undefined when it shows none. */
  recordShown(db: Queryable, thread: Thread, messageId: MessageId): Promise<ShownRecord | undefined>;
  /** What a message that is sealed for the customer alone says; undefined for any other. */
  ownMessage(db: Queryable, thread: Thread, messageId: MessageId): Promise<Said | undefined>;
  /** The number under which a message was entered; undefined when there is none. */
  seqOf(db: Queryable, thread: Thread, messageId: MessageId): Promise<number | undefined>;
  /** Where a message comes from, and by which signature; undefined when there is none. See `readOrigin`. */
  originOf(actor: Actor, thread: Thread, messageId: MessageId, shown?: ShownOn): Promise<MessageOrigin | undefined>;
  /** The newest message that shows what a bank told. */
  newestOfBank(thread: Thread): Promise<MessageId | undefined>;
  /** What a link's bank told for one purpose since then, newest first: the last of it, see `readTold`. */
  toldFor(actor: Actor, thread: Thread, which: ToldSpan): Promise<readonly Message[]>;
  /** A message as it stands, with where its content comes from; undefined when it is gone or shows a record. */
  openMessage(actor: Actor, thread: Thread, messageId: MessageId): Promise<OpenMessage | undefined>;
  /** A message as it is drawn for its customer, one that shows a record too; for a task, which shows it nowhere. */
  readMessage(actor: Actor, thread: Thread, messageId: MessageId, manner: Manner): Promise<Message | undefined>;
  /**
   * Says of messages that show a record which other record they show besides, or no longer do; see `accompany`.
   * Whoever is connected reads them anew.
   */
  accompany(tx: Transaction, thread: Thread, messages: readonly Accompanied[], nowMs: number): Promise<MessageId[]>;
  /**
   * Removes the messages that derive from a link, each with its entry; all, or those of some purposes. Answers how many.
   * What of it stands beside other links' records is taken from there.
   */
  removeOfLink(
    tx: Transaction,
    thread: Thread,
    linkId: LinkId,
    nowMs: number,
    purposes?: readonly Purpose[],
  ): Promise<number>;
  /** The messages that derive from any of the links named, at most one link of each conversation. */
  messagesOfLinks(
    tx: Transaction,
    links: readonly { readonly thread: Thread; readonly linkId: LinkId }[],
  ): Promise<{ thread: Thread; linkId: LinkId; messageId: MessageId }[]>;
  /** How many messages stand under the links named. */
  countOfLinks(db: Queryable, linkIds: readonly LinkId[]): Promise<number>;
  /** Where a link's messages stand that are sealed under its key, for resealing them. */
  sealedOfLink(thread: Thread, linkId: LinkId): SealedColumn;
  /** Removes the answers that were read from a link and may tell of any of its accounts; what shows a record stays. */
  removeAnswers(tx: Transaction, thread: Thread, linkId: LinkId, nowMs: number): Promise<number>;
  /** Removes the answers that were read from a link together with others. */
  removeOfSeveral(tx: Transaction, thread: Thread, linkId: LinkId, nowMs: number): Promise<number>;
  /** Removes the messages that show the records named. */
  removeShowing(tx: Transaction, thread: Thread, recordIds: readonly RecordId[], nowMs: number): Promise<number>;
  /**
   * Reads messages for a channel identity once more, at the level named, as they are read to be sent there: the use
   * and that it goes there are entered. What is gone, or may not or cannot be read now, is missing.
   */
  readFor: ReadContent;
  /** The newest number, and how far the customer has read. */
  standing(thread: Thread): Promise<Standing>;
  /** A page in ascending order, opened through the gate; what may no longer be read is answered as a removal. */
  page(actor: Actor, thread: Thread, span: Span, manner: Manner): Promise<Page>;
  /** Moves the reading mark forward, never back; answers where it stands. */
  markRead(thread: Thread, seq: number): Promise<number>;
  /** Forgets what was read from banks longer ago than the look-back, and adds up what was counted. */
  tidy(nowMs: number): Promise<void>;
  /** Removes the conversation with all that is in it; answers how many messages there were. */
  removeConversation(tx: Transaction, thread: Thread): Promise<number>;
  /** The customers with a browser connected to this process just now. */
  connectedHere(db: Queryable): Promise<CustomerId[]>;
  /** Whether a customer has written at any messenger since then. */
  hasWritten(db: Queryable, customerId: CustomerId, since: Date): Promise<boolean>;
}

/** What delivery works with. */
export type DeliveryParts = Omit<SendingParts, 'outlets'> & Partial<Pick<PairSigner, 'acts'>>;

/** Makes delivery over a database and a vault, with nobody connected yet. */
export function createDelivery(parts: DeliveryParts): Delivery {
  const { database, readers, vault } = parts;
  const outlets = createOutlets();
  const sending = createSending({ ...parts, outlets });

  const write = writer(parts, outlets, sending);
  return {
    outlets,
    sending,
    putDestination,
    removeDestination,
    destinations: destinationsOf,
    changeDestination,
    isChatOf,
    advertising: createAdvertisingMarks(parts),
    addresses: createAddresses(parts),
    views: createViews(parts),
    catchUp: turns(limits.socketsCatchingUpAtOnceMax),
    write,
    createConversation,
    conversationOf,
    threadsOf,
    connectedHere: (db) => connectedHere(db, outlets),
    hasWritten,
    findByClientId,
    messagesShowing,
    recordShown,
    ownMessage: (db, thread, messageId) => ownMessage(vault, db, thread, messageId),
    seqOf,
    openMessage: (actor, thread, messageId) => readAgain(() => openMessage(parts, actor, thread, messageId)),
    newestOfBank: (thread) => newestOfBank(database, thread),
    toldFor: (actor, thread, which) =>
      readAgain(() => readTold(readers.of(thread.customerId), vault, actor, thread, which)),
    originOf: (actor, thread, messageId, shown) => readOrigin(parts, actor, thread, messageId, shown),
    readMessage: (actor, thread, messageId, manner) =>
      readAgain(() => readMessage(readers.of(thread.customerId), vault, actor, thread, messageId, manner)),
    accompany: async (tx, thread, messages, nowMs) => {
      const changed = await accompany(tx, thread, messages, nowMs);
      tx.afterCommit(() => outlets.newer([thread.conversationId]));
      return changed;
    },
    messagesOfLinks,
    countOfLinks,
    sealedOfLink,
    ...removals(write, outlets),
    readFor: contentReader(parts),
    standing: async (thread) => (await conversationOf(database, thread.customerId)) ?? { lastSeq: 0, readSeq: 0 },
    page: (actor, thread, span, manner) =>
      readAgain(() => readPage(readers.of(thread.customerId), vault, actor, thread, span, manner, parts)),
    markRead: (thread, seq) => markRead(database, thread, seq),
    tidy: async (nowMs) => {
      await forgetOldMessages(database, nowMs);
      await forgetOldDeliveries(database, nowMs);
      await forgetOldViews(database, nowMs);
      await tidyCounts(database, nowMs);
    },
    removeConversation: async (tx, thread) => {
      const messages = await removeConversation(tx, thread);
      tx.afterCommit(() => outlets.send(thread.conversationId, { frame: 'ended' }));
      return messages;
    },
  };
}

/** Writes changes with everything that follows from them in the same transaction; after COMMIT they are handed on. */
function writer({ vault, meter = unmetered }: DeliveryParts, outlets: Outlets, sending: Sending): Delivery['write'] {
  return async (tx, changes, sealers) => {
    if (changes.length === 0) return [];
    const written = await writeChanges(tx, vault, changes, sealers);
    await sending.putDeliveries(tx, written);
    failPoint('deliveries stored');
    const entered = await enterHandOff(tx, vault, outlets, written);
    failPoint('hand-off entered');
    tx.afterCommit(() => {
      failPoint('hand-off begins');
      const fromMs = performance.now();
      outlets.handOn(written, entered);
      meter.step('hand-on', performance.now() - fromMs);
      failPoint('hand-off done');
    });
    return written;
  };
}

/** Removes messages, each with its entry: by what they show, and by what they derive from. */
function removals(
  write: Delivery['write'],
  outlets: Outlets,
): Pick<Delivery, 'removeOfLink' | 'removeAnswers' | 'removeOfSeveral' | 'removeShowing'> {
  const remove = async (tx: Transaction, thread: Thread, ids: readonly MessageId[], atMs: number): Promise<number> => {
    const removals = ids.map((messageId): Change => ({ ...thread, entry: 'removal', messageId, atMs }));
    await write(tx, removals);
    return ids.length;
  };
  return {
    removeOfLink: async (tx, thread, linkId, nowMs, purposes) => {
      const left = await leaveCompanions(tx, thread, linkId, nowMs, purposes);
      if (left.length > 0) tx.afterCommit(() => outlets.newer([thread.conversationId]));
      return remove(tx, thread, await messagesOfLink(tx, thread, linkId, purposes), nowMs);
    },
    removeAnswers: async (tx, thread, linkId, nowMs) =>
      remove(tx, thread, await answersOfLink(tx, thread, linkId), nowMs),
    removeOfSeveral: async (tx, thread, linkId, nowMs) =>
      remove(tx, thread, await answersOfSeveral(tx, thread, linkId), nowMs),
    removeShowing: async (tx, thread, recordIds, nowMs) =>
      remove(tx, thread, [...(await messagesShowing(tx, recordIds)).values()], nowMs),
  };
}
