import type { ConversationId, MessageId } from '#base';
import { failPoint, newId, TellerlineError } from '#base';
import { findCustomer, leaveSession, openSession, type BrowserKind, type Customer } from '#customers';
import type { Transaction } from '#db';
import type { Thread } from '#delivery';
import { answerTalkWish, talkFor } from './in-talk.ts';
import { customerPeople } from './people.ts';
import { wishForPerson } from './person-words.ts';
import { couldBeAskedOfABank } from './sorting.ts';
import { createTried, type Tried } from './tried.ts';
import { addPicture } from './case-pictures.ts';
import { confirmAlerts } from './alert-answer.ts';
import { createArrivals } from './arriving.ts';
import { beginCustomer } from './beginning.ts';
import { converse } from './converse.ts';
import { tellDigests } from './digest.ts';
import { answerDispute } from './dispute-answer.ts';
import { askToAdd } from './evidence.ts';
import { customerParcels } from './following.ts';
import { frameMinutesMax, type Followable } from './frame.ts';
import { troubleWords, welcome } from './occasions.ts';
import { makeJoinCode } from './joining.ts';
import { anyOpen, endTurn, openThreads, putTurn, takeTurn, type OpenTurn } from './open-turns.ts';
import { press, type SayIn } from './pressing.ts';
import { changesOf } from './saying.ts';
import { withAddresses } from './showing.ts';
import { leave, offerPasskey, sayPasskey, signIn } from './signing-in.ts';
import { ofNoBank, type Answer } from './turn.ts';
import { customerCards } from './cards.ts';
import { customerCases } from './customer-cases.ts';
import { customerChecks } from './checks.ts';
import type { Opened, SaidByCustomer, Talk } from './talk-door.ts';
import type { TalkParts } from './talk-parts.ts';
import { customerMoney } from './vault-money.ts';
import { customerWishes } from './wishes.ts';

const triesMax = 3;
const retryMs = 1500;

/** The frame of a conversation's last question, good while the same links stand. In memory: it is worth minutes. */
interface Remembered {
  readonly frame: Followable;
  readonly links: string;
}

/** What is known of conversations for some minutes. In memory. */
interface Memory {
  readonly remembered: Map<ConversationId, Remembered>;
  readonly tried: Tried;
}

/** Makes the talk over its parts. Nothing is answered until a message comes or `start` takes up what stood open. */
export function createTalk(parts: TalkParts): Talk {
  const { database, log } = parts;
  const queues = new Map<ConversationId, Promise<void>>();
  const memory: Memory = { remembered: new Map(), tried: createTried(parts.clock) };
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
  const takeUp = (thread: Thread, stored?: OpenTurn): void => {
    if (stopping) return;
    const { conversationId } = thread;
    const before = queues.get(conversationId);
    // Whoever is at it already may have found in the table what was stored, and answered it: then it is looked for there.
    const work = (before ?? Promise.resolve())
      .then(() => answerOpen(parts, memory, thread, before ? undefined : stored))
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
    const talk = await talkFor(parts, thread, message.text);
    if (talk) await parts.vault.askAhead({ linkIds: [talk.linkId] });
    return database.transaction((tx) => store(parts, tx, thread, message, takeUp, talk !== undefined));
  };
  const sayIn: SayIn = (tx, thread, message) => store(parts, tx, thread, message, takeUp);
  const act: Talk['act'] = (...pressed) => press(parts, { sayIn, tried: memory.tried }, ...pressed);

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
    ...besideStaff(parts),
    arrivals: createArrivals(parts, { say, act }),
    tellDigests: () => tellDigests(parts),
    wishes: (thread) => customerWishes(parts, thread),
    start: () => {
      openThreads(database).then(
        (threads) => threads.forEach((thread) => takeUp(thread)),
        (error: unknown) => log.error({ err: error }, 'open turns could not be read'),
      );
    },
    stop: async () => {
      stopping = true;
      for (const timer of timers) clearTimeout(timer);
      await Promise.allSettled(queues.values());
      await parts.talkCards.stop();
    },
  };
}

