/**
 * `node bench/pullout.ts [links] [runs]`: how long the withdrawal of a whole bank takes on this machine, on a
 * real PostgreSQL of its own with fsync on: until nothing is readable, until keys and root are gone, and
 * until everything is deleted, entered in the log, and said in every chat. Each link has its customer with
 * keys and a conversation, a consent, tokens, two accounts, eight records, and four messages.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { hubMigrations, migrate, openDatabase, sql, startPostgres } from '#db';
import type { HttpParts } from '#http';
import { readConfig } from '../src/app/config.ts';
import { ownPools } from '../src/app/pools.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { wire } from '../src/app/wire.ts';
import { makeLinks } from '../test/many-links.ts';

const linksWanted = Number(process.argv[2] ?? 100_000);
const runs = Number(process.argv[3] ?? 1);
const log = createLog('error');
const bank = 'citi' as BankId;
const secondsOf = (ms: number): number => Math.round(ms / 100) / 10;

interface Measured {
  readonly unreadableSeconds: number;
  readonly keysGoneSeconds: number;
  readonly doneSeconds: number;
}

const measured: Measured[] = [];
for (let run = 0; run < runs; run += 1) measured.push(await measure());
const median = (of: (one: Measured) => number): number =>
  measured.map(of).toSorted((a, b) => a - b)[Math.floor(measured.length / 2)] ?? 0;
const result = {
  at: new Date().toISOString(),
  machine: `${cpus()[0]?.model ?? ''}, ${availableParallelism()} cores, load ${(loadavg()[0] ?? 0).toFixed(1)}`,
  node: process.version,
  links: linksWanted,
  recordsEach: 8,
  messagesEach: 4,
  runs: measured,
  median: {
    unreadableSeconds: median((one) => one.unreadableSeconds),
    keysGoneSeconds: median((one) => one.keysGoneSeconds),
    doneSeconds: median((one) => one.doneSeconds),
  },
};
mkdirSync(new URL('results/', import.meta.url), { recursive: true });
writeFileSync(new URL('results/pullout.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
console.log(JSON.stringify(result.median));

async function measure(): Promise<Measured> {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-'));
  const server = await startPostgres({ directory: join(folder, 'data'), log, durable: true });
  try {
    const config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
    const database = openDatabase(server.url, { log });
    await migrate(database, { directory: hubMigrations, schema: 'public' });
    const provider = openKeyProvider(config, systemRandom);
    const options = { config, databaseUrl: server.url, log, clock: systemClock, sandboxUrl: () => '' };
    const parts = wire(options, { ...ownPools(database), provider }, () => 'http://localhost');
    const filling = performance.now();
    await makeLinks(parts, (work) => database.transaction(work), bank, linksWanted);
    await database.execute(sql`analyze`);
    console.log(`${linksWanted.toLocaleString('en')} links made in ${secondsOf(performance.now() - filling)} s`);
    await parts.proof.sequencer.start();
    const taken = await pullOut(parts);
    await parts.linking.jobs.stop();
    await parts.proof.sequencer.stop();
    const [left] = await database.query<{ keys: bigint; records: bigint; messages: bigint; ledger: bigint }>(sql`
      select (select count(*) from link_keys where wrapped_key is not null) as keys, (select count(*) from records) as records,
        (select count(*) from messages where link_id is not null) as messages, (select count(*) from ledger) as ledger`);
    console.log(
      `left: ${left?.keys} keys, ${left?.records} records, ${left?.messages} messages; ledger entries ${left?.ledger}`,
    );
    await database.close();
    return taken;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function pullOut(parts: HttpParts): Promise<Measured> {
  const began = performance.now();
  await parts.linking.withdrawals.withdraw(bank, 'operator');
  const unreadableSeconds = secondsOf(performance.now() - began);
  let keysGoneSeconds = 0;
  for (;;) {
    const now = await parts.linking.withdrawals.standing(bank);
    if (!keysGoneSeconds && now?.rootGoneAt) keysGoneSeconds = secondsOf(performance.now() - began);
    if (now?.step === 'done') break;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  const doneSeconds = secondsOf(performance.now() - began);
  console.log({ unreadableSeconds, keysGoneSeconds, doneSeconds });
  return { unreadableSeconds, keysGoneSeconds, doneSeconds };
}
