import type { TrainingPlan } from './training.ts';
import type { WindowPlan } from './windows-training.ts';

/** What is trained: networks by one plan, and such as read words in order; each begins with a seed of its own. */
export interface Recipe {
  readonly plan: TrainingPlan;
  readonly networks: number;
  readonly windows?: { readonly plan: WindowPlan; readonly networks: number };
}

/** Found by trying on the folds of BANKING77's training part; docs/understanding.md tells what was tried. */
export const englishRecipe: Recipe = {
  networks: 1,
  plan: {
    rule: { buckets: 131_072, lettersLeast: 2, lettersMost: 5 },
    classes: 78,
    hidden: 256,
    rounds: 20,
    batch: 32,
    step: 0.004,
    withoutWords: 0.05,
    withoutBuckets: 0.5,
    withoutUnits: 0.6,
    doubt: 0.1,
    questionsLeast: 3,
  },
  windows: {
    networks: 2,
    plan: {
      rule: { buckets: 32_768, lettersLeast: 3, lettersMost: 5 },
      classes: 78,
      width: 64,
      filters: 192,
      rounds: 15,
      batch: 32,
      step: 0.003,
      withoutWords: 0.1,
      withoutBuckets: 0.2,
      withoutFilters: 0.3,
      doubt: 0.1,
      questionsLeast: 2,
    },
  },
};

/** Few questions: a smaller network, seen more often. */
export const spanishRecipe: Recipe = {
  networks: 1,
  plan: {
    ...englishRecipe.plan,
    rule: { buckets: 16_384, lettersLeast: 2, lettersMost: 5 },
    hidden: 64,
    withoutBuckets: 0.4,
    withoutUnits: 0.5,
    rounds: 60,
    batch: 16,
    step: 0.003,
    questionsLeast: 2,
  },
};
