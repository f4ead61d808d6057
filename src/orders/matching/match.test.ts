import assert from 'node:assert/strict';
import { test } from 'node:test';
import { matchReceipts } from './match.ts';
import { alike, nameOf } from './names.ts';
import type { PurchaseSide, ReceiptSide, When } from './matched.ts';

const hourMs = 3_600_000;
const at = (hours: number): When => {
  const atMs = Date.parse('2026-03-02T12:00:00Z') + hours * hourMs;
  return { atMs, day: Math.floor(atMs / (24 * hourMs)) };
};

function bought(id: string, minor: number, hours: number, more: Partial<PurchaseSide> = {}): PurchaseSide {
  return {
    id,
    sum: { minor, currency: 'USD' },
    way: 'debit',
    status: 'posted',
    names: ['SQ *NORTHWIND BOOKS 0412 TULSA OK'],
    when: at(hours),
    place: 'other',
    ...more,
  };
}

function ordered(id: string, minor: number, hours: number, more: Partial<ReceiptSide> = {}): ReceiptSide {
  return { id, shop: 'Northwind Books', sum: { minor, currency: 'USD' }, kind: 'order', when: at(hours), ...more };
}

const paired = (purchases: PurchaseSide[], receipts: ReceiptSide[]) =>
  matchReceipts(purchases, receipts)
    .map(({ purchase, receipt }) => `${purchase} ${receipt}`)
    .toSorted();

test('the amount, the shop and the minute make a pair', () => {
  const [pair] = matchReceipts([bought('p', 2340, 0.05)], [ordered('r', 2340, 0)]);
  assert.deepEqual(pair?.why, ['amount-equal', 'within-minutes', 'name-equal']);
  assert.ok(pair.score > 0.99);
});

test('about the same amount is no match, however near the rest', () => {
  assert.deepEqual(paired([bought('p', 2310, 0)], [ordered('r', 2340, 0)]), []);
});

test('another card is no match, though everything else is equal; a telephone’s own digits are not the card’s', () => {
  const purchase = bought('p', 2340, 0.05, { last4: '1111' });
  assert.deepEqual(paired([purchase], [ordered('r', 2340, 0, { last4: '2222' })]), []);
  assert.deepEqual(paired([purchase], [ordered('r', 2340, 0, { last4: '2222', isByWallet: true })]), ['p r']);
});

test('another shop’s name is no match on the same amount and day', () => {
  assert.deepEqual(paired([bought('p', 2340, 2, { names: ['LARKSPUR COFFEE'] })], [ordered('r', 2340, 0)]), []);
});

test('two orders alike on one day stay without, unless the minute or the card decides', () => {
  const receipts = [ordered('r1', 1500, 0), ordered('r2', 1500, 3)];
  const onDay = (n: number, last4?: string) =>
    ordered(`r${n}`, 1500, 0, { when: { day: at(0).day }, ...(last4 && { last4 }) });
  assert.deepEqual(paired([bought('p1', 1500, 8)], receipts), [], 'one purchase, either order’s');
  assert.deepEqual(paired([bought('p1', 1500, 0.02), bought('p2', 1500, 3.02)], receipts), ['p1 r1', 'p2 r2']);
  assert.deepEqual(paired([bought('p1', 1500, 1), bought('p2', 1500, 2)], [onDay(1), onDay(2)]), []);
  assert.deepEqual(
    paired(
      [bought('p1', 1500, 1, { last4: '1111' }), bought('p2', 1500, 2, { last4: '2222' })],
      [onDay(1, '1111'), onDay(2, '2222')],
    ),
    ['p1 r1', 'p2 r2'],
  );
});

test('a tip is added where tips are usual, and nowhere else', () => {
  const receipt = ordered('r', 4000, 0, { shop: 'Harbor Grill' });
  const paid = (minor: number, place: 'tipped' | 'other') =>
    bought('p', minor, 0.2, { names: ['TST* HARBOR GRILL'], place });
  assert.deepEqual(paired([paid(4720, 'tipped')], [receipt]), ['p r']);
  assert.deepEqual(paired([paid(4720, 'other')], [receipt]), []);
  assert.deepEqual(paired([paid(5600, 'tipped')], [receipt]), [], 'more than any tip');
  assert.deepEqual(
    paired([paid(4720, 'tipped')], [{ ...receipt, tipMinor: 720 }]),
    [],
    'the tip stands in the total already',
  );
});

