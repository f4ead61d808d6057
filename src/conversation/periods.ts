import { period, startOf, type Calendar } from './calendar.ts';
import { monthNames, units } from './period-words.ts';
import { ago, dated, dayOfMonth, monthAndDay, namedDay, numericDate, weekday, weekend } from './period-days.ts';
import { dayNumber, is, yearAt, type Meant, type Reader, type Words } from './period-reading.ts';
import { beforeLast, counted, month, partOf, quarter, relative, soFar, toDate, year } from './period-spans.ts';

/** What the words from `at` up to `end` say about time. */
export interface Said {
  readonly at: number;
  readonly end: number;
  readonly period: Meant;
}

/** The first time expression in folded words, in English or Spanish; undefined when there is none. */
export function findPeriod(words: Words, calendar: Calendar): Said | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const found = expression(words, at, calendar);
    if (found !== undefined) return { at, ...withNext(found, words, calendar) };
  }
  return undefined;
}

const expression: Reader = (words, at, calendar) =>
  dayRange(words, at, calendar) ??
  range(words, at, calendar) ??
  since(words, at, calendar) ??
  placed(words, at, calendar);

/** "March and April", "yesterday and today": spans that touch are one; others stay two, which no single number holds. */
function withNext(
  first: { end: number; period: Meant },
  words: Words,
  calendar: Calendar,
): { end: number; period: Meant } {
  if (!is(words[first.end], 'and', 'y', 'e', 'plus')) return first;
  const second = placed(words, first.end + 1, calendar);
  if (second === undefined || typeof first.period === 'string' || typeof second.period === 'string') return first;
  const [one, other] = [first.period, second.period].toSorted((a, b) => a.from.localeCompare(b.from));
  if (one === undefined || other === undefined) return first;
  const touches = Temporal.PlainDate.from(one.to).add({ days: 1 }).toString() === other.from;
  return touches ? { end: second.end, period: { from: one.from, to: other.to, unit: 'span' } } : first;
}

const connectors = ['to', 'and', 'until', 'till', 'til', 'through', 'thru', 'al', 'a', 'y', 'hasta'];
const leadIns = new Set([
  'in',
  'on',
  'of',
  'for',
  'during',
  'over',
  'within',
  'en',
  'de',
  'del',
  'durante',
  'el',
  'la',
  'los',
  'las',
  'the',
  'por',
  'dia',
  'day',
  'mes',
]);

/** "in March", "on Friday", "el lunes": a point behind the small words that lead up to it. */
const placed: Reader = (words, at, calendar) => {
  let from = at;
  while (leadIns.has(words[from] ?? '') && from - at < 4) from += 1;
  // From the longest lead-in down: "el 5" needs its "el", "in the last 10 days" does not need "the".
  for (let start = from; start >= at; start -= 1) {
    const found = point(words, start, calendar);
    if (found !== undefined) return found;
  }
  return undefined;
};

/** "since Monday", "desde el 3 de marzo": up to today. */
const since: Reader = (words, at, calendar) => {
  if (!is(words[at], 'since', 'desde')) return undefined;
  const found =
    ago(words, at + 1, calendar, true) ?? beginningOf(words, at + 1, calendar) ?? placed(words, at + 1, calendar);
  if (found === undefined || typeof found.period === 'string') return found;
  return { end: found.end, period: { from: found.period.from, to: calendar.today.toString(), unit: 'span' } };
};

/** "the beginning of the month", "principios de año", "the start of October". */
const beginningOf: Reader = (words, at, calendar) => {
  let on = at;
  while (is(words[on], 'the', 'el', 'los')) on += 1;
  if (!is(words[on], 'start', 'beginning', 'principio', 'principios', 'inicio', 'comienzo')) return undefined;
  on += 1;
  while (is(words[on], 'of', 'de', 'del', 'the', 'this', 'este', 'esta', 'la')) on += 1;
  const unit = units.get(words[on] ?? '');
  if (unit === undefined) return placed(words, on, calendar);
  const first = startOf(unit, calendar.today, calendar.weekStart);
  return { end: on + 1, period: period(first, calendar.today, 'span', calendar) };
};

