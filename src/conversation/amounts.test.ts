import { deepEqual, equal } from 'node:assert/strict';
import { describe, test } from 'node:test';
import { takeAmount } from './amounts.ts';
import type { AmountSlot } from './frame.ts';

describe('conditions on amounts', () => {
  const usd = { currency: 'USD' };
  const cases: readonly (readonly [text: string, amount: AmountSlot, rest: string])[] = [
    ['purchases over $50', { least: '50', open: true, ...usd }, 'purchases'],
    ['purchases over 50', { least: '50', open: true }, 'purchases'],
    ['more than 1,250.50 dollars', { least: '1250.50', open: true, ...usd }, ''],
    ['anything under 20 bucks', { most: '20', open: true, ...usd }, 'anything'],
    ['between 20 and 40 dollars in May', { least: '20', most: '40', ...usd }, 'in may'],
    ['between $20 and $40', { least: '20', most: '40', ...usd }, ''],
    ['at least $100', { least: '100', ...usd }, ''],
    ['up to 100 euros', { most: '100', currency: 'EUR' }, ''],
    ['exactly 12.50', { least: '12.50', most: '12.50' }, ''],
    ['purchases of $12.5', { least: '12.50', most: '12.50', ...usd }, 'purchases'],
    ['$100 or more', { least: '100', ...usd }, ''],
    ['compras de más de 50 dólares', { least: '50', open: true, ...usd }, 'compras de'],
    ['entre 20 y 40 dólares', { least: '20', most: '40', ...usd }, ''],
    ['more than fifty bucks', { least: '50', open: true, ...usd }, ''],
    ['over a hundred', { least: '100', open: true }, ''],
    ['over two hundred and fifty dollars', { least: '250', open: true, ...usd }, ''],
    ['between twenty and forty dollars', { least: '20', most: '40', ...usd }, ''],
    ['más de treinta y cinco dólares', { least: '35', open: true, ...usd }, ''],
    ['de menos de $5', { most: '5', open: true, ...usd }, 'de'],
  ];
  for (const [text, amount, rest] of cases) {
    test(text, () => {
      const taken = takeAmount(text);
      deepEqual(taken.amount, amount);
      equal(taken.rest.replaceAll(/ +/g, ' ').trim(), rest);
      equal(taken.unclear, false);
    });
  }

  for (const text of [
    'more than 3 times',
    'over 10 days',
    'the last 5 purchases',
    'my last five purchases',
    'more than three times',
    '3/5/2026',
    'Route 9 Gas',
    'card 2291',
  ])
    test(`${text} has none`, () => equal(takeAmount(text).amount, undefined));

  for (const text of ['over $50 and under $20 and over $10', 'between 40 and 20 dollars'])
    test(`${text} is unclear`, () => equal(takeAmount(text).unclear, true));
});
