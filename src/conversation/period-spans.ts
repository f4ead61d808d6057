import { endOf, lastPeriod, period, startOf, unitPeriod, type Calendar, type Unit } from './calendar.ts';
import { dayNames, guardedMonths, monthNames, ordinals, units, weekends } from './period-words.ts';
import { countAt, is, yearAt, type Reader, type Words } from './period-reading.ts';

/** "month to date", "ytd". */
export const toDate: Reader = (words, at, calendar) => {
  const short = words[at] === 'mtd' ? 'month' : words[at] === 'ytd' ? 'year' : undefined;
  if (short !== undefined) return { end: at + 1, period: unitPeriod(short, 0, calendar) };
  const unit = units.get(words[at] ?? '');
  if (unit === undefined || words[at + 1] !== 'to' || words[at + 2] !== 'date') return undefined;
  return { end: at + 3, period: unitPeriod(unit, 0, calendar) };
};

const lastWords = ['last', 'past', 'previous', 'ultimos', 'ultimas', 'pasados', 'pasadas'];

/** "last 10 days", "ultimas 2 semanas", "10 ultimos dias". */
export const counted: Reader = (words, at, calendar) => {
  const before = lastWords.includes(words[at] ?? '');
  // "The last couple of weeks" are two.
  const couple = before && is(words[at + 1], 'couple', 'par');
  const count = couple ? 2 : countAt(words[before ? at + 1 : at]);
  const turned = !before && is(words[at + 1], 'ultimos', 'ultimas', 'last', 'past');
  const on = couple && is(words[at + 2], 'of', 'de') ? at + 3 : at + 2;
  const unit = units.get(words[on] ?? '');
  if (count === undefined || unit === undefined || !(before || turned)) return undefined;
  return { end: on + 1, period: lastPeriod(count, unit, calendar) };
};

/** "the week before last", "la semana antepasada": the one before the last. */
export const beforeLast: Reader = (words, at, calendar) => {
  const unit = unitOf(words[at]);
  if (unit === undefined || unit === 'day') return undefined;
  if (is(words[at + 1], 'antepasada', 'antepasado')) return { end: at + 2, period: unitPeriod(unit, -2, calendar) };
  if (!is(words[at + 1], 'before') || !is(words[at + 2], 'last')) return undefined;
  return { end: at + 3, period: unitPeriod(unit, -2, calendar) };
};

