import assert from 'node:assert/strict';
import { test } from 'node:test';
import { codeWords } from './chat-words.ts';

test('where a shop was to be connected, the words to a code speak of no bank', () => {
  for (const locale of ['en', 'es'] as const)
    for (const said of ['linked', 'wrong', 'late', 'foreign', 'failed'] as const)
      for (const left of [0, 1, 2]) {
        const shop = codeWords(locale, said, { bank: 'Northwind Books', left, shop: true });
        assert.doesNotMatch(shop, /bank|banco|[{}]/);
      }
});

test('a bank is told of a code that was said too late or elsewhere; at a shop nothing begins', () => {
  assert.match(codeWords('en', 'foreign', { bank: 'Citi', shop: false }), /the bank is told so/);
  assert.match(codeWords('en', 'wrong', { bank: 'Citi', left: 0 }), /Citi is told so/);
  assert.match(codeWords('en', 'wrong', { bank: 'Northwind Books', left: 0, shop: true }), /sends nothing here/);
});
