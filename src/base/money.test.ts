import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { currencyDecimals, formatDecimal, parseMoney, sumMoney } from './money.ts';

/** One currency for each number of decimals that ISO 4217 has. */
const currencies = [
  { currency: 'JPY', decimals: 0 },
  { currency: 'USD', decimals: 2 },
  { currency: 'KWD', decimals: 3 },
  { currency: 'CLF', decimals: 4 },
] as const;

test('currencies have the decimals of ISO 4217, and there are no others', () => {
  for (const { currency, decimals } of currencies) assert.equal(currencyDecimals(currency), decimals);
  // Hungary, Iceland and Madagascar are where lists are often wrong.
  assert.deepEqual(['HUF', 'ISK', 'MGA'].map(currencyDecimals), [2, 0, 2]);
  for (const none of ['', 'usd', 'US', 'USDT', 'XXX', 'BTC', 'constructor', '__proto__']) {
    assert.equal(currencyDecimals(none), undefined, none);
    assert.throws(() => parseMoney('1', none), { code: 'currency_unknown', status: 422 });
  }
});

test('every small amount is written and read back as the same, in every currency', () => {
  for (const { currency, decimals } of currencies) {
    for (let units = -12_000; units <= 12_000; units += 1) {
      const minor = BigInt(units);
      const text = formatDecimal({ minor, currency });
      assert.match(text, decimals === 0 ? /^-?\d+$/ : new RegExp(`^-?\\d+\\.\\d{${decimals}}$`));
      // Said by arithmetic that is exact for numbers this small.
      if (Number(text).toFixed(decimals) !== (units / 10 ** decimals).toFixed(decimals)) assert.fail(text);
      const read = parseMoney(text, currency);
      if (read.minor !== minor || read.currency !== currency) assert.fail(`${text} was read as ${read.minor}`);
    }
  }
});

test('decimals may be left out, never added', () => {
  for (const { currency, decimals } of currencies) {
    const one = 10n ** BigInt(decimals);
    assert.equal(parseMoney('1', currency).minor, one);
    assert.equal(parseMoney('-1', currency).minor, -one);
    for (let places = 1; places <= 6; places += 1) {
      const text = `1.${'0'.repeat(places - 1)}1`;
      if (places > decimals) assert.throws(() => parseMoney(text, currency), { code: 'amount_invalid' });
      else assert.equal(parseMoney(text, currency).minor, one + 10n ** BigInt(decimals - places), text);
    }
  }
});

test('what is no decimal is refused', () => {
  const wrong = [
    '',
    ' ',
    '.',
    '.5',
    '5.',
    '+5',
    '--5',
    '1e3',
    '1,000',
    '1 000',
    '0x10',
    'NaN',
    '٣',
    '1.2.3',
    ' 5',
    '5\n',
  ];
  for (const text of wrong)
    assert.throws(() => parseMoney(text, 'USD'), { code: 'amount_invalid' }, JSON.stringify(text));
});

test('fifteen digits are read to the cent, sixteen are refused', () => {
  const most = '999999999999999.99';
  assert.equal(parseMoney(most, 'USD').minor, 99_999_999_999_999_999n);
  assert.equal(formatDecimal(parseMoney(most, 'USD')), most);
  assert.throws(() => parseMoney('1000000000000000', 'USD'), { code: 'amount_invalid' });
});

test('a sum is exact, in any order and grouping', () => {
  const amounts = fc.array(fc.bigInt({ min: -(10n ** 17n), max: 10n ** 17n }), { maxLength: 30 });
  fc.assert(
    fc.property(amounts, fc.nat(), (minors, cut) => {
      const money = minors.map((minor) => ({ minor, currency: 'USD' }));
      const at = cut % (minors.length + 1);
      const whole = sumMoney(money, 'USD');
      const parts = [sumMoney(money.slice(at), 'USD'), sumMoney(money.slice(0, at), 'USD')];
      assert.deepEqual(sumMoney(parts, 'USD'), whole);
      assert.deepEqual(sumMoney(money.toReversed(), 'USD'), whole);
      assert.equal(sumMoney([...money, { minor: -whole.minor, currency: 'USD' }], 'USD').minor, 0n);
    }),
  );
  // Where floating point is off by a cent.
  const dimes = Array.from({ length: 1000 }, () => parseMoney('0.10', 'USD'));
  assert.equal(formatDecimal(sumMoney(dimes, 'USD')), '100.00');
});

test('nothing sums to zero of its currency, and two currencies do not add', () => {
  assert.deepEqual(sumMoney([], 'JPY'), { minor: 0n, currency: 'JPY' });
  assert.throws(() => sumMoney([parseMoney('1', 'USD'), parseMoney('1', 'EUR')], 'USD'), /two currencies/);
});
