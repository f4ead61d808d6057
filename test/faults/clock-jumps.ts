import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Me } from '#contract';
import { testDatabase } from '#test/database';
import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { freePort, World, type WorldCustomer } from './world.ts';

/** What came of a hub whose clock jumped. */
export interface ClockJumps extends Findings {
  /** How often it jumped. */
  readonly jumps: number;
  /** Batches that were refused while the clocks of bank and hub did not agree. */
  readonly tooOld: number;
  /** Customers whose session or link was gone after a jump. */
  readonly ended: number;
}

const libraries = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib'].map(
  (folder) => `${folder}/faketime/libfaketimeMT.so.1`,
);

/**
 * Lets the clock of a running hub jump, and the bank's after it; durations go on as they are (the monotonic clock).
 *
 * @returns undefined where libfaketime is not installed
 */
export async function jumpClock(hours: readonly number[], customers = 6): Promise<ClockJumps | undefined> {
  const library = libraries.find(existsSync);
  if (!library) return undefined;
  const db = await testDatabase();
  const world = await World.make(db.url, customers);
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-clock-'));
  const file = join(folder, 'offset');
  writeFileSync(file, '+0');
  const port = await freePort();
  const url = `http://localhost:${port}`;
  try {
    await world.hub(port, {
      LD_PRELOAD: library,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
    });
    const load = new Load(world, () => url);
    const untilMore = async (): Promise<void> => {
      const { acknowledged } = load.ledger;
      await until('events that are acknowledged', async () => load.ledger.acknowledged > acknowledged + 60);
    };
    let ended = 0;
    try {
      await untilMore();
      for (const offset of hours) {
        writeFileSync(file, `${offset < 0 ? '' : '+'}${offset * 3600}`);
        const { tooOld } = load.sender;
        await until('batches that are too old', async () => load.sender.tooOld > tooOld);
        load.sender.nowMs = () => Date.now() + offset * 3_600_000;
        for (const watcher of load.watchers) watcher.cut();
        await untilMore();
        for (const customer of world.customers) if (!(await isLinked(url, customer))) ended += 1;
      }
      const findings = await load.finish();
      return { ...findings, jumps: hours.length, tooOld: load.sender.tooOld, ended };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await db.close();
    rmSync(folder, { recursive: true });
  }
}

/** Whether the customer's browser is still known, and the bank still linked for what was agreed. */
async function isLinked(url: string, { cookie }: WorldCustomer): Promise<boolean> {
  const response = await fetch(`${url}/api/me`, { headers: { cookie } });
  if (response.status !== 200) return false;
  const { links } = (await response.json()) as Me;
  return links.some(({ state, purposes }) => state === 'linked' && purposes.includes('transactions'));
}
