import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultless } from './ledger.ts';
import { atOnce, poison } from './poison.ts';

test('of a thousand events one that cannot be taken is named or not acknowledged, and holds up no other batch', async (t) => {
  const { acknowledged, shown, batches, named, heldBack, goneOn, ...found } = await poison(3);
  t.diagnostic(`${batches} batches with a malformed event, ${named} named; ${heldBack} held back by a damaged key`);
  t.diagnostic(`${goneOn} went on meanwhile; ${acknowledged} events acknowledged, ${shown} purchases shown`);
  assert.deepEqual(found, faultless);
  assert.deepEqual([named, heldBack, goneOn], [batches, (batches * atOnce) / 2, (batches * atOnce) / 2]);
});
