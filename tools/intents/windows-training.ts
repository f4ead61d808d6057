/** Trains the network that reads words in order (src/conversation/intents/windows.ts), as training.ts trains the other. */
import { bucketsOfWord, type FeatureRule } from '../../src/conversation/intents/features.ts';
import { rowsOfWord, windowWords, type WindowNetwork } from '../../src/conversation/intents/windows.ts';
import { Adam } from './adam.ts';
import { chanceOf, normal, shuffled, type Chance } from './chance.ts';
import { toErrors, type Lesson } from './training.ts';

export interface WindowPlan {
  readonly rule: FeatureRule;
  readonly classes: number;
  readonly width: number;
  readonly filters: number;
  /** How often each question is seen. */
  readonly rounds: number;
  readonly batch: number;
  /** The largest step, reached at once and falling to 0 by a half cosine. */
  readonly step: number;
  /** Shares that are left out at random. */
  readonly withoutWords: number;
  readonly withoutBuckets: number;
  readonly withoutFilters: number;
  /** How much of the right answer is spread over all. */
  readonly doubt: number;
  /** A bucket that fewer questions have is not learnt. */
  readonly questionsLeast: number;
}

type Word = ReturnType<typeof rowsOfWord>;

interface Learning {
  readonly plan: WindowPlan;
  readonly rows: Adam;
  readonly inward: Adam;
  readonly filterBias: Adam;
  readonly outward: Adam;
  readonly classBias: Adam;
  /** Of the question at hand: the vectors of its words, one of zeros before and after; and what they are asked for. */
  readonly vectors: Float32Array;
  readonly slopes: Float32Array;
  /** What each filter saw and where, how much of it was kept, and the scores. */
  readonly units: Float32Array;
  readonly seenAt: Int32Array;
  readonly kept: Float32Array;
  readonly scores: Float64Array;
}

/** Trains one network; equal lessons, plan and seed give equal numbers. */
export function trainWindows(lessons: readonly Lesson[], plan: WindowPlan, seed: number): WindowNetwork {
  const chance = chanceOf(seed);
  const { rule, width, filters, classes, rounds, batch } = plan;
  const rowOf = rowsMet(lessons, plan);
  const known = new Map<string, Word>();
  for (const word of lessons.flatMap(({ words }) => words)) known.set(word, rowsOfWord(word, { rule, rowOf }));
  const longest = lessons.reduce((most, { words }) => Math.max(most, words.length), 0) + windowWords - 1;
  const count = rowOf.reduce((most, row) => Math.max(most, row), -1) + 1;
  const drawn = (length: number, width: number, spread: number): Adam =>
    new Adam(
      Float32Array.from({ length }, () => spread * normal(chance)),
      width,
    );
  const learning: Learning = {
    plan,
    rows: drawn(count * width, width, 0.5),
    inward: drawn(filters * windowWords * width, filters * windowWords * width, 1 / Math.sqrt(windowWords * width)),
    outward: drawn(filters * classes, filters * classes, 1 / Math.sqrt(filters)),
    filterBias: new Adam(new Float32Array(filters), filters),
    classBias: new Adam(new Float32Array(classes), classes),
    vectors: new Float32Array(longest * width),
    slopes: new Float32Array(longest * width),
    units: new Float32Array(filters),
    seenAt: new Int32Array(filters),
    kept: new Float32Array(filters),
    scores: new Float64Array(classes),
  };
  const { rows, inward, filterBias, outward, classBias } = learning;
  const steps = Math.ceil(lessons.length / batch) * rounds;
  let done = 0;
  for (let round = 0; round < rounds; round += 1) {
    const order = shuffled(lessons, chance);
    for (let from = 0; from < order.length; from += batch) {
      const some = order.slice(from, from + batch);
      for (const lesson of some) learnOne(learning, lesson, known, some.length, chance);
      done += 1;
      const step = plan.step * 0.5 * (1 + Math.cos((Math.PI * done) / steps));
      for (const part of [rows, inward, filterBias, outward, classBias]) part.move(step, done);
    }
  }
  return {
    rule,
    classes,
    width,
    filters,
    rowOf,
    ...inHalfBytes(rows.values, width),
    inward: inward.values,
    filterBias: filterBias.values,
    outward: outward.values,
    classBias: classBias.values,
  };
}

/** By bucket, which row is its: of those that enough questions have. */
function rowsMet(lessons: readonly Lesson[], { rule, questionsLeast }: WindowPlan): Int32Array {
  const met = new Int32Array(rule.buckets);
  for (const { words } of lessons)
    for (const bucket of new Set(words.flatMap((word) => bucketsOfWord(word, rule))))
      met[bucket] = (met[bucket] ?? 0) + 1;
  let next = 0;
  return met.map((count) => (count < questionsLeast ? -1 : next++));
}

/** Rows as the program keeps them, half a byte a number. */
function inHalfBytes(values: Float32Array, width: number): Pick<WindowNetwork, 'rows' | 'rowScales'> {
  const rowScales = Float32Array.from({ length: values.length / width }, (_, row) => {
    const most = values.subarray(row * width, (row + 1) * width).reduce((so, one) => Math.max(so, Math.abs(one)), 1e-9);
    return most / 7.5;
  });
  const rows = Int8Array.from(values, (value, at) =>
    Math.max(-8, Math.min(7, Math.round(value / (rowScales[Math.floor(at / width)] ?? 1)))),
  );
  return { rows, rowScales };
}

