import { setTimeout as sleep } from 'node:timers/promises';
import type { FailPoint } from '#base';
import { testDatabase } from '#test/database';
import { until } from '../until.ts';
import type { HubProcess } from './hub-process.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { freePort, World } from './world.ts';

/** What came of two hubs on one database, of which one stood still and came back. */
export interface TwoNodes extends Findings {
  readonly pauses: number;
  /** Events that the other one took meanwhile. */
  readonly takenMeanwhile: number;
  /** Events that had been stored by one and were sent again to the other. */
  readonly settled: number;
}

/** Where a hub is stopped, and for how long. */
export interface Pause {
  /** In the middle of a batch, at this point; or wherever it happens to be. */
  readonly at: FailPoint | 'anywhere';
  readonly ms: number;
}

/** Longer than a session may stand still inside a transaction: by then PostgreSQL has given its locks to others. */
export const longPauseMs = 34_000;

/** Stops one of two hubs under load, each time elsewhere, and lets it go on; the bank speaks to both in turn. */
export async function pauseOneOfTwo(pauses: readonly Pause[], customers = 6): Promise<TwoNodes> {
  const db = await testDatabase();
  const world = await World.make(db.url, customers);
  const ports = [await freePort(), await freePort()];
  let takenMeanwhile = 0;
  try {
    await world.hub(ports[1] ?? 0, {}, 'second');
    const load = new Load(world, (n) => `http://localhost:${ports[n % 2]}`);
    try {
      let first: HubProcess | undefined;
      for (const { at, ms } of pauses) {
        await end(first);
        first = await world.hub(ports[0] ?? 0, at === 'anywhere' ? {} : { TEST_FAIL_POINT: `${at}:9:SIGSTOP` });
        const { acknowledged } = load.ledger;
        await until('events that are acknowledged', async () => load.ledger.acknowledged > acknowledged + 40);
        if (at === 'anywhere') first.signal('SIGSTOP');
        await until('one that stands still', async () => first?.isStopped());
        const before = load.ledger.acknowledged;
        await sleep(ms);
        takenMeanwhile += load.ledger.acknowledged - before;
        await resume(first, load);
      }
      // A browser at one hub learns by coming back what was stored by the other.
      const cutting = setInterval(() => load.watchers.forEach((watcher) => watcher.cut()), 2000);
      const findings = await load.finish().finally(() => clearInterval(cutting));
      return { ...findings, pauses: pauses.length, takenMeanwhile, settled: load.sender.duplicates };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await db.close();
  }
}

/** Lets it go on, and waits until something was taken since. */
async function resume(hub: HubProcess, { ledger }: Load): Promise<void> {
  hub.signal('SIGCONT');
  const { acknowledged } = ledger;
  await until('events that are acknowledged', async () => ledger.acknowledged > acknowledged + 40);
}

/** Stops a hub as an operator does. */
async function end(hub: HubProcess | undefined): Promise<void> {
  hub?.signal('SIGTERM');
  await hub?.end();
}
