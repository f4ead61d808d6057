import {
  amountOf,
  placeName,
  sentences,
  subjectOf,
  type CardWordId,
  type CardWords,
  type MapSubject,
} from './card-words.ts';
import type { ChartCard } from './cards.ts';
import { CATEGORIES, type Category } from './categories.ts';
import type { Bar } from './chart.ts';
import { isNegative, isZero, magnitude, subtract } from './decimal.ts';
import type { Purchase } from './purchase.ts';

/** What figures say, on the screens and in pictures. */

type ChartOf<Kind extends ChartCard['chart']> = Extract<ChartCard, { chart: Kind }>;

/** "on coffee, Nov 8 – 14": what was asked for, under the total. */
export function spendingName(words: CardWords, { subject, from, to }: ChartOf<'bars'>): string {
  const range = words.localRange(from, to);
  if (!subject) return words.say('spending.everything', { range });
  if (subject.kind === 'merchant') return words.say('spending.merchant', { merchant: subject.value, range });
  const category = isCategory(subject.value) ? words.say(`category.${subject.value}`) : subject.value;
  return words.say('spending.category', { category, range });
}

/** "6 purchases. $6.20 less than before." */
export function spendingLine(words: CardWords, { count, total, before, currency }: ChartOf<'bars'>): string {
  const counted = words.say('spending.purchases', { count });
  return sentences(counted, before === undefined ? undefined : comparison(words, total, before, currency));
}

function comparison(words: CardWords, total: string, before: string, currency: string): string {
  const more = subtract(total, before);
  if (isZero(more)) return words.say('spending.same');
  const amount = words.money(magnitude(more), currency);
  const id: CardWordId = isNegative(more) ? 'spending.less' : 'spending.more';
  return words.say(id, { amount });
}

/** Which group's icon stands beside what was asked for. */
export function categoryOfSubject(subject: ChartOf<'bars'>['subject']): Category {
  return subject?.kind === 'category' && isCategory(subject.value) ? subject.value : 'other';
}

const isCategory = (value: string): value is Category => CATEGORIES.some((category) => category === value);

/** The bars to lay, each with its figure and the word under it. */
export function spendingBars(words: CardWords, { bars, currency }: ChartOf<'bars'>): Bar[] {
  return bars.map((bar) => ({
    amount: Number(bar.amount),
    figure: words.figure(bar.amount, currency),
    axis: axisOf(words, bar, bars),
  }));
}

type SpendingBar = ChartOf<'bars'>['bars'][number];

/** Days of a week by weekday, other days and weeks by their number, months by name. The first and last may be cut short. */
function axisOf(words: CardWords, { from }: SpendingBar, bars: readonly SpendingBar[]): string {
  const days = Math.max(...bars.map((bar) => Math.round((Date.parse(bar.to) - Date.parse(bar.from)) / 86_400_000) + 1));
  if (days > 14) return words.month(from);
  return days === 1 && bars.length <= 7 ? words.weekday(from) : words.dayOfMonth(from);
}

/** "Nov 8 – 14. The newest 20 are shown." */
export function placesLine(words: CardWords, { from, to, places, count }: ChartOf<'places'>): string {
  return sentences(
    `${words.localRange(from, to)}.`,
    places.length < count ? words.say('places.newest', { shown: places.length }) : undefined,
  );
}

/** The places of purchases for one map, each by its name alone. */
export function placesOf(words: CardWords, purchases: readonly Purchase[]): MapSubject[] {
  return purchases.flatMap((purchase): MapSubject[] =>
    subjectOf(words, purchase).flatMap((subject) =>
      subject.kind === 'pin' ? { ...subject, label: subject.name } : [],
    ),
  );
}

/** A purchase within a list: "Stroman & Hudson", "Westerville, OH, Fri 2:14 PM, pending", "$65.70". `place`: always name the place. */
export function purchaseRow(
  words: CardWords,
  purchase: Purchase,
  nowMs: number,
  place: boolean,
): { readonly name: string; readonly detail: string; readonly amount: string } {
  const detail = [
    place || purchase.merchant ? placeName(words, purchase) : undefined,
    words.moment(purchase.occurredAt, nowMs),
    purchase.status === 'authorized' ? words.say('transaction.pending') : undefined,
  ];
  return {
    name: purchase.merchant?.name ?? purchase.description,
    detail: detail.filter(Boolean).join(', '),
    amount: amountOf(words, purchase),
  };
}

/** So many rows stand open; the rest is one press away, so that a card fits the screen. */
export const openRowsMax = 5;