/** One question forward and back; what it asks of each number is added up until the batch is through. */
function learnOne(
  learning: Learning,
  { words, answer }: Lesson,
  known: ReadonlyMap<string, Word>,
  batch: number,
  chance: Chance,
): void {
  const { plan, vectors, scores } = learning;
  const { width } = plan;
  vectors.fill(0, 0, (words.length + windowWords - 1) * width);
  const kept = words.map((word, place) => putWord(learning, known.get(word), place, chance));
  lookThrough(learning, words.length);
  score(learning, chance);
  toErrors(scores, answer, plan.doubt, batch);
  backward(learning, words.length);
  for (const [place, { rows, weights }] of kept.entries()) {
    const at = (place + 1) * width;
    for (const [n, row] of rows.entries()) {
      learning.rows.touch(row);
      addTo(learning.rows.slopes, row * width, learning.slopes, at, width, weights[n] ?? 0);
    }
  }
}

/** Sums the vector of one word, much of it left out. Returns what was kept. */
function putWord(
  { plan, rows: all, vectors }: Learning,
  word: Word | undefined,
  place: number,
  chance: Chance,
): { readonly rows: readonly number[]; readonly weights: readonly number[] } {
  const rows: number[] = [];
  const weights: number[] = [];
  if (word === undefined || chance() < plan.withoutWords) return { rows, weights };
  const { width, withoutBuckets } = plan;
  for (const [n, row] of word.rows.entries()) {
    if (chance() < withoutBuckets) continue;
    const weight = (word.weights[n] ?? 0) / (1 - withoutBuckets);
    rows.push(row);
    weights.push(weight);
    addTo(vectors, (place + 1) * width, all.values, row * width, width, weight);
  }
  return { rows, weights };
}

/** What each filter sees at most, 0 for nothing, and in which window. */
function lookThrough({ plan, inward, filterBias, vectors, units, seenAt }: Learning, windows: number): void {
  const { width, filters } = plan;
  const { values } = inward;
  const length = windowWords * width;
  for (let filter = 0; filter < filters; filter += 1) {
    const from = filter * length;
    units[filter] = 0;
    for (let window = 0; window < windows; window += 1) {
      const at = window * width;
      // Four sums run beside each other: one alone waits for itself.
      let one = filterBias.values[filter] ?? 0;
      let two = 0;
      let three = 0;
      let four = 0;
      for (let n = 0; n < length; n += 4) {
        one += (vectors[at + n] ?? 0) * (values[from + n] ?? 0);
        two += (vectors[at + n + 1] ?? 0) * (values[from + n + 1] ?? 0);
        three += (vectors[at + n + 2] ?? 0) * (values[from + n + 2] ?? 0);
        four += (vectors[at + n + 3] ?? 0) * (values[from + n + 3] ?? 0);
      }
      const saw = one + two + (three + four);
      if (saw <= (units[filter] ?? 0)) continue;
      units[filter] = saw;
      seenAt[filter] = window;
    }
  }
}

function score({ plan, units, kept, outward, classBias, scores }: Learning, chance: Chance): void {
  const { filters, classes, withoutFilters } = plan;
  scores.set(classBias.values);
  for (let unit = 0; unit < filters; unit += 1) {
    const keeps = chance() < withoutFilters ? 0 : 1 / (1 - withoutFilters);
    const value = (units[unit] ?? 0) * keeps;
    kept[unit] = keeps;
    units[unit] = value;
    if (value === 0) continue;
    const from = unit * classes;
    for (let one = 0; one < classes; one += 1)
      scores[one] = (scores[one] ?? 0) + value * (outward.values[from + one] ?? 0);
  }
}

function backward(learning: Learning, windows: number): void {
  const { plan, vectors, slopes, units, seenAt, kept, inward, filterBias, outward, classBias, scores } = learning;
  const { width, filters, classes } = plan;
  const length = windowWords * width;
  slopes.fill(0, 0, (windows + windowWords - 1) * width);
  for (let one = 0; one < classes; one += 1) classBias.slopes[one] = (classBias.slopes[one] ?? 0) + (scores[one] ?? 0);
  for (let unit = 0; unit < filters; unit += 1) {
    const value = units[unit] ?? 0;
    if (value === 0) continue;
    const from = unit * classes;
    let slope = 0;
    for (let one = 0; one < classes; one += 1) {
      const error = scores[one] ?? 0;
      slope += error * (outward.values[from + one] ?? 0);
      outward.slopes[from + one] = (outward.slopes[from + one] ?? 0) + value * error;
    }
    slope *= kept[unit] ?? 0;
    filterBias.slopes[unit] = (filterBias.slopes[unit] ?? 0) + slope;
    const at = (seenAt[unit] ?? 0) * width;
    addTo(inward.slopes, unit * length, vectors, at, length, slope);
    addTo(slopes, at, inward.values, unit * length, length, slope);
  }
  for (const part of [inward, filterBias, outward, classBias]) part.touch(0);
}

function addTo(
  sums: Float32Array,
  to: number,
  values: Float32Array,
  from: number,
  length: number,
  weight: number,
): void {
  for (let n = 0; n < length; n += 1) sums[to + n] = (sums[to + n] ?? 0) + weight * (values[from + n] ?? 0);
}
