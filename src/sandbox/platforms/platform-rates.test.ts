import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphError } from './graph-error.ts';
import { createRates, type Rates } from './platform-rates.ts';

function clockAt(time: { ms: number }) {
  return { nowMs: () => time.ms, monotonicMs: () => time.ms };
}

function codeOf(rates: Rates, account: string, person: string): number | undefined {
  try {
    rates.spend(account, person);
    return undefined;
  } catch (error) {
    assert.ok(error instanceof GraphError);
    return error.code;
  }
}

test('a page sends three hundred a second; one more is 613, and another page is not touched', () => {
  const time = { ms: 0 };
  const rates = createRates('messenger', clockAt(time));
  for (let sent = 0; sent < 300; sent += 1) assert.equal(codeOf(rates, 'page', 'robert'), undefined);
  assert.equal(codeOf(rates, 'page', 'lucia'), 613);
  assert.equal(codeOf(rates, 'other page', 'lucia'), undefined);
  time.ms = 1_000;
  assert.equal(codeOf(rates, 'page', 'lucia'), undefined);
});

test('a number sends eighty a second, and to one person 45 ahead and then one in six seconds: 130429 and 131056', () => {
  const time = { ms: 0 };
  const rates = createRates('whatsapp', clockAt(time));
  for (let sent = 0; sent < 45; sent += 1) assert.equal(codeOf(rates, 'number', 'robert'), undefined);
  assert.equal(codeOf(rates, 'number', 'robert'), 131056);
  // The refused one counts for the number as well.
  for (let sent = 0; sent < 34; sent += 1) assert.equal(codeOf(rates, 'number', `person ${sent}`), undefined);
  assert.equal(codeOf(rates, 'number', 'lucia'), 130429);
  time.ms = 6_000;
  assert.equal(codeOf(rates, 'number', 'robert'), undefined);
  assert.equal(codeOf(rates, 'number', 'robert'), 131056);
});

test('in a day a page sends two hundred for each person who is engaged with it; one more is 80006, until the day is over', () => {
  const time = { ms: 0 };
  const rates = createRates('messenger', clockAt(time));
  const spend = (engaged: number): number | undefined => {
    try {
      return rates.spendOfDay('page', engaged);
    } catch (error) {
      assert.ok(error instanceof GraphError && error.code === 80006);
      return undefined;
    }
  };
  const used = Array.from({ length: 400 }, () => spend(2));
  assert.deepEqual([used[199], used[379], used[399], spend(2)], [50, 95, 100, undefined]);
  assert.equal(spend(3), 66, 'somebody more has written');
  time.ms = 24 * 3_600_000;
  assert.equal(spend(0), 0);
});
