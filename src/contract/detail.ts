import type { Locale } from './api.ts';
import type { Card } from './cards.ts';
import type { Content, Message } from './entries.ts';
import { FORMATS } from './gist.ts';
import { PARCEL_STATES } from './parcel-states.ts';
import type { Purpose } from './purposes.ts';
import { isShopId } from './shops.ts';
import en from './words/detail.en.json' with { type: 'json' };
import es from './words/detail.es.json' with { type: 'json' };

/** How much of a message a channel may carry, from most to least. */
export const DETAILS = ['full', 'masked', 'pointer'] as const;
/** All of it; a purchase's or receipt's whom and rounded amount, a parcel's state; that there is something. */
export type Detail = (typeof DETAILS)[number];

/** Which fields of a card a level may carry, by path, and how: to the letter, or rounded so that it names no exact sum. */
export type Carried = 'everything' | Readonly<Record<string, 'whole' | 'rounded'>>;

const nothing: Carried = {};

/**
 * The table of detail: the one place that decides what of a card may stand in a messenger that can read it. What a
 * level may not carry is not there to be worded: no balance and no number of an account below `full`, and nothing
 * at all at `pointer`.
 */
export const CARD_DETAIL: Readonly<Record<Card['card'], Readonly<Record<Detail, Carried>>>> = {
  transaction: {
    full: 'everything',
    masked: {
      'transaction.merchant.name': 'whole',
      'transaction.amount': 'rounded',
      'transaction.currency': 'whole',
      'transaction.direction': 'whole',
      'transaction.status': 'whole',
    },
    pointer: nothing,
  },
  balance: { full: 'everything', masked: nothing, pointer: nothing },
  consent: { full: 'everything', masked: nothing, pointer: nothing },
  chart: { full: 'everything', masked: nothing, pointer: nothing },
  fraudAlert: {
    full: 'everything',
    masked: {
      'transaction.merchant.name': 'whole',
      'transaction.amount': 'rounded',
      'transaction.currency': 'whole',
    },
    pointer: nothing,
  },
  cardControl: { full: 'everything', masked: nothing, pointer: nothing },
  case: { full: 'everything', masked: nothing, pointer: nothing },
  receipt: {
    full: 'everything',
    masked: { shop: 'whole', total: 'rounded', currency: 'whole' },
    pointer: nothing,
  },
  parcel: { full: 'everything', masked: { state: 'whole' }, pointer: nothing },
};

const words: Readonly<Record<Locale, Readonly<Record<keyof typeof en, string>>>> = { en, es };

/**
 * As much of a message as a level carries. Below `full` what derives from a link becomes one sentence, drawn from
 * the fields that the table allows and from nothing else, without buttons and without urgency, which is fraud's alone. What no bank told (`ofLink` false) is
 * said in full everywhere.
 */
export function atDetail(
  message: Message,
  ofLink: boolean,
  detail: Detail,
  locale: Locale,
  purpose: Purpose | null = null,
): Message {
  if (detailOf(ofLink, detail) === 'full') return message;
  const { id, revision, author, at, quiet } = message;
  const content = contentAt(message.content, detail, locale, purpose);
  return { id, revision, author, at, content, ...(quiet && { quiet }) };
}

/** What a bank or a shop told, as it stands where a level is shown. `purpose`: for which it was told, where that is known. */
export const contentAt = (content: Content, detail: Detail, locale: Locale, purpose: Purpose | null = null): Content =>
  detail === 'full' ? content : { kind: 'text', text: sentenceAt(content, detail, locale, purpose) };

/** The level at which a message is said: that of the channel, if it derives from a link. */
export const detailOf = (ofLink: boolean, detail: Detail): Detail => (ofLink ? detail : 'full');

/** The sentence that stands for what a channel is not shown at all: from whom it is by kind, and nothing else. */
export const pointerWords = (locale: Locale, purpose: Purpose | null = null): string =>
  words[locale][isOfOrders(purpose) ? 'pointer.order' : 'pointer'];

/** Whether it is told by a shop or a carrier, and not by a bank. */
export const isOfOrders = (purpose: Purpose | null): boolean => purpose === 'receipts' || purpose === 'shipping';

