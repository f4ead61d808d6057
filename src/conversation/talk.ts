import type { ActionId, ConversationId, CustomerId, IdentityId, MessageId } from '#base';
import { failPoint, newId, TellerlineError } from '#base';
import type { DeletionReceipt } from '#contract';
import { findCustomer, leaveSession, openSession, type BrowserKind, type Customer, type Session } from '#customers';
import { sql, type Database, type Transaction } from '#db';
import type { Arrivals, Thread } from '#delivery';
import { addPicture } from './case-pictures.ts';
import { confirmAlerts } from './alert-answer.ts';
import { createArrivals } from './arriving.ts';
import { beginCustomer } from './beginning.ts';
import { converse } from './converse.ts';
import { tellDigests } from './digest.ts';
import { answerDispute } from './dispute-answer.ts';
import { askToAdd } from './evidence.ts';
import { customerParcels } from './following.ts';
import { frameMinutesMax, type Frame } from './frame.ts';
import { troubleWords, welcome } from './occasions.ts';
import { makeJoinCode, type JoinCode } from './joining.ts';
import { press, type Pressed, type SayIn } from './pressing.ts';
import { changesOf } from './saying.ts';
import { withAddresses } from './showing.ts';
import { leave, offerPasskey, sayPasskey, signIn } from './signing-in.ts';
import { ofNoBank, type Answer } from './turn.ts';
import { customerCards } from './cards.ts';
import { customerChecks } from './checks.ts';
import type { TalkParts } from './talk-parts.ts';
import { customerMoney } from './vault-money.ts';
import { customerWishes, type CustomerWishes } from './wishes.ts';

/** The conversation with a customer: what is said, what is answered, what a button does. */
export interface Talk {
  /** Begins with a new customer: keys, conversation, greeting, and the first session with the secret for its cookie. */
  begin(manner: Pick<Customer, 'locale' | 'timeZone'>, kind: BrowserKind): Promise<Opened>;
  /**
   * Gives a browser the session of a customer who has proven themselves there. What the browser had so far, if
   * anything, must be a chat in which no bank was ever linked: `leave` deletes it afterwards.
   *
   * @throws TellerlineError `chat_in_use`
   */
  signIn(before: Session | undefined, customerId: CustomerId, kind: BrowserKind): Promise<Opened>;
  /**
   * Deletes the chat that a browser had before it signed in, or ends the session that it had of the same
   * customer. To be called when the browser holds its new cookie: its other windows come back with that one.
   */
  leave(before: Session, customerId: CustomerId): Promise<void>;
  /** Ends the session of a browser that has done its linking for another messenger's chat. */
  leaveLinking(session: Session): Promise<void>;
  /** A code by which this customer brings a chat at another messenger to their own; good once, for ten minutes. */
  joinCode(customerId: CustomerId): Promise<JoinCode>;
  /** Offers the first passkey, once. */
  offerPasskey(customerId: CustomerId): Promise<void>;
  /** Says that a passkey was added or removed, and takes the offer's buttons away. */
  sayPasskey(customerId: CustomerId, what: 'added' | 'removed', kind: BrowserKind): Promise<void>;
  /**
   * Takes what a customer says; stored when this answers, answered soon after. The same client id is
   * stored once.
   *
   * @throws TellerlineError `messages_too_many`
   */
  say(thread: Thread, message: SaidByCustomer): Promise<{ seq: number }>;
  /**
   * Carries out what a button does; `from`: where it was pressed, in a browser unless said otherwise. `session`: of
   * that browser, in which a loosening act has to be proven.
   *
   * @throws TellerlineError `act_invalid`, `act_expired`, `act_used`, `proof_needed`
   */
  act(
    customerId: CustomerId,
    token: string,
    from?: Pressed,
    session?: Pick<Session, 'sessionIndex'>,
  ): Promise<{ receipt?: DeletionReceipt }>;
  /**
   * Takes a picture for an open case of this customer's; the chat asks before the bank gets it.
   *
   * @throws TellerlineError `case_over`, `picture_too_large`, `picture_unreadable`, `case_pictures_many`, `messages_too_many`
   */
  addPicture(thread: Thread, caseId: ActionId, bytes: Buffer): Promise<void>;
  /** What people do at messengers. */
  readonly arrivals: Arrivals;
  /** Tells the digests whose hour has come; see `tellDigests`. */
  tellDigests(): Promise<void>;
  /** What a customer wants to be told, and when. */
  wishes(thread: Thread): CustomerWishes;
  /** Takes up what was said and not answered when an earlier process ended. */
  start(): void;
  /** Takes up nothing new and waits for the answers that are being made. */
  stop(): Promise<void>;
}

/** A session that was opened, and the secret for its cookie. */
interface Opened {
  readonly session: Session;
  readonly secret: string;
}

