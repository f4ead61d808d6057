import { parseMoney } from '#base';
import { categoryOf, FORMATS, moneyWords, type AccountLabel, type Locale, type Purchase } from '#contract';
import type { AmountSlot, Flow, Place, Slots } from './frame.ts';
import { merchantKey } from './merchants.ts';
import { isOfKind } from './spending-kinds.ts';
import { regionTitle } from './us-states.ts';
import { say } from './words.ts';

/** A purchase at a merchant: money that went out there, held or posted. */
export function isPurchase(purchase: Purchase): boolean {
  return purchase.direction === 'debit' && purchase.merchant !== undefined && purchase.status !== 'reversed';
}

/** Whether a purchase is of the merchant, category, kind, place and amount asked for; branches of one merchant are one. */
export function isAbout(
  purchase: Purchase,
  {
    merchant,
    category,
    kind,
    place,
    amount,
    pending,
  }: Pick<Slots, 'merchant' | 'category' | 'kind' | 'place' | 'amount' | 'pending'>,
): boolean {
  const { merchant: at } = purchase;
  if (merchant !== undefined && !isOneMerchant(at?.name ?? '', merchant)) return false;
  if (category !== undefined && (at === undefined || categoryOf(at.category) !== category)) return false;
  if (kind !== undefined && !isOfKind(at?.category, kind)) return false;
  if (pending === true && purchase.status !== 'authorized') return false;
  if (amount !== undefined && !isWithin(purchase, amount)) return false;
  return place === undefined || isIn(purchase, place);
}

/** Told by the names alone where they are the same: folding them takes longer than everything else here. */
const isOneMerchant = (name: string, other: string): boolean =>
  name === other || merchantKey(name) === merchantKey(other);

function isWithin({ amount, currency }: Purchase, { least, most, open, currency: said }: AmountSlot): boolean {
  if (said !== undefined && said !== currency) return false;
  const minor = (text: string) => parseMoney(text, currency).minor;
  const own = minor(amount);
  if (least !== undefined && (open ? own <= minor(least) : own < minor(least))) return false;
  return most === undefined || (open ? own < minor(most) : own <= minor(most));
}

/** Words by which banks name movements that have no merchant. */
const named = {
  pay: /payroll|salary|direct dep|nomina|sueldo|wages/i,
  transfer: /transfer|transferencia|zelle|xfer/i,
  payment: /payment|pago/i,
  fee: /\bfees?\b|service charge|comisi[oó]n/i,
  interest: /interest|interes/i,
};

/**
 * Whether a movement is of a kind. What banks do not say by a code is told from the words of the description; a
 * movement between the customer's own accounts is counted once, where it arrives (savings, card) or leaves (transfers).
 */
export function isOfFlow(
  purchase: Purchase,
  flow: Flow | undefined,
  account: AccountLabel['kind'] | undefined,
): boolean {
  const { direction, merchant, status, description } = purchase;
  if (flow === 'moves') return true;
  if (status === 'reversed') return false;
  if (flow === undefined) return isPurchase(purchase);
  const came = direction === 'credit';
  const isPay =
    came && account !== 'card' && (categoryOf(merchant?.category) === 'income' || named.pay.test(description));
  const between = merchant === undefined;
  switch (flow) {
    case 'pay':
      return isPay;
    case 'in':
      return came && account !== 'card' && !(between && named.transfer.test(description));
    case 'refunds':
      return came && merchant !== undefined && !isPay;
    case 'fees':
      return !came && between && named.fee.test(description);
    case 'interest':
      return came && between && named.interest.test(description);
    case 'interest-charged':
      return !came && between && named.interest.test(description);
    case 'transfers':
      return !came && between && named.transfer.test(description);
    case 'saved':
      return came && between && account === 'savings' && named.transfer.test(description);
    case 'card-payments':
      return came && between && account === 'card' && named.payment.test(description);
  }
}

/** Whether the bank said where it was: without, it can be counted for no place. */
export function isPlaced({ merchant }: Purchase): boolean {
  return merchant?.address?.city !== undefined || merchant?.address?.region !== undefined;
}

/** The banks are banks of the United States: elsewhere is abroad. */
const home = 'US';

function isIn({ merchant, online }: Purchase, place: Place): boolean {
  const address = merchant?.address;
  if (place.kind === 'online') return online === true;
  if (place.kind === 'abroad') return address?.country !== undefined && address.country !== home;
  return address?.[place.kind] === place.value;
}

/** What was asked for, ready to stand behind an amount: " on coffee", " at Starbucks in Ohio, over $50"; empty for everything. */
export function aboutWords({ merchant, category, kind, place, amount, pending }: Slots, locale: Locale): string {
  const parts = [
    ...(merchant === undefined ? [] : [say(locale, 'about.at', { name: merchant })]),
    ...(category === undefined ? [] : [say(locale, 'about.on', { name: say(locale, `category.${category}`) })]),
    ...(kind === undefined ? [] : [say(locale, 'about.on', { name: say(locale, `kind.${kind}`) })]),
    ...(place === undefined ? [] : [placeWords(place, locale)]),
    ...(amount === undefined ? [] : [amountWords(amount, locale)]),
    ...(pending === true ? [say(locale, 'about.pending')] : []),
  ];
  return parts.map((part) => ` ${part}`).join('');
}

function amountWords({ least, most, open, currency = 'USD' }: AmountSlot, locale: Locale): string {
  const words = (text: string | undefined) => (text === undefined ? '' : moneyWords(text, currency, locale));
  const values = { least: words(least), most: words(most) };
  if (least !== undefined && most !== undefined)
    return say(locale, least === most ? 'about.exactly' : 'about.between', values);
  if (least !== undefined) return say(locale, open ? 'about.over' : 'about.least', values);
  return say(locale, open ? 'about.under' : 'about.most', values);
}

function placeWords(place: Place, locale: Locale): string {
  if (place.kind === 'online' || place.kind === 'abroad') return say(locale, `about.${place.kind}`);
  return say(locale, 'about.in', { name: placeTitle(place, locale) });
}

function placeTitle({ kind, value }: Exclude<Place, { kind: 'abroad' | 'online' }>, locale: Locale): string {
  if (kind === 'region') return regionTitle(value, locale);
  if (kind === 'country') return new Intl.DisplayNames(FORMATS[locale], { type: 'region' }).of(value) ?? value;
  return value;
}
