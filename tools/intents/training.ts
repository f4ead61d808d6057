/**
 * Trains the network of src/conversation/intents: one hidden layer, Adam with a falling step, and much left out at
 * random (words, buckets, hidden units), which is what keeps 10,000 questions from being learnt by heart.
 */
import { metIn, type FeatureRule } from '../../src/conversation/intents/features.ts';
import { rowsOf } from '../../src/conversation/intents/model-file.ts';
import { chanceOf, normal, shuffled, type Chance } from './chance.ts';
import { Adam } from './adam.ts';
import { Drawing, metOf, type Question } from './drawing.ts';

/** A question to learn from. `answer`: which class it belongs to, by its place. */
export interface Lesson {
  readonly words: readonly string[];
  readonly answer: number;
}

export interface TrainingPlan {
  readonly rule: FeatureRule;
  readonly classes: number;
  readonly hidden: number;
  /** How often each question is seen. */
  readonly rounds: number;
  readonly batch: number;
  /** The largest step, reached at once and falling to 0 by a half cosine. */
  readonly step: number;
  /** Shares that are left out at random. */
  readonly withoutWords: number;
  readonly withoutBuckets: number;
  readonly withoutUnits: number;
  /** How much of the right answer is spread over all: labels are wrong at times. */
  readonly doubt: number;
  /** A bucket that fewer questions have is not learnt. */
  readonly questionsLeast: number;
}

/** A trained network in full precision. `inward`: a row of `hidden` numbers for each bucket that is met, in their order. */
export interface Trained {
  readonly hidden: number;
  readonly rarity: Float32Array;
  readonly inward: Float32Array;
  readonly hiddenBias: Float32Array;
  readonly outward: Float32Array;
  readonly classBias: Float32Array;
}

/** How rare each bucket is among questions (the logarithm of the inverse share, plus 1); 0 below the least. */
export function rarityOf(lessons: readonly Lesson[], { rule, questionsLeast }: TrainingPlan): Float32Array {
  const met = new Int32Array(rule.buckets);
  for (const { words } of lessons)
    for (const bucket of new Set(metIn(words, rule).map((one) => one.bucket))) met[bucket] = (met[bucket] ?? 0) + 1;
  return Float32Array.from(met, (count) =>
    count < questionsLeast ? 0 : Math.log((1 + lessons.length) / (1 + count)) + 1,
  );
}

/** Trains one network; equal lessons, plan and seed give equal numbers. */
export function train(lessons: readonly Lesson[], rarity: Float32Array, plan: TrainingPlan, seed: number): Trained {
  const chance = chanceOf(seed);
  const { hidden, classes, batch, rounds } = plan;
  const rowOf = rowsOf(rarity);
  const met = rowOf.reduce((most, row) => Math.max(most, row), -1) + 1;
  const inward = Float32Array.from({ length: met * hidden }, () => 0.35 * normal(chance));
  const outward = Float32Array.from({ length: hidden * classes }, () => normal(chance) / Math.sqrt(hidden));
  const hiddenBias = new Float32Array(hidden);
  const classBias = new Float32Array(classes);
  const learning: Learning = {
    plan,
    drawing: new Drawing(rarity, rowOf),
    inward: new Adam(inward, hidden),
    outward: new Adam(outward, hidden * classes),
    hiddenBias: new Adam(hiddenBias, hidden),
    classBias: new Adam(classBias, classes),
    units: new Float32Array(hidden),
    kept: new Float32Array(hidden),
    scores: new Float64Array(classes),
  };
  const questions = lessons.map(({ words, answer }) => ({ answer, met: metOf(words, plan.rule, rarity) }));
  const steps = Math.ceil(lessons.length / batch) * rounds;
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    const order = shuffled(questions, chance);
    for (let from = 0; from < order.length; from += batch) {
      const some = order.slice(from, from + batch);
      for (const question of some) learnOne(learning, question, some.length, chance);
      done += 1;
      const step = plan.step * 0.5 * (1 + Math.cos((Math.PI * done) / steps));
      for (const part of [learning.inward, learning.outward, learning.hiddenBias, learning.classBias])
        part.move(step, done);
    }
  }
  return { hidden, rarity, inward, hiddenBias, outward, classBias };
}

