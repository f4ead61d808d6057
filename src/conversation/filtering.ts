import { parseMoney } from '#base';
import { categoryOf, FORMATS, moneyWords, type AccountLabel, type Locale, type Purchase } from '#contract';
import type { Also, AmountSlot, Flow, Place, Slots } from './frame.ts';
import { merchantKey } from './merchants.ts';
import { listWords } from './moments.ts';
import { isOfKind } from './spending-kinds.ts';
import { regionTitle } from './us-states.ts';
import { say } from './words.ts';

/** A purchase at a merchant: money that went out there, held or posted. */
export function isPurchase(purchase: Purchase): boolean {
  return purchase.direction === 'debit' && purchase.merchant !== undefined && purchase.status !== 'reversed';
}

/** What a movement may be asked to be of. */
type Conditions = Pick<Slots, 'merchant' | 'category' | 'kind' | 'also' | 'place' | 'amount' | 'pending'>;

/** Whether a purchase is of the merchant, category, kind, place and amount asked for; branches of one merchant are one. */
export function isAbout(purchase: Purchase, { also, ...own }: Conditions): boolean {
  return isOf(purchase, own) || also?.some((one) => isOf(purchase, insteadOf(own, one))) === true;
}

/** The same conditions with one more subject in the place of the first: "groceries and hotels in Lisbon" are both there. */
function insteadOf(own: Omit<Conditions, 'also'>, one: Also): Omit<Conditions, 'also'> {
  const { merchant, category, kind, ...rest } = own;
  if (one.place !== undefined) return { ...own, ...one };
  if (one.merchant === undefined)
    return { ...rest, ...(merchant !== undefined && (category ?? kind) !== undefined && { merchant }), ...one };
  return merchant === undefined ? { ...rest, ...one } : { ...own, ...one };
}

function isOf(
  purchase: Purchase,
  { merchant, category, kind, place, amount, pending }: Omit<Conditions, 'also'>,
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
export function aboutWords(slots: Slots, locale: Locale): string {
  const { place, also = [], amount, pending } = slots;
  const places = [place, ...also.map((one) => one.place)].filter((one) => one !== undefined);
  const parts = [
    ...subjectWords(slots, locale),
    ...(places.length === 0
      ? []
      : [
          listWords(
            places.map((one) => placeWords(one, locale)),
            locale,
          ),
        ]),
    ...(amount === undefined ? [] : [amountWords(amount, locale)]),
    ...(pending === true ? [say(locale, 'about.pending')] : []),
  ];
  return parts.map((part) => ` ${part}`).join('');
}

/** "at Starbucks", "on coffee and rent", "on coffee and at Hollis Foods". */
function subjectWords({ merchant, category, kind, also = [] }: Slots, locale: Locale): string[] {
  const merchants = [merchant, ...also.map((one) => one.merchant)].filter((one) => one !== undefined);
  const things = [{ category, kind }, ...also].flatMap((one) => [
    ...(one.category === undefined ? [] : [say(locale, `category.${one.category}`)]),
    ...(one.kind === undefined ? [] : [say(locale, `kind.${one.kind}`)]),
  ]);
  const parts = [
    ...(merchants.length === 0 ? [] : [say(locale, 'about.at', { name: listWords(merchants, locale) })]),
    ...(things.length === 0 ? [] : [say(locale, 'about.on', { name: listWords(things, locale) })]),
  ];
  // "Coffee at Larkspur" is both; "coffee and Larkspur" either.
  const isBoth = merchant !== undefined && (category ?? kind) !== undefined;
  return isBoth || parts.length < 2 ? parts : [listWords(parts, locale)];
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
