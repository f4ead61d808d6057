import { period, lastPeriod, unitPeriod, type Calendar, type Unit } from './calendar.ts';
import type { Period } from './frame.ts';
import { dayNames, guardedMonths, monthNames, numberWords, units, weekends } from './period-words.ts';

/** What the words from `at` up to `end` say about time. */
export interface Said {
  readonly at: number;
  readonly end: number;
  /** `future`: not yet; `unclear`: a day that can be read in two ways or does not exist. */
  readonly period: Period | 'future' | 'unclear';
}

type Words = readonly string[];
type Reader = (words: Words, at: number, calendar: Calendar) => { end: number; period: Said['period'] } | undefined;

/** The first time expression in folded words, in English or Spanish; undefined when there is none. */
export function findPeriod(words: Words, calendar: Calendar): Said | undefined {
  for (let at = 0; at < words.length; at += 1) {
    const found = expression(words, at, calendar);
    if (found !== undefined) return { at, ...found };
  }
  return undefined;
}

const expression: Reader = (words, at, calendar) =>
  dayRange(words, at, calendar) ??
  range(words, at, calendar) ??
  since(words, at, calendar) ??
  placed(words, at, calendar);

const is = (word: string | undefined, ...among: string[]): boolean => word !== undefined && among.includes(word);
const connectors = ['to', 'and', 'until', 'till', 'through', 'al', 'a', 'y', 'hasta'];
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
  const found = ago(words, at + 1, calendar, true) ?? placed(words, at + 1, calendar);
  if (found === undefined || typeof found.period === 'string') return found;
  return { end: found.end, period: { from: found.period.from, to: calendar.today.toString(), unit: 'span' } };
};

/** "between March 1 and March 10", "from Monday to Wednesday", "de enero a marzo". */
const range: Reader = (words, at, calendar) => {
  if (!is(words[at], 'between', 'from', 'entre', 'desde', 'de', 'del')) return undefined;
  const first = placed(words, at + 1, calendar);
  if (first === undefined || !connectors.includes(words[first.end] ?? '')) return undefined;
  const second = placed(words, first.end + 1, calendar);
  return second === undefined ? undefined : { end: second.end, period: spanned(first.period, second.period) };
};

function spanned(first: Said['period'], second: Said['period']): Said['period'] {
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
): Said['period'] {
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

/** One day as a period; `future` when it has not come, `unclear` when the month has no such day. */
function dated(year: number | undefined, month: number, day: number, calendar: Calendar): Said['period'] {
  const { today } = calendar;
  const on = (inYear: number) => {
    const first = Temporal.PlainDate.from({ year: inYear, month, day: 1 });
    return day >= 1 && day <= first.daysInMonth ? first.with({ day }) : undefined;
  };
  const isPast = (date: Temporal.PlainDate) => Temporal.PlainDate.compare(date, today) <= 0;
  const date = on(year ?? today.year);
  if (date !== undefined && isPast(date)) return period(date, date, 'day', calendar);
  if (year !== undefined) return date === undefined ? 'unclear' : 'future';
  const before = on(today.year - 1);
  return before === undefined ? 'unclear' : period(before, before, 'day', calendar);
}

/** 2026-03-05, 3/5/2026, 3/5. */
const numericDate: Reader = (words, at, calendar) => {
  const iso = /^(\d{4})-(\d{1,2})-(\d{1,2})$/.exec(words[at] ?? '');
  if (iso) return { end: at + 1, period: checkedDate(Number(iso[1]), Number(iso[2]), Number(iso[3]), calendar) };
  const slashed = /^(\d{1,2})\/(\d{1,2})(?:\/(\d{2}|\d{4}))?$/.exec(words[at] ?? '');
  if (!slashed) return undefined;
  const [one, two] = [Number(slashed[1]), Number(slashed[2])];
  const inYear = slashed[3] === undefined ? undefined : Number(slashed[3].padStart(4, '20'));
  const monthFirst = calendar.monthFirst || one === two ? one <= 12 : two > 12;
  // In Spanish 3/5 may be written either way, and a wrong day would be a wrong number.
  if (!calendar.monthFirst && one <= 12 && two <= 12 && one !== two) return { end: at + 1, period: 'unclear' };
  return {
    end: at + 1,
    period: monthFirst ? checkedDate(inYear, one, two, calendar) : checkedDate(inYear, two, one, calendar),
  };
};

function checkedDate(inYear: number | undefined, inMonth: number, day: number, calendar: Calendar): Said['period'] {
  return inMonth < 1 || inMonth > 12 ? 'unclear' : dated(inYear, inMonth, day, calendar);
}

/** "March 5th, 2026", "5 de marzo de 2026", "5 March". */
const monthAndDay: Reader = (words, at, calendar) => {
  const named = monthNames.get(words[at] ?? '');
  const day = dayNumber(words[named === undefined ? at : at + 1]);
  if (day === undefined) return undefined;
  let inMonth = named;
  let end = at + 2;
  if (inMonth === undefined) {
    const of = is(words[at + 1], 'de', 'of') ? at + 2 : at + 1;
    inMonth = monthNames.get(words[of] ?? '');
    end = of + 1;
  }
  if (inMonth === undefined) return undefined;
  const inYear = yearAt(words, end);
  return { end: inYear?.end ?? end, period: dated(inYear?.value, inMonth, day, calendar) };
};

/** A year behind a date: "2026", "de 2026", "del 2026". */
function yearAt(words: Words, at: number): { value: number; end: number } | undefined {
  const on = is(words[at], 'de', 'del', 'of') ? at + 1 : at;
  const value = /^20\d\d$/.test(words[on] ?? '') ? Number(words[on]) : undefined;
  return value === undefined ? undefined : { value, end: on + 1 };
}

function dayNumber(word: string | undefined): number | undefined {
  if (word === 'primero') return 1;
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '');
  return match ? Number(match[1]) : undefined;
}

