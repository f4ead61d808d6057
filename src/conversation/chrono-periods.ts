import { en, es, type ParsedComponents } from 'chrono-node';
import type { Locale } from '#contract';
import { period, type Calendar } from './calendar.ts';
import type { Period } from './frame.ts';

const parsers = { en, es };

/** Worth a look: a parser of every date there is is not asked about words that hold none. */
const hint =
  /\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|ene|abr|ago|dic|day|week|month|dia|semana|mes|lunes|martes|miercoles|jueves|viernes|sabado|domingo|yesterday|ayer/;

const loose = /week|month|year|semana|\bmes|\bano|\bago\b|hace/;

/**
 * The span that chrono-node reads where our own reader cannot read a text whole ("oct 3 to nov 1"). It counts only
 * when each end is a certain day that has come: what chrono fills in by guessing is not taken.
 *
 * @returns the words that are left beside it
 */
export function chronoPeriod(
  words: readonly string[],
  locale: Locale,
  calendar: Calendar,
): { period: Period; rest: string[] } | undefined {
  const text = words.join(' ');
  if (!hint.test(text)) return undefined;
  const reference = new Date(Date.UTC(calendar.today.year, calendar.today.month - 1, calendar.today.day, 12));
  const [found, ...others] = parsers[locale].casual.parse(
    text,
    { instant: reference, timezone: 0 },
    { forwardDate: false },
  );
  if (found === undefined || others.length > 0 || !isWhole(text, found.index, found.text)) return undefined;
  // "the week before" is a day to chrono-node: what it makes of weeks and months is not the span that people mean.
  if (loose.test(found.text)) return undefined;
  const said = [dayOf(found.start), found.end ? dayOf(found.end) : dayOf(found.start)];
  const { compare } = Temporal.PlainDate;
  const isAhead = said[0] !== undefined && compare(said[0], calendar.today) > 0;
  // A year that nobody wrote is the last one in which the day has come.
  // "Tuesday, November 16" of a year in which that is a Monday: one of both is wrong.
  const weekday = found.start.isCertain('weekday') ? found.start.get('weekday') : null;
  if (weekday !== null && said[0] !== undefined && !isAhead && weekday !== said[0].dayOfWeek % 7) return undefined;
  const back = isAhead && !found.start.isCertain('year') ? 1 : 0;
  const [from, to] = said.map((day) => day?.subtract({ years: back }));
  if (from === undefined || to === undefined || compare(from, to) > 0 || compare(from, calendar.today) > 0)
    return undefined;
  const rest = `${text.slice(0, found.index)} ${text.slice(found.index + found.text.length)}`
    .split(' ')
    .filter(Boolean);
  return { period: period(from, to, compare(from, to) === 0 ? 'day' : 'span', calendar), rest };
}

function isWhole(text: string, at: number, found: string): boolean {
  const before = at === 0 ? ' ' : text[at - 1];
  return before === ' ' && (text[at + found.length] ?? ' ') === ' ';
}

/** A day that was said, not filled in; an hour has no place in a span of days. */
function dayOf(components: ParsedComponents): Temporal.PlainDate | undefined {
  const said = components.isCertain('day') && components.isCertain('month');
  if (!said || components.isCertain('hour')) return undefined;
  const [year, month, day] = [components.get('year'), components.get('month'), components.get('day')];
  if (year === null || month === null || day === null) return undefined;
  return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' });
}
