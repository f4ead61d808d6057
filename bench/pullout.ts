import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { sql } from '#db';
import type { HttpParts } from '#http';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { ownPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { makeLinks } from '../test/many-links.ts';
import { atMost, rowOf, type Row } from './measured.ts';
import { onOwnPostgres, type OwnPostgres } from './own-postgres.ts';
import type { Bench, Part } from './part.ts';

const log = createLog('error');
const bank = 'citi' as BankId;

/** Seconds from the order on. */
interface PulledOut {
  readonly unreadableSeconds: number;
  readonly keysGoneSeconds: number;
  readonly doneSeconds: number;
}

/**
 * How long the withdrawal of a whole bank takes: until nothing is readable, until keys and root are gone, and until
 * everything is deleted, entered in the log, and said in every chat. Each link has its customer with keys and a
 * conversation, a consent, tokens, two accounts, eight records, and four messages.
 */
export const pullout: Part = {
  name: 'pullout',
  heading: 'A whole bank pulls out',
  run: async ({ options, progress }) => {
    const runs: PulledOut[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      progress(`run ${run} of ${options.runs}: making links`);
      runs.push(await onOwnPostgres((own) => measure(own, options, () => progress(`run ${run} of ${options.runs}`))));
    }
    const of = `${options.pulloutLinks.toLocaleString('en')} links`;
    return [
      rowOf(
        `nothing of the bank is readable, ${of}`,
        's',
        runs.map((one) => one.unreadableSeconds),
        atMost(30),
      ),
      rowOf(
        'its keys and its root are gone',
        's',
        runs.map((one) => one.keysGoneSeconds),
      ),
      rowOf(
        'everything is deleted and said',
        's',
        runs.map((one) => one.doneSeconds),
        atMost(120),
      ),
    ] satisfies Row[];
  },
};

async function measure(
  { database, url, folder }: OwnPostgres,
  { pulloutLinks }: Bench['options'],
  begins: () => void,
): Promise<PulledOut> {
  const config = readConfig({ TELLERLINE_DATA: join(folder, 'hub'), TELLERLINE_KEYS: join(folder, 'keys') });
  const provider = openKeyProvider(config, systemRandom);
  const options = { config, databaseUrl: url, log, clock: systemClock, sandboxUrl: () => '' };
  const parts = wire(options, { ...ownPools(database), provider }, () => 'http://localhost');
  await makeLinks(parts, (work) => database.transaction(work), bank, pulloutLinks);
  await database.execute(sql`analyze`);
  await parts.proof.sequencer.start();
  begins();
  const taken = await pullOut(parts);
  await parts.linking.jobs.stop();
  await parts.proof.sequencer.stop();
  await requireNothingLeft(database);
  return taken;
}

async function requireNothingLeft(database: OwnPostgres['database']): Promise<void> {
  const [left] = await database.query<{ left: bigint }>(sql`
    select (select count(*) from link_keys where wrapped_key is not null) + (select count(*) from records) as left`);
  if (left?.left !== 0n) throw new Error(`${left?.left} keys and records are left`);
}

async function pullOut(parts: HttpParts): Promise<PulledOut> {
  const began = performance.now();
  await parts.linking.withdrawals.withdraw(bank, 'operator');
  const unreadableSeconds = (performance.now() - began) / 1000;
  let keysGoneSeconds = 0;
  for (;;) {
    const now = await parts.linking.withdrawals.standing(bank);
    if (!keysGoneSeconds && now?.rootGoneAt) keysGoneSeconds = (performance.now() - began) / 1000;
    if (now?.step === 'done') break;
    await sleep(100);
  }
  const doneSeconds = (performance.now() - began) / 1000;
  return { unreadableSeconds, keysGoneSeconds, doneSeconds };
}