/** What concerns the staff at the other end of a talk. */
function besideStaff({ desk, database }: TalkParts): Pick<Talk, 'goesTo' | 'typing' | 'has' | 'casePicture'> {
  return {
    goesTo: (thread) => desk.talkOf(database, thread.conversationId),
    typing: async (thread, on) => {
      const to = await desk.talkOf(database, thread.conversationId);
      if (to) desk.customerTyping(to, on);
    },
    has: (thread, seq, what) => desk.customerHas(thread.conversationId, seq, what),
    casePicture: (thread, identityId, pictureId) => desk.picture(thread, identityId, pictureId),
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

/**
 * Stores what was said, with its turn. Said again it is stored once, and what stands open is taken up: the connection
 * may have been lost while COMMIT was carried out, and then nobody has been told to.
 */
async function store(
  parts: TalkParts,
  tx: Transaction,
  thread: Thread,
  { clientId, text, from }: SaidByCustomer,
  takeUp: (thread: Thread, stored?: OpenTurn) => void,
  isForStaff = false,
): Promise<{ seq: number }> {
  const { delivery, clock, desk } = parts;
  if (from && !(await from.once(tx))) {
    tx.afterCommit(() => takeUp(thread));
    return { seq: 0 };
  }
  // Closed meanwhile: then it is said to Tellerline.
  const talk = isForStaff ? await desk.talkIn(tx, thread) : undefined;
  const { conversationId, customerId } = thread;
  const [known, open] = await Promise.all([
    delivery.findByClientId(tx, thread, clientId),
    tx.run(anyOpen, { conversationId }),
  ]);
  if (known) {
    if (open.length > 0) tx.afterCommit(() => takeUp(thread));
    return known;
  }
  const messageId = newId<MessageId>();
  const atMs = clock.nowMs();
  if (talk) await desk.said(tx, talk, { text, messageId, ...(from && { identityId: from.identityId }) });
  const body = { from: 'customer', said: { content: { kind: 'text', text } } } as const;
  const [written] = await delivery.write(tx, [
    { ...thread, entry: 'message', messageId, author: 'customer', atMs, clientId, body },
  ]);
  if (!written) throw new TellerlineError('no_session', 401, 'This chat was deleted. Open the chat again.');
  if (talk) {
    if (from) failPoint('arrival written');
    tx.afterCommit(() => {
      delivery.outlets.send(conversationId, { frame: 'marks', deliveredSeq: written.seq, readSeq: 0 });
      parts.talkCards.soon(thread, talk.caseId);
    });
    return { seq: written.seq };
  }
  // With none before it, it is answered at once, and its first attempt counted here: a process that dies of it has tried.
  const attempts = open.length === 0 ? 1 : 0;
  const turn = { conversationId, customerId, messageId, identityId: from?.identityId ?? null, attempts };
  tx.send(putTurn, { ...turn, at: new Date(atMs) });
  if (from) failPoint('arrival written');
  const { seq } = written;
  tx.afterCommit(() => {
    delivery.outlets.send(conversationId, { frame: 'marks', deliveredSeq: seq, readSeq: 0 });
    takeUp(thread, attempts > 0 ? { ...turn, text } : undefined);
  });
  return { seq };
}

/** Answers the open turns of a conversation, the oldest first: `stored`, which was the only one, then whatever stands open. */
async function answerOpen(parts: TalkParts, memory: Memory, thread: Thread, stored?: OpenTurn): Promise<void> {
  const { conversationId } = thread;
  for (let next = stored; ; next = undefined) {
    const turn = next ?? (await parts.database.run(takeTurn, { conversationId }))[0];
    if (!turn) return;
    // What is said from now on is taken up by whoever stores it.
    if (!(await answerTurn(parts, memory, turn))) return;
  }
}

/** Answers a turn, and says whether more are open in its conversation. */
async function answerTurn(parts: TalkParts, memory: Memory, turn: OpenTurn): Promise<boolean> {
  const { database, delivery } = parts;
  const customer = await findCustomer(database, turn.customerId);
  if (!customer) return closeTurn(parts, turn, []);
  const { outlets } = delivery;
  outlets.send(turn.conversationId, { frame: 'typing', on: true });
  try {
    const givenUp = turn.attempts > triesMax;
    const answers = givenUp ? [troubleWords(customer.locale)] : await answersTo(parts, memory, turn, customer);
    return await closeTurn(parts, turn, await withAddresses(parts, turn, answers, customer.locale));
  } finally {
    outlets.send(turn.conversationId, { frame: 'typing', on: false });
  }
}

async function answersTo(
  parts: TalkParts,
  { remembered, tried }: Memory,
  turn: OpenTurn,
  customer: Customer,
): Promise<readonly Answer[]> {
  const text = turn.text ?? (await textOf(parts, turn));
  if (text === undefined) return [];
  const foreign = turn.identityId
    ? undefined
    : await parts.linking.confirmInBrowser(turn.customerId, { text, key: turn.messageId }, customer.locale);
  if (foreign) return [ofNoBank(foreign.said)];
  const early = await answerFirst(parts, turn, text, customer);
  if (early) return early;
  const now = Temporal.Instant.fromEpochMilliseconds(parts.clock.nowMs());
  const money = customerMoney(parts, turn.customerId);
  const linked = await money.links();
  const links = linked.map((link) => link.linkId).join();
  const before = remembered.get(turn.conversationId);
  const { locale, timeZone } = customer;
  const { messageId } = turn;
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
      cases: customerCases(parts, turn),
      checks: customerChecks(parts, turn),
      prepared: parts.prepared,
      elsewhere: turn.identityId !== null,
      people: await customerPeople(parts, turn, { text, messageId }, tried, locale),
    },
    before?.links === links ? before.frame : undefined,
  );
  forgetStale({ remembered }, now);
  const { frame, understood, answers, completes } = conversed;
  if (frame) {
    remembered.delete(turn.conversationId);
    remembered.set(turn.conversationId, { frame, links });
  }
  const isForBank =
    understood.intent !== 'unsure' || understood.doubt.reason !== 'nothing' || couldBeAskedOfABank(text, locale);
  tried.note(turn.conversationId, { messageId, intent: understood.intent, completes, isForBank }, answers);
  return answers;
}

