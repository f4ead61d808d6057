import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { TEAMS } from '#contract';
import { cameTrue } from '../../src/desk/queue/telling-time.ts';
import { runWeek, type Wait } from './week-desk.ts';
import { rushes } from './week-rates.ts';

/**
 * `npm run desk:week -- --seed N`: a week of a simulated desk with its rushes, and how often what was told came true.
 * Without a seed five of them, kept in bench/results/desk-week.json.
 */

/** Days before the week, without a rush, that the forecaster has seen. */
const learningDays = 4;
const seedsAtFirst = [1, 2, 3, 4, 5];

/** Numbers from 0 up to 1 out of a seed (mulberry32). */
function drawsOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const middle = (some: readonly number[]): number | null =>
  some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)] ?? null;
const round = (value: number | null): number | null => (value === null ? null : Math.round(value * 1000) / 1000);

/** Share that came true; median error as a share of the wait; bias: median of told by came, 1 is none. */
function figures(waits: readonly Wait[]) {
  const right = waits.filter(({ toldSeconds, cameSeconds }) => cameTrue(toldSeconds, cameSeconds)).length;
  const error = ({ toldSeconds, cameSeconds }: Wait): number => Math.abs(toldSeconds - cameSeconds) / cameSeconds;
  return {
    waits: waits.length,
    right: waits.length === 0 ? null : round(right / waits.length),
    medianError: round(middle(waits.map(error))),
    bias: round(middle(waits.map(({ toldSeconds, cameSeconds }) => toldSeconds / cameSeconds))),
    medianSeconds: round(middle(waits.map(({ cameSeconds }) => cameSeconds))),
  };
}

function table(waits: readonly Wait[]) {
  const some = waits.filter(({ cameSeconds }) => cameSeconds > 0);
  const long = some.filter(({ cameSeconds }) => cameSeconds >= 60);
  const longBy = (names: readonly (string | undefined)[], of: (wait: Wait) => string | undefined) =>
    Object.fromEntries(names.map((name) => [name ?? 'no-rush', figures(long.filter((wait) => of(wait) === name))]));
  return {
    all: figures(some),
    underAMinute: figures(some.filter(({ cameSeconds }) => cameSeconds < 60)),
    aMinuteOrMore: figures(long),
    ...longBy(TEAMS, ({ team }) => team),
    ...longBy([undefined, ...rushes.map(({ name }) => name)], ({ rush }) => rush),
  };
}

const { values } = parseArgs({ options: { seed: { type: 'string', multiple: true } } });
const seeds = values.seed?.map(Number) ?? seedsAtFirst;
const [all, bySeed]: [Wait[], Record<number, ReturnType<typeof figures>>] = [[], {}];
for (const seed of seeds) {
  const waits = runWeek(drawsOf(seed), learningDays);
  all.push(...waits);
  const { aMinuteOrMore } = table(waits);
  bySeed[seed] = aMinuteOrMore;
  console.log(`seed ${seed}: ${waits.length} waits; of a minute or more`, aMinuteOrMore);
}
const result = table(all);
console.table(result);
if (!values.seed) {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? ''}, ${process.platform}, Node ${process.version}`;
  const kept = {
    at: new Date().toISOString(),
    machine,
    load: loadavg()[0],
    goal: 0.8,
    learningDays,
    bySeed,
    ...result,
  };
  const file = join(import.meta.dirname, '../../bench/results/desk-week.json');
  writeFileSync(file, `${JSON.stringify(kept, null, 2)}\n`);
}
