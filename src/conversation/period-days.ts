import { period, steps, type Calendar } from './calendar.ts';
import { dayNames, monthNames, units, weekends } from './period-words.ts';
import { countAt, dayNumber, is, yearAt, type Meant, type Reader, type Words } from './period-reading.ts';

/** One day as a period; `future` when it has not come, `unclear` when the month has no such day. */
export function dated(year: number | undefined, month: number, day: number, calendar: Calendar): Meant {
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
export const numericDate: Reader = (words, at, calendar) => {
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

function checkedDate(inYear: number | undefined, inMonth: number, day: number, calendar: Calendar): Meant {
  return inMonth < 1 || inMonth > 12 ? 'unclear' : dated(inYear, inMonth, day, calendar);
}

/** "March 5th, 2026", "5 de marzo de 2026", "5 March". */
export const monthAndDay: Reader = (words, at, calendar) => {
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

/** "the 5th", "el 5", "el dia 5": the last such day. */
export const dayOfMonth: Reader = (words, at, calendar) => {
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
export const namedDay: Reader = (words, at, calendar) => {
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

/** "3 days ago", "hace 3 dias"; weeks and months only behind "since", where they name a day exactly enough. */
export function ago(words: Words, at: number, calendar: Calendar, sinceThen: boolean): ReturnType<Reader> {
  const spanish = words[at] === 'hace';
  const start = spanish ? at + 1 : at;
  const count = countAt(words[start]);
  const unit = units.get(words[start + 1] ?? '');
  if (count === undefined || unit === undefined || !(spanish || words[start + 2] === 'ago')) return undefined;
  const end = spanish ? start + 2 : start + 3;
  if (!sinceThen && unit !== 'day') return { end, period: 'unclear' };
  const day = calendar.today.subtract(steps(unit, count));
  return { end, period: period(day, day, 'day', calendar) };
}

/** "Friday", "last Friday", "este lunes", "el lunes pasado": the last such day before today. */
export const weekday: Reader = (words, at, calendar) => {
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
export const weekend: Reader = (words, at, calendar) => {
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
