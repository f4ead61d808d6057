import { testDatabase } from '#test/database';
import { until } from '../until.ts';
import type { Findings } from './ledger.ts';
import { Load } from './load.ts';
import { PostgresProxy, type Cut } from './postgres-proxy.ts';
import { freePort, World } from './world.ts';

/** What came of connections that were cut as COMMIT was sent over them. */
export interface CutAtCommit extends Findings {
  readonly cuts: Readonly<Record<Cut, number>>;
  /** Events that were sent again and were there already: outcomes that the key has settled. */
  readonly settled: number;
}

const kinds: readonly Cut[] = ['before', 'after', 'during'];

/** Cuts every third COMMIT of a batch, each time at another side of it, until there were so many cuts. */
export async function cutAtCommit(cutsWanted: number, customers = 6): Promise<CutAtCommit> {
  const db = await testDatabase();
  const proxy = await PostgresProxy.to(db.url);
  const world = await World.make(db.url, customers, proxy.through(db.url));
  const port = await freePort();
  const cutsMade = (): number => proxy.cuts.before + proxy.cuts.after + proxy.cuts.during;
  try {
    await world.hub(port);
    const load = new Load(world, () => `http://localhost:${port}`);
    try {
      proxy.cutAt((n) => (n % 3 === 0 && cutsMade() < cutsWanted ? kinds[(n / 3) % kinds.length] : undefined));
      for (let before = -1; cutsMade() < cutsWanted; before = cutsMade())
        await until('another cut', async () => cutsMade() > before);
      proxy.cutAt(undefined);
      const findings = await load.finish();
      return { ...findings, cuts: proxy.cuts, settled: load.sender.duplicates };
    } finally {
      load.close();
    }
  } finally {
    await world.close();
    await proxy.close();
    await db.close();
  }
}
