import type { Ceiling, Reached } from './ceiling-process.fixture.ts';
import { startChild } from './child.ts';
import { bank, type Stage } from './stage.ts';

/** How many events a second the hub's own storing takes with nothing around it, in batches of 500. */
export async function ceilingOf({ own, config }: Stage, accounts: number, seconds: number): Promise<number> {
  const child = startChild('./ceiling-process.fixture.ts');
  const reached = await child.ask<Reached>({
    databaseUrl: own.url,
    data: config.data,
    keys: config.keys,
    bank,
    accounts,
    batch: 500,
    atOnce: 4,
    seconds,
  } satisfies Ceiling);
  await child.stop();
  return reached.events / reached.seconds;
}
