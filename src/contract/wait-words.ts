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
  en: {
    about: 'about',
    soon: 'under a minute',
    mostly: (most: string) => `usually under ${most}`,
    usually: 'usually',
    to: 'to',
    under: 'usually under',
  },
  es: {
    about: 'unos',
    soon: 'menos de un minuto',
    mostly: (most: string) => `menos de ${most}, por lo general`,
    usually: 'por lo general de',
    to: 'a',
    under: 'por lo general menos de',
  },
} as const;

const lengthOf = (minutes: number): string =>
  minutes < hour
    ? `${minutes} min`
    : `${Math.floor(minutes / hour)} h${minutes % hour === 0 ? '' : ` ${minutes % hour} min`}`;

/**
 * A wait, no more exact than it is known: "about 11 min, usually 8 to 15 min". Where it is under a minute by the number
 * and longer now and then: "usually under 3 min".
 *
 * @param span - as `waitSpanOf` made it; absent where only a number is known
 */
export function waitWords(seconds: number, span: TalkCard['waitSpan'], locale: Locale): string {
  const { about, soon, mostly, usually, to, under } = said[locale];
  const minutes = Math.round(seconds / 60 / stepOf(seconds / 60)) * stepOf(seconds / 60);
  const [least, most] = [(span?.fromSeconds ?? 0) / 60, (span?.toSeconds ?? 0) / 60];
  if (minutes < 1 && most <= 1) return soon;
  if (minutes < 1) return mostly(lengthOf(most));
  const number = `${locale === 'es' ? aboutInSpanish(minutes) : about} ${lengthOf(minutes)}`;
  if (!span || most <= least) return number;
  if (least < 1) return `${number}, ${under} ${lengthOf(most)}`;
  const from = least < hour && most < hour ? String(least) : lengthOf(least);
  return `${number}, ${usually} ${from} ${to} ${lengthOf(most)}`;
}

const aboutInSpanish = (minutes: number): string =>
  minutes === 1 || (minutes >= hour && minutes < 2 * hour) ? 'cerca de' : minutes < hour ? 'unos' : 'unas';
