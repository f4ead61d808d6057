import { chanceOf, shuffled } from './chance.ts';

/** Deals things into folds so that each fold has its share of every class. Returns the fold of each. */
export function dealt(answers: readonly number[], folds: number, seed: number): Int32Array {
  const chance = chanceOf(seed);
  const fold = new Int32Array(answers.length);
  let next = 0;
  for (const answer of [...new Set(answers)].toSorted((a, b) => a - b)) {
    const places = answers.flatMap((one, at) => (one === answer ? [at] : []));
    for (const place of shuffled(places, chance)) {
      fold[place] = next % folds;
      next += 1;
    }
  }
  return fold;
}
