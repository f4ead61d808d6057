import type { Recipe } from './examining.ts';

/** Found by trying on the folds of BANKING77's training part; docs/understanding.md tells what was tried. */
export const englishRecipe: Recipe = {
  networks: 2,
  plan: {
    rule: { buckets: 131_072, lettersLeast: 2, lettersMost: 5 },
    classes: 78,
    hidden: 256,
    rounds: 20,
    batch: 32,
    step: 0.004,
    withoutWords: 0.05,
    withoutBuckets: 0.4,
    withoutUnits: 0.5,
    doubt: 0.1,
    questionsLeast: 3,
  },
};

/** Few questions: a smaller network, seen more often. */
export const spanishRecipe: Recipe = {
  networks: 1,
  plan: {
    ...englishRecipe.plan,
    rule: { buckets: 16_384, lettersLeast: 2, lettersMost: 5 },
    hidden: 64,
    rounds: 60,
    batch: 16,
    step: 0.003,
    questionsLeast: 2,
  },
};
