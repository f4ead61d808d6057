import type { Locale } from '#contract';
import { accountWords } from './accounts.ts';
import { fold, wordsOf } from './fold.ts';
import { classify } from './intents/classify.ts';
import { concepts, notYet } from './lexicon.ts';

/** What a question is about, for the team that answers it. */
interface Sorted {
  /** An intent's name, or `fraud`, `dispute`, `other`. */
  readonly topic: string;
  /** How surely it was sorted so, 0–1; absent where its own words said it. */
  readonly confidence?: number;
}

/** What cannot wait is told by its words, whatever else the question says. */
const first: readonly (readonly [RegExp, string])[] = [
  [/\b(?:fraud|scam|phish|hacked|not me|didnt make|did not make|fraude|estafa|no fui yo|no reconozco)/, 'fraud'],
  [/\b(?:dispute|chargeback|reclam|disputa)/, 'dispute'],
];

/** They are said of money and of banks. */
const ofBanks: ReadonlySet<string> = new Set([
  ...notYet,
  ...accountWords,
  ...concepts.balance,
  ...concepts.spend,
  ...concepts.paying,
  ...concepts.purchases,
  ...concepts.movements,
  ...concepts.bankWord,
  ...'money dinero branch branches sucursal app login atm cajero fee fees interest loans address name direccion nombre'.split(
    ' ',
  ),
]);
/** So unlikely is what a bank hears; a question about the weather comes to less than a hundredth of that. */
const unlikely = 0.05;

/**
 * Whether a bank could be asked what was not understood here: the weather is nobody's question at a desk, and whoever
 * asks for a person next is not asked about it.
 */
export function couldBeAskedOfABank(text: string, locale: Locale): boolean {
  return wordsOf(text).some((word) => ofBanks.has(word)) || classify(text, locale).confidence >= unlikely;
}

/** Sorts a question; what the classifier is not sure of is `other`, and stays so for whoever reads it. */
export function sortQuestion(text: string, locale: Locale): Sorted {
  const plain = fold(text);
  const topic = first.find(([words]) => words.test(plain))?.[1];
  if (topic !== undefined) return { topic };
  const { intent, confidence, unsure } = classify(text, locale);
  return unsure ? { topic: 'other', confidence } : { topic: intent, confidence };
}
