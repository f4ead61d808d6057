import { isTellerlineError } from '#base';
import {
  isProtective,
  moneyWords,
  type BankCard,
  type CardAction,
  type CardLimit,
  type Locale,
  type LooseningActName,
  type QuickReply,
} from '#contract';
import type { LinkedCard } from '#controls';
import { lost } from './balance-answer.ts';
import type { ControlSlot } from './control-words.ts';
import type { Slots } from './frame.ts';
import type { LinkOfCustomer } from './money.ts';
import { listWords } from './moments.ts';
import { notLinked, unreadable } from './selecting.ts';
import { plain, telling, wayToLink, type Answer, type Ask, type Turn } from './turn.ts';
import { say, type Sentence } from './words.ts';

/** A card of one of the customer's links. */
interface Found extends LinkedCard {
  readonly link: LinkOfCustomer;
}

/** The cards that were found, and what has to be said of links of which none could be. */
interface Looked {
  readonly cards: readonly Found[];
  readonly said: readonly Answer[];
}

/** "Freeze my card": asks, with a button, or which one is meant. The words alone do nothing. */
export async function answerCard(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { locale } = turn;
  const control = slots.control ?? { action: 'freeze' };
  const { cards, said } = await look(turn, slots);
  if (cards.length === 0) return said.length > 0 ? [...said] : [plain(locale, 'card.none')];
  if (control.howMuch) return [howMuch(turn, cards), ...said];
  const able = cards.filter(({ card }) => isWanted(card, control));
  const [only] = able;
  if (able.length === 1 && only) return [askFor(turn, only, control), ...said];
  if (able.length > 1) return [...which(turn, able, control), ...said];
  return [...cards.map((one) => notNow(turn, one, control)), ...said];
}

/** "Card settings": how each card stands, and what can be said next. */
export async function answerCards(turn: Turn, slots: Slots): Promise<Answer[]> {
  const { cards, said } = await look(turn, slots);
  if (cards.length === 0) return said.length > 0 ? [...said] : [plain(turn.locale, 'card.none')];
  return [...cards.map((one) => standing(turn, one)), ...said];
}

/** "I forgot my PIN": where it is changed; it has no place in a chat. */
export async function answerPin(turn: Turn, slots: Slots, isTyped = false): Promise<Answer[]> {
  const { locale, money } = turn;
  const links = await money.links();
  const banks =
    slots.bank === undefined && links.length > 0
      ? links.map(({ bank }) => bank)
      : money.banks().filter(({ id }) => id === slots.bank);
  const numbers = banks.map(({ name, telephone }) => say(locale, 'person.number', { bank: name, telephone }));
  const where =
    numbers.length > 0
      ? say(locale, 'pin.where', { numbers: listWords(numbers, locale) })
      : say(locale, 'pin.where.none');
  return [plain(locale, isTyped ? 'pin.typed' : 'pin.help', { where })];
}

async function look(turn: Turn, slots: Slots): Promise<Looked> {
  const { locale, money } = turn;
  const links = await money.links();
  if (links.length === 0) return { cards: [], said: [plain(locale, 'none', {}, { waysOn: [wayToLink(locale)] })] };
  const named = links.filter(({ bank }) => slots.bank === undefined || bank.id === slots.bank);
  if (named.length === 0) return { cards: [], said: [notLinked(turn, slots.bank ?? '')] };
  const allowed = named.filter(({ purposes }) => purposes.includes('account-management'));
  const looked = await Promise.all(allowed.map((link) => cardsOfLink(turn, link)));
  const cards = looked.flatMap((one) => one.cards).filter((card) => isNamed(card, slots));
  const said = looked.flatMap((one) => one.said);
  // Of banks whose cards may not be managed here it is said only when there is no other.
  const others = allowed.length > 0 ? [] : named.map((link) => notAllowed(turn, link));
  return { cards, said: [...said, ...others] };
}

async function cardsOfLink(turn: Turn, link: LinkOfCustomer): Promise<Looked> {
  const { locale, cards } = turn;
  if (link.unreadable) return { cards: [], said: [unreadable(link, locale), callBank(turn, link)] };
  if (link.state === 'reconnect') return { cards: [], said: [lost(turn, link), callBank(turn, link)] };
  try {
    return { cards: (await cards.list(link.linkId)).map((one) => ({ ...one, link })), said: [] };
  } catch (error) {
    if (!isTellerlineError(error) || !error.code.startsWith('bank_')) throw error;
    if (error.code === 'bank_consent_lost') return { cards: [], said: [lost(turn, link), callBank(turn, link)] };
    return { cards: [], said: [callBank(turn, link)] };
  }
}

