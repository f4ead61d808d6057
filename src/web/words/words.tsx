import { createFormats, oneStop, type CardWordId, type Formats, type Locale } from '#contract';
import { createIntl, createIntlCache } from '@formatjs/intl';
import { createContext, useContext, type ReactNode } from 'react';
import type english from './en.json';

/**
 * The name of one text; both catalogues hold the same names with the same arguments. What cards say lies with the
 * contract, and the build puts it into the same file.
 */
export type WordId = keyof typeof english | CardWordId;

type Values = Record<string, string | number>;

/** The texts of one catalogue, and amounts and times, in one customer's language and zone. */
export interface WordsOf<Id extends string> extends Formats {
  readonly locale: Locale;
  say(id: Id, values?: Values): string;
  /** Whether there is a text of that name: for names that come from data. */
  has(id: string): id is Id;
}

/** Everything that is said on a screen of the chat. */
export type Words = WordsOf<WordId>;

/** At build time each text becomes its parsed form, so that no parser is sent to browsers. */
type Catalogue = NonNullable<Parameters<typeof createIntl>[0]['messages']>;

const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./en.json'),
  es: () => import('./es.json'),
};

const cache = createIntlCache();

/** Loads one language and makes its words. */
export async function loadWords(locale: Locale, timeZone: string): Promise<Words> {
  const { default: catalogue } = await catalogues[locale]();
  return makeWords<WordId>(locale, timeZone, catalogue);
}

/** Makes words of a loaded catalogue: parsed texts by their names. */
export function makeWords<Id extends string>(locale: Locale, timeZone: string, catalogue: unknown): WordsOf<Id> {
  const formats = createFormats(locale, timeZone);
  const intl = createIntl(
    {
      locale: formats.region,
      timeZone: formats.timeZone,
      messages: catalogue as Catalogue,
      onError: (error) => {
        throw error;
      },
    },
    cache,
  );
  return {
    ...formats,
    locale,
    say: (id, values) => oneStop(intl.formatMessage({ id }, values)),
    has: (id): id is Id => Object.hasOwn(intl.messages, id),
  };
}

/** The language to begin with: the one chosen here before, else the browser's first that we have. */
export function firstLocale(chosen: string | undefined): Locale {
  const wanted = [chosen, ...navigator.languages].map((language) => language?.slice(0, 2));
  return wanted.find((language): language is Locale => language === 'en' || language === 'es') ?? 'en';
}

const WordsContext = createContext<Words | undefined>(undefined);

/** Gives the screens inside their words. */
export function WordsProvider({ words, children }: { readonly words: Words; readonly children: ReactNode }): ReactNode {
  return <WordsContext.Provider value={words}>{children}</WordsContext.Provider>;
}

/** The words of this screen. */
export function useWords(): Words {
  const words = useContext(WordsContext);
  if (!words) throw new Error('a screen without words');
  return words;
}
