/** Cross-validation: every question is judged by a network that has seen neither it nor, out of scope, its domain. */
import { ask, inBothWays } from '../../src/conversation/intents/asking.ts';
import type { Network } from '../../src/conversation/intents/network.ts';
import { readingOf } from '../../src/conversation/intents/reading.ts';
import type { WindowNetwork } from '../../src/conversation/intents/windows.ts';
import type { Scored } from './confidence.ts';
import { dealt } from './folds.ts';
import type { Adding, Language } from './languages.ts';
import type { Recipe } from './recipes.ts';
import { commonWordsOf } from './frequent-words.ts';
import { inSteps, sideBySide } from './stored.ts';
import { rarityOf, train, type Lesson } from './training.ts';
import { trainWindows } from './windows-training.ts';

export interface Taught {
  readonly network: Network;
  readonly windows?: readonly WindowNetwork[];
}

/** Trains as the program will have it, half a byte a number. */
export function trainAll(lessons: readonly Lesson[], { plan, networks, windows }: Recipe): Taught {
  const rarity = inSteps(rarityOf(lessons, plan));
  const network = sideBySide(Array.from({ length: networks }, (_, seed) => train(lessons, rarity, plan, seed + 1)));
  if (windows === undefined) return { network };
  const inOrder = Array.from({ length: windows.networks }, (_, seed) => trainWindows(lessons, windows.plan, seed + 1));
  return { network, windows: inOrder };
}

export interface Examined {
  readonly within: readonly Scored[];
  /** Those of far domains, and those of domains that share a bank's words. */
  readonly far: readonly Scored[];
  readonly near: readonly Scored[];
}

/** In how many parts questions are dealt, of which each is judged once. */
export const folds = 5;

/** Trains without one fold and judges it. */
export function examineFold(
  { lessons, strays, recipe }: Pick<Language, 'lessons' | 'strays' | 'recipe'>,
  one: number,
  adding: Adding,
): Examined {
  const fold = dealt(
    lessons.map(({ answer }) => answer),
    folds,
    7,
  );
  const learnt = lessons.filter((_, at) => fold[at] !== one);
  const { network, windows } = trainAll([...learnt, ...strays.filter(({ domain }) => domain % folds !== one)], recipe);
  const head = { rule: recipe.plan.rule };
  const read = windows && readingOf({ attribution: '', commonWords: commonWordsOf(learnt), networks: windows });
  const score = ({ answer, words }: Lesson): Scored => {
    const own = ask({ head, network }, words);
    return { answer, scores: adding(read === undefined ? own : inBothWays(own, read, words), words) };
  };
  const kept = strays.filter(({ domain }) => domain % folds === one);
  return {
    within: lessons.filter((_, at) => fold[at] === one).map(score),
    far: kept.filter(({ isNear }) => !isNear).map(score),
    near: kept.filter(({ isNear }) => isNear).map(score),
  };
}