/** Who wants to freeze a card must not be left with an excuse: the bank's own number does it. */
export function callBank({ locale }: Pick<Turn, 'locale'>, { bank }: LinkOfCustomer): Answer {
  return plain(locale, 'card.call', { bank: bank.name, telephone: bank.telephone });
}

/** Cards of this bank may not be managed here: how that is switched on, and the telephone. */
export function notAllowed({ locale }: Pick<Turn, 'locale'>, { bank }: LinkOfCustomer): Answer {
  const label = say(locale, 'way.purposes', { bank: bank.name });
  return plain(
    locale,
    'purpose.account-management',
    { bank: bank.name, telephone: bank.telephone },
    {
      waysOn: [{ way: 'link-bank', bank: bank.id, label }],
    },
  );
}

function isNamed({ card, account }: Found, { account: slot }: Slots): boolean {
  if (slot?.last4 !== undefined) return card.last4 === slot.last4 || account.last4 === slot.last4;
  if (slot?.nickname !== undefined) return account.nickname === slot.nickname;
  return slot?.kind === undefined || account.kind === slot.kind;
}

/** Whether an action changes anything of a card, and the bank lets it be done. */
function isWanted(card: BankCard, { action, limit }: ControlSlot): boolean {
  if (!card.actions.includes(action)) return false;
  switch (action) {
    case 'freeze':
      return card.state === 'active';
    case 'unfreeze':
      return card.state === 'frozen';
    case 'online-on':
    case 'online-off':
      return card.online === (action === 'online-off');
    case 'abroad-on':
    case 'abroad-off':
      return card.abroad === (action === 'abroad-off');
    case 'limit':
      return limit !== undefined || card.limit !== undefined;
    default:
      return true;
  }
}

/** What has to be proven before an action: none for one that only protects. */
export function proofFor(
  action: CardAction,
  limit: CardLimit | undefined,
  card: Pick<BankCard, 'limit'>,
): LooseningActName | undefined {
  if (isProtective(action, limit, card)) return undefined;
  if (action === 'unfreeze') return 'unfreeze-card';
  if (action === 'replace') return 'replace-card';
  return action === 'limit' ? 'raise-limit' : 'widen-card-use';
}

function askFor(turn: Turn, found: Found, { action, limit }: ControlSlot): Answer {
  const { locale, elsewhere } = turn;
  const { link, card, cardRef, limitGeneration } = found;
  const wished = { action, ...(limit && { limit }) };
  const button = (one: ControlSlot, weight: Ask['weight']): Ask => {
    const proof = proofFor(one.action, one.limit, card);
    const ofLimit = one.action === 'limit' ? { limitGeneration } : {};
    const control = { cardRef, action: one.action, ...(one.limit && { limit: one.limit }), ...ofLimit };
    const label = say(locale, labelKey(one), { limit: limitWords(one.limit, locale) });
    return { act: 'control', linkId: link.linkId, control, label, weight, ...(proof && { proof }) };
  };
  const notNowButton: Ask = {
    act: 'no-control',
    linkId: link.linkId,
    label: say(locale, 'act.not-now'),
    weight: 'plain',
  };
  const isReport = action === 'report-lost' || action === 'report-stolen';
  // Who may find it again freezes it first: a report cannot be taken back.
  const first = isReport && isWanted(card, { action: 'freeze' }) ? [button({ action: 'freeze' }, 'main')] : [];
  const asks = [...first, button(wished, first.length > 0 ? 'grave' : 'main'), notNowButton];
  const values = {
    bank: link.bank.name,
    card: nameOf(turn, found),
    limit: limitWords(limit, locale),
    proof: proofFor(action, limit, card) ? 'yes' : 'no',
  };
  const text = say(locale, askKey(wished), values);
  // What derives from the link may be kept from a messenger, buttons and all; freezing works there at every level.
  return elsewhere ? { ...plainText(text), asks } : telling(link, 'account-management', text, { asks });
}

const plainText = (text: string): Answer => ({ content: { kind: 'text', text }, derivedFrom: null, purpose: null });