/** "the 5th", "el 5", "el dia 5": the last such day. */
const dayOfMonth: Reader = (words, at, calendar) => {
  const before = words[at - 1];
  const ordinal = /^\d{1,2}(st|nd|rd|th)$/.test(words[at] ?? '');
  const day = dayNumber(words[at]);
  if (day === undefined || day < 1 || day > 31 || !(ordinal || is(before, 'el', 'dia'))) return undefined;
  // "los 5 ultimos dias", "el 5 por ciento": a number of something, not a day.
  if (units.has(words[at + 1] ?? '') || is(words[at + 1], 'last', 'ultimas', 'ultimos', 'por', 'percent'))
    return undefined;
  let first = calendar.today.with({ day: 1 });
  for (let back = 0; back < 3; back += 1) {
    const date = day <= first.daysInMonth ? first.with({ day }) : undefined;
    if (date !== undefined && Temporal.PlainDate.compare(date, calendar.today) <= 0) {
      return { end: at + 1, period: period(date, date, 'day', calendar) };
    }
    first = first.subtract({ months: 1 });
  }
  return { end: at + 1, period: 'unclear' };
};

/** Today, yesterday, the day before. */
const namedDay: Reader = (words, at, calendar) => {
  const phrases: readonly (readonly [string, number])[] = [
    ['day before yesterday', 2],
    ['antes de ayer', 2],
    ['anteayer', 2],
    ['antier', 2],
    ['yesterday', 1],
    ['yesterdays', 1],
    ['ayer', 1],
    ['today', 0],
    ['todays', 0],
    ['hoy', 0],
  ];
  for (const [phrase, back] of phrases) {
    const parts = phrase.split(' ');
    if (!parts.every((part, index) => words[at + index] === part)) continue;
    const day = calendar.today.subtract({ days: back });
    return { end: at + parts.length, period: period(day, day, 'day', calendar) };
  }
  return is(words[at], 'tomorrow', 'tomorrows') ? { end: at + 1, period: 'future' } : undefined;
};

/** "month to date", "ytd". */
const toDate: Reader = (words, at, calendar) => {
  const short = words[at] === 'mtd' ? 'month' : words[at] === 'ytd' ? 'year' : undefined;
  if (short !== undefined) return { end: at + 1, period: unitPeriod(short, 0, calendar) };
  const unit = units.get(words[at] ?? '');
  if (unit === undefined || words[at + 1] !== 'to' || words[at + 2] !== 'date') return undefined;
  return { end: at + 3, period: unitPeriod(unit, 0, calendar) };
};

/** "3 days ago", "hace 3 dias"; weeks and months only behind "since", where they name a day exactly enough. */
function ago(words: Words, at: number, calendar: Calendar, sinceThen: boolean): ReturnType<Reader> {
  const spanish = words[at] === 'hace';
  const start = spanish ? at + 1 : at;
  const count = countAt(words[start]);
  const unit = units.get(words[start + 1] ?? '');
  if (count === undefined || unit === undefined || !(spanish || words[start + 2] === 'ago')) return undefined;
  const end = spanish ? start + 2 : start + 3;
  if (!sinceThen && unit !== 'day') return { end, period: 'unclear' };
  const day = calendar.today.subtract({ [`${unit}s`]: count });
  return { end, period: period(day, day, 'day', calendar) };
}

