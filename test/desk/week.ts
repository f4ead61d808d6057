import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import * as z from 'zod';
import { TEAMS } from '#contract';
import { cameTrue, inQuarter, wasWithin } from '../../src/desk/queue/telling-time.ts';
import { runWeek } from './week-desk.ts';
import { drawsOf } from './week-draws.ts';
import { rushes } from './week-rates.ts';
import { createTelling, type Told } from './week-told.ts';

/**
 * `npm run desk:week -- --seed N --times T`: a week of a simulated desk with its rushes; how often what was told came true,
 * and how often it would have, had it been told by somebody who knows every rate. Without a seed two weeks of a desk of
 * forty and one of a hundred. Kept in bench/results/desk-week.json, week by week.
 */

/** Days before the week, without a rush, that the forecaster has seen. */
const learningDays = 7;
const desksAtFirst = [
  { seed: 1, times: 1 },
  { seed: 2, times: 1 },
  { seed: 1, times: 2.4 },
] as const;

const round = (value: number): number => Math.round(value * 1000) / 1000;
const middle = (some: readonly number[]): number | null =>
  some.length === 0 ? null : round(some.toSorted((a, b) => a - b)[Math.floor(some.length / 2)] ?? 0);
const shareOf = (waits: readonly Told[], is: (wait: Told) => boolean): number | null =>
  waits.length === 0 ? null : round(waits.filter(is).length / waits.length);

/**
 * `quarter`: share in which the number was off by a quarter of the wait at most; `known…`: the same of the one who knows.
 * `total`: by a quarter of the whole wait, what had passed of it when it was told included. `orSeconds`: under a minute, by
 * 15 seconds at most. `span`: share within the span that was told; `width`: its median end by its median beginning.
 */
function figures(waits: readonly Told[]) {
  return {
    waits: waits.length,
    quarter: shareOf(waits, ({ told, cameSeconds }) => inQuarter(told.seconds, cameSeconds)),
    knownQuarter: shareOf(waits, ({ known, cameSeconds }) => inQuarter(known.seconds, cameSeconds)),
    orSeconds: shareOf(waits, ({ told, cameSeconds }) => cameTrue(told.seconds, cameSeconds)),
    knownOrSeconds: shareOf(waits, ({ known, cameSeconds }) => cameTrue(known.seconds, cameSeconds)),
    total: shareOf(waits, ({ told, cameSeconds, waitedSeconds }) =>
      inQuarter(waitedSeconds + told.seconds, waitedSeconds + cameSeconds),
    ),
    span: shareOf(waits, ({ told, cameSeconds }) => wasWithin(told, cameSeconds)),
    knownSpan: shareOf(waits, ({ known, cameSeconds }) => wasWithin(known, cameSeconds)),
    width: middle(waits.map(({ told }) => told.toSeconds / Math.max(60, told.fromSeconds))),
    knownWidth: middle(waits.map(({ known }) => known.toSeconds / known.fromSeconds)),
    medianError: middle(waits.map(({ told, cameSeconds }) => Math.abs(told.seconds - cameSeconds) / cameSeconds)),
    bias: middle(waits.map(({ told, cameSeconds }) => told.seconds / cameSeconds)),
    medianSeconds: middle(waits.map(({ cameSeconds }) => cameSeconds)),
  };
}

const aheadFrom = [0, 3, 10, 20, 40, 80];

function table(all: readonly Told[]) {
  const some = all.filter(({ cameSeconds }) => cameSeconds > 0);
  const first = some.filter(({ isFirst }) => isFirst);
  const again = some.filter(({ isFirst }) => !isFirst);
  const isLong = ({ cameSeconds }: Told): boolean => cameSeconds >= 60;
  const long = first.filter(isLong);
  const longBy = <Value>(name: string, values: readonly Value[], of: (wait: Told) => Value) =>
    Object.fromEntries(
      values.map((value) => [`${name} ${String(value)}`, figures(long.filter((one) => of(one) === value))]),
    );
  return {
    'at joining, all': figures(first),
    'at joining, under a minute': figures(first.filter((one) => !isLong(one))),
    'at joining, a minute or more': figures(long),
    'at joining, told a minute or more': figures(first.filter(({ told }) => told.seconds >= 60)),
    'told again, all': figures(again),
    'told again, a minute or more': figures(again.filter(isLong)),
    ...longBy('team', TEAMS, ({ team }) => team),
    ...longBy('rush', [undefined, ...rushes.map(({ name }) => name)], ({ rush }) => rush),
    ...longBy('ahead from', aheadFrom, ({ ahead }) => aheadFrom.findLast((from) => ahead >= from) ?? 0),
  };
}

interface Kept {
  readonly seed: number;
  readonly times: number;
  readonly at: string;
  readonly figures: ReturnType<typeof table>;
}

const file = join(import.meta.dirname, '../../bench/results/desk-week.json');

/** Keeps a week among the others, in the place of the same week before; other weeks stand as they were run. */
function keep(week: Kept): void {
  const [cpu] = cpus();
  const machine = `${cpus().length} × ${cpu?.model ?? ''}, ${process.platform}, Node ${process.version}`;
  const before = keptSchema.safeParse(JSON.parse(readFileSync(file, 'utf8')));
  const others = before.success
    ? before.data.weeks.filter(({ seed, times }) => seed !== week.seed || times !== week.times)
    : [];
  const weeks = [...others, week].toSorted((a, b) => a.times - b.times || a.seed - b.seed);
  writeFileSync(file, `${JSON.stringify({ machine, goal: 0.8, learningDays, weeks }, null, 2)}\n`);
}

const keptSchema = z.looseObject({
  weeks: z.array(z.looseObject({ seed: z.number(), times: z.number() })),
});

const { values } = parseArgs({ options: { seed: { type: 'string' }, times: { type: 'string', default: '1' } } });
const desks = values.seed === undefined ? desksAtFirst : [{ seed: Number(values.seed), times: Number(values.times) }];
for (const { seed, times } of desks) {
  const telling = createTelling(drawsOf(seed + 1000));
  runWeek(drawsOf(seed), telling, learningDays, times);
  const shown = table(telling.told);
  console.log(`seed ${seed}, a desk ${times} times as large`);
  console.table(shown);
  keep({ seed, times, at: new Date().toISOString(), figures: shown });
}
