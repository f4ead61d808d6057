/**
 * `node bench/events.ts [links] [seconds]`: how many events a second go the whole way in on this machine: over
 * HTTP, signed, to a real PostgreSQL of its own with fsync on, committed with their dedupe keys, sealed
 * records, entries and leaf, and answered. The bank is a process of its own on the same cores. Three runs each.
 */
import { fork } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { sql } from '#db';
import { openPublicListener } from '#http';
import { createIntake } from '#intake';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { openPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { makeLinks } from '../test/many-links.ts';
import type { Load, Loaded } from './events-load.fixture.ts';
import { measured, onOwnPostgres, quantile, report, runs, type Measured } from './measured.ts';

const linksWanted = Number(process.argv[2] ?? 1_000_000);
const seconds = Number(process.argv[3] ?? 60);
const bank = 'citi' as BankId;
const log = createLog('error');
const { publicKey, privateKey } = generateKeyPairSync('ed25519');

await onOwnPostgres(async (database, folder, databaseUrl) => {
  const config = readConfig({ TELLERLINE_DATA: `${folder}/data`, TELLERLINE_KEYS: `${folder}/keys` });
  const options = { config, databaseUrl, log, clock: systemClock, sandboxUrl: () => '' };
  const provider = openKeyProvider(config, systemRandom);
  const pools = await openPools(options, database, provider);
  const wired = wire(options, { ...pools, provider }, () => 'http://localhost');
  // The bank's public key comes from here in place of its directory entry; all else is as it is.
  const intake = createIntake({ ...pools, ...wired, database, eventKeys: async () => [publicKey] });
  const filling = performance.now();
  const links = await makeLinks(wired, (work) => database.transaction(work), bank, linksWanted, false);
  await database.execute(sql`analyze`);
  console.log(
    `${linksWanted.toLocaleString('en')} links made in ${Math.round((performance.now() - filling) / 1000)} s`,
  );
  await wired.proof.sequencer.start();
  const listener = await openPublicListener({ ...wired, intake }, '127.0.0.1', 0);
  const accounts = links.slice(0, 200_000).flatMap(({ accountRefs }) => accountRefs.slice(0, 1));
  const run = (batch: number, connections: number, forSeconds: number): Promise<Loaded> =>
    load({
      url: listener.url,
      bank,
      privateKey: privateKey.export({ type: 'pkcs8', format: 'pem' }),
      accounts,
      batch,
      connections,
      seconds: forSeconds,
    });
  const figures: Record<string, Measured> = {};
  for (const [name, batch, connections] of [
    ['in batches of 500', 500, 4],
    ['one by one', 1, 32],
  ] as const) {
    await run(batch, connections, 3);
    const [rates, p50, p99, wal]: [number[], number[], number[], number[]] = [[], [], [], []];
    for (let n = 0; n < runs; n += 1) {
      const before = await walBytes();
      const loaded = await run(batch, connections, seconds);
      if (loaded.refused > 0) throw new Error(`${loaded.refused} events were refused`);
      rates.push(loaded.acknowledged / loaded.seconds);
      p50.push(quantile(loaded.answerMs, 0.5));
      p99.push(quantile(loaded.answerMs, 0.99));
      wal.push(((await walBytes()) - before) / loaded.acknowledged);
      console.log(`${name}: ${Math.round(rates.at(-1) ?? 0).toLocaleString('en')} events/s`);
    }
    figures[`events a second, ${name}`] = measured(rates);
    figures[`ms until a batch is answered, ${name}, p50`] = measured(p50);
    figures[`ms until a batch is answered, ${name}, p99`] = measured(p99);
    figures[`bytes of write-ahead log an event, ${name}`] = measured(wal);
  }
  await listener.close();
  await wired.linking.jobs.stop();
  await wired.proof.sequencer.stop();
  for (const one of [pools.web, pools.readers, pools.events]) await one.close();
  report(`events-${linksWanted}`, figures);

  async function walBytes(): Promise<number> {
    const [row] = await database.query<{ bytes: string }>(
      sql`select pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::text as bytes`,
    );
    return Number(row?.bytes);
  }
});

async function load(what: Load): Promise<Loaded> {
  const child = fork(new URL('events-load.fixture.ts', import.meta.url));
  child.send(what);
  const [loaded] = (await once(child, 'message')) as [Loaded];
  await once(child, 'exit');
  return loaded;
}
