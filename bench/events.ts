import { sql, type Database } from '#db';
import type { Loaded } from './bank-process.fixture.ts';
import { atLeast, atMost, median, quantile, rowOf, type Goal, type Row } from './measured.ts';
import type { Bench, Part } from './part.ts';
import { cpuSeconds, cpuSecondsOfFamily } from './processes.ts';
import { onStage, type Stage } from './stage.ts';
import { timePerStep } from './steps.ts';

/** How the bank sends: many in a batch over a few connections, or each alone over many. */
const inBatches = { batch: 500, pace: { connections: 4 } } as const;
const singly = { batch: 1, pace: { connections: 32 } } as const;
const warmSeconds = 5;
/** For so long the steps are looked into: a profile of a minute is large, and says the same. */
const stepSecondsMax = 20;

/** What one run of a load has shown. */
interface Run {
  readonly loaded: Loaded;
  readonly perSecond: number;
  readonly walBytes: number;
  readonly appUs: number;
  readonly postgresUs: number;
}

/** Events on their way in: over HTTP, signed, committed with keys, records, entries and leaf, answered. */
export const events: Part = {
  name: 'events',
  heading: 'Events in, to COMMIT',
  run: async (bench) => {
    const { links, manyLinks } = bench.options;
    const { rows, perSecond } = await onStage(bench, { links }, (stage) => measure(bench, stage));
    return manyLinks === 0 ? rows : [...rows, ...(await measureMany(bench, perSecond))];
  },
};

async function measure(bench: Bench, stage: Stage): Promise<{ rows: Row[]; perSecond: number }> {
  const links = bench.options.links.toLocaleString('en');
  const batches = await runAll(bench, stage, inBatches, `batches of 500, ${links} links`);
  const singles = await runAll(bench, stage, singly, `single events, ${links} links`);
  bench.progress('where the time goes');
  const seconds = Math.min(bench.options.seconds, stepSecondsMax);
  const steps = await timePerStep(stage, () => stage.load({ ...inBatches, seconds }));
  const rates = batches.map((run) => run.perSecond);
  return {
    perSecond: median(rates),
    rows: [
      rowOf(`events in batches of 500, ${links} links`, 'events/s', rates, atLeast(15_000)),
      ...rowsOf('in batches', batches, { walBytes: atMost(1800) }),
      rowOf(
        'single events',
        'events/s',
        singles.map((run) => run.perSecond),
        atLeast(3000),
      ),
      ...rowsOf('single events', singles),
      ...steps,
    ],
  };
}

/** What each event costs, and how long an answer takes. */
function rowsOf(how: string, runs: readonly Run[], goals: { readonly walBytes?: Goal } = {}): Row[] {
  const of = (what: (run: Run) => number): number[] => runs.map(what);
  const answered = (share: number): number[] => of((run) => quantile(run.loaded.answerMs, share));
  return [
    rowOf(`until an answer, ${how}, p50`, 'ms', answered(0.5)),
    rowOf(`until an answer, ${how}, p99`, 'ms', answered(0.99)),
    rowOf(
      `write-ahead log, ${how}`,
      'bytes/event',
      of((run) => run.walBytes),
      goals.walBytes,
    ),
    rowOf(
      `processor time of the app, ${how}`,
      'µs/event',
      of((run) => run.appUs),
    ),
    rowOf(
      `processor time of PostgreSQL, ${how}`,
      'µs/event',
      of((run) => run.postgresUs),
    ),
  ];
}

/** The same batches over many more links, compared with what fewer gave in this run. */
async function measureMany(bench: Bench, perSecond: number): Promise<Row[]> {
  const { manyLinks } = bench.options;
  const links = manyLinks.toLocaleString('en');
  const runs = await onStage(bench, { links: manyLinks }, (stage) =>
    runAll(bench, stage, inBatches, `batches of 500, ${links} links`),
  );
  const rates = runs.map((run) => run.perSecond);
  const few = bench.options.links.toLocaleString('en');
  return [
    rowOf(`events in batches of 500, ${links} links`, 'events/s', rates),
    rowOf(
      `throughput with ${links} links, as a share of that with ${few}`,
      '×',
      rates.map((rate) => rate / perSecond),
      atLeast(0.8),
    ),
  ];
}

async function runAll(bench: Bench, stage: Stage, how: typeof inBatches | typeof singly, what: string): Promise<Run[]> {
  bench.progress(`${what}: warming`);
  await stage.load({ ...how, seconds: Math.min(warmSeconds, bench.options.seconds) });
  const runs: Run[] = [];
  for (let n = 1; n <= bench.options.runs; n += 1) {
    bench.progress(`${what}: run ${n} of ${bench.options.runs}`);
    runs.push(await runOnce(stage, how, bench.options.seconds));
  }
  return runs;
}

async function runOnce(stage: Stage, how: typeof inBatches | typeof singly, seconds: number): Promise<Run> {
  const { own, hub } = stage;
  const before = { wal: await walBytes(own.database), app: cpuSeconds(hub.pid), postgres: cpuSecondsOfFamily(own.pid) };
  const loaded = await stage.load({ ...how, seconds });
  const perEvent = (sum: number): number => sum / loaded.acknowledged;
  return {
    loaded,
    perSecond: loaded.acknowledged / loaded.seconds,
    walBytes: perEvent((await walBytes(own.database)) - before.wal),
    appUs: perEvent((cpuSeconds(hub.pid) - before.app) * 1e6),
    postgresUs: perEvent((cpuSecondsOfFamily(own.pid) - before.postgres) * 1e6),
  };
}

/** How many bytes of write-ahead log there have been. */
async function walBytes(database: Database): Promise<number> {
  const [row] = await database.query<{ bytes: string }>(
    sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes`,
  );
  return Number(row?.bytes);
}
