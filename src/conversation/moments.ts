import { FORMATS, type Locale } from '#contract';

/** Days and times as a person says them, in the customer's formats and time zone. */

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);

/**
 * A formatter takes longer to make than a hundred days to word. There are as many as languages, forms and the time
 * zones that customers live in.
 */
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: Locale, form: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = `${locale} ${JSON.stringify(form)}`;
  const format = formats.get(name) ?? new Intl.DateTimeFormat(FORMATS[locale], form);
  formats.set(name, format);
  return format;
}

function dayWords(day: string, locale: Locale, withYear: boolean): string {
  const month = locale === 'en' ? 'short' : 'long';
  const form = { timeZone: 'UTC', day: 'numeric', month, ...(withYear && { year: 'numeric' as const }) } as const;
  return formatOf(locale, form).format(utc(day));
}

/**
 * A span of local days: "Nov 8 to 14", "Oct 30 to Nov 2", "Dec 28, 2025 to Jan 3, 2026"; in Spanish "del 8
 * al 14 de noviembre". The year stands there when it is not this one.
 */
export function spanWords(span: { readonly from: string; readonly to: string }, locale: Locale, today: string): string {
  const { from, to } = span;
  const thisYear = today.slice(0, 4);
  const withYear = from.slice(0, 4) !== thisYear || to.slice(0, 4) !== thisYear;
  const end = dayWords(to, locale, withYear);
  if (from === to) return locale === 'en' ? end : `el ${end}`;
  const dayOnly = String(Number(from.slice(8)));
  if (from.slice(0, 7) === to.slice(0, 7)) {
    if (locale === 'es') return `del ${dayOnly} al ${end}`;
    const year = withYear ? `, ${to.slice(0, 4)}` : '';
    return `${dayWords(from, locale, false)} to ${Number(to.slice(8))}${year}`;
  }
  const start = dayWords(from, locale, withYear && from.slice(0, 4) !== to.slice(0, 4));
  return locale === 'en' ? `${start} to ${end}` : `del ${start} al ${end}`;
}

/** A moment: "Fri 2:14 PM" within the last week, else "November 8, 2026, 2:14 PM". */
export function whenWords(instant: string, locale: Locale, timeZone: string, now: Temporal.Instant): string {
  const age = now.since(Temporal.Instant.from(instant)).total('hours');
  const recent = age < 6 * 24;
  const form: Intl.DateTimeFormatOptions = recent
    ? { weekday: 'short', hour: 'numeric', minute: '2-digit', timeZone }
    : { dateStyle: 'long', timeStyle: 'short', timeZone };
  return formatOf(locale, form)
    .format(new Date(instant))
    .replaceAll(/[\u202F\u00A0]/g, ' ');
}

/** A time of day: "10:00 PM" of "22:00". */
export function timeWords(time: string, locale: Locale): string {
  const form = { hour: 'numeric', minute: '2-digit', timeZone: 'UTC' } as const;
  const text = formatOf(locale, form).format(new Date(`1970-01-01T${time}:00Z`));
  return text.replaceAll(/[\u202F\u00A0]/g, ' ');
}

/** A full local day: "November 20, 2025". */
export function fullDayWords(day: string, locale: Locale): string {
  return formatOf(locale, { dateStyle: 'long', timeZone: 'UTC' }).format(utc(day));
}

/** "a, b, and c" of the language. */
export function listWords(parts: readonly string[], locale: Locale): string {
  return listFormats[locale].format(parts);
}

const listFormats = { en: new Intl.ListFormat(FORMATS.en), es: new Intl.ListFormat(FORMATS.es) };
