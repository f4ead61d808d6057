import type { Locale } from '#contract';
import en from './words/en.json' with { type: 'json' };
import es from './words/es.json' with { type: 'json' };

/** What is said around messages at the platforms of Meta. */
export type Word = keyof typeof en;

const catalogues: Readonly<Record<Locale, Readonly<Record<Word, string>>>> = { en, es };

/** A word in the customer's language, with its values. */
export const word = (locale: Locale, key: Word, values: Readonly<Record<string, string>> = {}): string =>
  catalogues[locale][key].replaceAll(/\{(\w+)\}/g, (_, name: string) => values[name] ?? '');
