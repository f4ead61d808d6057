import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inOneLine, isBlank, shorten, splitText } from './text.ts';

const bare = (text: string): string => text.replaceAll(/\s/gu, '');

test('a text is cut between sentences, a long one between words, and nothing of it is left out', () => {
  assert.deepEqual(splitText('One two. Three four. Five.', 12), ['One two.', 'Three four.', 'Five.']);
  assert.deepEqual(splitText('one two three four', 9), ['one two', 'three', 'four']);
  assert.deepEqual(splitText('a short one', 100), ['a short one']);
  const text = fc.string({ unit: 'grapheme', maxLength: 400 }).filter((one) => !isBlank(one));
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 90 }), (whole, max) => {
      const parts = splitText(whole, max);
      for (const part of parts) assert.ok(part.length <= max && !isBlank(part));
      assert.ok(bare(whole).includes(bare(parts.join(''))) || isBlank(whole));
    }),
  );
});

test('a character that a person sees as one is never cut in two', () => {
  const family = '👩‍👩‍👧‍👦';
  assert.deepEqual(splitText(family.repeat(3), 12), [family, family, family]);
  assert.equal(shorten(`ab ${family}`, 8), 'ab…');
  assert.equal(shorten('Cafe\u0301 Paris', 5), 'Caf…');
  assert.equal(shorten('as it is', 8), 'as it is');
});

test('a character of a thousand marks, which nobody writes, still keeps to the limit', () => {
  const tower = `a${'\u0301'.repeat(5000)}`;
  for (const part of splitText(tower, 80)) assert.ok(part.length <= 80);
  assert.ok(shorten(tower, 20).length <= 20);
});

test('a line is one line, whole, and turns nothing around', () => {
  assert.equal(inOneLine(' a\n\tb\u202Ec\u2028d \uD800'), 'a b c d \uFFFD');
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 2, max: 30 }), (text, max) => {
      const short = shorten(text, max);
      assert.ok(short.length <= max && short.isWellFormed() && !/[\p{Cc}\p{Bidi_Control}]/u.test(short));
    }),
  );
});
