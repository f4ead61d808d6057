import { catalogue } from '#base';
import {
  cardTexts,
  createFormats,
  matterTexts,
  oneStop,
  type CardWordId,
  type Locale,
  type MatterWordId,
  type MatterWords,
} from '#contract';

const say = catalogue({
  en: { ...cardTexts.en, ...matterTexts.en },
  es: { ...cardTexts.es, ...matterTexts.es },
} satisfies Readonly<Record<Locale, Readonly<Record<CardWordId | MatterWordId, string>>>>);
const kept = new Map<string, MatterWords>();
/** Zones that people live in; making formats takes longer than drawing. */
const keptMax = 64;

/** What cards say, in a customer's language and zone: the words of the screens, for whoever draws or words on the server. */
export function cardWordsOf(locale: Locale, timeZone: string): MatterWords {
  const key = `${locale} ${timeZone}`;
  const known = kept.get(key);
  if (known) return known;
  const made: MatterWords = {
    ...createFormats(locale, timeZone),
    locale,
    say: (id, values) => oneStop(say(locale, id, values)),
  };
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, made);
  return made;
}