function countAt(word: string | undefined): number | undefined {
  if (is(word, 'a', 'an', 'one', 'un', 'una')) return 1;
  const count = numberWords.get(word ?? '') ?? (/^\d{1,3}$/.test(word ?? '') ? Number(word) : undefined);
  return count !== undefined && count >= 1 && count <= 400 ? count : undefined;
}

const lastWords = ['last', 'past', 'previous', 'ultimos', 'ultimas', 'pasados', 'pasadas'];

/** "last 10 days", "ultimas 2 semanas", "10 ultimos dias". */
const counted: Reader = (words, at, calendar) => {
  const before = lastWords.includes(words[at] ?? '');
  const count = countAt(words[before ? at + 1 : at]);
  const turned = !before && is(words[at + 1], 'ultimos', 'ultimas', 'last', 'past');
  const unit = units.get(words[at + 2] ?? '');
  if (count === undefined || unit === undefined || !(before || turned)) return undefined;
  return { end: at + 3, period: lastPeriod(count, unit, calendar) };
};

/** "the week before last", "la semana antepasada": the one before the last. */
const beforeLast: Reader = (words, at, calendar) => {
  const unit = unitOf(words[at]);
  if (unit === undefined || unit === 'day') return undefined;
  if (is(words[at + 1], 'antepasada', 'antepasado')) return { end: at + 2, period: unitPeriod(unit, -2, calendar) };
  if (!is(words[at + 1], 'before') || !is(words[at + 2], 'last')) return undefined;
  return { end: at + 3, period: unitPeriod(unit, -2, calendar) };
};

/** "this week", "last month", "la semana pasada", "past week", "el ultimo mes". */
const relative: Reader = (words, at, calendar) => {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2]];
  if (is(first, 'next', 'coming', 'upcoming', 'proxima', 'proximo') && second !== undefined)
    return { end: at + 2, period: 'future' };
  if (is(first, 'this', 'esta', 'este') && is(second, 'past', 'ultima', 'ultimo'))
    return pastUnit(third, at + 3, calendar);
  if (is(first, 'past', 'ultima', 'ultimo')) return pastUnit(second, at + 2, calendar);
  const bare = unitOf(first);
  if (bare !== undefined) return behindUnit(bare, words, at + 1, calendar);
  const unit = unitOf(second);
  if (unit === undefined) return undefined;
  if (is(first, 'last', 'previous', 'prior')) return { end: at + 2, period: unitPeriod(unit, -1, calendar) };
  if (!is(first, 'this', 'esta', 'este', 'current')) return undefined;
  return behindUnit(unit, words, at + 2, calendar) ?? { end: at + 2, period: unitPeriod(unit, 0, calendar) };
};

/** A unit in the singular. "last days" says nothing exact. */
function unitOf(word: string | undefined): Unit | undefined {
  return is(word, 'days', 'weeks', 'months', 'years', 'dias', 'semanas', 'meses', 'anos')
    ? undefined
    : units.get(word ?? '');
}

function pastUnit(word: string | undefined, end: number, calendar: Calendar): ReturnType<Reader> {
  const unit = unitOf(word);
  return unit === undefined ? undefined : { end, period: lastPeriod(1, unit, calendar) };
}

/** "semana pasada", "mes anterior", "semana que viene", "actual". */
function behindUnit(unit: Unit, words: Words, at: number, calendar: Calendar): ReturnType<Reader> {
  if (is(words[at], 'pasada', 'pasado', 'anterior')) return { end: at + 1, period: unitPeriod(unit, -1, calendar) };
  if (is(words[at], 'actual')) return { end: at + 1, period: unitPeriod(unit, 0, calendar) };
  if (is(words[at], 'proxima', 'proximo', 'entrante')) return { end: at + 1, period: 'future' };
  if (is(words[at], 'que') && is(words[at + 1], 'viene')) return { end: at + 2, period: 'future' };
  return undefined;
}

