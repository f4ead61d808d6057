import { fold } from '../fold.ts';

/**
 * What of a question the network sees: its words, pairs of neighbours, and the letters inside words (so that slips
 * of the finger and forms of a word come close), each hashed into one of a fixed number of buckets.
 */

/** How questions become numbers; kept in the model's file, as weights mean nothing without it. */
export interface FeatureRule {
  /** Into how many buckets everything is hashed. */
  readonly buckets: number;
  /** Lengths of the runs of letters inside a word, its edges counted as letters. */
  readonly lettersLeast: number;
  readonly lettersMost: number;
}

/** Buckets that are met, without repeats within a part, and how much each weighs. */
export interface Features {
  readonly buckets: Int32Array;
  readonly weights: Float32Array;
}

/** The longest of BANKING77 has 79 words; what follows in a longer text changes nothing, so that work is bounded. */
const wordsMax = 120;
/** Longer "words" are references and addresses of pages. */
const lettersInWordMax = 24;

const wordPattern = /[\p{L}\p{N}]+|[?!$€£%]/gu;

/** The words of a question, folded, with the marks that tell: of asking and of money. */
export function questionWords(text: string): string[] {
  const words: string[] = [];
  // Folding can triple a text's length (one sign may stand for many letters), so it is bounded before.
  for (const [word] of fold(text.slice(0, 4_000)).matchAll(wordPattern)) {
    words.push(word.slice(0, lettersInWordMax));
    if (words.length === wordsMax) break;
  }
  return words;
}

/** One thing met in a question: its bucket, and the places of the words that it needs (`first` to `last`). */
export interface Met {
  readonly bucket: number;
  readonly isLetters: boolean;
  readonly first: number;
  readonly last: number;
}

/** Everything that is met in a question, repeats included. */
export function metIn(words: readonly string[], rule: FeatureRule): Met[] {
  const met: Met[] = [];
  const add = (key: string, isLetters: boolean, first: number, last: number): void => {
    met.push({ bucket: bucketOf(key, rule), isLetters, first, last });
  };
  for (const [at, word] of words.entries()) {
    add(`w${word}`, false, at, at);
    const next = words[at + 1];
    if (next !== undefined) add(`w${word} ${next}`, false, at, at + 1);
    for (const run of lettersOf(word, rule)) add(run, true, at, at);
  }
  return met;
}

/** The buckets of one word: its own first, then those of its letters. */
export function bucketsOfWord(word: string, rule: FeatureRule): number[] {
  return [`w${word}`, ...lettersOf(word, rule)].map((key) => bucketOf(key, rule));
}

/** How often each bucket is met: of words and pairs of words, and of letters. */
export type Counts = readonly [words: ReadonlyMap<number, number>, letters: ReadonlyMap<number, number>];

/** Counts a question's buckets. */
export function countBuckets(words: readonly string[], rule: FeatureRule): Counts {
  const ofWords = new Map<number, number>();
  const ofLetters = new Map<number, number>();
  for (const { bucket, isLetters } of metIn(words, rule)) {
    const counts = isLetters ? ofLetters : ofWords;
    counts.set(bucket, (counts.get(bucket) ?? 0) + 1);
  }
  return [ofWords, ofLetters];
}

const bucketOf = (key: string, { buckets }: FeatureRule): number => hash(key) % buckets;

/** Runs of letters in a word, with a space at either edge; a word shorter than a run stands for itself once. */
function lettersOf(word: string, { lettersLeast, lettersMost }: FeatureRule): string[] {
  const edged = ` ${word} `;
  const runs: string[] = [];
  for (let length = lettersLeast; length <= lettersMost; length += 1) {
    if (edged.length <= length) {
      runs.push(`c${edged}`);
      break;
    }
    for (let at = 0; at + length <= edged.length; at += 1) runs.push(`c${edged.slice(at, at + length)}`);
  }
  return runs;
}

/**
 * Counts as weights: a bucket counts the more the rarer it is (`rarity`, 0 where training never met it: left out),
 * repeats count little, and words and letters each have length 1.
 */
export function weighed(counts: Counts, rarity: Float32Array): Features {
  const buckets: number[] = [];
  const weights: number[] = [];
  for (const part of counts) {
    const from = weights.length;
    let squares = 0;
    for (const [bucket, count] of part) {
      const weight = (1 + Math.log(count)) * (rarity[bucket] ?? 0);
      if (weight === 0) continue;
      buckets.push(bucket);
      weights.push(weight);
      squares += weight * weight;
    }
    const length = Math.sqrt(squares);
    for (let at = from; at < weights.length; at += 1) weights[at] = (weights[at] ?? 0) / length;
  }
  return { buckets: Int32Array.from(buckets), weights: Float32Array.from(weights) };
}

/** FNV-1a over UTF-16 units, mixed once more, as its low bits alone are not even enough for a remainder. */
function hash(key: string): number {
  let h = 0x811c9dc5;
  for (let at = 0; at < key.length; at += 1) h = Math.imul(h ^ key.charCodeAt(at), 0x01000193);
  h = Math.imul(h ^ (h >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return (h ^ (h >>> 15)) >>> 0;
}
