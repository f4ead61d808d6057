import { catalogue } from '#base';
import { cardTexts, createFormats, oneStop, type CardWords, type Locale } from '#contract';

const say = catalogue(cardTexts);
const kept = new Map<string, CardWords>();
/** Zones that people live in; making formats takes longer than drawing. */
const keptMax = 64;

/** What cards say, in a customer's language and zone: the words of the screens. */
export function textsOf(locale: Locale, timeZone: string): CardWords {
  const key = `${locale} ${timeZone}`;
  const known = kept.get(key);
  if (known) return known;
  const made: CardWords = {
    ...createFormats(locale, timeZone),
    locale,
    say: (id, values) => oneStop(say(locale, id, values)),
  };
  if (kept.size >= keptMax) kept.clear();
  kept.set(key, made);
  return made;
}
