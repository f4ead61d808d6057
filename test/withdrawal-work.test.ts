import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog, systemClock, systemRandom, type BankId } from '#base';
import { sql } from '#db';
import type { HttpParts } from '#http';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor } from '#vault';
import { readConfig, type Config } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { ownPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { makeLinks, type MadeLink } from './many-links.ts';
import { until } from './until.ts';

// Many links of a bank that pulls out: read while it happens, interrupted, and carried on by two at once.

const log = createLog('silent');
const folder = mkdtempSync(join(tmpdir(), 'tellerline-withdrawal-'));
const bank = 'citi' as BankId;
const links = 2500;

let db: TestDatabase;
let config: Config;
let made: MadeLink[];

before(async () => {
  db = await testDatabase();
  config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
  made = await makeLinks(processOfHub(), db.database.transaction.bind(db.database), bank, links);
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

function processOfHub(): HttpParts {
  const options = { config, databaseUrl: db.url, log, clock: systemClock, sandboxUrl: () => '' };
  const provider = openKeyProvider(config, systemRandom);
  return wire(options, { ...ownPools(db.database), provider }, () => 'http://localhost');
}

test('no read that begins after the answer succeeds; an interrupted withdrawal is carried on by two at once', async (t) => {
  const reader = processOfHub();
  const first = processOfHub();
  const reads: { readonly begun: number; readonly opened: boolean }[] = [];
  const state = { reading: true };
  const read = async (): Promise<void> => {
    for (let n = 0; state.reading; n += 1) {
      const { linkId, customerId } = made[(n * 7919) % made.length] as MadeLink;
      const use = { purpose: 'transactions', linkId, fields: ['transaction'], reason: 'question-answered' } as const;
      const selection = { kind: 'transaction', from: '2000-01-01', to: '2100-01-01' } as const;
      const begun = performance.now();
      const opened = await reader.vault.gate
        .records({ ...use, actor: taskActor('answer', customerId) }, selection)
        .then(
          (records) => records.use((some) => some.length > 0),
          () => false,
        );
      reads.push({ begun, opened });
    }
  };
  const readers = [read(), read(), read()];
  await until('some reads', async () => reads.filter((one) => one.opened).length > 50);
  await first.linking.withdrawals.withdraw(bank, 'operator');
  const answeredAt = performance.now();
  await until('the first batches', async () => ((await first.linking.withdrawals.standing(bank))?.keys ?? 0) > 0);
  // Ends after the batches under way: what a killed process leaves is the same, as each is one transaction.
  await first.linking.jobs.stop();
  assert.notEqual((await first.linking.withdrawals.standing(bank))?.step, 'done', 'it was interrupted');
  const [second, third] = [processOfHub(), processOfHub()];
  second.linking.jobs.withdrawals();
  third.linking.jobs.withdrawals();
  const done = await until('its end', async () => {
    const now = await second.linking.withdrawals.standing(bank);
    return now?.step === 'done' ? now : undefined;
  });
  state.reading = false;
  await Promise.all(readers);
  await second.linking.jobs.stop();
  await third.linking.jobs.stop();

  const late = reads.filter((one) => one.begun > answeredAt);
  t.diagnostic(
    `${reads.length} reads, ${late.length} begun after the answer, ${late.filter((one) => one.opened).length} of them opened`,
  );
  assert.ok(late.length > 50);
  assert.equal(late.filter((one) => one.opened).length, 0);
  assert.deepEqual(
    [done.links, done.ended, done.keys, done.records, done.messages],
    [links, links, links, links * 8, links * 4],
  );
  const [left] = await db.database.query<Record<string, bigint>>(sql`
    select (select count(*) from records) as records, (select count(*) from accounts) as accounts,
      (select count(*) from link_keys where wrapped_key is not null) as keys,
      (select count(*) from consents where state = 'granted') as consents,
      (select count(*) from messages) as messages, (select count(*) from revocations) as told`);
  assert.deepEqual(
    { ...left },
    { records: 0n, accounts: 0n, keys: 0n, consents: 0n, messages: BigInt(links), told: BigInt(links) },
    'each customer is told once, and the bank of each grant once',
  );
});