test('an order that is charged in shipments has several purchases that come to it to the cent', () => {
  const purchases = [bought('p1', 1999, 20), bought('p2', 3050, 70), bought('p3', 4444, 90)];
  assert.deepEqual(paired(purchases, [ordered('r', 5049, 0)]), ['p1 r', 'p2 r']);
  assert.deepEqual(paired(purchases, [ordered('r', 5050, 0)]), []);
  assert.deepEqual(
    paired([bought('p1', 1999, 20)], [ordered('r', 5049, 0, { partsMinor: [1999, 3050] })]),
    ['p1 r'],
    'the second is not charged yet',
  );
});

test('another currency needs the name, the day and a course that can be', () => {
  const receipt = ordered('r', 10_000, 0, { sum: { minor: 10_000, currency: 'EUR' } });
  assert.deepEqual(paired([bought('p', 10_870, 0.1)], [receipt]), ['p r']);
  assert.deepEqual(paired([bought('p', 15_000, 0.1)], [receipt]), [], 'no such course');
  assert.deepEqual(paired([bought('p', 10_870, 0.1, { names: ['LARKSPUR COFFEE'] })], [receipt]), []);
  assert.deepEqual(paired([bought('p', 15_000, 0.1, { original: { minor: 10_000, currency: 'EUR' } })], [receipt]), [
    'p r',
  ]);
});

test('a pump’s deposit is that of the fill-up, while it is only held', () => {
  const receipt = ordered('r', 5230, 0, { shop: 'Stroman Fuel' });
  const held = bought('p', 10_000, 0, { names: ['STROMAN FUEL 0311'], place: 'fuel', status: 'authorized' });
  assert.deepEqual(paired([held], [receipt]), ['p r']);
  assert.deepEqual(paired([{ ...held, status: 'posted' }], [receipt]), []);
});

test('a refund’s receipt belongs to money that came back, an order’s to money that went', () => {
  const purchases = [bought('p1', 2340, 0), bought('p2', 2340, 50, { way: 'credit' })];
  assert.deepEqual(paired(purchases, [ordered('r1', 2340, 0), ordered('r2', 2340, 49, { kind: 'refund' })]), [
    'p1 r1',
    'p2 r2',
  ]);
});

test('a pair that was undone is never made again, and another customer’s purchase is never taken', () => {
  assert.deepEqual(
    matchReceipts([bought('p', 2340, 0)], [ordered('r', 2340, 0)], () => true),
    [],
  );
  assert.deepEqual(paired([bought('p', 2340, 0, { customer: 'a' })], [ordered('r', 2340, 0, { customer: 'b' })]), []);
});

test('statements’ forms of a name are near it, other shops are far', () => {
  const near = (shop: string, told: string) => alike(nameOf(shop), nameOf(told));
  for (const [shop, told] of [
    ['Northwind Books', 'SQ *NORTHWIND BOOKS 0412 TULSA OK'],
    ['northwindbooks.com', 'PAYPAL *NORTHWINDBO'],
    ['Amazon.com', 'AMZN Mktp US*2K4LM1'],
    ['Amazon Marketplace', 'Amazon.com*RT4GH1 AMZN.COM/BILL WA'],
    ['Café Zoë', 'TST* CAFE ZOE'],
    ['Medhurst, Cartwright and Ebert', 'MEDHURST CARTWRIGHT AN ATLANTA GA'],
    ["O'Connell, Botsford and Hand", 'POS DEBIT OCONNELL BOTSFORD & HA'],
  ] as const)
    assert.ok((near(shop, told) ?? 0) >= 0.85, `${shop} / ${told}: ${near(shop, told)}`);
  for (const [shop, told] of [
    ['Northwind Books', 'LARKSPUR COFFEE'],
    ['Harbor Grill', 'HARBOR HOTEL'],
    ['Kutch, Hermiston and Farrell', 'KUTCH LLC COLUMBUS OH'],
    ['Target', 'WALMART SUPERCENTER'],
  ] as const)
    assert.ok((near(shop, told) ?? 1) < 0.75, `${shop} / ${told}: ${near(shop, told)}`);
  assert.equal(near('Northwind Books', 'PAYPAL *'), undefined, 'a processor’s name is no shop’s');
});
