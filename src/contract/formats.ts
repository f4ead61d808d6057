import type { Locale } from './api.ts';

/** Spanish as it is written in the United States: where the banks are, dollars and hours look the same. */
const regions: Readonly<Record<Locale, string>> = { en: 'en-US', es: 'es-US' };

const dayMs = 24 * 60 * 60 * 1000;

/** Amounts, times and days as one customer writes them. */
export interface Formats {
  readonly region: string;
  readonly timeZone: string;
  /** "$65.70" from the decimal string "65.70", exact to the last digit; `signed` writes the plus too. */
  money(amount: string, currency: string, options?: { readonly signed?: boolean }): string;
  /** "11.40": the amount without its currency, where there is little room. */
  figure(amount: string, currency: string): string;
  /** "2:14 PM" */
  time(instant: string): string;
  /** "Fri 2:14 PM", and from a week ago on "Nov 8, 2026, 2:14 PM". */
  moment(instant: string, nowMs: number): string;
  /** "Friday, November 20"; with its year when that is another one. */
  day(instant: string, nowMs: number): string;
  /** Whole days between the day of `instant` and today, in the customer's zone; 0 is today. */
  daysAgo(instant: string, nowMs: number): number;
  /** "Nov 20, 2027": the day of an instant. */
  date(instant: string): string;
  /** "Nov 8" of a calendar day such as "2026-11-08"; with its year when that is another one. */
  localDay(date: string, nowMs: number): string;
  /** "Nov 8 – 14" of two calendar days, both included. */
  localRange(from: string, to: string): string;
  /** "Sun" of a calendar day. */
  weekday(date: string): string;
  /** "8" */
  dayOfMonth(date: string): string;
  /** "Nov" */
  month(date: string): string;
  number(value: number): string;
  /** "JPMorgan Chase and Citi" */
  list(items: readonly string[]): string;
  /** "Mexico" of "MX". */
  country(code: string): string;
}

/** Formats of one language and one time zone (IANA); an unknown zone falls back to the device's. */
export function createFormats(locale: Locale, zone: string): Formats {
  const region = regions[locale];
  const timeZone = knownZone(zone);
  const dates = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(region, { timeZone, ...options });
  const calendar = (options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat =>
    new Intl.DateTimeFormat(region, { timeZone: 'UTC', ...options });
  const made = new Map<string, Intl.NumberFormat>();
  const numbers = (key: string, options: Intl.NumberFormatOptions): Intl.NumberFormat => {
    const format = made.get(key) ?? new Intl.NumberFormat(region, options);
    made.set(key, format);
    return format;
  };

  const time = dates({ hour: 'numeric', minute: '2-digit' });
  const weekday = dates({ weekday: 'short' });
  const full = dates({ dateStyle: 'medium', timeStyle: 'short' });
  const longDay = dates({ weekday: 'long', month: 'long', day: 'numeric' });
  const longDayYear = dates({ weekday: 'long', month: 'long', day: 'numeric', year: 'numeric' });
  const lists = new Intl.ListFormat(region, { type: 'conjunction' });
  const countries = new Intl.DisplayNames(region, { type: 'region', fallback: 'code' });
  const date = dates({ dateStyle: 'medium' });
  const localDay = calendar({ month: 'short', day: 'numeric' });
  const localDayYear = calendar({ dateStyle: 'medium' });
  const localWeekday = calendar({ weekday: 'short' });
  const localNumber = calendar({ day: 'numeric' });
  const localMonth = calendar({ month: 'short' });

  const dayOf = dayCounter(timeZone);
  const sameYear = (a: number, b: number): boolean => new Date(a).getUTCFullYear() === new Date(b).getUTCFullYear();
  const timeOf = (instant: string): string => calm(time.format(new Date(instant)));

  return {
    region,
    timeZone,
    money: (amount, currency, { signed = false } = {}) =>
      numbers(`${currency}${signed}`, {
        style: 'currency',
        currency,
        signDisplay: signed ? 'exceptZero' : 'auto',
      }).format(amount as Intl.StringNumericLiteral),
    figure: (amount, currency) => {
      const { maximumFractionDigits: digits } = numbers(`${currency}false`, {
        style: 'currency',
        currency,
      }).resolvedOptions();
      return numbers(`figure${digits}`, { minimumFractionDigits: digits, maximumFractionDigits: digits }).format(
        amount as Intl.StringNumericLiteral,
      );
    },
    time: timeOf,
    moment: (instant, nowMs) =>
      Math.abs(dayOf(nowMs) - dayOf(instant)) < 7 * dayMs
        ? `${weekday.format(new Date(instant))} ${timeOf(instant)}`
        : calm(full.format(new Date(instant))),
    day: (instant, nowMs) => (sameYear(dayOf(instant), dayOf(nowMs)) ? longDay : longDayYear).format(new Date(instant)),
    daysAgo: (instant, nowMs) => Math.round((dayOf(nowMs) - dayOf(instant)) / dayMs),
    date: (instant) => date.format(new Date(instant)),
    localDay: (day, nowMs) =>
      (sameYear(Date.parse(day), dayOf(nowMs)) ? localDay : localDayYear).format(Date.parse(day)),
    localRange: (from, to) =>
      from === to ? localDay.format(Date.parse(from)) : calm(localDay.formatRange(Date.parse(from), Date.parse(to))),
    weekday: (day) => localWeekday.format(Date.parse(day)),
    dayOfMonth: (day) => localNumber.format(Date.parse(day)),
    month: (day) => localMonth.format(Date.parse(day)),
    number: (value) => numbers('number', {}).format(value),
    list: (items) => lists.format(items),
    country: (code) => countries.of(code) ?? code,
  };
}

/**
 * Turns an instant into its day in a zone, as that day's midnight in UTC. Kept, because every row of a
 * thread asks, and most of them for the present.
 */
function dayCounter(timeZone: string): (instant: number | string) => number {
  const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
  const days = new Map<number | string, number>();
  return (instant) => {
    const day = days.get(instant) ?? Date.parse(isoDay.format(new Date(instant)));
    if (days.size > 5000) days.clear();
    days.set(instant, day);
    return day;
  };
}

/** Rare spaces (narrow, thin) are drawn as boxes by some faces: the plain no-break space is in all of them. */
function calm(text: string): string {
  return text.replace(/[\u202f\u2009]/g, '\u00a0');
}

function knownZone(zone: string): string {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return Intl.DateTimeFormat().resolvedOptions().timeZone;
  }
}