const isUnlimited = ({ action, limit }: ControlSlot): boolean => action === 'limit' && limit === undefined;
const askKey = (slot: ControlSlot): Sentence => (isUnlimited(slot) ? 'card.ask.limit.off' : `card.ask.${slot.action}`);
const labelKey = (slot: ControlSlot): Sentence =>
  isUnlimited(slot) ? 'act.control.limit.off' : `act.control.${slot.action}`;

/** "card 2291"; at another messenger "credit card", as no number of a card goes there below its full level. */
function nameOf({ locale, elsewhere }: Turn, { card, account }: Pick<Found, 'card' | 'account'>): string {
  const kind = account.kind === 'card' ? 'credit' : 'debit';
  return say(locale, elsewhere ? `card.name.${kind}` : `card.name.${kind}.last4`, { last4: card.last4 });
}

function limitWords(limit: CardLimit | undefined, locale: Locale): string {
  if (!limit) return '';
  return say(locale, `card.limit.${limit.per}`, { money: moneyWords(limit.amount, limit.currency, locale) });
}

/** Several cards may be meant: words to tap, one for each. */
function which(turn: Turn, able: readonly Found[], control: ControlSlot): Answer[] {
  const { locale } = turn;
  if (turn.elsewhere) return able.slice(0, mostAsked).map((one) => askFor(turn, one, control));
  return [...Map.groupBy(able, ({ link }) => link.linkId).values()].flatMap((some) => {
    const [first] = some;
    if (!first) return [];
    const quickReplies = some.slice(0, mostAsked).map((one): QuickReply => {
      const said = saidAgain(locale, control, one.card.last4);
      return { label: nameOf(turn, one), text: said };
    });
    const text = say(locale, 'card.which', { bank: first.link.bank.name });
    return [telling(first.link, 'account-management', text, { quickReplies })];
  });
}

/** More cards at once than a person reads. */
const mostAsked = 5;

/** The wish in words that name the card, for a tap. */
function saidAgain(locale: Locale, control: ControlSlot, last4: string): string {
  const key: Sentence = isUnlimited(control) ? 'card.say.limit.off' : `card.say.${control.action}`;
  const { limit } = control;
  return say(locale, key, { last4, amount: limit?.amount ?? '', per: limit?.per ?? 'day' });
}

function howMuch({ locale }: Turn, cards: readonly Found[]): Answer {
  const [first] = cards;
  const quickReplies = ['100', '300', '500'].map((amount) => ({
    label: moneyWords(amount, 'USD', locale),
    text: say(locale, 'card.say.limit.any', { amount }),
  }));
  const text = say(locale, 'card.howMuch');
  return first ? telling(first.link, 'account-management', text, { quickReplies }) : plainText(text);
}

/** It stands so already, or its bank does not let it be done. */
function notNow(turn: Turn, { link, card, account }: Found, { action }: ControlSlot): Answer {
  const { locale } = turn;
  const values = { bank: link.bank.name, card: nameOf(turn, { card, account }), telephone: link.bank.telephone };
  const key: Sentence = card.actions.includes(action) ? 'card.already' : 'card.cannot';
  return telling(link, 'account-management', `${say(locale, key, values)} ${standingWords(turn, { card, account })}`);
}

function standing(turn: Turn, { link, card, account }: Found): Answer {
  const { locale } = turn;
  const wishes: CardAction[] = [
    card.state === 'frozen' ? 'unfreeze' : 'freeze',
    card.online ? 'online-off' : 'online-on',
  ];
  const quickReplies = wishes
    .filter((action) => card.actions.includes(action))
    .map((action) => ({
      label: say(locale, `act.control.${action}`, { limit: '' }),
      text: saidAgain(locale, { action }, card.last4),
    }));
  const text = `${link.bank.name}: ${standingWords(turn, { card, account })}`;
  return telling(link, 'account-management', text, quickReplies.length > 0 ? { quickReplies } : {});
}

function standingWords(turn: Turn, { card, account }: Pick<Found, 'card' | 'account'>): string {
  const { locale } = turn;
  const { state, online, abroad, limit } = card;
  const sentences = [say(locale, 'card.standing', { card: nameOf(turn, { card, account }), state })];
  const isUsable = state === 'active' || state === 'frozen';
  if (isUsable && !online) sentences.push(say(locale, 'card.standing.offline'));
  if (isUsable && !abroad) sentences.push(say(locale, 'card.standing.home'));
  if (isUsable && limit) sentences.push(say(locale, 'card.standing.limit', { limit: limitWords(limit, locale) }));
  return sentences.join(' ');
}
