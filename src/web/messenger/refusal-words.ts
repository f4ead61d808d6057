import type { Locale } from '#contract';
import { makeWords, type Words } from '#web/words';
import type english from './words/refused_en.json';

/** Few presses are refused: these texts come when one is. */
const catalogues: Readonly<Record<Locale, () => Promise<{ default: unknown }>>> = {
  en: () => import('./words/refused_en.json'),
  es: () => import('./words/refused_es.json'),
};

/**
 * What a refusal is told as, by its code: the hub's own sentence is English. Answers undefined for one that nobody here is
 * expected to meet.
 */
export async function loadRefusals({ locale, timeZone }: Words): Promise<(code: string) => string | undefined> {
  const { default: catalogue } = await catalogues[locale]();
  const words = makeWords<keyof typeof english>(locale, timeZone, catalogue);
  return (code) => (words.has(code) ? words.say(code) : undefined);
}
