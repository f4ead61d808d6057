import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { isNegative, isZero, magnitude, subtract } from './decimal.ts';

test('subtracting is exact where floats are not', () => {
  assert.equal(subtract('2383.42', '2318.42'), '65.00');
  assert.equal(subtract('0.30', '0.10'), '0.20');
  assert.equal(subtract('0.1', '0.25'), '-0.15');
  assert.equal(subtract('-5', '500'), '-505');
  assert.equal(subtract('999999999999999.99', '0.01'), '999999999999999.98');
});

test('what is subtracted and added again is the same to the last cent', () => {
  const cents = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
  const write = (value: bigint): string => {
    const digits = (value < 0n ? -value : value).toString().padStart(3, '0');
    return `${value < 0n ? '-' : ''}${digits.slice(0, -2)}.${digits.slice(-2)}`;
  };
  fc.assert(
    fc.property(cents, cents, (a, b) => {
      assert.equal(subtract(write(a), write(b)), write(a - b));
      assert.equal(isNegative(write(a)), a < 0n);
      assert.equal(isZero(write(a)), a === 0n);
      assert.equal(magnitude(write(a)), write(a < 0n ? -a : a));
    }),
  );
});
