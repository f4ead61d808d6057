import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultless } from './ledger.ts';
import { reconnectAll } from './reconnecting.ts';

test('browsers that all come back at once get what they missed, and none is sent away', async (t) => {
  const { acknowledged, shown, sockets, readySeconds, hubMiB, triedAgain, ...found } = await reconnectAll(400);
  t.diagnostic(`${sockets} sockets ready in ${readySeconds} s, the hub holds ${hubMiB} MiB`);
  assert.equal(acknowledged, 2 * sockets);
  assert.ok(shown >= acknowledged);
  assert.deepEqual({ ...found, triedAgain }, { ...faultless, triedAgain: 0 });
});