interface Learning {
  readonly plan: TrainingPlan;
  readonly drawing: Drawing;
  readonly inward: Adam;
  readonly outward: Adam;
  readonly hiddenBias: Adam;
  readonly classBias: Adam;
  /** Of the question at hand: its hidden units, how much of each was kept, and its scores. */
  readonly units: Float32Array;
  readonly kept: Float32Array;
  readonly scores: Float64Array;
}

/** One question forward and back; what it asks of each number is added up until the batch is through. */
function learnOne(learning: Learning, question: Question, batch: number, chance: Chance): void {
  const { plan, drawing } = learning;
  drawing.draw(question.met, plan, chance);
  forward(learning, chance);
  toErrors(learning.scores, question.answer, plan.doubt, batch);
  backward(learning);
}

function forward(
  { plan, drawing, inward, outward, hiddenBias, classBias, units, kept, scores }: Learning,
  chance: Chance,
): void {
  const { hidden, classes, withoutUnits } = plan;
  const { rows, weights } = drawing;
  units.set(hiddenBias.values);
  for (let at = 0; at < drawing.count; at += 1) {
    const weight = weights[at] ?? 0;
    const from = (rows[at] ?? 0) * hidden;
    for (let unit = 0; unit < hidden; unit += 1)
      units[unit] = (units[unit] ?? 0) + weight * (inward.values[from + unit] ?? 0);
  }
  scores.set(classBias.values);
  for (let unit = 0; unit < hidden; unit += 1) {
    const keeps = chance() < withoutUnits ? 0 : 1 / (1 - withoutUnits);
    const value = Math.max(0, units[unit] ?? 0) * keeps;
    kept[unit] = keeps;
    units[unit] = value;
    if (value === 0) continue;
    const from = unit * classes;
    for (let one = 0; one < classes; one += 1)
      scores[one] = (scores[one] ?? 0) + value * (outward.values[from + one] ?? 0);
  }
}

/** Scores become the difference between what was said and what is right: the slope of the cross entropy. */
export function toErrors(scores: Float64Array, answer: number, doubt: number, batch: number): void {
  let most = -Infinity;
  for (const score of scores) most = Math.max(most, score);
  let sum = 0;
  for (const score of scores) sum += Math.exp(score - most);
  for (const [one, score] of scores.entries()) {
    const right = (one === answer ? 1 - doubt : 0) + doubt / scores.length;
    scores[one] = (Math.exp(score - most) / sum - right) / batch;
  }
}

function backward({
  plan,
  drawing,
  inward,
  outward,
  hiddenBias,
  classBias,
  units,
  kept,
  scores: errors,
}: Learning): void {
  const { hidden, classes } = plan;
  const { rows, weights } = drawing;
  for (let one = 0; one < classes; one += 1) classBias.slopes[one] = (classBias.slopes[one] ?? 0) + (errors[one] ?? 0);
  for (let unit = 0; unit < hidden; unit += 1) {
    const value = units[unit] ?? 0;
    // From here on `units` holds the slope of each unit.
    units[unit] = 0;
    if (value === 0) continue;
    const from = unit * classes;
    let slope = 0;
    for (let one = 0; one < classes; one += 1) {
      const error = errors[one] ?? 0;
      slope += error * (outward.values[from + one] ?? 0);
      outward.slopes[from + one] = (outward.slopes[from + one] ?? 0) + value * error;
    }
    units[unit] = slope * (kept[unit] ?? 0);
    hiddenBias.slopes[unit] = (hiddenBias.slopes[unit] ?? 0) + (units[unit] ?? 0);
  }
  outward.touch(0);
  hiddenBias.touch(0);
  classBias.touch(0);
  for (let at = 0; at < drawing.count; at += 1) {
    const weight = weights[at] ?? 0;
    const row = rows[at] ?? 0;
    inward.touch(row);
    const from = row * hidden;
    for (let unit = 0; unit < hidden; unit += 1)
      inward.slopes[from + unit] = (inward.slopes[from + unit] ?? 0) + weight * (units[unit] ?? 0);
  }
}