async function textOf({ delivery, database }: TalkParts, turn: OpenTurn): Promise<string | undefined> {
  const said = await delivery.ownMessage(database, turn, turn.messageId);
  return said?.content.kind === 'text' ? said.content.text : undefined;
}

/**
 * What is heard before any question: what is said of a talk with staff, answers to alerts, and what is added or
 * disputed. Whoever asks for a person is heard before all that is no firm word.
 */
async function answerFirst(
  parts: TalkParts,
  turn: OpenTurn,
  text: string,
  customer: Customer,
): Promise<readonly Answer[] | undefined> {
  const ofTalk = await answerTalkWish(parts, turn, text, customer.locale);
  if (ofTalk) return ofTalk;
  const alerts = await confirmAlerts(parts, turn, text, customer);
  if (alerts) return alerts;
  if (wishForPerson(text, parts.faces())) return undefined;
  const added = await askToAdd(parts, turn, { text, messageId: turn.messageId }, customer);
  return added ?? answerDispute(parts, turn, text, customer);
}

/** A frame is worth minutes; what it names of a bank is not kept longer. */
function forgetStale({ remembered }: Pick<Memory, 'remembered'>, now: Temporal.Instant): void {
  // The oldest come first: each turn looks at what is stale and at one more, however many are remembered.
  for (const [conversationId, { frame }] of remembered) {
    if (now.since(Temporal.Instant.from(frame.at)).total('minutes') <= frameMinutesMax) return;
    remembered.delete(conversationId);
  }
}

/** Writes the answers and closes the turn, together: an answer is never given twice. Says whether more turns are open. */
async function closeTurn(parts: TalkParts, turn: OpenTurn, answers: readonly Answer[]): Promise<boolean> {
  const { database, delivery } = parts;
  const { conversationId, messageId } = turn;
  const { isMore, written } = await database.transaction(async (tx) => {
    const [closed] = await tx.run(endTurn, { conversationId, messageId });
    const changes = closed ? changesOf(parts, turn, answers, { to: turn.identityId ?? 'browsers' }) : [];
    return { isMore: closed?.isMore ?? true, written: await delivery.write(tx, changes) };
  });
  const lastSeq = written.at(-1)?.seq ?? (await delivery.standing(turn)).lastSeq;
  delivery.outlets.send(conversationId, { frame: 'marks', deliveredSeq: lastSeq, readSeq: lastSeq });
  return isMore;
}
