import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { inParts, shortened } from './fitting.ts';

test('a text is split between sentences, and nothing of it is left out', () => {
  assert.deepEqual(inParts('One two. Three four. Five.', 'en', 12), ['One two.', 'Three four.', 'Five.']);
  assert.deepEqual(inParts('One two. Three four. Five.', 'en', 100, 12), ['One two. Three four.', 'Five.']);
  const text = fc.string({ unit: 'grapheme', maxLength: 400 });
  fc.assert(
    fc.property(text, fc.integer({ min: 40, max: 90 }), fc.integer({ min: 40, max: 90 }), (whole, max, lastMax) => {
      const parts = inParts(whole, 'es', max, lastMax);
      for (const part of parts) assert.ok(part.length <= max && part !== '');
      assert.ok((parts.at(-1) ?? '').length <= lastMax);
      const bare = (some: string): string => some.replaceAll(/\s/gu, '');
      assert.equal(bare(parts.join('')), bare(whole));
    }),
  );
});

test('a character that is made of several is left out whole', () => {
  assert.equal(shortened('ab👩‍👩‍👧cd', 6), 'ab…');
  assert.equal(shortened('Cafe\u0301 Paris', 5), 'Caf…');
  assert.equal(shortened('as it is', 8), 'as it is');
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 30 }), (text, max) =>
      assert.ok(shortened(text, max).length <= max),
    ),
  );
});
