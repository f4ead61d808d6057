import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillDisk } from './full-disk.ts';
import { faultless } from './ledger.ts';

test('on a full disk events are refused with 503, and taken again when there is room', async (t) => {
  const result = await fillDisk(2);
  if (!result) return t.skip('a small disk can be mounted by root alone');
  const { acknowledged, shown, fillings, refused, otherwise, settled, ...found } = result;
  t.diagnostic(`filled ${fillings} times, ${refused} times 503, ${acknowledged} events acknowledged, ${shown} shown`);
  t.diagnostic(`${settled} events had been stored without an answer`);
  assert.deepEqual(found, faultless);
  assert.deepEqual(otherwise, {});
  return undefined;
});
