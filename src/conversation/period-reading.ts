import type { Calendar } from './calendar.ts';
import type { Period } from './frame.ts';
import { numberWords } from './period-words.ts';

/** What the readers of time share: folded words, and where a reader has come to. */

export type Words = readonly string[];
/** What words say of time; `future`: not yet; `unclear`: a day that can be read in two ways or does not exist. */
export type Meant = Period | 'future' | 'unclear';
/** Reads the words from `at` on; undefined where they say nothing that it knows. */
export type Reader = (words: Words, at: number, calendar: Calendar) => { end: number; period: Meant } | undefined;

/** Whether a word is one of these. */
export const is = (word: string | undefined, ...among: string[]): boolean => word !== undefined && among.includes(word);
/** A year behind a date: "2026", "de 2026", "del 2026". */
export function yearAt(words: Words, at: number): { value: number; end: number } | undefined {
  const on = is(words[at], 'de', 'del', 'of') ? at + 1 : at;
  const value = /^20\d\d$/.test(words[on] ?? '') ? Number(words[on]) : undefined;
  return value === undefined ? undefined : { value, end: on + 1 };
}

/** "5", "5th", "primero". */
export function dayNumber(word: string | undefined): number | undefined {
  if (word === 'primero') return 1;
  const match = /^(\d{1,2})(?:st|nd|rd|th)?$/.exec(word ?? '');
  return match ? Number(match[1]) : undefined;
}

/** "three", "3", "a": at most so many as make sense of days. */
export function countAt(word: string | undefined): number | undefined {
  if (is(word, 'a', 'an', 'one', 'un', 'una')) return 1;
  const count = numberWords.get(word ?? '') ?? (/^\d{1,3}$/.test(word ?? '') ? Number(word) : undefined);
  return count !== undefined && count >= 1 && count <= 400 ? count : undefined;
}