/** What a customer says. */
export interface SaidByCustomer {
  /** The same at every repetition. */
  readonly clientId: string;
  readonly text: string;
  /** Where it was said; absent: in a browser. */
  readonly from?: Pressed;
}

const triesMax = 3;
const retryMs = 1500;

interface Turn extends Thread {
  readonly messageId: MessageId;
  /** Where it was said; null: in a browser. */
  readonly identityId: IdentityId | null;
  readonly attempts: number;
}

/** The frame of a conversation's last question, good while the same links stand. In memory: it is worth minutes. */
interface Remembered {
  readonly frame: Frame;
  readonly links: string;
}

/** Makes the talk over its parts. Nothing is answered until a message comes or `start` takes up what stood open. */
export function createTalk(parts: TalkParts): Talk {
  const { database, log } = parts;
  const queues = new Map<ConversationId, Promise<void>>();
  const remembered = new Map<ConversationId, Remembered>();
  const timers = new Set<NodeJS.Timeout>();
  let stopping = false;

  /** What failed is taken up again after a pause; the database or a bank may be back by then. */
  const later = (thread: Thread): void => {
    if (stopping) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      takeUp(thread);
    }, retryMs);
    timers.add(timer);
  };

  /** Answers what stands open in a conversation, one after the other. */
  const takeUp = (thread: Thread): void => {
    if (stopping) return;
    const { conversationId } = thread;
    const before = queues.get(conversationId) ?? Promise.resolve();
    const work = before
      .then(() => answerOpen(parts, remembered, thread))
      .catch((error: unknown) => {
        log.warn({ err: error }, 'a question could not be answered and is taken up again');
        later(thread);
      })
      .finally(() => {
        if (queues.get(conversationId) === work) queues.delete(conversationId);
      });
    queues.set(conversationId, work);
  };

  const say: Talk['say'] = async (thread, message) => {
    requireFew(parts, thread);
    return database.transaction((tx) => sayIn(tx, thread, message));
  };
  const sayIn: SayIn = (tx, thread, message) => store(parts, tx, thread, message, () => takeUp(thread));
  const act: Talk['act'] = (...pressed) => press(parts, sayIn, ...pressed);

  return {
    begin: (manner, kind) => database.transaction((tx) => begin(parts, tx, manner, kind)),
    signIn: (before, customerId, kind) => signIn(parts, before, customerId, kind),
    leave: (before, customerId) => leave(parts, before, customerId),
    leaveLinking: (session) => database.transaction((tx) => leaveSession(tx, session)),
    joinCode: (customerId) => makeJoinCode(parts, customerId),
    offerPasskey: (customerId) => offerPasskey(parts, customerId),
    sayPasskey: (customerId, what, kind) => sayPasskey(parts, customerId, what, kind),
    say,
    act,
    addPicture: async (thread, caseId, bytes) => {
      requireFew(parts, thread);
      await addPicture(parts, thread, caseId, bytes);
    },
    arrivals: createArrivals(parts, { say, act }),
    tellDigests: () => tellDigests(parts),
    wishes: (thread) => customerWishes(parts, thread),
    start: () => {
      openThreads(database).then(
        (threads) => threads.forEach(takeUp),
        (error: unknown) => log.error({ err: error }, 'open turns could not be read'),
      );
    },
    stop: async () => {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(queues.values());
    },
  };
}

/** @throws TellerlineError `messages_too_many` */
function requireFew({ messages }: TalkParts, { customerId }: Thread): void {
  if (messages.take(customerId)) return;
  const sentence = 'That was a lot within a minute. Wait a moment; what you wrote is kept.';
  throw new TellerlineError('messages_too_many', 429, sentence, { retryAfterSeconds: 30 });
}

async function begin(
  parts: TalkParts,
  tx: Transaction,
  manner: Pick<Customer, 'locale' | 'timeZone'>,
  kind: BrowserKind,
): Promise<Opened> {
  const { delivery, clock, random } = parts;
  const thread = await beginCustomer(parts, tx, manner);
  await delivery.write(tx, changesOf(parts, thread, [welcome(manner.locale)]));
  return openSession(tx, thread.customerId, kind, random, clock.nowMs());
}

async function store(
  parts: TalkParts,
  tx: Transaction,
  thread: Thread,
  { clientId, text, from }: SaidByCustomer,
  answerIt: () => void,
): Promise<{ seq: number }> {
  const { delivery, clock } = parts;
  if (from && !(await from.once(tx))) return { seq: 0 };
  const known = await delivery.findByClientId(tx, thread, clientId);
  if (known) return known;
  const messageId = newId<MessageId>();
  const atMs = clock.nowMs();
  const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
  const [written] = await delivery.write(tx, [
    { ...thread, entry: 'message', messageId, author: 'customer', atMs, clientId, body },
  ]);
  if (!written) throw new TellerlineError('no_session', 401, 'This chat was deleted. Open the chat again.');
  await tx.execute(sql`insert into turns (conversation_id, message_id, customer_id, identity_id, at)
    values (${thread.conversationId}, ${messageId}, ${thread.customerId}, ${from?.identityId ?? null}, ${new Date(atMs)})`);
  if (from) failPoint('arrival written');
  const { seq } = written;
  tx.afterCommit(() => {
    delivery.outlets.send(thread.conversationId, { frame: 'marks', deliveredSeq: seq, readSeq: 0 });
    answerIt();
  });
  return { seq };
}

