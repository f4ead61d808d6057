import { categoryOf, FORMATS, type Locale, type Purchase } from '#contract';
import type { Place, Slots } from './frame.ts';
import { merchantKey } from './merchants.ts';
import { regionTitle } from './us-states.ts';
import { say } from './words.ts';

/** A purchase at a merchant: money that went out there, held or posted. */
export function isPurchase(purchase: Purchase): boolean {
  return purchase.direction === 'debit' && purchase.merchant !== undefined && purchase.status !== 'reversed';
}

/** Whether a purchase is of the merchant, category and place asked for; branches of one merchant are one. */
export function isAbout(purchase: Purchase, { merchant, category, place }: Slots): boolean {
  if (merchant !== undefined && merchantKey(purchase.merchant?.name ?? '') !== merchantKey(merchant)) return false;
  if (
    category !== undefined &&
    (purchase.merchant === undefined || categoryOf(purchase.merchant.category) !== category)
  )
    return false;
  return place === undefined || isIn(purchase, place);
}

/** Whether the bank said where it was: without, it can be counted for no place. */
export function isPlaced({ merchant }: Purchase): boolean {
  return merchant?.address?.city !== undefined || merchant?.address?.region !== undefined;
}

function isIn({ merchant }: Purchase, place: Place): boolean {
  return merchant?.address?.[place.kind] === place.value;
}

/** What was asked for, ready to stand behind an amount: " on coffee", " at Starbucks in Ohio"; empty for everything. */
export function aboutWords({ merchant, category, place }: Slots, locale: Locale): string {
  const parts = [
    ...(merchant === undefined ? [] : [say(locale, 'about.at', { name: merchant })]),
    ...(category === undefined ? [] : [say(locale, 'about.on', { name: say(locale, `category.${category}`) })]),
    ...(place === undefined ? [] : [say(locale, 'about.in', { name: placeTitle(place, locale) })]),
  ];
  return parts.map((part) => ` ${part}`).join('');
}

function placeTitle({ kind, value }: Place, locale: Locale): string {
  if (kind === 'region') return regionTitle(value, locale);
  if (kind === 'country') return new Intl.DisplayNames(FORMATS[locale], { type: 'region' }).of(value) ?? value;
  return value;
}
