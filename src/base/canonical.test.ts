import assert from 'node:assert/strict';
import { test } from 'node:test';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { canonicalJson } from './canonical.ts';

test('any JSON has the canonical form that the reference library gives it', () => {
  fc.assert(
    fc.property(fc.jsonValue({ stringUnit: 'binary', maxDepth: 5 }), (value) => {
      assert.equal(canonicalJson(value), canonicalize(value));
    }),
    { numRuns: 2_000 },
  );
});

test('keys are ordered by their code units, those that look like numbers too', () => {
  assert.equal(
    canonicalJson({ '10': 1, '9': 2, '\u20ac': 3, '\ud83d\ude00': 4, a: undefined }),
    '{"10":1,"9":2,"€":3,"😀":4}',
  );
});

test('what has no canonical form is refused', () => {
  for (const value of [Number.NaN, Number.POSITIVE_INFINITY, '\ud800', { '\ud800': 1 }, () => 1, Symbol('x'), 1n])
    assert.throws(() => canonicalJson([value]), TypeError);
});
