import { countBuckets, weighed, type FeatureRule } from './features.ts';
import { inEnglish } from './glossary.ts';
import type { Model } from './model-file.ts';
import { scoresOf, type Network } from './network.ts';
import type { Reading } from './reading.ts';

/** The scores that a model has for a question, by its words. */
export function ask(
  { head, network }: { readonly head: { readonly rule: FeatureRule }; readonly network: Network },
  words: readonly string[],
): Float64Array {
  return scoresOf(network, weighed(countBuckets(words, head.rule), network.rarity));
}

/** Scores of a question that is read as a heap of words and letters (`own`) and in its order: the means of both. */
export function inBothWays(own: Float64Array, read: Reading, words: readonly string[]): Float64Array {
  const inOrder = read(words);
  return own.map((score, at) => (score + (inOrder[at] ?? 0)) / 2);
}

/** How much more than the Spanish network the English one counts: it learnt from sixteen times as many questions. */
const englishCounts = 2;

/**
 * Scores of a Spanish question: those of the network that learnt Spanish, and those of the English one for the words
 * that the glossary has. By itself the first is right about half the time, both together 87 times of 100.
 *
 * @param own scores of the Spanish network
 */
export function withEnglish(own: Float64Array, english: Model, words: readonly string[]): Float64Array {
  const borrowed = ask(english, inEnglish(words));
  return own.map((score, at) => score + englishCounts * (borrowed[at] ?? 0));
}
