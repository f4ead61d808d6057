import { failPoint, isTellerlineError, limits, rateLimit, type MessageId, type RateLimit } from '#base';
import { MESSAGE_CHARACTERS_MAX, type Locale } from '#contract';
import { findCustomer, type Customer } from '#customers';
import { pictureForBank, uuidOf, type Arrivals, type Arrived, type FromPerson, type MetPerson } from '#delivery';
import { taskActor } from '#vault';
import type { Transaction } from '#db';
import { beginCustomer } from './beginning.ts';
import { answerPicture, sendInTalk } from './case-pictures.ts';
import type { ChatWay } from './chat-ways.ts';
import { join } from './joining.ts';
import { welcomeAt } from './occasions.ts';
import { changesOf } from './saying.ts';
import { asksToShow } from './showing.ts';
import type { Talk } from './talk-door.ts';
import type { TalkParts } from './talk-parts.ts';
import { plain, suggest, SUGGESTIONS, type Answer, type Suggestion } from './turn.ts';
import { say, type Sentence } from './words.ts';

/** What taking arrivals takes. */
interface Parts extends TalkParts {
  readonly talk: Pick<Talk, 'say' | 'act'>;
  /** How often a customer is told what cannot be done here. */
  readonly polite: RateLimit;
}

/** One thing that a person did, and in whose words it is answered. */
interface Turn {
  readonly who: MetPerson;
  readonly what: Arrived;
  readonly locale: Locale;
  readonly manner: Pick<Customer, 'locale' | 'timeZone'>;
}

/** What people do at messengers, taken into their conversations. Words and buttons do there what they do in a browser. */
export function createArrivals(parts: TalkParts, talk: Parts['talk']): Arrivals {
  const own: Parts = { ...parts, talk, polite: rateLimit(limits.politeWordsPerMinuteMax, parts.clock) };
  return {
    begin: async (tx, manner, enter) => {
      const thread = await beginCustomer(parts, tx, manner);
      const identityId = await enter(thread);
      await parts.delivery.write(tx, changesOf(parts, thread, [welcomeAt(manner.locale)], { to: identityId }));
      return { ...thread, identityId };
    },
    arrived: async (who, what) => {
      const customer = await findCustomer(parts.database, who.customerId);
      const manner = customer ?? { locale: 'en', timeZone: 'UTC' };
      await arrived(own, { who, what, locale: manner.locale, manner });
    },
  };
}

async function arrived(parts: Parts, turn: Turn): Promise<void> {
  const { reading } = turn.what;
  switch (reading.kind) {
    case 'text':
      return words(parts, turn, reading.text);
    case 'press':
      return press(parts, turn, reading.payload);
    case 'media':
      return reading.media === 'picture' ? picture(parts, turn, reading.caption) : politely(parts, turn, 'chat.media');
    case 'location':
      return politely(parts, turn, 'chat.location');
    case 'unsupported':
      return politely(parts, turn, 'chat.unsupported');
    case 'referral':
      return referral(parts, turn);
    // Known, and nothing to be said of.
    case 'reaction':
    case 'unsaid':
    case 'changed':
    case 'account-link':
    case 'readdressed':
    // Of marketing, which is never sent: what the customer chose stands.
    case 'preference':
      return reply(parts, turn, []);
  }
}

/** Says something back to whoever did it, once. */
async function reply(parts: Parts, { who, what }: Turn, answers: readonly Answer[]): Promise<void> {
  await parts.database.transaction(async (tx) => {
    if (!(await what.once(tx))) return;
    await parts.delivery.write(tx, changesOf(parts, who, answers, { to: who.identityId }));
    failPoint('arrival written');
  });
}

/** Says what cannot be done here, now and then: whoever sends fifty stickers is told once. */
function politely(parts: Parts, turn: Turn, key: Sentence): Promise<void> {
  const answers = parts.polite.take(turn.who.customerId) ? [plain(turn.locale, key)] : [];
  return reply(parts, turn, answers);
}

/** The id under which a client knows its own message again: the same at every redelivery. */
const clientIdOf = ({ channel, account }: MetPerson, { key }: FromPerson): string =>
  uuidOf(`${channel}|${account}|${key}`);

async function words(parts: Parts, turn: Turn, text: string): Promise<void> {
  const { who, what } = turn;
  const key = clientIdOf(who, what.reading);
  const confirmed = await parts.ways?.confirm?.(who, { text, key });
  if (confirmed) {
    failPoint('code carried out');
    return reply(parts, turn, confirmed);
  }
  if (await join(parts, who, text, (tx) => what.once(tx))) return;
  const shown = asksToShow(text) ? await parts.ways?.show?.(who, undefined) : undefined;
  if (shown) return reply(parts, turn, shown);
  const said = text.trim().slice(0, MESSAGE_CHARACTERS_MAX);
  if (said === '') return reply(parts, turn, []);
  return saying(parts, turn, said, (tx) => what.once(tx));
}

