import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cardUseFile, customersOf, measure, wilson } from './matching/measure.ts';

const absent = existsSync(cardUseFile) ? false : `${cardUseFile} is not here`;

test(
  'of made orders over real card use 99 of 100 pairs are right, and nine of ten are found',
  { skip: absent },
  async () => {
    const { testing } = await customersOf(cardUseFile);
    const counted = measure(
      testing.filter((_, n) => n % 4 === 0),
      11,
    );
    assert.ok(counted.pairs > 1000, `${counted.pairs} pairs to find`);
    assert.ok(counted.precision.share >= 0.99, `${counted.right} of ${counted.found} are right`);
    assert.ok(counted.recall.share >= 0.9, `${counted.right} of ${counted.pairs} are found`);
  },
);

test('the interval is Wilson’s', () => {
  // Brown, Cai and DasGupta, Interval Estimation for a Binomial Proportion (2001): 0 of 10 is below 0.2775.
  assert.deepEqual(wilson(0, 10), { share: 0, low: 0, high: 0.27753 });
});

test('the door pairs lines in other exports’ words, names those it cannot read, and ends with 1 for them', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-receipts-'));
  const write = (name: string, lines: readonly unknown[]) => {
    writeFileSync(
      join(folder, name),
      lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'),
    );
    return join(folder, name);
  };
  const run = (purchases: string, receipts: string) =>
    spawnSync(process.execPath, ['tools/receipts-match.ts', purchases, receipts], {
      cwd: new URL('..', import.meta.url),
      encoding: 'utf8',
    });
  try {
    const purchases = write('purchases.jsonl', [
      {
        id: 'p1',
        amount: '23.40',
        currency: 'USD',
        occurredAt: '2026-03-02T12:00:20Z',
        localDate: '2026-03-02',
        merchant: { name: 'SQ *NORTHWIND BOOKS' },
        cardLast4: '4242',
      },
      {
        transaction_id: 'p2',
        amt: 65.7,
        trans_date: '2026-03-03',
        trans_time: '18:20:00',
        merchant: 'LARKSPUR COFFEE',
      },
      {
        card: 'transaction',
        bank: 'b',
        transaction: {
          id: 'p3',
          amount: '1250',
          currency: 'JPY',
          direction: 'debit',
          status: 'posted',
          localDate: '2026-03-04',
          occurredAt: '2026-03-04T01:00:00+09:00',
          description: 'KISSA HANA',
        },
      },
      '{"id": "p4"',
      { id: 'p5', currency: 'USD' },
    ]);
    const receipts = write('receipts.jsonl', [
      {
        orderId: 'r1',
        shop: 'Northwind Books',
        total: '23.40',
        currency: 'USD',
        orderedAt: '2026-03-02T12:00:00Z',
        payment: { last4: '4242' },
      },
      {
        number: 'r2',
        shop: { name: 'Larkspur Coffee' },
        total: { amount: '65.70', currency: 'USD' },
        at: '2026-03-03 18:21:00',
      },
      {
        id: 'r3',
        receipt: { shop: 'Kissa Hana', total: 1250, currency: 'JPY', issuedAt: '2026-03-04T00:58:00+09:00' },
      },
    ]);
    const { status, stdout, stderr } = run(purchases, receipts);
    const pairs = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { purchase: string; receipt: string });
    assert.deepEqual(pairs.map(({ purchase, receipt }) => `${purchase} ${receipt}`).toSorted(), [
      'p1 r1',
      'p2 r2',
      'p3 r3',
    ]);
    assert.equal(status, 1);
    assert.match(stderr, /purchases\.jsonl:4: it is no JSON/);
    assert.match(stderr, /purchases\.jsonl:5: it has no amount/);
    assert.equal(
      run(
        write('one.jsonl', [{ id: 'p', amount: '1.00', currency: 'USD', localDate: '2026-03-02', merchant: 'A' }]),
        receipts,
      ).status,
      0,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
