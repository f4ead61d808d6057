import { availableParallelism, cpus, totalmem } from 'node:os';

/** One figure of `results/latest.json`. */
export interface Row {
  readonly name: string;
  readonly unit: string;
  /** The median of the runs. */
  readonly value: number;
  readonly min: number;
  readonly max: number;
  /** What was promised; null where nothing was. */
  readonly goal: number | null;
  /** Whether the median keeps the promise; null where there is none. */
  readonly reached: boolean | null;
}

/** A promise: at least so much, or at most. */
export interface Goal {
  readonly side: 'least' | 'most';
  readonly value: number;
}

export const atLeast = (value: number): Goal => ({ side: 'least', value });
export const atMost = (value: number): Goal => ({ side: 'most', value });

/** A figure out of several runs: median and spread to three digits, and whether the median keeps the promise. */
export function rowOf(name: string, unit: string, values: readonly number[], goal?: Goal): Row {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = median(values);
  return {
    name,
    unit,
    value: threeDigits(middle),
    min: threeDigits(sorted[0] ?? Number.NaN),
    max: threeDigits(sorted.at(-1) ?? Number.NaN),
    goal: goal?.value ?? null,
    reached: goal ? (goal.side === 'least' ? middle >= goal.value : middle <= goal.value) : null,
  };
}

const threeDigits = (value: number): number => Number(value.toPrecision(3));

/** The middle one of several values; of an even number the mean of the two in the middle. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const [before = Number.NaN, after = Number.NaN] = [
    sorted[Math.floor((sorted.length - 1) / 2)],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (before + after) / 2;
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = Float64Array.from(values).toSorted();
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** The machine in one line. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? 'an unknown make';
  return `${availableParallelism()} cores of ${model}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}, Node ${process.version}`;
}
