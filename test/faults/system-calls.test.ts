import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultless } from './ledger.ts';
import { canTrace, killAtCalls } from './system-calls.ts';

test('killed at system calls at random, the hub loses nothing and shows nothing twice', async (t) => {
  if (!(await canTrace())) return t.skip('strace is not installed, or may not look into processes');
  const seed = Math.floor(Math.random() * 2 ** 31);
  const { acknowledged, shown, kills, missed, ...found } = await killAtCalls(5, seed);
  t.diagnostic(`seed ${seed}: killed at ${JSON.stringify(kills)}, ${missed} not reached`);
  t.diagnostic(`${acknowledged} events acknowledged, ${shown} purchases shown`);
  assert.deepEqual(found, faultless);
  return undefined;
});