/** "between March 1 and March 10", "from Monday to Wednesday", "de enero a marzo". */
const range: Reader = (words, at, calendar) => {
  if (!is(words[at], 'between', 'from', 'entre', 'desde', 'de', 'del')) return undefined;
  const first = placed(words, at + 1, calendar);
  if (first === undefined || !connectors.includes(words[first.end] ?? '')) return undefined;
  const second = placed(words, first.end + 1, calendar);
  return second === undefined ? undefined : { end: second.end, period: spanned(first.period, second.period) };
};

function spanned(first: Meant, second: Meant): Meant {
  if (typeof first === 'string') return first;
  if (typeof second === 'string') return second;
  if (first.from > second.to) return 'unclear';
  return { from: first.from, to: second.to, unit: 'span' };
}

/** "March 1 to 10", "1-10 March", "del 1 al 10 de marzo (de 2026)": two days of one month. */
const dayRange: Reader = (words, at, calendar) => {
  let start = is(words[at], 'between', 'from', 'entre', 'del', 'de', 'desde') ? at + 1 : at;
  if (is(words[start], 'el', 'the')) start += 1;
  const named = monthNames.get(words[start] ?? '');
  const pair = dayPair(words, named === undefined ? start : start + 1);
  if (pair === undefined) return undefined;
  let end = pair.end;
  let month = named;
  if (month === undefined) {
    if (is(words[end], 'de', 'of')) end += 1;
    month = monthNames.get(words[end] ?? '');
    if (month === undefined) return undefined;
    end += 1;
  }
  const year = yearAt(words, end);
  return { end: year?.end ?? end, period: daysOfMonth(year?.value, month, pair, calendar) };
};

/** Two days of one month. A span that has begun and not ended is this year's up to today. */
function daysOfMonth(
  inYear: number | undefined,
  inMonth: number,
  days: { first: number; second: number },
  calendar: Calendar,
): Meant {
  const first = dated(inYear, inMonth, days.first, calendar);
  if (typeof first === 'string') return first;
  const start = Temporal.PlainDate.from(first.from);
  if (days.second < days.first || days.second > start.daysInMonth) return 'unclear';
  return period(start, start.with({ day: days.second }), 'span', calendar);
}

function dayPair(words: Words, at: number): { first: number; second: number; end: number } | undefined {
  const together = /^(\d{1,2})-(\d{1,2})$/.exec(words[at] ?? '');
  if (together) return { first: Number(together[1]), second: Number(together[2]), end: at + 1 };
  const first = dayNumber(words[at]);
  if (first === undefined || !connectors.includes(words[at + 1] ?? '')) return undefined;
  const next = is(words[at + 2], 'el', 'the') ? at + 3 : at + 2;
  const second = dayNumber(words[next]);
  // "March 1 to March 10" is a range of two full dates; "5 a 10 dias" is none.
  return second === undefined ? undefined : { first, second, end: next + 1 };
}

const point: Reader = (words, at, calendar) =>
  partOf(words, at, calendar) ??
  quarter(words, at, calendar) ??
  soFar(words, at, calendar) ??
  numericDate(words, at, calendar) ??
  monthAndDay(words, at, calendar) ??
  namedDay(words, at, calendar) ??
  toDate(words, at, calendar) ??
  ago(words, at, calendar, false) ??
  counted(words, at, calendar) ??
  beforeLast(words, at, calendar) ??
  relative(words, at, calendar) ??
  weekday(words, at, calendar) ??
  weekend(words, at, calendar) ??
  month(words, at, calendar) ??
  dayOfMonth(words, at, calendar) ??
  year(words, at, calendar);
