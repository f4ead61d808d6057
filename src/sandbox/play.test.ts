import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { createLog, systemClock } from '#base';
import { openDatabase, sql, type Database } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { playFile, type PlayOptions, type PlayTotals } from './play.ts';
import { createSandbox, type Sandbox } from './sandbox.ts';

const log = createLog('silent');
let base: TestDatabase;
let books: Database;
let sandbox: Sandbox;
let folder: string;
let said: string;

before(async () => {
  base = await testDatabase();
  books = openDatabase(base.sandboxUrl, { log, connectionsMax: 1 });
  sandbox = await createSandbox({
    databaseUrl: base.sandboxUrl,
    port: 0,
    hubUrl: 'http://localhost:1',
    clock: systemClock,
    log,
    seedCustomers: 0,
  });
  folder = mkdtempSync(join(tmpdir(), 'tellerline-play-'));
});

after(async () => {
  await sandbox.close();
  await books.close();
  await base.close();
  rmSync(folder, { recursive: true, force: true });
});

const header = 'card,amount,merchant,unix_time,category\n';

function play(text: string, more: Partial<PlayOptions> = {}): Promise<PlayTotals> {
  const file = join(folder, 'file.csv');
  writeFileSync(file, header + text);
  said = '';
  const output = { write: (words: string) => (said += words) };
  return playFile({ file, bank: 'citi', sandboxUrl: sandbox.url, output, progress: output, ...more });
}

interface Booked {
  customer: string;
  minor: bigint;
  direction: string;
  merchant: string;
  at: Date;
  day: string;
  /** Of the customer's own calendar. */
  timeZone: string;
}

/** What this bank's books say of played purchases, in the order in which they were booked. */
function booked(bank: string): Promise<Booked[]> {
  return books.query<Booked>(sql`
    select a.customer_id as customer, t.amount_minor as minor, t.direction, t.merchant->>'name' as merchant,
           t.occurred_at as at, t.local_date::text as day, c.time_zone as "timeZone"
      from sandbox.transactions t join sandbox.accounts a using (account_id)
      join sandbox.customers c using (bank_id, customer_id)
     where a.bank_id = ${bank} and t.transaction_id like 'play-%'
     order by a.customer_id, t.booked_at, t.occurred_at`);
}

test('each card is a customer, in the order of the file, and the books hold the same sum', async () => {
  const totals = await play(
    '9,65.70,Stroman,1704067526,gas_transport\n4,1.91,Tillman,1704068517,home\n9,-2.00,Stroman,1704068865,home\n',
  );
  assert.deepEqual(totals, {
    rows: 3,
    rejected: 0,
    rejectedRows: [],
    accepted: 3,
    events: 0,
    cards: 2,
    customers: 2,
    sums: [{ minor: 6561n, currency: 'USD' }],
  });
  const rows = await booked('citi');
  assert.deepEqual(
    rows.map(({ customer, minor, direction, merchant, day }) => ({ customer, minor, direction, merchant, day })),
    [
      { customer: 'customer-1', minor: 6570n, direction: 'debit', merchant: 'Stroman', day: '2024-01-01' },
      { customer: 'customer-1', minor: 200n, direction: 'credit', merchant: 'Stroman', day: '2024-01-01' },
      { customer: 'customer-2', minor: 191n, direction: 'debit', merchant: 'Tillman', day: '2024-01-01' },
    ],
  );
  assert.match(said, /sum +USD 65\.61\n/);
});

test('a bad row and one that the bank refuses are reported by line, and the rest is booked', async () => {
  const good = '1,1.00,Shop,1704067526,home\n';
  const totals = await play(`${good}1,much,Shop,1704067526,home\n1,5,Shop,1704067526,home,JPY\n${good}`);
  assert.equal(totals.rows, 4);
  assert.equal(totals.accepted, 2);
  assert.equal(totals.rejected, 2);
  assert.match(said, /^line 3: the amount is not a number/m);
  assert.match(said, /^line 4: it has 6 fields, the header has 5/m);
});

test('a purchase in a currency that the account is not kept in is refused by the bank alone', async () => {
  const file = join(folder, 'currencies.csv');
  writeFileSync(
    file,
    'card,amount,merchant,unix_time,currency\n1,1.00,Shop,1704067526,USD\n1,2.00,Shop,1704067526,EUR\n1,4.00,Shop,1704067526,USD\n',
  );
  const totals = await play('', { file, bank: 'us-bank' });
  assert.equal(totals.accepted, 2);
  assert.equal(totals.rejected, 1);
  assert.match(said, /^line 3: the bank refused it: /m);
  assert.deepEqual(
    (await booked('us-bank')).map(({ minor }) => minor),
    [100n, 400n],
  );
});

test('the fixture is booked, and its two bad rows are reported', async () => {
  const before = (await booked('citi')).length;
  const totals = await play('', { file: fileURLToPath(new URL('../../test/fixtures/card-use.csv', import.meta.url)) });
  assert.deepEqual([totals.rows, totals.accepted, totals.rejected, totals.cards], [60, 58, 2, 4]);
  assert.deepEqual(totals.sums, [{ minor: 557_167n, currency: 'USD' }]);
  assert.equal((await booked('citi')).length - before, 58);
  assert.match(said, /^line 23: [^]*^line 48: [^]*^rows +60\n[^]*^sum +USD 5571\.67\n^rejected +2\n/m);
});

test('many cards can be spread over a few customers', async () => {
  const rows = ['a', 'b', 'c', 'd', 'e'].map((card) => `${card},1.00,Shop,1704067526,home\n`).join('');
  const totals = await play(rows, { bank: 'wells-fargo', customers: 2 });
  assert.equal(totals.cards, 5);
  assert.equal(totals.customers, 2);
  assert.deepEqual(
    new Set((await booked('wells-fargo')).map(({ customer }) => customer)),
    new Set(['customer-1', 'customer-2']),
  );
});

test('with --now the last purchase happens now and the others as long before it as in the file', async () => {
  const now = Date.parse('2026-02-03T04:05:06.789Z');
  await play('z,1.00,First,1704067526,home\nz,2.00,Last,1704153926,home\n', {
    bank: 'jpmorgan-chase',
    now: true,
    clock: { ...systemClock, nowMs: () => now },
  });
  const [first, last] = await booked('jpmorgan-chase');
  assert.ok(first && last);
  assert.equal(last.at.getTime(), now);
  assert.equal(last.at.getTime() - first.at.getTime(), 86_400_000);
  // The day of the customer's own calendar, which in the evening is not yet that of UTC.
  const at = last.at.toTemporalInstant().toZonedDateTimeISO(last.timeZone);
  assert.equal(last.day, at.toPlainDate().toString());
});

test('a bank that is not there and a sandbox that does not run are said in a sentence', async () => {
  await assert.rejects(play('1,1.00,Shop,1704067526,home\n', { bank: 'nobank' }), { code: 'bank_unknown' });
  await assert.rejects(play('1,1.00,Shop,1704067526,home\n', { sandboxUrl: 'http://127.0.0.1:1' }), {
    code: 'sandbox_unreachable',
  });
});
