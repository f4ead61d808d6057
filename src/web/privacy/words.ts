import type { Locale } from '#contract';
import { makeWords, type WordsOf } from '#web/words';
import { createContext, useContext } from 'react';
import type english from './words/privacy_en.json';

/** The privacy centre's own words: apart from the messenger's, which are loaded with every chat. */
export type PrivacyWords = WordsOf<keyof typeof english>;
/** The name of one of its texts. */
export type PrivacyWordId = keyof typeof english;

const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./words/privacy_en.json'),
  es: () => import('./words/privacy_es.json'),
};

/** Loads them in one language. */
export async function loadPrivacyWords(locale: Locale, timeZone: string): Promise<PrivacyWords> {
  const { default: catalogue } = await catalogues[locale]();
  return makeWords<PrivacyWordId>(locale, timeZone, catalogue);
}

const WordsContext = createContext<PrivacyWords | undefined>(undefined);

/** Gives the screens inside their words. */
export const PrivacyWordsProvider = WordsContext.Provider;

/** The words of this screen. */
export function usePrivacyWords(): PrivacyWords {
  const words = useContext(WordsContext);
  if (!words) throw new Error('a screen without words');
  return words;
}
