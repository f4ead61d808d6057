import type { Locale } from '#contract';
import { makeWords, type WordsOf } from '#web/words';
import type english from './words/view_en.json';

/** The secure view's own words. */
export type ViewWords = WordsOf<keyof typeof english>;

const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./words/view_en.json'),
  es: () => import('./words/view_es.json'),
};

/** Loads them in one language. */
export async function loadViewWords(locale: Locale, timeZone: string): Promise<ViewWords> {
  const { default: catalogue } = await catalogues[locale]();
  return makeWords<keyof typeof english>(locale, timeZone, catalogue);
}
