/** Cross-validation: every question is judged by a network that has seen neither it nor, out of scope, its domain. */
import { countBuckets, weighed } from '../../src/conversation/intents/features.ts';
import { scoresOf, type Network } from '../../src/conversation/intents/network.ts';
import type { Scored } from './confidence.ts';
import { dealt } from './folds.ts';
import type { Stray } from './material.ts';
import { inSteps, sideBySide } from './stored.ts';
import { rarityOf, train, type Lesson, type TrainingPlan } from './training.ts';

/** What is trained: networks by one plan, of which each begins with a seed of its own. */
export interface Recipe {
  readonly plan: TrainingPlan;
  readonly networks: number;
}

/** Trains as the program will have it, half a byte a number. */
export function trainAll(lessons: readonly Lesson[], { plan, networks }: Recipe): Network {
  const rarity = inSteps(rarityOf(lessons, plan));
  return sideBySide(Array.from({ length: networks }, (_, seed) => train(lessons, rarity, plan, seed + 1)));
}

export interface Examined {
  readonly within: readonly Scored[];
  readonly strays: readonly Scored[];
}

/** What a language adds to the scores of its own network. */
export type Adding = (own: Float64Array, words: readonly string[]) => Float64Array;

/** Trains once a fold. `tell` is told how far it is. */
export function examine(
  lessons: readonly Lesson[],
  strays: readonly Stray[],
  recipe: Recipe,
  folds: number,
  adding: Adding,
  tell: (done: number) => void,
): Examined {
  const fold = dealt(
    lessons.map(({ answer }) => answer),
    folds,
    7,
  );
  const within: Scored[] = [];
  const outside: Scored[] = [];
  for (let one = 0; one < folds; one += 1) {
    const learnt = lessons.filter((_, at) => fold[at] !== one);
    const network = trainAll([...learnt, ...strays.filter(({ domain }) => domain % folds !== one)], recipe);
    const score = (lesson: Lesson): Scored => ({
      answer: lesson.answer,
      scores: adding(
        scoresOf(network, weighed(countBuckets(lesson.words, recipe.plan.rule), network.rarity)),
        lesson.words,
      ),
    });
    within.push(...lessons.filter((_, at) => fold[at] === one).map(score));
    outside.push(...strays.filter(({ domain }) => domain % folds === one).map(score));
    tell(one + 1);
  }
  return { within, strays: outside };
}
