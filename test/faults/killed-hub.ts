import { failPoints, type FailPoint } from '#base';
import { testDatabase } from '#test/database';
import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { freePort, World } from './world.ts';

/** What came of hubs that were killed at the named points of an event's way. */
export interface KilledAtPoints extends Findings {
  readonly kills: number;
  /** Points at which no hub was ever killed, though it was asked for. */
  readonly neverPassed: readonly FailPoint[];
  /** Tries of the bank's that were cut off without an answer. */
  readonly unknown: number;
}

/**
 * Kills the hub at each point in turn, `rounds` times, each time at another pass, while events pour in; starts
 * it again, and holds what was shown against what was acknowledged.
 */
export async function killAtPoints(rounds: number, customers = 6): Promise<KilledAtPoints> {
  const db = await testDatabase();
  const world = await World.make(db.url, customers);
  const port = await freePort();
  const neverPassed = new Set<FailPoint>();
  let kills = 0;
  try {
    const load = new Load(world, () => `http://localhost:${port}`);
    try {
      for (let round = 0; round < rounds; round += 1) {
        for (const [n, point] of failPoints.entries()) {
          const pass = 4 + ((round * 7 + n * 5) % 23);
          const hub = await world.hub(port, { TEST_FAIL_POINT: `${point}:${pass}` });
          await until(`a kill at "${point}"`, async () => !hub.isRunning()).catch(() => neverPassed.add(point));
          if ((await endOf(hub)) === 'SIGKILL') kills += 1;
        }
      }
      await world.hub(port);
      const findings = await load.finish();
      return { ...findings, kills, neverPassed: [...neverPassed], unknown: load.sender.count('unknown') };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await db.close();
  }

  async function endOf(hub: Awaited<ReturnType<World['hub']>>): Promise<NodeJS.Signals | null> {
    if (!hub.isRunning()) return hub.end();
    await hub.kill();
    return null;
  }
}
