import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failPoints } from '#base';
import { killAtPoints } from './killed-hub.ts';
import { faultless } from './ledger.ts';

test('killed at every step of an event’s way, the hub loses nothing and shows nothing twice', async (t) => {
  const { acknowledged, shown, kills, neverPassed, unknown, ...found } = await killAtPoints(1);
  t.diagnostic(`${kills} kills, ${acknowledged} events acknowledged, ${shown} purchases shown, ${unknown} cut off`);
  assert.deepEqual(neverPassed, [], 'every point lies on the way');
  assert.equal(kills, failPoints.length);
  assert.deepEqual(found, faultless);
});
