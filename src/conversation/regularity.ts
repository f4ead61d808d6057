import { parseMoney } from '#base';
import { categoryOf } from '#contract';
import type { Found } from './gathering.ts';
import { merchantKey, shownName } from './merchants.ts';

type Day = Temporal.PlainDate;

/** How something comes again, read from the days on which it came. */
export type Rhythm =
  | { readonly every: 'days'; readonly days: 7 | 14 }
  /** On these days of the month; 31 is its last day. */
  | { readonly every: 'month'; readonly on: readonly number[] };

/** Fewer times tell nothing. */
const timesMin = 3;
/** A day that falls on a weekend or a holiday moves by so many. */
const driftDays = 3;

/** The rhythm of days, oldest first; undefined where they have none. */
export function rhythmOf(days: readonly Day[]): Rhythm | undefined {
  if (days.length < timesMin) return undefined;
  const gaps = days.slice(1).map((day, at) => (days[at] ?? day).until(day).days);
  for (const every of [7, 14] as const)
    if (gaps.length > 2 && gaps.every((gap) => Math.abs(gap - every) <= 1)) return { every: 'days', days: every };
  if (gaps.every((gap) => gap >= 31 - driftDays - 3 && gap <= 31 + driftDays)) return monthly(days, 1);
  if (gaps.every((gap) => gap >= 12 && gap <= 19)) return monthly(days, 2);
  return undefined;
}

/** The days of the month on which it comes: so many of them, each kept to within the drift. */
function monthly(days: readonly Day[], many: 1 | 2): Rhythm | undefined {
  const halves = many === 1 ? [days] : [days.filter((_, at) => at % 2 === 0), days.filter((_, at) => at % 2 === 1)];
  const on = halves.map(usualDay);
  const fits = halves.every((half, at) => half.every((day) => Math.abs(usedOn(day, on[at] ?? 1)) <= driftDays));
  return fits ? { every: 'month', on: on.toSorted((one, other) => one - other) } : undefined;
}

/** The commonest day of the month; one that is always the last day counts as 31. */
function usualDay(days: readonly Day[]): number {
  if (days.every((day) => day.day === day.daysInMonth)) return 31;
  const times = Map.groupBy(days, (day) => day.day);
  const [[most] = [1]] = [...times].toSorted(([, one], [, other]) => other.length - one.length);
  // The 31st where a month has it, the last day where it has not.
  return days.every((day) => day.day === Math.min(31, day.daysInMonth)) ? 31 : most;
}

const usedOn = (day: Day, usual: number): number => {
  const meant = Math.min(usual, day.daysInMonth);
  const off = day.day - meant;
  return Math.abs(off) > 15 ? off - Math.sign(off) * day.daysInMonth : off;
};

/** The days after `last` on which it is expected, up to `until`. */
export function expected(rhythm: Rhythm, last: Day, until: Day): Day[] {
  const { compare } = Temporal.PlainDate;
  const days: Day[] = [];
  if (rhythm.every === 'days') {
    for (let day = last.add({ days: rhythm.days }); compare(day, until) <= 0; day = day.add({ days: rhythm.days }))
      days.push(day);
    return days;
  }
  for (
    let month = last.toPlainYearMonth();
    compare(month.toPlainDate({ day: 1 }), until) <= 0;
    month = month.add({ months: 1 })
  ) {
    for (const on of rhythm.on) {
      const day = month.toPlainDate({ day: Math.min(on, month.daysInMonth) });
      // What came a little early or late this time is not expected again at once.
      if (last.until(day).days > driftDays && compare(day, until) <= 0) days.push(day);
    }
  }
  return days;
}

/** A merchant that charges again and again. */
export interface Recurring {
  readonly name: string;
  /** Newest first. */
  readonly charges: readonly Found[];
  readonly rhythm: Rhythm;
  /** The amount is the same each time, but for changes that stay: not a bill that varies. */
  readonly steady: boolean;
  /** It is billed: rent, a utility, whatever the amount. */
  readonly bill: boolean;
  /** A subscription, rather than rent or a utility's bill. */
  readonly subscribed: boolean;
  /** The newest amount after another one, and the day it came; absent when the price has never changed. */
  readonly change?: { readonly before: string; readonly after: string; readonly on: string };
}

/** Rent and what a household is billed for: they come again and are no subscriptions. */
const isBill = (code: string | undefined): boolean => code === '6513' || categoryOf(code) === 'bills';

/**
 * What is charged again and again, read from purchases of at least three times, in the same rhythm, by the same merchant
 * to the same account, and still going on: nothing is missing for longer than half a time.
 *
 * @param found purchases, newest first
 */
export function recurringIn(found: readonly Found[], today: Day): Recurring[] {
  const groups = Map.groupBy(
    found,
    (one) => `${one.accountRef} ${one.currency} ${merchantKey(one.merchant?.name ?? '')}`,
  );
  // One bank writes "STARLING VIDEO", another "Starling Video": one shop has one name.
  const names = new Map(
    [...Map.groupBy(found, (one) => merchantKey(one.merchant?.name ?? ''))].map(([key, some]) => [
      key,
      shownName(some.map((one) => one.merchant?.name ?? one.description)),
    ]),
  );
  return [...groups.values()]
    .filter(([first]) => categoryOf(first?.merchant?.category) !== 'cash')
    .flatMap((charges) => recurringOf(charges, today, names) ?? []);
}

function recurringOf(charges: readonly Found[], today: Day, names: ReadonlyMap<string, string>): Recurring | undefined {
  const [newest] = charges;
  const days = charges.map(({ localDate }) => Temporal.PlainDate.from(localDate)).toReversed();
  const last = days.at(-1);
  const rhythm = rhythmOf(days);
  if (newest === undefined || last === undefined || rhythm === undefined) return undefined;
  const period = rhythm.every === 'days' ? rhythm.days : 31 / rhythm.on.length;
  if (last.until(today).days > period * 1.5) return undefined;
  const minor = charges.map(({ amount, currency }) => parseMoney(amount, currency).minor);
  const changes = minor.slice(1).filter((amount, at) => amount !== minor[at]).length;
  const steady = changes <= Math.max(1, Math.floor(charges.length / 4));
  const changed = minor.findIndex((amount) => amount !== minor[0]);
  const [before, after] = [charges[changed], charges[changed - 1]];
  return {
    name: names.get(merchantKey(newest.merchant?.name ?? '')) ?? newest.description,
    charges,
    rhythm,
    steady,
    bill: isBill(newest.merchant?.category),
    subscribed: steady && !isBill(newest.merchant?.category),
    ...(before && after && { change: { before: before.amount, after: after.amount, on: after.localDate } }),
  };
}
