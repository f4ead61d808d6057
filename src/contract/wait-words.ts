import type { Locale } from './api.ts';
import type { TalkCard } from './talk-card.ts';

/** How long a wait will be, in the words in which everybody is told it. */

const hour = 60;
/** Waits are told in whole minutes up to ten, five at a time up to an hour, a quarter of an hour at a time above. */
const stepOf = (minutes: number): number => (minutes < 10 ? 1 : minutes < hour ? 5 : 15);

/** Between what a wait mostly lies, in seconds, as it is told: rounded away from its middle, so that what is shown holds. */
export function waitSpanOf(fromSeconds: number, toSeconds: number): NonNullable<TalkCard['waitSpan']> {
  const [from, to] = [Math.max(0, fromSeconds) / 60, Math.max(1, toSeconds) / 60];
  return {
    fromSeconds: Math.floor(from / stepOf(from)) * stepOf(from) * 60,
    toSeconds: Math.ceil(to / stepOf(to)) * stepOf(to) * 60,
  };
}

const said = {
  en: { about: 'about', soon: 'under a minute', usually: 'usually', from: '', to: 'to', under: 'under' },
  es: { about: 'unos', soon: 'menos de un minuto', usually: 'por lo general', from: 'de ', to: 'a', under: 'menos de' },
} as const;

const lengthOf = (minutes: number): string =>
  minutes < hour
    ? `${minutes} min`
    : `${Math.floor(minutes / hour)} h${minutes % hour === 0 ? '' : ` ${minutes % hour} min`}`;

/**
 * A wait, no more exact than it is known: about "about 11 min", and usually "8 to 15 min". Where it is under a minute by the
 * number and longer now and then, only that: "usually under 3 min".
 *
 * @param span - as `waitSpanOf` made it; absent where only a number is known
 */
export function waitParts(
  seconds: number,
  span: TalkCard['waitSpan'],
  locale: Locale,
): { readonly about: string; readonly usually?: string } {
  const { about, soon, usually, from, to, under } = said[locale];
  const minutes = Math.round(seconds / 60 / stepOf(seconds / 60)) * stepOf(seconds / 60);
  const [least, most] = [(span?.fromSeconds ?? 0) / 60, (span?.toSeconds ?? 0) / 60];
  const atMost = `${under} ${lengthOf(most)}`;
  if (minutes < 1) {
    if (most <= 1) return { about: soon };
    return { about: locale === 'es' ? `${atMost}, ${usually}` : `${usually} ${atMost}` };
  }
  const number = `${locale === 'es' ? aboutInSpanish(minutes) : about} ${lengthOf(minutes)}`;
  if (!span || most <= least) return { about: number };
  if (least < 1) return { about: number, usually: atMost };
  const first = least < hour && most < hour ? String(least) : lengthOf(least);
  return { about: number, usually: `${from}${first} ${to} ${lengthOf(most)}` };
}

/** The same within a sentence: "about 11 min, usually 8 to 15 min". */
export function waitWords(...of: Parameters<typeof waitParts>): string {
  const { about, usually } = waitParts(...of);
  return usually === undefined ? about : `${about}, ${said[of[2]].usually} ${usually}`;
}

const aboutInSpanish = (minutes: number): string =>
  minutes === 1 || (minutes >= hour && minutes < 2 * hour) ? 'cerca de' : minutes < hour ? 'unos' : 'unas';
