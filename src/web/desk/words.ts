import type { Locale } from '#contract';
import { makeWords, type WordsOf } from '#web/words';
import { createContext, useContext } from 'react';
import type english from './words/desk_en.json';

/** The desk's own words. */
export type DeskWords = WordsOf<keyof typeof english>;
/** The name of one of its texts. */
export type DeskWordId = keyof typeof english;

const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./words/desk_en.json'),
  es: () => import('./words/desk_es.json'),
};

/** Loads them in one language. */
export async function loadDeskWords(locale: Locale, timeZone: string): Promise<DeskWords> {
  const { default: catalogue } = await catalogues[locale]();
  return makeWords<DeskWordId>(locale, timeZone, catalogue);
}

const WordsContext = createContext<DeskWords | undefined>(undefined);

/** Gives the screens inside their words. */
export const DeskWordsProvider = WordsContext.Provider;

/** The words of this screen. */
export function useDeskWords(): DeskWords {
  const words = useContext(WordsContext);
  if (!words) throw new Error('a screen without words');
  return words;
}

/** What a case is about, by the name of its topic; a topic that has no words yet is shown by its name. */
export function topicOf(words: DeskWords, topic: string): string {
  const name = topic
    .toLowerCase()
    .replaceAll(/[_\s]+/g, '-')
    .replaceAll(/[^a-z0-9-]/g, '');
  const id = `topic.${name}`;
  return words.has(id) ? words.say(id) : topic.replaceAll(/[_-]+/g, ' ');
}
