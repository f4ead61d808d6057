import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { OwnPostgres } from './own-postgres.ts';
import { freePort, World } from './world.ts';

/** What came of a PostgreSQL that was killed under load. */
export interface KilledPostgres extends Findings {
  readonly kills: number;
  /** Answers with 503 while it was away. */
  readonly refused: number;
  /** Answers that were neither 202 nor 503. */
  readonly otherwise: number;
  /** Events that had been stored although their batch was not acknowledged. */
  readonly settled: number;
}

/** Kills the postmaster with SIGKILL under load, so many times; it is started again, and the hub goes on running. */
export async function killPostgres(kills: number, customers = 6): Promise<KilledPostgres> {
  const postgres = await OwnPostgres.start();
  const world = await World.make(postgres.url, customers);
  const port = await freePort();
  try {
    await world.hub(port);
    const load = new Load(world, () => `http://localhost:${port}`);
    try {
      for (let n = 0; n < kills; n += 1) {
        const { acknowledged } = load.ledger;
        await until('events that are acknowledged', async () => load.ledger.acknowledged > acknowledged + 60 + 17 * n);
        postgres.kill();
      }
      const findings = await load.finish();
      const { tally, duplicates: settled } = load.sender;
      const refused = tally.get('503') ?? 0;
      const otherwise = [...tally].filter(([status]) => status !== '202' && status !== '503');
      return { ...findings, kills, refused, otherwise: otherwise.reduce((sum, [, n]) => sum + n, 0), settled };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await postgres.close();
  }
}
