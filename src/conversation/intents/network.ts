import type { Features } from './features.ts';

/**
 * A network with one hidden layer: a row of numbers for each bucket, summed by weight, cut off below zero, and
 * from there a score for each class. Several networks trained apart stand side by side as one: their hidden units
 * follow each other, and their scores are averages.
 */
export interface Network {
  readonly hidden: number;
  readonly classes: number;
  /** How rare each bucket is, 0 for one that training never met: it has no row. */
  readonly rarity: Float32Array;
  /** By bucket: which row is its, -1 for none. */
  readonly rowOf: Int32Array;
  /** Rows of `hidden` whole numbers from -8 to 7, each times `rowScales` of its row. */
  readonly rows: Int8Array;
  readonly rowScales: Float32Array;
  readonly hiddenBias: Float32Array;
  /** By hidden unit, `classes` numbers. */
  readonly outward: Float32Array;
  readonly classBias: Float32Array;
}

/** The score of each class; higher is likelier. Sums run in one order, so equal questions get equal scores. */
export function scoresOf(network: Network, { buckets, weights }: Features): Float64Array {
  const { hidden, classes, rows, outward } = network;
  const units = new Float64Array(network.hiddenBias);
  for (let at = 0; at < buckets.length; at += 1) {
    const row = network.rowOf[buckets[at] ?? 0] ?? -1;
    if (row < 0) continue;
    const weight = (weights[at] ?? 0) * (network.rowScales[row] ?? 0);
    const from = row * hidden;
    for (let unit = 0; unit < hidden; unit += 1) units[unit] = (units[unit] ?? 0) + weight * (rows[from + unit] ?? 0);
  }
  const scores = new Float64Array(network.classBias);
  for (let unit = 0; unit < hidden; unit += 1) {
    const value = units[unit] ?? 0;
    if (value <= 0) continue;
    const from = unit * classes;
    for (let one = 0; one < classes; one += 1) scores[one] = (scores[one] ?? 0) + value * (outward[from + one] ?? 0);
  }
  return scores;
}

/** Scores as shares of 1. A temperature above 1 makes them less sure of themselves. */
export function sharesOf(scores: Float64Array, temperature: number): Float64Array {
  let most = -Infinity;
  for (const score of scores) most = Math.max(most, score);
  const shares = scores.map((score) => Math.exp((score - most) / temperature));
  let sum = 0;
  for (const share of shares) sum += share;
  return shares.map((share) => share / sum);
}
