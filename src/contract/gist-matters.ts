import type { Locale } from './api.ts';
import type { CardControlCard } from './card-control.ts';
import type { CaseCard } from './dispute-case.ts';
import type { FraudAlertCard } from './fraud-alert.ts';
import { accountWords, FORMATS, moneyWords, placeWords } from './gist.ts';
import { leftAtWords } from './left-at.ts';
import type { ParcelCard } from './parcel.ts';
import type { Purchase } from './purchase.ts';
import type { ReceiptCard } from './receipt.ts';
import type { TalkCard } from './talk-card.ts';
import { waitWords } from './wait-words.ts';
import en from './words/gist-matters.en.json' with { type: 'json' };
import es from './words/gist-matters.es.json' with { type: 'json' };

/** What cards of matters that go on say, in a sentence or two: alerts, acts, cases, orders and parcels. */

type Word = keyof typeof en;
const catalogues: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = { en, es };

function word(locale: Locale, key: Word, values: Readonly<Record<string, string>> = {}): string {
  return catalogues[locale][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
}

const timeWords = (instant: string, locale: Locale, timeZone: string): string =>
  new Intl.DateTimeFormat(FORMATS[locale], { hour: 'numeric', minute: '2-digit', timeZone }).format(new Date(instant));

/** "$1,284.00 at Joyería Ocampo, Guadalajara": within a sentence, without its full stop. */
function whatWords({ amount, currency, merchant, description, online }: Purchase, locale: Locale): string {
  const money = moneyWords(amount, currency, locale);
  if (merchant === undefined) return word(locale, 'what.other', { money, description });
  const place = online === true ? undefined : placeWords(merchant);
  if (place === undefined) return word(locale, 'what.at', { money, merchant: merchant.name });
  return word(locale, 'what.at.place', { money, merchant: merchant.name, place });
}

/** The bank's telephone, said where it is the sure way. */
function callWords(bank: string, telephone: string | undefined, locale: Locale): string[] {
  return telephone === undefined ? [] : [word(locale, 'call', { bank, telephone })];
}

/** The gist of a held purchase: "Was this you? Citi holds $1,284.00 at Joyería Ocampo, Guadalajara." */
export function gistOfFraudAlert(card: FraudAlertCard, bankName: string, locale: Locale, timeZone: string): string {
  const { answerBy, retryUntil, telephone, account } = card;
  const until = card.state === 'released' ? retryUntil : answerBy;
  const values = {
    bank: bankName,
    what: whatWords(card.transaction, locale),
    account: accountWords(account, locale),
    time: until === undefined ? '' : timeWords(until, locale, timeZone),
  };
  const isUnsure = card.degraded === true || card.state === 'unknown';
  const call = isUnsure ? callWords(bankName, telephone, locale) : toFreeze(card, bankName, locale);
  return [word(locale, fraudWord(card), values), ...call].join(' ');
}

/** Where "no" freezes nothing: who does. */
function toFreeze({ state, cannotFreeze, answer, telephone }: FraudAlertCard, bank: string, locale: Locale): string[] {
  const isAsked = state === 'open' || (state === 'declined' && answer === 'not-mine');
  if (!cannotFreeze || !isAsked || telephone === undefined || telephone === '') return [];
  return [word(locale, 'call.freeze', { bank, telephone })];
}

/** What the button of an answer to an alert says; "freeze my card" only where a press does it. */
export function alertButtonWords(answer: 'mine' | 'not-mine', freezes: boolean, locale: Locale): string {
  return word(locale, answer === 'mine' ? 'answer.mine' : freezes ? 'answer.not-mine.freeze' : 'answer.not-mine');
}

function fraudWord({ state, watch, answer, answerBy, otherwise, retryUntil }: FraudAlertCard): Word {
  switch (state) {
    case 'open':
      return watch ? 'fraud.watch' : answerBy === undefined ? 'fraud.open' : 'fraud.open.by';
    case 'released':
      if (watch) return 'fraud.watch.answered';
      if (answer === 'not-mine') return 'fraud.released.late';
      return retryUntil === undefined ? 'fraud.released' : 'fraud.released.until';
    case 'expired':
      return otherwise === undefined ? 'fraud.expired' : `fraud.expired.${otherwise}`;
    default:
      return `fraud.${state}`;
  }
}

/**
 * The gist of an act on a card: "Card 2291 is frozen. Citi has confirmed it." What a bank told by itself names its
 * moment, in the customer's zone, so that it stays true whatever comes after.
 */
export function gistOfCardControl(card: CardControlCard, bankName: string, locale: Locale, timeZone = 'UTC'): string {
  const { action, state, cardLast4, limit, telephone } = card;
  if (card.byBank) return toldWords(card, locale, timeZone);
  const money = limit && moneyWords(limit.amount, limit.currency, locale);
  const per = limit && money !== undefined ? word(locale, `limit.${limit.per}`, { money }) : '';
  const name = action === 'limit' && limit === undefined ? 'limit.off' : action;
  const values = { last4: cardLast4, limit: per };
  const said = word(locale, `control.${state}`, {
    bank: bankName,
    deed: word(locale, `deed.${name}`, values),
    done: word(locale, `done.${name}`, values),
  });
  const call = state === 'unknown' || state === 'refused' ? callWords(bankName, telephone, locale) : [];
  return [said, ...call].join(' ');
}

function toldWords({ action, cardLast4, at }: CardControlCard, locale: Locale, timeZone: string): string {
  const format = new Intl.DateTimeFormat(FORMATS[locale], { dateStyle: 'medium', timeStyle: 'short', timeZone });
  const key = {
    freeze: 'told.freeze',
    unfreeze: 'told.unfreeze',
    'report-lost': 'told.report-lost',
    'report-stolen': 'told.report-stolen',
    replace: 'told.replace',
  } as const satisfies Partial<Record<CardControlCard['action'], Word>>;
  const name: Word = action in key ? key[action as keyof typeof key] : 'told.other';
  return word(locale, name, { last4: cardLast4, time: format.format(new Date(at)) });
}

/** The gist of a disputed purchase: "Dispute of $1,284.00 at Joyería Ocampo: Citi has opened it. Case 40718." */
export function gistOfCase(card: CaseCard, bankName: string, locale: Locale): string {
  const { caseNumber, state, purchase } = card;
  const said = word(locale, `case.${state}`, { bank: bankName, what: whatWords(purchase, locale) });
  const number = caseNumber === undefined ? [] : [word(locale, 'case.number', { number: caseNumber })];
  return [said, ...number].join(' ');
}

/** The gist of a talk with staff: "Case 1001 at Citi: number 3 in the queue, about 6 min. An answer by 3:40 PM." */
export function gistOfTalk(card: TalkCard, bankName: string, locale: Locale, timeZone: string): string {
  const { state, number, place, expectedWaitSeconds, waitSpan, answerBy, opensAt, staff, updatedAt } = card;
  const format = { weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone } as const;
  const when = (instant: string): string => new Intl.DateTimeFormat(FORMATS[locale], format).format(new Date(instant));
  const values = { bank: bankName, number: String(number), staff: staff ?? bankName, place: String(place ?? 1) };
  const said =
    state === 'waiting' && opensAt !== undefined
      ? word(locale, 'talk.shut', { ...values, time: when(opensAt) })
      : word(locale, `talk.${state}`, values);
  const wait =
    state === 'waiting' && opensAt === undefined && expectedWaitSeconds !== undefined
      ? [word(locale, 'talk.wait', { wait: waitWords(expectedWaitSeconds, waitSpan, locale) })]
      : [];
  const isMissed = answerBy !== undefined && Date.parse(answerBy) <= Date.parse(updatedAt);
  const promise =
    answerBy === undefined ? [] : [word(locale, isMissed ? 'talk.missed' : 'talk.answerBy', { time: when(answerBy) })];
  return [said, ...wait, ...promise].join(' ');
}

/** The gist of a receipt: "Halden & Row, order 18842: $115.20." */
export function gistOfReceipt(card: ReceiptCard, locale: Locale): string {
  const { shop, number, total, currency, refunded, addsUp, cancelledAt } = card;
  const money = moneyWords(total, currency, locale);
  const key: Word =
    cancelledAt !== undefined ? 'receipt.cancelled' : number === undefined ? 'receipt' : 'receipt.number';
  const sentences = [word(locale, key, { shop, number: number ?? '', money })];
  if (refunded !== undefined)
    sentences.push(word(locale, 'receipt.refunded', { money: moneyWords(refunded, currency, locale) }));
  if (!addsUp) sentences.push(word(locale, 'receipt.odd'));
  return sentences.join(' ');
}

/** The gist of a parcel: "Your parcel from Halden & Row is on its way. Seen last in Indianapolis, IN. Expected Saturday, November 21." */
export function gistOfParcel(card: ParcelCard, locale: Locale): string {
  const { carrier, shop, state, trouble, place, expected, deliveredTo } = card;
  const parcel = word(locale, shop === undefined ? 'parcel.name' : 'parcel.name.shop', { carrier, shop: shop ?? '' });
  const isTold = state === 'delivered' && deliveredTo !== undefined;
  const key: Word = isTold ? 'parcel.delivered.to' : `parcel.${state}`;
  const sentences = [word(locale, key, { parcel, carrier, to: leftAtWords(deliveredTo ?? '', locale) })];
  const isOver = state === 'delivered' || state === 'returned';
  if (trouble !== undefined && !isOver) sentences.push(word(locale, `trouble.${trouble}`));
  if (place !== undefined && !isOver) sentences.push(word(locale, 'parcel.place', { place: place.name }));
  if (expected !== undefined && !isOver)
    sentences.push(word(locale, 'parcel.expected', { day: dayWords(expected, locale) }));
  return sentences.join(' ');
}

/** "Saturday, November 21" of a calendar day. */
function dayWords(date: string, locale: Locale): string {
  const format = { weekday: 'long', month: 'long', day: 'numeric', timeZone: 'UTC' } as const;
  return new Intl.DateTimeFormat(FORMATS[locale], format).format(Date.parse(date));
}
