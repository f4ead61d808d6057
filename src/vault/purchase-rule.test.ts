import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBePostingOf, mayBeReversalOf, merchantWords, type Compared } from './purchase-rule.ts';

// The rule of docs/matching.md, row by row.

const coffee: Compared = {
  amount: '20.00',
  currency: 'USD',
  words: ['LARKSPUR', 'COFFEE'],
  category: '5814',
  localDate: '2026-11-20',
};
const clothes: Compared = { ...coffee, category: '5651' };

test('a merchant’s words are those that stay the same between authorization and posting', () => {
  const rows: [string, string[]][] = [
    ['Larkspur Coffee', ['LARKSPUR', 'COFFEE']],
    ['SQ *LARKSPUR COFFEE', ['LARKSPUR', 'COFFEE']],
    ['LARKSPUR COFFEE #0042 COLUMBUS OH', ['LARKSPUR', 'COFFEE', 'COLUMBUS', 'OH']],
    ['Café Olé', ['CAFE', 'OLE']],
    ['McDonald’s', ['MCDONALDS']],
    ['AMZN Mktp US*2K4LM81', ['AMZN', 'MKTP', 'US']],
    ['UBER *TRIP HELP.UBER.COM', ['UBER']],
    ['THE HARBOR GRILL', ['HARBOR', 'GRILL']],
    ['7-ELEVEN 32411', ['ELEVEN']],
    ['76', ['76']],
    ['The', ['THE']],
    ['***', []],
  ];
  for (const [description, words] of rows) assert.deepEqual(merchantWords({ description }), words, description);
  const named = { description: 'POS 9981', merchant: { name: 'Larkspur Coffee' } };
  assert.deepEqual(merchantWords(named), ['LARKSPUR', 'COFFEE'], 'the name goes before the statement’s line');
});

test('one merchant’s name begins as the other’s goes on', () => {
  const may = (words: string[]): boolean => mayBePostingOf(coffee, { ...coffee, words });
  assert.equal(may(['LARKSPUR']), true);
  assert.equal(may(['LARKSPUR', 'COFFEE', 'COLUMBUS', 'OH']), true);
  assert.equal(may(['LARKSPUR', 'BOOKS']), false);
  assert.equal(may(['COFFEE']), false);
  assert.equal(may([]), false);
});

test('the amounts that may be posted follow from what was bought', () => {
  const rows: [Compared, string, boolean][] = [
    [coffee, '20.00', true],
    [coffee, '26.00', true],
    [coffee, '26.01', false],
    [coffee, '10.00', true],
    [coffee, '9.99', false],
    [clothes, '21.00', true],
    [clothes, '21.01', false],
    [clothes, '10.00', true],
    [{ ...coffee, category: null }, '26.00', true],
    // A dollar is authorized before the pump runs, and a deposit for a room.
    [{ ...coffee, category: '5542', amount: '1.00' }, '61.37', true],
    [{ ...coffee, category: '5542', amount: '150.00' }, '61.37', true],
    [{ ...coffee, category: '7011', amount: '200.00' }, '948.10', true],
    [{ ...coffee, category: '3501', amount: '200.00' }, '948.10', true],
    [{ ...coffee, category: '7011', amount: '200.00' }, '0.00', false],
    // An airline is no room.
    [{ ...coffee, category: '3000', amount: '200.00' }, '948.10', false],
  ];
  for (const [authorized, amount, may] of rows) {
    const posted = { ...authorized, amount };
    assert.equal(mayBePostingOf(authorized, posted), may, `${authorized.category} ${authorized.amount} ${amount}`);
  }
});

test('a posting comes from a day before to ten days after; of rooms and cars thirty', () => {
  const may = (localDate: string, of = coffee): boolean => mayBePostingOf(of, { ...of, localDate });
  assert.deepEqual(
    ['2026-11-18', '2026-11-19', '2026-11-30', '2026-12-01'].map((day) => may(day)),
    [false, true, true, false],
  );
  const room = { ...coffee, category: '7011' };
  assert.deepEqual([may('2026-12-20', room), may('2026-12-21', room)], [true, false]);
});

test('another currency is another purchase', () => {
  assert.equal(mayBePostingOf(coffee, { ...coffee, currency: 'EUR' }), false);
  assert.equal(mayBeReversalOf(coffee, { ...coffee, currency: 'EUR' }), false);
});

test('a reversal takes back what was authorized or a part of it, never more', () => {
  const may = (amount: string): boolean => mayBeReversalOf(coffee, { ...coffee, amount });
  assert.deepEqual(['0.01', '20.00', '20.01'].map(may), [true, true, false]);
});
