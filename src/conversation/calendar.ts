import type { Locale } from '#contract';
import type { Period } from './frame.ts';

/** The customer's calendar: today where they live, and the day their weeks begin (1 Monday … 7 Sunday). */
export interface Calendar {
  readonly today: Temporal.PlainDate;
  readonly weekStart: 1 | 7;
  /** "3/5" is March 5 in English; in Spanish it may be either, for a Spanish speaker in the United States. */
  readonly monthFirst: boolean;
}

/** Weeks start on Sunday in English (United States) and on Monday in Spanish. */
export function calendarOf(locale: Locale, timeZone: string, now: Temporal.Instant): Calendar {
  return {
    today: now.toZonedDateTimeISO(timeZone).toPlainDate(),
    weekStart: locale === 'en' ? 7 : 1,
    monthFirst: locale === 'en',
  };
}

/** What periods are made of. */
export type Unit = 'day' | 'week' | 'month' | 'quarter' | 'year';
type Day = Temporal.PlainDate;

/** The first day of the week, month, quarter or year that a day is in. */
export function startOf(unit: Unit, day: Day, weekStart: Calendar['weekStart']): Day {
  if (unit === 'day') return day;
  if (unit === 'month') return day.with({ day: 1 });
  if (unit === 'quarter') return day.with({ month: day.month - ((day.month - 1) % 3), day: 1 });
  if (unit === 'year') return day.with({ month: 1, day: 1 });
  return day.subtract({ days: (day.dayOfWeek - weekStart + 7) % 7 });
}

/** The last day of the unit that begins on `start`. */
export function endOf(unit: Unit, start: Day): Day {
  return start.add(steps(unit, 1)).subtract({ days: 1 });
}

/** So many units, as Temporal adds and subtracts them. */
export function steps(unit: Unit, count: number): { days?: number; weeks?: number; months?: number; years?: number } {
  return unit === 'quarter' ? { months: count * 3 } : { [`${unit}s`]: count };
}

/** A period of these days; `to` is cut at today, since nothing later has happened. */
export function period(from: Day, to: Day, unit: Period['unit'], { today }: Calendar): Period {
  const end = Temporal.PlainDate.compare(to, today) > 0 ? today : to;
  return { from: from.toString(), to: end.toString(), unit };
}

/** The unit that `offset` 0 is in now, −1 the one before: "this month", "last week". */
export function unitPeriod(unit: Unit, offset: number, calendar: Calendar): Period {
  const start = startOf(unit, calendar.today, calendar.weekStart).add(steps(unit, offset));
  return period(start, endOf(unit, start), unit, calendar);
}

/** The last `count` days, weeks, months or years up to and with today. */
export function lastPeriod(count: number, unit: Unit, calendar: Calendar): Period {
  const from = calendar.today.subtract(steps(unit, count)).add({ days: 1 });
  return period(from, calendar.today, count === 1 && unit === 'day' ? 'day' : 'span', calendar);
}

/** How many days a period has, both ends counted. */
export function daysIn({ from, to }: { readonly from: string; readonly to: string }): number {
  return Temporal.PlainDate.from(from).until(to).days + 1;
}

/**
 * The same span before: the day, week, month or year before for a unit (as many days of it as have
 * passed of this one), else as many days just before.
 */
export function periodBefore({ from, to, unit }: Period): { from: string; to: string } {
  const first = Temporal.PlainDate.from(from);
  const last = Temporal.PlainDate.from(to);
  if (unit === 'span') {
    const days = daysIn({ from, to });
    return { from: first.subtract({ days }).toString(), to: last.subtract({ days }).toString() };
  }
  const start = first.subtract(steps(unit, 1));
  const whole = Temporal.PlainDate.compare(last, endOf(unit, first)) === 0;
  const end = whole ? endOf(unit, start) : last.subtract(steps(unit, 1));
  return { from: start.toString(), to: end.toString() };
}

/** The span before, all of it: the month before this month is whole, however far this one has come. */
export function wholeSpanBefore(period: Period, weekStart: Calendar['weekStart']): Period {
  if (period.unit === 'span') return { ...periodBefore(period), unit: 'span' };
  const last = Temporal.PlainDate.from(period.from).subtract({ days: 1 });
  const start = startOf(period.unit, last, weekStart);
  return { from: start.toString(), to: endOf(period.unit, start).toString(), unit: period.unit };
}
