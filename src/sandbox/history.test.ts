import assert from 'node:assert/strict';
import { test } from 'node:test';
import { categoryOf, transactionSchema } from '#contract';
import { sandboxBanks } from './banks.ts';
import { isHeld, writeHistory, type AccountKind } from './history.ts';

const now = Temporal.Instant.from('2026-11-20T15:00:00Z');

test('the same bank, customer and moment give the same year', () => {
  assert.deepEqual(
    writeHistory('citi', 'customer-7', now).transactions.map(String),
    writeHistory('citi', 'customer-7', now).transactions.map(String),
  );
  assert.equal(
    JSON.stringify(writeHistory('citi', 'customer-7', now)),
    JSON.stringify(writeHistory('citi', 'customer-7', now)),
  );
});

test('one person has one name and home, and another life at each bank', () => {
  const lives = sandboxBanks.map((bank) => writeHistory(bank.id, 'customer-1', now));
  assert.equal(new Set(lives.map((life) => `${life.givenName} ${life.familyName}, ${life.home.city}`)).size, 1);
  assert.equal(new Set(lives.map((life) => JSON.stringify(life.opening))).size, sandboxBanks.length);
});

test('every customer has 400 to 800 transactions within one year up to now, in order', () => {
  for (let number = 1; number <= 25; number += 1) {
    const { transactions, home } = writeHistory('us-bank', `customer-${number}`, now);
    assert.ok(transactions.length >= 400 && transactions.length <= 800, String(transactions.length));
    const today = now.toZonedDateTimeISO(home.timeZone).toPlainDate();
    let before = 0;
    for (const { day, at } of transactions) {
      assert.ok(today.since(day).days <= 395 && Temporal.PlainDate.compare(day, today) <= 0, day.toString());
      assert.equal(at.toPlainDate().toString(), day.toString());
      assert.ok(at.epochMilliseconds >= before && at.epochMilliseconds <= now.epochMilliseconds);
      before = at.epochMilliseconds;
    }
  }
});

test('nobody overdraws checking, and nobody owes more than the line', () => {
  for (let number = 1; number <= 25; number += 1) {
    const { transactions, opening, creditLine } = writeHistory('citi', `customer-${number}`, now);
    const balance: Record<AccountKind, number> = { ...opening };
    for (const { account, direction, cents } of transactions) {
      balance[account] += direction === 'credit' ? cents : -cents;
      assert.ok(balance.checking >= 0, `customer-${number} overdraws`);
      assert.ok(balance.card >= -creditLine, `customer-${number} owes too much`);
    }
  }
});

test('what leaves one account of a customer for another arrives there', () => {
  const { transactions } = writeHistory('wells-fargo', 'customer-2', now);
  for (const kind of ['payment', 'transfer'] as const) {
    const moved = transactions.filter((transaction) => transaction.kind === kind);
    const sum = (direction: string): number =>
      moved.filter((move) => move.direction === direction).reduce((total, { cents }) => total + cents, 0);
    assert.ok(moved.length > 12);
    assert.equal(sum('debit'), sum('credit'));
  }
});

test('all of an ordinary life is there: salary twice a month, rent, groceries, coffee, fuel, travel abroad', () => {
  const { transactions } = writeHistory('jpmorgan-chase', 'customer-1', now);
  const categories = new Set(transactions.map(({ merchant }) => categoryOf(merchant?.category)));
  for (const category of [
    'groceries',
    'coffee',
    'restaurants',
    'fuel',
    'transport',
    'travel',
    'shopping',
    'health',
    'entertainment',
    'bills',
    'cash',
    'income',
  ] as const) {
    assert.ok(categories.has(category), category);
  }
  assert.ok(transactions.filter(({ kind }) => kind === 'salary').length >= 23);
  assert.ok(
    transactions.some(({ merchant }) => merchant?.address?.country !== undefined && merchant.address.country !== 'US'),
  );
});

test('every merchant is one that an event of the contract can carry', () => {
  for (const { merchant, description, cents, direction, day } of writeHistory('citi', 'customer-3', now).transactions) {
    transactionSchema.parse({
      id: 'one',
      status: 'posted',
      amount: (cents / 100).toFixed(2),
      currency: 'USD',
      direction,
      localDate: day.toString(),
      description,
      merchant,
    });
  }
});

test('card purchases of the last two days are still held, and nothing else is', () => {
  const { transactions } = writeHistory('citi', 'customer-1', now);
  const held = transactions.filter((transaction) => isHeld(transaction, now));
  assert.ok(held.length > 0);
  assert.ok(held.every(({ account, at }) => account === 'card' && now.since(at.toInstant()).total('hours') < 48));
});
