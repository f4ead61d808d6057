import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutAtCommit } from './commit-cut.ts';
import { faultless } from './ledger.ts';

test('an outcome that is unknown, because the connection was cut at COMMIT, is settled by the key', async (t) => {
  const { acknowledged, shown, cuts, settled, ...found } = await cutAtCommit(45);
  const made = `${cuts.before} cuts before COMMIT, ${cuts.during} during, ${cuts.after} after`;
  t.diagnostic(`${made}; ${settled} events settled by key, ${acknowledged} acknowledged, ${shown} purchases shown`);
  assert.deepEqual(cuts, { before: 15, after: 15, during: 15 });
  assert.ok(settled > 0, 'some had been stored, and were sent again');
  assert.deepEqual(found, faultless);
});
