import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { readCardUse, type CardUseRow } from './card-use.ts';

const fixture = new URL('../../test/fixtures/card-use.csv', import.meta.url);

let folder: string;
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'tellerline-card-use-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function read(text: string | Buffer): Promise<CardUseRow[]> {
  const file = join(folder, 'file.csv');
  writeFileSync(file, text);
  return Array.fromAsync(readCardUse(file));
}

const header = 'cc_num,trans_date,trans_time,unix_time,category,amt,merchant,merch_lat,merch_long,city,state\n';
const row =
  '4000,2024-01-01,00:05:26,1704067526,gas_transport,65.70,"fraud_Stroman, Hudson and Erdman",40.4572,-82.9703,Westerville,OH\n';

test('a row becomes a purchase with its merchant, category, place and times', async () => {
  const [first] = await read(header + row);
  assert.ok(first?.good);
  assert.equal(first.line, 2);
  assert.deepEqual(first.amount, { minor: 6570n, currency: 'USD' });
  assert.equal(first.occurredAt.toString(), '2024-01-01T00:05:26Z');
  assert.equal(first.localDate.toString(), '2024-01-01');
  assert.equal(first.merchant, 'Stroman, Hudson and Erdman');
  assert.equal(first.category, '5541');
  assert.deepEqual(first.place, {
    city: 'Westerville',
    region: 'OH',
    country: 'US',
    location: { lat: 40.4572, lon: -82.9703 },
  });
});

test('a gzip file reads like the plain one, by its content and not by its name', async () => {
  assert.deepEqual(await read(gzipSync(header + row)), await read(header + row));
});

test('columns are found under other names and in any order', async () => {
  const [first] = await read(
    'Amount,Payee,MCC,Card Number,Date Time,Currency\n"1,234.5",Shop,5411,77,2024-05-01T09:00:00-05:00,EUR\n',
  );
  assert.ok(first?.good);
  assert.deepEqual(first.amount, { minor: 123450n, currency: 'EUR' });
  assert.equal(first.occurredAt.toString(), '2024-05-01T14:00:00Z');
  assert.equal(first.localDate.toString(), '2024-05-01');
  assert.equal(first.category, '5411');
  assert.equal(first.place, undefined);
});

test('a purchase online has no place', async () => {
  const [first] = await read(header + row.replace('gas_transport', 'shopping_net'));
  assert.ok(first?.good);
  assert.equal(first.online, true);
  assert.equal(first.place, undefined);
});

test('a bad row is reported with its line and reason, and the rest goes on', async () => {
  const bad: [string, string][] = [
    [row.replace('65.70', 'much'), 'the amount is not a number with as many decimals as the currency has'],
    [row.replace('65.70', '65.705'), 'the amount is not a number with as many decimals as the currency has'],
    [row.replace('65.70', ''), 'the amount is missing'],
    [row.replace('65.70', '0.00'), 'the amount is zero'],
    [row.replace('1704067526', '2024-02-30 10:00:00'), 'the date or time is not one'],
    [row.replace('40.4572', '140.4572'), 'the place lies off the globe'],
    [row.replace('4000', ''), 'the card is missing'],
    ['4000,2024-01-01\n', 'it has 2 fields, the header has 11'],
  ];
  const rows = await read(header + bad.map(([text]) => text + row).join(''));
  assert.equal(rows.length, bad.length * 2);
  for (const [index, [, reason]] of bad.entries()) {
    assert.deepEqual(rows[index * 2], { good: false, line: 2 + index * 2, reason });
    assert.equal(rows[index * 2 + 1]?.good, true);
  }
});

test('a header without the needed columns is refused with the names that would do', async () => {
  await assert.rejects(read('a,b,c\n1,2,3\n'), { code: 'columns_missing' });
});

test('an empty file, a missing one and a gzip that breaks off are refused', async () => {
  await assert.rejects(read(''), { code: 'file_unreadable' });
  await assert.rejects(Array.fromAsync(readCardUse(join(folder, 'missing.csv'))), { code: 'file_unreadable' });
  const whole = gzipSync(header + row.repeat(1000));
  await assert.rejects(read(whole.subarray(0, whole.length - 20)), { code: 'file_unreadable' });
});

test('the fixture is read whole: every row and every cent, and its two bad rows by line', async (t) => {
  const rows = await Array.fromAsync(readCardUse(fixture.pathname));
  const good = rows.filter((each) => each.good);
  assert.deepEqual(
    rows.filter((each) => !each.good).map(({ line }) => line),
    [23, 48],
  );
  assert.equal(good.length, 58);
  assert.equal(new Set(good.map(({ card }) => card)).size, 4);

  // Counted apart from the reader: the amount is the one field of the form 0.00 behind the category.
  const lines = readFileSync(fixture, 'utf8').trim().split('\n').slice(1);
  const cents = lines.flatMap((line) => {
    const [, amount] = /,[a-z_]+,(-?\d+\.\d\d),.*,.*,.*,/.exec(line) ?? [];
    return amount === undefined ? [] : [Number(amount.replace('.', ''))];
  });
  const sum = good.reduce((total, { amount }) => total + amount.minor, 0n);
  assert.equal(sum, BigInt(cents.reduce((total, each) => total + each, 0)));
  t.diagnostic(`${good.length} rows, ${sum} cents`);
});
