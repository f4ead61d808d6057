import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';
import { createLog, isTellerlineError, systemClock, systemRandom, type BankId } from '#base';
import { hubMigrations, migrate, readArchive, sql, writeArchive, type Database } from '#db';
import type { HttpParts } from '#http';
import { readLogKey } from '#proof';
import { emptyDatabase, testDatabase, type TestDatabase } from '#test/database';
import { times } from '#test/whole';
import { taskActor } from '#vault';
import { adopt } from '../src/app/backup.ts';
import { readConfig, type Config } from '../src/app/config.ts';
import { ownPools } from '../src/app/pools.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { startHub, wire } from '../src/app/wire.ts';
import { makeLinks, type MadeLink } from './many-links.ts';

// A backup, what is taken back after it, and a restore: what was taken back stays so.

const log = createLog('silent');
const folder = mkdtempSync(join(tmpdir(), 'tellerline-restore-'));
const file = join(folder, 'backup');
const bank = 'citi' as BankId;
const other = 'us-bank' as BankId;
const linksRevoked = times(1_000, 250);
const linksKept = times(200, 50);

let db: TestDatabase;
let config: Config;
let parts: HttpParts;
let made: MadeLink[];
const opened: { close(): Promise<void> }[] = [];

function partsOver(database: Database, url: string): HttpParts {
  const options = { config, databaseUrl: url, log, clock: systemClock, sandboxUrl: () => '' };
  const provider = openKeyProvider(config, systemRandom);
  return wire(options, { ...ownPools(database), provider }, () => 'http://localhost');
}

before(async () => {
  db = await testDatabase();
  opened.push(db);
  config = readConfig({
    TELLERLINE_DATA: join(folder, 'data'),
    TELLERLINE_KEYS: join(folder, 'keys'),
    TELLERLINE_PORT: '0',
    TELLERLINE_STAFF_PORT: '0',
  });
  parts = partsOver(db.database, db.url);
  // Nobody is told here: the banks of these links are not there.
  await parts.linking.jobs.stop();
  const transaction = db.database.transaction.bind(db.database);
  made = await makeLinks(parts, transaction, bank, linksRevoked + linksKept);
  await makeLinks(parts, transaction, other, 20);
  await signed(parts);
});
after(async () => {
  for (const one of opened) await one.close();
  rmSync(folder, { recursive: true });
});

async function signed({ proof }: HttpParts): Promise<void> {
  while ((await proof.sequencer.round()) !== 'idle') continue;
}

/** How many of the links' purchases can be read through the gate. */
async function readable({ vault }: HttpParts, links: readonly MadeLink[]): Promise<number> {
  let count = 0;
  for (const { linkId, customerId } of links) {
    const use = { purpose: 'transactions', linkId, fields: ['transaction'], reason: 'question-answered' } as const;
    const selection = { kind: 'transaction', from: '2000-01-01', to: '2100-01-01' } as const;
    const records = await vault.gate.records({ ...use, actor: taskActor('answer', customerId) }, selection).then(
      (opened) => opened.use((some) => some.length),
      (error: unknown) => {
        assert.ok(isTellerlineError(error), String(error));
        return 0;
      },
    );
    if (records > 0) count += 1;
  }
  return count;
}

async function freshDatabase(): Promise<Omit<TestDatabase, 'sandboxUrl'>> {
  const fresh = await emptyDatabase();
  opened.push(fresh);
  await migrate(fresh.database, { directory: hubMigrations, schema: 'public' });
  return fresh;
}

test('a backup is whole, for its owner alone, and holds no key that opens it', async () => {
  const counts = await writeArchive(db.database, file, new Date());
  assert.equal(counts['links'], linksRevoked + linksKept + 20);
  assert.equal(statSync(file).mode & 0o777, 0o600);
  const text = gunzipSync(readFileSync(file)).toString('latin1');
  const kek = readFileSync(join(config.keys, 'kek'));
  assert.ok(!text.includes(kek.toString('hex')) && !text.includes(kek.toString('base64')));
});

