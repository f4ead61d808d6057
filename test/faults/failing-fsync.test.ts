import assert from 'node:assert/strict';
import { test } from 'node:test';
import { failFsync } from './failing-fsync.ts';
import { faultless } from './ledger.ts';

test('what a disk could not keep is not acknowledged, and what is acknowledged is kept', async (t) => {
  const result = await failFsync(2);
  if (!result) return t.skip('there is no gcc to build the library that makes fsync fail');
  const { acknowledged, shown, failures, acknowledgedWhileBroken, refused, settled, ...found } = result;
  t.diagnostic(`${failures} failures and a broken disk, ${acknowledged} events acknowledged, ${shown} purchases shown`);
  t.diagnostic(`${refused} times 503, ${settled} events had been stored without an answer`);
  assert.deepEqual(found, faultless);
  assert.equal(acknowledgedWhileBroken, 0);
  return undefined;
});
