import type { Locale, MatterWordId, MatterWords } from '#contract';
import { makeWords, type Words, type WordsOf } from '#web/words';
import type english from './words/cards_en.json';

type OwnId = keyof typeof english | MatterWordId;

/** What cards of matters that go on say, and what is said around them for a screen reader. */
export interface LateWords extends MatterWords {
  say(id: Parameters<MatterWords['say']>[0] | OwnId, values?: Record<string, string | number>): string;
}

const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./words/cards_en.json'),
  es: () => import('./words/cards_es.json'),
};

const loaded = new Map<string, WordsOf<OwnId>>();

/** Loads their texts in the language of the screen. */
export async function loadLateWords({ locale, timeZone }: Words): Promise<void> {
  const { default: catalogue } = await catalogues[locale]();
  loaded.set(locale, makeWords<OwnId>(locale, timeZone, catalogue));
}

/** The words of a screen with those of these cards; undefined until they are loaded. */
export function lateWordsOf(words: Words): LateWords | undefined {
  const own = loaded.get(words.locale);
  return own && { ...words, say: (id, values) => (own.has(id) ? own.say(id, values) : words.say(id, values)) };
}