/** "this week", "last month", "la semana pasada", "past week", "el ultimo mes". */
export const relative: Reader = (words, at, calendar) => {
  const [first, second, third] = [words[at], words[at + 1], words[at + 2]];
  if (is(first, 'next', 'coming', 'upcoming', 'proxima', 'proximo') && isOfTime(second))
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

/** "Next week", not "next steps", nor "coming from". */
const isOfTime = (word: string | undefined): boolean =>
  word !== undefined &&
  (units.has(word) ||
    dayNames.has(word) ||
    monthNames.has(word) ||
    countAt(word) !== undefined ||
    weekends.some(([first]) => first === word));

/** A unit in the singular. "last days" says nothing exact. */
function unitOf(word: string | undefined): Unit | undefined {
  return is(word, 'days', 'weeks', 'months', 'quarters', 'years', 'dias', 'semanas', 'meses', 'trimestres', 'anos')
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

/** "March", "last March", "marzo de 2025", "marzo pasado": the last such month, this one up to today. */
export const month: Reader = (words, at, calendar) => {
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
export const year: Reader = (words, at, calendar) => {
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

/** "Q3", "q3 2026", "the third quarter of 2026", "tercer trimestre": of the calendar, the last such one that has begun. */
export const quarter: Reader = (words, at, calendar) => {
  const short = /^q([1-4])$/.exec(words[at] ?? '');
  const named = is(words[at + 1], 'quarter', 'trimestre') ? ordinals.get(words[at] ?? '') : undefined;
  const number = short ? Number(short[1]) : named;
  if (number === undefined || number < 1 || number > 4) return undefined;
  const end = short ? at + 1 : at + 2;
  const said = yearAt(words, end);
  const { today } = calendar;
  const on = (inYear: number) => Temporal.PlainDate.from({ year: inYear, month: number * 3 - 2, day: 1 });
  const isAhead = Temporal.PlainDate.compare(on(said?.value ?? today.year), today) > 0;
  if (isAhead && said) return { end: said.end, period: 'future' };
  const start = on(said?.value ?? (isAhead ? today.year - 1 : today.year));
  return { end: said?.end ?? end, period: period(start, endOf('quarter', start), 'quarter', calendar) };
};

/** "en lo que va del mes", "en lo que llevamos de año": from its beginning up to today. */
export const soFar: Reader = (words, at, calendar) => {
  if (!is(words[at], 'lo') || !is(words[at + 1], 'que') || !is(words[at + 2], 'va', 'llevo', 'llevamos'))
    return undefined;
  let on = at + 3;
  while (is(words[on], 'de', 'del', 'la', 'el', 'este', 'esta')) on += 1;
  const unit = unitOf(words[on]);
  return unit === undefined ? undefined : { end: on + 1, period: unitPeriod(unit, 0, calendar) };
};

/**
 * "the first week of October", "last 10 days of March", "second half of last year", "primera quincena de octubre". Weeks
 * of a month are counted from its first day, seven days each; the last one ends with it.
 */
export const partOf: Reader = (words, at, calendar) => {
  const which = is(words[at], 'last', 'ultima', 'ultimo', 'ultimos') ? -1 : (ordinals.get(words[at] ?? '') ?? 0);
  const many = is(words[at + 2], 'days', 'dias') ? countAt(words[at + 1]) : undefined;
  const part = many === undefined ? words[at + 1] : 'days';
  let on = many === undefined ? at + 2 : at + 3;
  if (which === 0 || !is(part, 'week', 'semana', 'half', 'mitad', 'quincena', 'days')) return undefined;
  if (!is(words[on], 'of', 'in', 'de', 'del', 'en')) return undefined;
  while (is(words[on], 'of', 'in', 'de', 'del', 'en', 'the', 'el', 'mes')) on += 1;
  const whole = wholeAt(words, on, calendar);
  if (whole === undefined) return undefined;
  const { unit, start, end } = whole;
  const last = endOf(unit, start);
  const cut = partFrom(part ?? '', which, many ?? 0, { unit, start, last });
  if (cut === undefined) return undefined;
  const isAhead = Temporal.PlainDate.compare(cut.from, calendar.today) > 0;
  return { end, period: isAhead ? 'future' : period(cut.from, cut.to, 'span', calendar) };
};

/** The month, quarter or year that something is a part of. */
function wholeAt(
  words: Words,
  at: number,
  calendar: Calendar,
): { unit: Unit; start: Temporal.PlainDate; end: number } | undefined {
  const found =
    quarter(words, at, calendar) ??
    relative(words, at, calendar) ??
    month(words, at, calendar) ??
    year(words, at, calendar);
  if (found === undefined) {
    // "Of the month", "of the year": of this one. "Del mes pasado" has lost its noun to the words before it.
    if (is(words[at], 'pasado', 'anterior') && is(words[at - 1], 'mes'))
      return { unit: 'month', start: startOf('month', calendar.today, 1).subtract({ months: 1 }), end: at + 1 };
    const unit = is(words[at - 1], 'mes') ? 'month' : unitOf(words[at]);
    if (unit === undefined || unit === 'day' || unit === 'week') return undefined;
    const end = is(words[at - 1], 'mes') ? at : at + 1;
    return { unit, start: startOf(unit, calendar.today, calendar.weekStart), end };
  }
  const { period: said, end } = found;
  if (typeof said === 'string' || said.unit === 'span' || said.unit === 'day' || said.unit === 'week') return undefined;
  return { unit: said.unit, start: Temporal.PlainDate.from(said.from), end };
}

interface Whole {
  readonly unit: Unit;
  readonly start: Temporal.PlainDate;
  readonly last: Temporal.PlainDate;
}

function partFrom(
  part: string,
  which: number,
  many: number,
  { unit, start, last }: Whole,
): { from: Temporal.PlainDate; to: Temporal.PlainDate } | undefined {
  const days = part === 'days' ? many : 7;
  if (part === 'half' || part === 'mitad' || part === 'quincena') {
    if (which > 2 || (part === 'quincena' && unit !== 'month')) return undefined;
    const middle = unit === 'month' ? start.with({ day: 16 }) : unit === 'year' ? start.with({ month: 7 }) : undefined;
    if (middle === undefined) return undefined;
    return which === 1 ? { from: start, to: middle.subtract({ days: 1 }) } : { from: middle, to: last };
  }
  if (unit !== 'month' && part !== 'days') return undefined;
  if (part === 'days' && which !== 1 && which !== -1) return undefined;
  if (which === -1) return { from: last.subtract({ days: days - 1 }), to: last };
  const from = start.add({ days: 7 * (which - 1) });
  const to = from.add({ days: days - 1 });
  // A fifth week has fewer days than seven in nearly every month: which ones, nobody said.
  return Temporal.PlainDate.compare(to, last) > 0 ? undefined : { from, to };
}
