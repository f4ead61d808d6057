import { deepEqual, equal } from 'node:assert/strict';
import { test } from 'node:test';
import type { HearingRequest } from '#contract';
import { amountIn, chosen, extentOf, withFlag, withOver } from './choice.ts';

test('an amount is read as people here type it, and nothing else is taken for one', () => {
  const read: readonly (readonly [string, string | undefined])[] = [
    ['50', '50.00'],
    [' $20 ', '20.00'],
    ['US$ 7.5', '7.50'],
    ['1,000.25', '1000.25'],
    ['007', '7.00'],
    ['', undefined],
    ['-5', undefined],
    ['1.000,00', undefined],
    ['12,34', undefined],
    ['5.123', undefined],
    ['fifty', undefined],
  ];
  for (const [typed, amount] of read) equal(amountIn(typed), amount, typed);
});

test('a choice without a condition is nothing, and without a choice everything is told', () => {
  equal(extentOf({}), 'everything');
  equal(extentOf({ only: {} }), 'nothing');
  equal(extentOf({ only: { abroad: true } }), 'only');
});

test('a condition that is ticked or taken out leaves the others as they are', () => {
  const over = { over: { amount: '50.00', currency: 'USD' } };
  deepEqual(withFlag(over, 'abroad', true), { ...over, abroad: true });
  deepEqual(withFlag({ ...over, abroad: true }, 'abroad', false), over);
  deepEqual(withOver({ ...over, abroad: true }, null), { abroad: true });
});

test('what is absent of a change stays, and null takes it away', () => {
  const limit = { amount: '100.00', currency: 'USD' };
  const before = { accounts: [{ id: 'a', low: limit }, { id: 'b' }], quiet: null, digestHour: 8 };
  deepEqual(chosen(before, { accounts: ['a'], change: { only: {} } }).accounts, [
    { id: 'a', only: {}, low: limit },
    { id: 'b' },
  ]);
  deepEqual(chosen(before, { accounts: ['a'], change: { low: null } }).accounts, [{ id: 'a' }, { id: 'b' }]);
  deepEqual(chosen(before, { digestHour: null }), { ...before, digestHour: null });
  deepEqual(chosen(before, { quiet: { from: '22:00', to: '07:00' } }).digestHour, 8);
  const watched = { ...before, accounts: [{ id: 'a', watch: { abroad: true, over: limit } as const }] };
  const after = (watch: NonNullable<HearingRequest['change']>['watch']) =>
    chosen(watched, { accounts: ['a'], change: { watch } }).accounts;
  deepEqual(after({ abroad: null, online: true }), [{ id: 'a', watch: { online: true, over: limit } }]);
  deepEqual(after({ abroad: null, over: null }), [{ id: 'a' }]);
  deepEqual(after(null), [{ id: 'a' }]);
});
