import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { OwnPostgres } from './own-postgres.ts';
import { freePort, World } from './world.ts';

/** What came of a disk that was filled under load. */
export interface FullDisk extends Findings {
  readonly fillings: number;
  /** Answers with 503. */
  readonly refused: number;
  /** Answers that were neither 202 nor 503, by status. */
  readonly otherwise: Readonly<Record<string, number>>;
  readonly settled: number;
}

const megabytes = 128;

/**
 * Fills the disk beneath PostgreSQL, a small one in memory, waits until events are refused, makes room again;
 * so many times.
 *
 * @returns undefined where no file system may be mounted
 */
export async function fillDisk(fillings: number, customers = 6): Promise<FullDisk | undefined> {
  const disk = mkdtempSync(join(tmpdir(), 'tellerline-disk-'));
  chmodSync(disk, 0o711);
  const mounting = ['-t', 'tmpfs', '-o', `size=${megabytes}m,mode=0711`, 'tellerline-full-disk', disk];
  if (spawnSync('mount', mounting).status !== 0) {
    rmSync(disk, { recursive: true });
    return undefined;
  }
  try {
    return await fillUnder(disk, fillings, customers);
  } finally {
    spawnSync('umount', ['--lazy', disk]);
    rmSync(disk, { recursive: true, force: true });
  }
}

async function fillUnder(disk: string, fillings: number, customers: number): Promise<FullDisk> {
  const postgres = await OwnPostgres.start(join(disk, 'data'));
  const world = await World.make(postgres.url, customers);
  const port = await freePort();
  try {
    await world.hub(port);
    const load = new Load(world, () => `http://localhost:${port}`);
    try {
      for (let n = 0; n < fillings; n += 1) {
        const { acknowledged } = load.ledger;
        await until('events that are acknowledged', async () => load.ledger.acknowledged > acknowledged + 60);
        const refused = load.sender.count(503);
        fill(join(disk, 'filling'));
        await until('events that are refused', async () => load.sender.count(503) > refused + 20);
        await sleep(500);
        rmSync(join(disk, 'filling'));
      }
      const findings = await load.finish();
      const otherwise = [...load.sender.tally].filter(([status]) => status !== '202' && status !== '503');
      return {
        ...findings,
        fillings,
        refused: load.sender.count(503),
        otherwise: Object.fromEntries(otherwise),
        settled: load.sender.duplicates,
      };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await postgres.close();
  }
}

/** Writes until nothing more fits. */
function fill(path: string): void {
  const file = openSync(path, 'w');
  try {
    for (let size = 1024 * 1024; size >= 1;) {
      try {
        writeSync(file, Buffer.alloc(size));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        size = Math.floor(size / 4);
      }
    }
  } finally {
    closeSync(file);
  }
}
