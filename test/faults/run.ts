/**
 * `npm run faults`: every fault on an event's way with large counts, one after the other, some twenty minutes;
 * `npm run faults -- disk clock` those whose name holds one of the words. Prints what came of each, and writes
 * it to `test/results/faults.json`, where what was not run this time stays as it was.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg } from 'node:os';
import { jumpClock } from './clock-jumps.ts';
import { cutAtCommit } from './commit-cut.ts';
import { failFsync } from './failing-fsync.ts';
import { fillDisk } from './full-disk.ts';
import { killAtPoints } from './killed-hub.ts';
import { killPostgres } from './killed-postgres.ts';
import { faultless, type Findings } from './ledger.ts';
import { poison } from './poison.ts';
import { reconnectAll } from './reconnecting.ts';
import { canTrace, killAtCalls } from './system-calls.ts';
import { longPauseMs, pauseOneOfTwo } from './two-nodes.ts';

interface Row {
  readonly name: string;
  readonly at: string;
  readonly machine: string;
  /** Of the minute before: above 0.5 others were at work. */
  readonly loadBefore: number;
  readonly seconds: number;
  readonly passed: boolean;
  readonly result: unknown;
}

/** A fault with its large counts; undefined where the machine lacks what it needs. */
type Fault = () => Promise<(Findings & { readonly seed?: number }) | undefined>;

const seed = Date.now() % 2 ** 31;

const faults: Readonly<Record<string, Fault>> = {
  'hub killed at each step': () => killAtPoints(8),
  'hub killed at system calls': async () =>
    (await canTrace()) ? { ...(await killAtCalls(80, seed)), seed } : undefined,
  'PostgreSQL killed': () => killPostgres(25),
  'connection cut at COMMIT': () => cutAtCommit(300),
  'fsync fails': () => failFsync(20),
  'disk full': () => fillDisk(10),
  'clock jumps': () => jumpClock([-1, 24, 0, -1, 0, 24, -1]),
  'poison, one event in a thousand': () => poison(20),
  'one of two hubs stands still': () =>
    pauseOneOfTwo([
      { at: 'anywhere', ms: 3000 },
      { at: 'records stored', ms: longPauseMs },
      { at: 'batch counted', ms: longPauseMs },
      { at: 'event committed', ms: longPauseMs },
      { at: 'hand-off begins', ms: 3000 },
    ]),
  'sockets reconnect at once': () => reconnectAll(10_000),
};

/** The longest that ten thousand browsers may wait. */
const readySecondsMax = 60;

function isPassed(result: Findings): boolean {
  const wrong = Object.keys(faultless).some((of) => result[of as keyof typeof faultless] > 0);
  const { acknowledgedWhileBroken, otherwise, ended, readySeconds, neverPassed } = result as Partial<{
    acknowledgedWhileBroken: number;
    otherwise: unknown;
    ended: number;
    readySeconds: number;
    neverPassed: readonly string[];
  }>;
  const others = typeof otherwise === 'object' && otherwise ? Object.keys(otherwise).length : Number(otherwise ?? 0);
  return (
    !wrong &&
    result.acknowledged > 0 &&
    (acknowledgedWhileBroken ?? 0) + (ended ?? 0) + others + (neverPassed?.length ?? 0) === 0 &&
    (readySeconds ?? 0) <= readySecondsMax
  );
}

async function run(name: string, fault: Fault): Promise<Row | undefined> {
  const [began, loadBefore = 0] = [performance.now(), loadavg()[0]];
  const result = await fault();
  if (!result) {
    process.stdout.write(`${name}: not here, what it needs is not installed or not allowed\n`);
    return undefined;
  }
  const row: Row = {
    name,
    at: new Date().toISOString(),
    machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown make'}`,
    loadBefore: Number(loadBefore.toFixed(2)),
    seconds: Math.round((performance.now() - began) / 1000),
    passed: isPassed(result),
    result,
  };
  process.stdout.write(`${JSON.stringify(row)}\n`);
  return row;
}

const words = process.argv.slice(2);
const file = new URL('../results/faults.json', import.meta.url);
const read = (): readonly Row[] => (existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Row[]) : []);
for (const [name, fault] of Object.entries(faults)) {
  if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
  const row = await run(name, fault);
  if (!row) continue;
  if (!row.passed) process.exitCode = 1;
  const rows = new Map(read().map((one) => [one.name, one])).set(name, row);
  const ordered = Object.keys(faults).flatMap((of) => rows.get(of) ?? []);
  writeFileSync(file, `${JSON.stringify(ordered, undefined, 2)}\n`);
}