/** Says words in the customer's name: an open question from then on. */
async function saying(
  parts: Parts,
  turn: Turn,
  text: string,
  once: (tx: Transaction) => Promise<boolean>,
): Promise<void> {
  const { who, what } = turn;
  const { identityId } = who;
  try {
    await parts.talk.say(who, { clientId: clientIdOf(who, what.reading), text, from: { identityId, once } });
  } catch (error) {
    if (!isTellerlineError(error, 'messages_too_many')) throw error;
    await politely(parts, turn, 'chat.too-many');
  }
}

/** What stands behind a button of ours: a kind, and two words. Nothing acts by it alone: an act takes the token of its message. */
async function press(parts: Parts, turn: Turn, payload: string): Promise<void> {
  const [kind, first = '', second = ''] = payload.split('|');
  switch (kind) {
    case 'get-started':
      return reply(parts, turn, turn.who.justGreeted ? [] : [welcomeAt(turn.locale)]);
    case 'act':
      return act(parts, turn, first, Number(second));
    case 'say': {
      const said = await messageOf(parts, turn, first);
      const text = said?.quickReplies?.[Number(second)]?.text;
      return text === undefined ? gone(parts, turn) : words(parts, turn, text);
    }
    case 'way':
      return way(parts, turn, first, second === '' ? undefined : second);
    case 'menu':
      return menu(parts, turn, first, second);
    default:
      return gone(parts, turn);
  }
}

const gone = (parts: Parts, turn: Turn): Promise<void> =>
  reply(parts, turn, [plain(turn.locale, 'chat.button.gone', {}, { quickReplies: suggest(turn.locale) })]);

const idForm = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** The message under which a button was pressed, as it stands now; undefined when it is gone or somebody else's. */
async function messageOf({ delivery }: Parts, { who, manner }: Turn, messageId: string) {
  if (!idForm.test(messageId)) return undefined;
  return delivery.readMessage(taskActor('answer', who.customerId), who, messageId as MessageId, manner);
}

/** Refusals of a button that the person is told of in the chat. */
const refusals: Readonly<Record<string, Sentence>> = {
  act_expired: 'chat.button.late',
  act_used: 'chat.button.used',
  act_invalid: 'chat.button.gone',
  card_unknown: 'card.gone',
  alert_answered: 'alert.answered',
  case_over: 'case.none',
  receipt_changed: 'chat.receipt.changed',
  receipt_there: 'case.receipt.none',
  disputed_already: 'chat.disputed',
  purchase_gone: 'chat.purchase.gone',
  cases_too_many: 'chat.cases.many',
  case_closed: 'chat.case.closed',
  case_unknown: 'chat.case.closed',
  proposal_over: 'chat.proposal.over',
  proposal_unknown: 'chat.proposal.over',
};

async function act(parts: Parts, turn: Turn, messageId: string, n: number): Promise<void> {
  const { who, what, locale } = turn;
  const said = await messageOf(parts, turn, messageId);
  const token = said?.actions?.[n]?.token;
  if (token === undefined) return gone(parts, turn);
  const { identityId } = who;
  try {
    await parts.talk.act(who.customerId, token, { identityId, once: (tx) => what.once(tx) });
  } catch (error) {
    if (isTellerlineError(error, 'proof_needed'))
      return reply(parts, turn, [plain(locale, 'proof.elsewhere', { address: new URL('/', parts.publicUrl()).href })]);
    const refusal = isTellerlineError(error) ? refusals[error.code] : undefined;
    if (refusal === undefined) throw error;
    // A press that a messenger told twice is refused the second time, and was entered the first: nothing is said.
    await reply(parts, turn, [plain(locale, refusal, {}, { quickReplies: suggest(locale) })]);
  }
}

const chatWays: readonly string[] = ['link-bank', 'reconnect', 'add-passkey', 'privacy', 'sign-in'] satisfies ChatWay[];
const isChatWay = (name: string): name is ChatWay => chatWays.includes(name);

async function way(parts: Parts, turn: Turn, name: string, bank: string | undefined): Promise<void> {
  // A picture is simply sent there: while a case stands it is asked about.
  if (name === 'add-picture') return reply(parts, turn, [plain(turn.locale, 'chat.picture.send')]);
  if (!isChatWay(name)) return gone(parts, turn);
  const address = new URL(name === 'privacy' ? '/privacy' : '/', parts.publicUrl()).href;
  const elsewhere = [plain(turn.locale, 'chat.elsewhere', { address })];
  return reply(parts, turn, (await parts.ways?.open?.(turn.who, name, bank)) ?? elsewhere);
}

