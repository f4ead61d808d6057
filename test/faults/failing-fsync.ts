import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { OwnPostgres } from './own-postgres.ts';
import { freePort, World } from './world.ts';

/** What came of a disk that could not keep what it was given. */
export interface FailingFsync extends Findings {
  /** Single failures, each of which ends every session of PostgreSQL's. */
  readonly failures: number;
  /** Batches that were acknowledged while the disk kept nothing at all. */
  readonly acknowledgedWhileBroken: number;
  /** Answers with 503. */
  readonly refused: number;
  /** Events that had been stored although their batch was not acknowledged. */
  readonly settled: number;
}

/** Where the disk's faults are switched on: files that are there or not. */
interface Disk {
  readonly folder: string;
  readonly library: string;
  readonly once: string;
  readonly always: string;
}

/** Builds the library that makes fsync fail; undefined where there is no C compiler. */
function brokenDisk(): Disk | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-fsync-'));
  // PostgreSQL runs as another user when the test is root, and removes the file `once`.
  chmodSync(folder, 0o777);
  const library = join(folder, 'fsync-fails.so');
  const source = new URL('fsync-fails.c', import.meta.url).pathname;
  const { status } = spawnSync('gcc', ['-shared', '-fPIC', '-O1', '-o', library, source, '-ldl']);
  if (status === 0) return { folder, library, once: join(folder, 'once'), always: join(folder, 'always') };
  rmSync(folder, { recursive: true });
  return undefined;
}

/** The server takes its environment from this process. */
async function startOn({ library, once, always }: Disk): Promise<OwnPostgres> {
  const preload = { LD_PRELOAD: library, FSYNC_FAILS_ONCE: once, FSYNC_FAILS_WHILE: always };
  Object.assign(process.env, preload);
  try {
    return await OwnPostgres.start();
  } finally {
    for (const name of Object.keys(preload)) delete process.env[name];
  }
}

/**
 * Lets fsync fail under load, so many times once, from which PostgreSQL recovers, and then until an operator has
 * mended the disk and ended PostgreSQL.
 *
 * @returns undefined where the library cannot be built
 */
export async function failFsync(failures: number, customers = 6): Promise<FailingFsync | undefined> {
  const disk = brokenDisk();
  if (!disk) return undefined;
  const postgres = await startOn(disk);
  const world = await World.make(postgres.url, customers);
  const port = await freePort();
  try {
    await world.hub(port);
    const load = new Load(world, () => `http://localhost:${port}`);
    const untilMore = async (): Promise<void> => {
      const { acknowledged } = load.ledger;
      await until('events that are acknowledged', async () => load.ledger.acknowledged > acknowledged + 60);
    };
    try {
      for (let n = 0; n < failures; n += 1) {
        await untilMore();
        writeFileSync(disk.once, '');
        await until('the failure', async () => !existsSync(disk.once));
      }
      await untilMore();
      const acknowledgedWhileBroken = await whileBroken(disk, load);
      postgres.kill();
      await untilMore();
      const findings = await load.finish();
      const { duplicates: settled } = load.sender;
      return { ...findings, failures, acknowledgedWhileBroken, refused: load.sender.count(503), settled };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await postgres.close();
    rmSync(disk.folder, { recursive: true, force: true });
  }
}

/** Breaks the disk for two seconds; answers how many batches were acknowledged then. */
async function whileBroken({ always }: Disk, { sender }: Load): Promise<number> {
  writeFileSync(always, '');
  // What was durable before it broke may still be answered.
  await sleep(500);
  const before = sender.count(202);
  await sleep(1500);
  const after = sender.count(202);
  rmSync(always);
  return after - before;
}