/** "Friday", "last Friday", "este lunes", "el lunes pasado": the last such day before today. */
const weekday: Reader = (words, at, calendar) => {
  const leads = is(words[at], 'last', 'this', 'past', 'este', 'next', 'proximo');
  const lead = leads ? words[at] : undefined;
  const on = leads ? at + 1 : at;
  const day = dayNames.get(words[on] ?? '');
  // "los viernes", "every Friday": many days, which a single span cannot say.
  if (day === undefined || is(words[at - 1], 'los', 'every', 'each', 'cada', 'todos')) return undefined;
  if (is(lead, 'next', 'proximo') || is(words[on + 1], 'proximo')) return { end: on + 1, period: 'future' };
  const back = (calendar.today.dayOfWeek - day + 7) % 7;
  const end = is(words[on + 1], 'pasado') ? on + 2 : on + 1;
  if (is(lead, 'this', 'este') && back === 0)
    return { end, period: period(calendar.today, calendar.today, 'day', calendar) };
  const inWeek = (calendar.today.dayOfWeek - calendar.weekStart + 7) % 7;
  if (is(lead, 'this', 'este') && end === on + 1 && back > inWeek) return { end, period: 'future' };
  const date = calendar.today.subtract({ days: back === 0 ? 7 : back });
  return { end, period: period(date, date, 'day', calendar) };
};

/** "last weekend", "the weekend", "fin de semana pasado": Saturday and Sunday, those of now or just gone. */
const weekend: Reader = (words, at, calendar) => {
  const leads = is(words[at], 'last', 'this', 'past', 'este', 'next', 'proximo');
  const start = leads ? at + 1 : at;
  const phrase = weekends.find((one) => one.every((part, index) => words[start + index] === part));
  if (phrase === undefined) return undefined;
  let end = start + phrase.length;
  if (is(leads ? words[at] : undefined, 'next', 'proximo') || is(words[end], 'proximo', 'que'))
    return { end: end + 1, period: 'future' };
  const said = is(words[end], 'pasado', 'anterior');
  if (said) end += 1;
  const saturday = calendar.today.subtract({ days: (calendar.today.dayOfWeek + 1) % 7 });
  const now = calendar.today.dayOfWeek >= 6;
  const from =
    now && (said || words[at] === 'last' || words[at] === 'past') ? saturday.subtract({ days: 7 }) : saturday;
  return { end, period: period(from, from.add({ days: 1 }), 'span', calendar) };
};

/** "March", "last March", "marzo de 2025", "marzo pasado": the last such month, this one up to today. */
const month: Reader = (words, at, calendar) => {
  const leads = is(words[at], 'last', 'this', 'past', 'este', 'pasado');
  const on = leads ? at + 1 : at;
  const word = words[on] ?? '';
  const number = monthNames.get(word);
  if (number === undefined || !monthIsMeant(words, on)) return undefined;
  const said = yearAt(words, on + 1);
  let end = said?.end ?? on + 1;
  if (said === undefined && is(words[end], 'pasado')) end += 1;
  const { today } = calendar;
  const finished = is(words[at], 'last', 'past', 'pasado') || end > (said?.end ?? on + 1);
  const late = finished ? number >= today.month : number > today.month;
  const start = Temporal.PlainDate.from({
    year: said?.value ?? (late ? today.year - 1 : today.year),
    month: number,
    day: 1,
  });
  if (Temporal.PlainDate.compare(start, today) > 0) return { end, period: 'future' };
  return { end, period: period(start, start.add({ months: 1 }).subtract({ days: 1 }), 'month', calendar) };
};

/** "may", "mar", "ago" and the like are words of their own: months only where nothing else fits. */
function monthIsMeant(words: Words, at: number): boolean {
  const guard = guardedMonths.get(words[at] ?? '');
  if (guard === undefined) return true;
  return guard.includes(words[at - 1] ?? '') || /^20\d\d$/.test(words[at + 1] ?? '');
}

/** "in 2025": the year, this one up to today. */
const year: Reader = (words, at, calendar) => {
  const before = is(words[at], 'year', 'ano') ? at + 1 : at;
  const led =
    before > at ||
    is(
      words[at - 1],
      'in',
      'en',
      'of',
      'de',
      'del',
      'since',
      'desde',
      'during',
      'durante',
      'for',
      'to',
      'and',
      'a',
      'y',
      'el',
    );
  if (!led || !/^20\d\d$/.test(words[before] ?? '')) return undefined;
  const start = Temporal.PlainDate.from({ year: Number(words[before]), month: 1, day: 1 });
  if (start.year > calendar.today.year) return { end: before + 1, period: 'future' };
  return { end: before + 1, period: period(start, start.with({ month: 12, day: 31 }), 'year', calendar) };
};
