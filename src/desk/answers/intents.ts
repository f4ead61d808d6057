import type { Locale, PreparedAnswer } from '#contract';
import en from './words/intents.en.json' with { type: 'json' };
import es from './words/intents.es.json' with { type: 'json' };

/** What is said of a subject, by the name of its intent; the same names in both languages. */
const said: Readonly<Record<string, { readonly en: string; readonly es: string }>> = Object.fromEntries(
  Object.entries(en).map(([intent, text]) => [intent, { en: text, es: es[intent as keyof typeof es] }]),
);

/** "card_payment_fee_charged" as a title: "Card payment fee charged". */
const titleOf = (intent: string): string => {
  const words = intent.replaceAll(/[_?]/g, ' ').trim().toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
};

/**
 * What Tellerline answers to a question of an intent, until a bank writes its own: general, and promising nothing that
 * only a bank can know. Each bank is to read them before it goes live.
 */
export const INTENT_ANSWERS: readonly PreparedAnswer[] = Object.entries(said).map(([intent, texts]) => ({
  key: intent,
  kind: 'intent',
  title: titleOf(intent),
  texts,
}));

/** What Tellerline says to a question of an intent where no bank has words of its own; `{bank}` stands for its name. */
export function ourIntentAnswer(intent: string, locale: Locale): string | undefined {
  return said[intent]?.[locale];
}