/** Whether a card shows what a shop or a carrier told. */
export const isOrderCard = (card: Card): boolean =>
  card.card === 'receipt' || card.card === 'parcel' || (card.card === 'consent' && isShopId(card.bank));

function sentenceAt(content: Content, detail: Detail, locale: Locale, purpose: Purpose | null): string {
  if (content.kind === 'text') return pointerWords(locale, purpose);
  const fields = carriedFields(content.card, detail);
  switch (content.card.card) {
    case 'fraudAlert':
      return moneyAt(fields, 'transaction.', 'merchant.name', { locale, sentence: 'asks' }) ?? pointerWords(locale);
    case 'consent':
      return isShopId(content.card.bank) ? words[locale]['pointer.order'] : pointerWords(locale);
    case 'receipt':
      return moneyAt(fields, '', 'shop', { locale, sentence: 'receipt' }) ?? words[locale]['pointer.order'];
    case 'parcel':
      return parcelWords(fields, locale) ?? words[locale]['pointer.order'];
    default:
      return purchaseWords(fields, locale) ?? pointerWords(locale);
  }
}

/** The fields that a level may carry, rounded where it may not be exact; those that the card does not have are missing. */
export function carriedFields(card: Card, detail: Detail): ReadonlyMap<string, string> {
  const carried = CARD_DETAIL[card.card][detail];
  if (carried === 'everything') return new Map();
  const fields = Object.entries(carried).flatMap(([path, how]): [string, string][] => {
    const value = valueAt(card, path);
    if (value === undefined) return [];
    const currency = valueAt(card, path.replace(/[^.]+$/, 'currency'));
    const shown = how === 'whole' ? value : rounded(value, currency ?? 'USD');
    return shown === undefined ? [] : [[path, shown]];
  });
  return new Map(fields);
}

function valueAt(card: Card, path: string): string | undefined {
  let value: unknown = card;
  for (const step of path.split('.')) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = Object.entries(value).find(([name]) => name === step)?.[1];
  }
  return typeof value === 'string' ? value : undefined;
}

/** To whole units, to hundreds where a currency has nothing smaller; never to nothing. */
function rounded(amount: string, currency: string): string | undefined {
  const [, whole, fraction = ''] = /^-?(\d+)(?:\.(\d+))?$/.exec(amount) ?? [];
  if (whole === undefined) return undefined;
  const { maximumFractionDigits } = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions();
  const step = maximumFractionDigits === 0 ? 100n : 1n;
  const units = BigInt(whole) + (/^[5-9]/.test(fraction) ? 1n : 0n);
  const steps = (units + step / 2n) / step;
  return String((steps === 0n ? 1n : steps) * step);
}

type Fields = ReadonlyMap<string, string>;

function purchaseWords(fields: Fields, locale: Locale): string | undefined {
  const of = (name: string): string | undefined => fields.get(`transaction.${name}`);
  const sentence = of('status') === 'reversed' ? 'reversed' : of('direction') === 'credit' ? 'back' : 'at';
  return moneyAt(fields, 'transaction.', 'merchant.name', { locale, sentence });
}

/** A sentence of a rounded sum and whom it went to; the fields' paths begin with `of`. */
function moneyAt(
  fields: Fields,
  of: string,
  whom: string,
  { locale, sentence }: { readonly locale: Locale; readonly sentence: keyof typeof en },
): string | undefined {
  const merchant = fields.get(`${of}${whom}`);
  const amount = fields.get(of === '' ? 'total' : `${of}amount`);
  const currency = fields.get(`${of}currency`);
  if (merchant === undefined || amount === undefined || currency === undefined) return undefined;
  const format = new Intl.NumberFormat(FORMATS[locale], { style: 'currency', currency, maximumFractionDigits: 0 });
  const money = format.format(amount as `${number}`);
  return words[locale][sentence].replace('{money}', () => money).replace('{merchant}', () => merchant);
}

function parcelWords(fields: Fields, locale: Locale): string | undefined {
  const state = PARCEL_STATES.find((one) => one === fields.get('state'));
  return state && words[locale][`parcel.${state}`];
}