async function openThreads(database: Database): Promise<Thread[]> {
  return database.query<Thread>(sql`
    select distinct conversation_id as "conversationId", customer_id as "customerId" from turns`);
}

async function answerOpen(
  parts: TalkParts,
  remembered: Map<ConversationId, Remembered>,
  thread: Thread,
): Promise<void> {
  for (;;) {
    const [turn] = await parts.database.query<Turn>(sql`
      update turns set attempts = attempts + 1 where (conversation_id, message_id) = (
        select conversation_id, message_id from turns where conversation_id = ${thread.conversationId}
        order by at, message_id limit 1)
      returning conversation_id as "conversationId", customer_id as "customerId", message_id as "messageId", identity_id as "identityId",
        attempts`);
    if (!turn) return;
    await answerTurn(parts, remembered, turn);
  }
}

async function answerTurn(parts: TalkParts, remembered: Map<ConversationId, Remembered>, turn: Turn): Promise<void> {
  const { database, delivery } = parts;
  const customer = await findCustomer(database, turn.customerId);
  if (!customer) return closeTurn(parts, turn, []);
  const { outlets } = delivery;
  outlets.send(turn.conversationId, { frame: 'typing', on: true });
  try {
    const givenUp = turn.attempts > triesMax;
    const answers = givenUp ? [troubleWords(customer.locale)] : await answersTo(parts, remembered, turn, customer);
    await closeTurn(parts, turn, await withAddresses(parts, turn, answers, customer.locale));
  } finally {
    outlets.send(turn.conversationId, { frame: 'typing', on: false });
  }
}

async function answersTo(
  parts: TalkParts,
  remembered: Map<ConversationId, Remembered>,
  turn: Turn,
  customer: Customer,
): Promise<readonly Answer[]> {
  const said = await parts.delivery.ownMessage(parts.database, turn, turn.messageId);
  if (said?.content.kind !== 'text') return [];
  const foreign = turn.identityId
    ? undefined
    : await parts.linking.confirmInBrowser(
        turn.customerId,
        { text: said.content.text, key: turn.messageId },
        customer.locale,
      );
  if (foreign) return [ofNoBank(foreign.said)];
  const { text } = said.content;
  const alerts = await confirmAlerts(parts, turn, text, customer);
  if (alerts) return alerts;
  const added = await askToAdd(parts, turn, { text, messageId: turn.messageId }, customer);
  if (added) return added;
  const disputed = await answerDispute(parts, turn, text, customer);
  if (disputed) return disputed;
  const now = Temporal.Instant.fromEpochMilliseconds(parts.clock.nowMs());
  const money = customerMoney(parts, turn.customerId);
  const linked = await money.links();
  const links = linked.map((link) => link.linkId).join();
  const before = remembered.get(turn.conversationId);
  const { locale, timeZone } = customer;
  const conversed = await converse(
    text,
    {
      locale,
      timeZone,
      now,
      money,
      wishes: customerWishes(parts, turn),
      cards: customerCards(parts, turn.customerId),
      parcels: customerParcels(parts, turn),
      checks: customerChecks(parts, turn),
      elsewhere: turn.identityId !== null,
    },
    before?.links === links ? before.frame : undefined,
  );
  forgetStale(remembered, now);
  const { frame } = conversed;
  if (frame) remembered.set(turn.conversationId, { frame, links });
  return conversed.answers;
}

/** A frame is worth minutes; what it names of a bank is not kept longer. */
function forgetStale(remembered: Map<ConversationId, Remembered>, now: Temporal.Instant): void {
  for (const [conversationId, { frame }] of remembered) {
    if (now.since(Temporal.Instant.from(frame.at)).total('minutes') > frameMinutesMax)
      remembered.delete(conversationId);
  }
}

/** Writes the answers and closes the turn, together: an answer is never given twice. */
async function closeTurn(parts: TalkParts, turn: Turn, answers: readonly Answer[]): Promise<void> {
  const { database, delivery } = parts;
  await database.transaction(async (tx) => {
    const open = await tx.execute(sql`delete from turns
      where conversation_id = ${turn.conversationId} and message_id = ${turn.messageId}`);
    if (open > 0) await delivery.write(tx, changesOf(parts, turn, answers, { to: turn.identityId ?? 'browsers' }));
  });
  const { lastSeq } = await delivery.standing(turn);
  delivery.outlets.send(turn.conversationId, { frame: 'marks', deliveredSeq: lastSeq, readSeq: lastSeq });
}