const suggestions: readonly string[] = SUGGESTIONS;
const isSuggestion = (name: string): name is Suggestion => suggestions.includes(name);

async function menu(parts: Parts, turn: Turn, name: string, id: string): Promise<void> {
  if (isSuggestion(name)) return words(parts, turn, say(turn.locale, `quick.${name}.text`));
  if (name !== 'show') return gone(parts, turn);
  const shown = await parts.ways?.show?.(turn.who, idForm.test(id) ? (id as MessageId) : undefined);
  return shown ? reply(parts, turn, shown) : gone(parts, turn);
}

/**
 * Somebody came by a link: they are greeted, if they were not just now. What the link carries is not taken for a code:
 * whoever makes the link chooses it, and a code has to be said by the person themselves.
 */
async function referral(parts: Parts, turn: Turn): Promise<void> {
  return reply(parts, turn, turn.who.justGreeted ? [] : [welcomeAt(turn.locale)]);
}

/** Keeps a picture, says so or asks whether it is for a case, and answers what was written under it. */
async function picture(parts: Parts, turn: Turn, caption: string | undefined): Promise<void> {
  const { who, what, locale } = turn;
  const { picture: taken, reading } = what;
  const key: Sentence = taken?.taken
    ? 'chat.picture.kept'
    : taken?.why === 'too-large'
      ? 'chat.picture.large'
      : 'chat.picture.none';
  if (taken?.taken && (await pictureToStaff(parts, turn, taken.bytes, caption))) return;
  const polite = parts.polite.take(who.customerId) ? [plain(locale, key)] : [];
  const open = taken?.taken ? await parts.controls.disputes.open(parts.database, who.customerId) : [];
  const jpeg = taken?.taken && open.length > 0 ? await pictureForBank(taken.bytes) : undefined;
  await parts.vault.askAhead({ customerId: who.customerId });
  /** While a case stands, a picture may be meant for it: that is asked, and nothing else is said of it. */
  const answersIn = (tx: Transaction): Promise<Answer[]> =>
    jpeg ? answerPicture(parts, tx, who, open, jpeg, locale) : Promise.resolve(polite);
  const told = async (tx: Transaction): Promise<boolean> => {
    if (!(await what.once(tx))) return false;
    await what.keepPicture(tx);
    await parts.delivery.write(tx, changesOf(parts, who, await answersIn(tx), { to: who.identityId }));
    return true;
  };
  const text = caption?.trim().slice(0, MESSAGE_CHARACTERS_MAX) ?? '';
  if (text !== '') return saying(parts, turn, text, told);
  const atMs = parts.clock.nowMs();
  const clientId = clientIdOf(who, reading);
  const content = { kind: 'text', text: say(locale, 'chat.picture') } as const;
  const messageId = uuidOf(`${clientId}|picture`) as MessageId;
  const { customerId, conversationId } = who;
  await parts.database.transaction(async (tx) => {
    if (!(await what.once(tx))) return;
    await what.keepPicture(tx);
    await parts.delivery.write(tx, [
      {
        customerId,
        conversationId,
        entry: 'message',
        messageId,
        author: 'customer',
        atMs,
        clientId,
        body: { from: 'customer', said: { content } },
      },
      ...changesOf(parts, who, await answersIn(tx), { to: who.identityId }),
    ]);
    failPoint('arrival written');
  });
}

/** In a talk with staff a picture goes to them, with what was written under it; false when there is no talk. */
async function pictureToStaff(parts: Parts, turn: Turn, bytes: Buffer, caption: string | undefined): Promise<boolean> {
  const { who, what } = turn;
  const { customerId, conversationId, identityId } = who;
  const thread = { customerId, conversationId };
  const talk = await parts.desk.talkOf(parts.database, conversationId);
  if (!talk) return false;
  await parts.vault.askAhead({ linkIds: [talk.linkId] });
  const clientId = clientIdOf(who, what.reading);
  const messageId = uuidOf(`${clientId}|picture`) as MessageId;
  const text = caption?.trim().slice(0, MESSAGE_CHARACTERS_MAX) ?? '';
  const send = (tx: Transaction): Promise<boolean> =>
    sendInTalk(parts, tx, thread, bytes, { messageId, identityId, ...(text === '' && { clientId }) });
  if (text !== '') {
    await saying(parts, turn, text, async (tx) => {
      if (!(await what.once(tx))) return false;
      await send(tx);
      return true;
    });
    return true;
  }
  return parts.database.transaction(async (tx) => {
    if (!(await what.once(tx))) return true;
    const isSent = await send(tx);
    if (isSent) failPoint('arrival written');
    return isSent;
  });
}