test('a backup that was cut off or altered is refused, and nothing of it is stored', async () => {
  const fresh = await freshDatabase();
  const lines = gunzipSync(readFileSync(file)).toString();
  const bad = join(folder, 'bad');
  for (const text of [lines.slice(0, -200), lines.replace('"citi"', '"siti"').replace(',citi,', ',siti,')]) {
    writeFileSync(bad, gzipSync(text));
    await assert.rejects(readArchive(fresh.database, bad), { code: 'backup_damaged' });
    const rows = await fresh.database.query(sql`select from customers`);
    assert.equal(rows.length, 0);
  }
  await assert.rejects(readArchive(db.database, file), { code: 'restore_not_empty' });
});

test('after a restore nothing that was revoked since is readable, and everything else is', async (t) => {
  const revoked = made.slice(0, linksRevoked);
  const [narrowed, deleted, ...kept] = made.slice(linksRevoked) as [MadeLink, MadeLink, ...MadeLink[]];
  // Two switches are two narrowings, the second of the consent that the first one made.
  const [, second] = narrowed.accountRefs;
  const { customerId, linkId: ofNarrowed } = narrowed;
  await parts.linking.narrowFor(customerId, ofNarrowed, { purposes: [], accounts: second ? [second] : [] });
  await parts.linking.narrowFor(customerId, ofNarrowed, { purposes: ['transactions'], accounts: [] });
  await db.database.transaction((tx) => parts.linking.deleteCustomer(tx, deleted.customerId));
  const rest = [...revoked];
  const stop = async (): Promise<void> => {
    for (let link = rest.pop(); link; link = rest.pop()) {
      const { linkId } = link;
      await db.database.transaction((tx) => parts.linking.stop(tx, linkId, 'customer'));
    }
  };
  await Promise.all([stop(), stop(), stop(), stop()]);
  await signed(parts);

  const fresh = await freshDatabase();
  await readArchive(fresh.database, file);
  const start = startHub({ config, databaseUrl: fresh.url, log, clock: systemClock, sandboxUrl: () => '' });
  await assert.rejects(start, { code: 'database_older' }, 'a stale copy is refused until what was revoked is replayed');

  const oldKey = readLogKey(config.keys, '', systemRandom).text;
  const { statement, replayed } = await adopt({
    config,
    log,
    clock: systemClock,
    database: fresh.database,
    url: fresh.url,
  });
  assert.deepEqual(replayed, { links: linksRevoked, narrowed: 2, accounts: 1, banks: 0 });
  assert.ok(statement?.includes(oldKey), 'the old key says that a new log goes on');

  const again = partsOver(fresh.database, fresh.url);
  await again.linking.jobs.stop();
  const wrong = await readable(again, [...revoked, narrowed, deleted]);
  const right = await readable(again, kept);
  t.diagnostic(`restored: ${wrong} of ${revoked.length + 2} revoked links readable, ${right} of ${kept.length} others`);
  assert.equal(wrong, 0);
  assert.equal(right, kept.length);
  await signed(again);
  assert.equal((await again.proof.status()).stopped, null, 'the new log is signed');
  assert.notEqual(again.proof.key, oldKey);
});

test('a bank that pulled out after the backup is out after the restore, and its keys are gone', async () => {
  const again = await freshDatabase();
  await parts.linking.withdrawals.withdraw(other, 'bank');
  await readArchive(again.database, file);
  const { replayed } = await adopt({ config, log, clock: systemClock, database: again.database, url: again.url });
  assert.equal(replayed.banks, 1);
  const [left] = await again.database.query<{ keys: bigint }>(
    sql`select count(*) as keys from link_keys where bank_id = ${other} and wrapped_key is not null`,
  );
  assert.equal(left?.keys, 0n);
});
