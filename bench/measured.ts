import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#base';
import { hubMigrations, migrate, openDatabase, startPostgres, type Database } from '#db';

/** A figure measured several times. */
export interface Measured {
  readonly median: number;
  readonly min: number;
  readonly max: number;
}

/** How often each figure is measured. */
export const runs = 3;

/** Median and spread of several runs, to three digits. */
export function measured(values: readonly number[]): Measured {
  const sorted = values.toSorted((a, b) => a - b);
  const digits = (value: number | undefined): number => Number((value ?? Number.NaN).toPrecision(3));
  return { median: digits(sorted[Math.floor(sorted.length / 2)]), min: digits(sorted[0]), max: digits(sorted.at(-1)) };
}

/** The value below which this share of the values lies. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

/** Prints the figures and writes them to `bench/results/<name>.json`, with the machine and how busy it was. */
export function report(name: string, figures: Readonly<Record<string, Measured>>): void {
  const results = {
    measuredAt: new Date().toISOString().slice(0, 10),
    machine: `${availableParallelism()} cores of ${cpus()[0]?.model.trim() ?? 'an unknown make'}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`,
    node: process.version,
    runs,
    loadBefore,
    figures,
  };
  const folder = join(import.meta.dirname, 'results');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(results, null, 2)}\n`);
  console.log(`${results.machine}; load before: ${loadBefore}`);
  for (const [what, { median, min, max }] of Object.entries(figures))
    console.log(`${what}: ${median.toLocaleString('en')} (${min.toLocaleString('en')} to ${max.toLocaleString('en')})`);
}

/** Of the minute before this began: above 0.5 others were at work. */
const loadBefore = Number((loadavg()[0] ?? 0).toFixed(2));

/** Runs work over a fresh PostgreSQL of its own with fsync on, and removes it. */
export async function onOwnPostgres(
  work: (database: Database, folder: string, url: string) => Promise<void>,
): Promise<void> {
  const log = createLog('error');
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-'));
  const server = await startPostgres({ directory: join(folder, 'data'), log, durable: true });
  try {
    const database = openDatabase(server.url, { log, connectionsMax: 16 });
    await migrate(database, { directory: hubMigrations, schema: 'public' });
    await work(database, folder, server.url);
    await database.close();
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}
