import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { directed, exactAmount, negated } from './amounts.ts';

test('an amount keeps every digit that the bank wrote, with the decimals of its currency', () => {
  assert.deepEqual(exactAmount(65.7, 'USD'), { amount: '65.70' });
  assert.deepEqual(exactAmount(-3, 'USD'), { amount: '-3.00' });
  assert.deepEqual(exactAmount(500, 'JPY'), { amount: '500' });
  assert.deepEqual(exactAmount(1.005, 'KWD'), { amount: '1.005' });
  assert.deepEqual(exactAmount(-0, 'USD'), { amount: '0.00' });
  assert.deepEqual(exactAmount(9_999_999_999_999.99, 'USD'), { amount: '9999999999999.99' });
});

test('every amount of whole cents that a bank serialises comes back as the same cents', () => {
  fc.assert(
    fc.property(fc.integer({ min: -999_999_999_999, max: 999_999_999_999 }), (cents) => {
      const text = `${cents < 0 ? '-' : ''}${Math.trunc(Math.abs(cents) / 100)}.${String(Math.abs(cents) % 100).padStart(2, '0')}`;
      assert.deepEqual(exactAmount(JSON.parse(text) as number, 'USD'), { amount: cents === 0 ? '0.00' : text });
    }),
  );
});

test('an amount that is not exact is refused, never rounded', () => {
  assert.deepEqual(exactAmount(0.1 + 0.2, 'USD'), { why: 'more decimals than USD has' });
  assert.deepEqual(exactAmount(1.005, 'USD'), { why: 'more decimals than USD has' });
  assert.deepEqual(exactAmount(500.5, 'JPY'), { why: 'more decimals than JPY has' });
  assert.deepEqual(exactAmount(123_456_789_012_345.67, 'USD'), { why: 'more digits than are exact' });
  assert.deepEqual(exactAmount(1e21, 'USD'), { why: 'not a plain decimal number' });
  assert.deepEqual(exactAmount(1e-7, 'USD'), { why: 'not a plain decimal number' });
  assert.deepEqual(exactAmount(Number.NaN, 'USD'), { why: 'not a plain decimal number' });
  assert.deepEqual(exactAmount(1, 'XYZ'), { why: 'there is no such currency' });
});

test('each sign convention gives the direction that it means', () => {
  const rows = [
    ['magnitude', false, 12.5, 'DEBIT', 'debit'],
    ['magnitude', true, 12.5, 'CREDIT', 'credit'],
    ['signed', false, -12.5, undefined, 'debit'],
    ['signed', true, -12.5, undefined, 'debit'],
    ['signed', true, 12.5, undefined, 'credit'],
    ['signed-by-account', false, -12.5, undefined, 'debit'],
    ['signed-by-account', false, 12.5, undefined, 'credit'],
    ['signed-by-account', true, 12.5, undefined, 'debit'],
    ['signed-by-account', true, -12.5, undefined, 'credit'],
  ] as const;
  for (const [signs, borrowed, value, memo, direction] of rows) {
    assert.deepEqual(
      directed(value, 'USD', memo, { signs, borrowed }),
      { amount: '12.50', direction },
      `${signs} ${value}`,
    );
  }
});

test('a direction that the bank did not give is not guessed', () => {
  const account = { signs: 'magnitude', borrowed: false } as const;
  assert.deepEqual(directed(5, 'USD', undefined, account), { why: 'missing', field: 'debitCreditMemo' });
  assert.deepEqual(directed(5, 'USD', 'MEMO', account), { why: 'neither DEBIT nor CREDIT', field: 'debitCreditMemo' });
  assert.equal('why' in directed(-5, 'USD', 'DEBIT', account), true);
});

test('negating twice changes nothing, and there is no minus zero', () => {
  assert.equal(negated('0.00'), '0.00');
  assert.equal(negated(negated('65.70')), '65.70');
});
