import assert from 'node:assert/strict';
import { test } from 'node:test';
import { jumpClock } from './clock-jumps.ts';
import { faultless } from './ledger.ts';

test('a clock that jumps an hour back and a day ahead ends nothing early and holds nothing up', async (t) => {
  const result = await jumpClock([-1, 24, 0]);
  if (!result) return t.skip('libfaketime is not installed');
  const { acknowledged, shown, jumps, tooOld, ended, ...found } = result;
  t.diagnostic(`${jumps} jumps, ${tooOld} batches too old, ${acknowledged} events acknowledged, ${shown} shown`);
  assert.deepEqual({ ...found, ended }, { ...faultless, ended: 0 });
  return undefined;
});
