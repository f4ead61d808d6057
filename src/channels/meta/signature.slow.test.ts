import assert from 'node:assert/strict';
import { test } from 'node:test';
import { takenOfAltered } from './altered-signatures.fixture.ts';

test('of a million altered signatures and bodies none is taken', (t) => {
  const count = 1_000_000;
  const taken = takenOfAltered(count);
  t.diagnostic(`${taken} of ${count.toLocaleString('en')} taken`);
  assert.equal(taken, 0);
});
