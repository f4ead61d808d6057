import { capital } from './card-words.ts';
import type { TransactionCard } from './cards.ts';
import { isZero } from './decimal.ts';
import { matchedMap, matchedPart } from './matched-words.ts';
import {
  dayWords,
  type Matter,
  type MatterContext,
  type MatterItem,
  type MatterPart,
  type MatterRow,
  type MatterTag,
  type MatterWords,
} from './matter.ts';
import { parcelStateWords } from './parcel-words.ts';
import type { ReceiptCard } from './receipt.ts';

/** What a receipt says: the amounts as the shop said them, the purchase that paid, and the parcels. */

/** So many lines stand open; the rest is one press away. */
const linesOpenMax = 6;

/** Puts a receipt into words. */
export function receiptMatter(card: ReceiptCard, context: MatterContext): Matter {
  const { words } = context;
  const { number, total, currency, purchase, cancelledAt, addsUp, shop } = card;
  const amount = words.money(total, currency);
  const tag = tagOf(card, context);
  const odd: MatterPart[] = addsUp
    ? []
    : [{ part: 'said', texts: [words.say('receipt.odd', { shop })], icon: 'notice' }];
  return {
    ...(number !== undefined && { label: words.say('receipt.order', { number }) }),
    ...(tag && { tag }),
    what: {
      amount,
      struck: cancelledAt !== undefined,
      name: thingsOf(card, context),
      icon: 'receipt',
    },
    where: whereOf(card, context),
    parts: [
      ...bill(card, context),
      ...odd,
      ...parcels(card, context),
      ...(purchase ? [...matchedMap(purchase, context), matchedPart(purchase, context, amount)] : []),
      { part: 'actions' },
    ],
  };
}

/** What a purchase says of the receipt that the shop gave for it: the lines, one press away. */
export function receiptBrief(
  { shop, lines, currency, refunded }: NonNullable<TransactionCard['receipt']>,
  { words }: Pick<MatterContext, 'words'>,
): MatterPart[] {
  const rows = lines.map((line) => lineRow(line, currency, words));
  if (refunded !== undefined && !isZero(refunded))
    rows.push({ name: words.say('receipt.refunded'), value: `\u2212${words.money(refunded, currency)}` });
  const parts: MatterPart[] = rows.length > 0 ? [{ part: 'rows', rows, as: 'bill' }] : [];
  return [{ part: 'more', summary: words.say('receipt.from', { shop }), parts }];
}

function lineRow(
  { title, quantity, total }: ReceiptCard['lines'][number],
  currency: string,
  words: MatterWords,
): MatterRow {
  return {
    name: quantity === 1 ? title : words.say('receipt.times', { title, quantity: words.number(quantity) }),
    value: total === undefined ? '' : words.money(total, currency),
  };
}

function tagOf({ cancelledAt, refunded, total }: ReceiptCard, { words }: MatterContext): MatterTag | undefined {
  if (cancelledAt !== undefined) return { text: words.say('receipt.tag.cancelled'), tone: 'plain' };
  if (refunded === undefined || isZero(refunded)) return undefined;
  const isAll = Number(refunded) >= Number(total);
  return { text: words.say(isAll ? 'receipt.tag.refunded' : 'receipt.tag.partly'), tone: 'plain' };
}

/** "Stoneware bowl and 2 more things": what was bought, in a line. */
function thingsOf({ lines }: ReceiptCard, { words }: MatterContext): string | undefined {
  const [first, second, ...more] = lines;
  if (!first) return undefined;
  if (!second) return first.title;
  if (more.length > 0) return words.say('receipt.several', { first: first.title, count: more.length + 1 });
  return words.say('receipt.two', { first: first.title, second: second.title });
}

function whereOf({ orderedAt, cancelledAt }: ReceiptCard, { words, nowMs }: MatterContext): string {
  const ordered = orderedAt && capital(words.moment(orderedAt, nowMs), words.region);
  const cancelled = cancelledAt && words.say('receipt.cancelled', { when: words.moment(cancelledAt, nowMs) });
  return cancelled ?? ordered ?? '';
}

/** Lines, what was taken off and added, and the total: as the shop said them. */
function bill(card: ReceiptCard, { words }: MatterContext): MatterPart[] {
  const { lines, currency, subtotal, discount, shipping, tax, taxIncluded, tip, total, refunded, addsUp } = card;
  const money = (amount: string): string => words.money(amount, currency);
  const less = (amount: string): string => `\u2212${money(amount)}`;
  const line = (one: ReceiptCard['lines'][number]): MatterRow => lineRow(one, currency, words);
  const hidden = lines.slice(linesOpenMax);
  const rows: MatterRow[] = lines.slice(0, linesOpenMax).map(line);
  const given = (amount: string | undefined): amount is string => amount !== undefined && !isZero(amount);
  const sums: MatterRow[] = [];
  // Where everything adds up and nothing is taken off or added, the subtotal is the total.
  if (given(subtotal) && (hidden.length > 0 || !addsUp || lines.length === 0))
    sums.push({ name: words.say('receipt.subtotal'), value: money(subtotal) });
  if (given(discount)) sums.push({ name: words.say('receipt.discount'), value: less(discount) });
  if (shipping !== undefined)
    sums.push({
      name: words.say('receipt.shipping'),
      value: isZero(shipping) ? words.say('receipt.free') : money(shipping),
    });
  if (given(tax))
    sums.push({ name: words.say(taxIncluded ? 'receipt.tax.included' : 'receipt.tax'), value: money(tax) });
  if (given(tip)) sums.push({ name: words.say('receipt.tip'), value: money(tip) });
  // The total alone stands above already.
  const isAlone = lines.length === 0 && sums.length === 0 && !given(refunded);
  if (isAlone) return [];
  sums.push({ name: words.say('receipt.total'), value: money(total), strong: true });
  if (given(refunded)) sums.push({ name: words.say('receipt.refunded'), value: less(refunded) });
  if (hidden.length === 0) return [{ part: 'rows', rows: [...rows, ...sums], as: 'bill' }];
  const summary = words.say('receipt.moreLines', { count: hidden.length });
  return [
    { part: 'rows', rows: [...rows, ...sums], as: 'bill' },
    { part: 'more', summary, parts: [{ part: 'rows', rows: hidden.map(line), as: 'bill' }] },
  ];
}

function parcels({ parcels: given = [] }: ReceiptCard, { words, nowMs }: MatterContext): MatterPart[] {
  if (given.length === 0) return [];
  const items = given.map(({ carrier, trackingLast4, state, expected }): MatterItem => {
    const isOver = state === 'delivered' || state === 'returned';
    const day = !isOver && expected !== undefined ? dayWords(words, expected, nowMs) : undefined;
    return {
      icon: 'parcel',
      name: parcelStateWords(state, carrier, words),
      detail: `${carrier} …${trackingLast4}`,
      ...(day !== undefined && { value: day }),
    };
  });
  return [{ part: 'items', items }];
}
