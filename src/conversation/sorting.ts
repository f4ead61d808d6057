import type { Locale } from '#contract';
import { fold } from './fold.ts';
import { classify } from './intents/classify.ts';

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

/** Sorts a question; what the classifier is not sure of is `other`, and stays so for whoever reads it. */
export function sortQuestion(text: string, locale: Locale): Sorted {
  const plain = fold(text);
  const topic = first.find(([words]) => words.test(plain))?.[1];
  if (topic !== undefined) return { topic };
  const { intent, confidence, unsure } = classify(text, locale);
  return unsure ? { topic: 'other', confidence } : { topic: intent, confidence };
}
