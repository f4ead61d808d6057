import type { Random } from '#base';

/** How long something takes, as its logarithm spreads: what people do with cases is long-tailed and never negative. */
export interface Spread {
  /** Mean of the logarithm of seconds. */
  readonly mu: number;
  /** Standard deviation of it. */
  readonly sigma: number;
}

/** Numbers from 0 up to, not including, 1. */
export type Draw = () => number;

/** Such numbers out of bytes. */
export const drawOf =
  (random: Random): Draw =>
  () =>
    random.bytes(4).readUInt32LE() / 2 ** 32;

/** The share of a standard normal below `z` (Abramowitz and Stegun 26.2.17; off by less than 1e-7). */
export function normalBelow(z: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(z));
  const tail =
    (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) *
    t *
    (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return z >= 0 ? 1 - tail : tail;
}

const central = {
  a: [
    -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
  ],
  b: [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1],
} as const;
const tails = {
  c: [
    -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
    2.938163982698783,
  ],
  d: [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1],
} as const;

const polynomial = (of: readonly number[], x: number): number => of.reduce((sum, one) => sum * x + one, 0);

/** Below which `z` a share of a standard normal lies (Acklam; off by less than 1.2e-9 of it); shares within (0, 1). */
export function normalAt(share: number): number {
  if (share < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(share));
    return polynomial(tails.c, q) / polynomial(tails.d, q);
  }
  if (share > 1 - 0.02425) return -normalAt(1 - share);
  const q = share - 0.5;
  return (q * polynomial(central.a, q * q)) / polynomial(central.b, q * q);
}

/** The same in between, read off a table: a forecast asks a million times. */
const tableSize = 4096;
const table = Float64Array.from({ length: tableSize + 1 }, (_, n) =>
  normalAt(Math.min(1 - 1e-6, Math.max(1e-6, n / tableSize))),
);

function normalNear(share: number): number {
  const place = share * tableSize;
  const n = Math.floor(place);
  const below = table[n] ?? 0;
  return below + ((table[n + 1] ?? below) - below) * (place - n);
}

const within = (share: number): number => Math.min(1 - 1e-6, Math.max(1e-6, share));

/** One drawn time, in seconds. */
export function drawn({ mu, sigma }: Spread, draw: Draw): number {
  return Math.exp(mu + sigma * normalNear(draw()));
}

/** The share of such times that are over within so many seconds. */
export function overWithin({ mu, sigma }: Spread, seconds: number): number {
  return seconds <= 0 ? 0 : normalBelow((Math.log(seconds) - mu) / sigma);
}

/** What is left, in seconds, of something that has gone on for `elapsed`: longer than usual promises no end soon. */
export function drawnRest(spread: Spread, elapsed: number, over: number, draw: Draw): number {
  const at = within(over + draw() * (1 - over));
  const left = Math.exp(spread.mu + spread.sigma * normalNear(at)) - elapsed;
  // At the far end of the tail numbers give out before cases do: then as long again as a tenth of what it took.
  return left > 0 ? left : elapsed * 0.1 * -Math.log(within(draw()));
}
