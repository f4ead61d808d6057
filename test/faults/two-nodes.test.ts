import assert from 'node:assert/strict';
import { test } from 'node:test';
import { faultless } from './ledger.ts';
import { pauseOneOfTwo } from './two-nodes.ts';

test('a hub that stood still while another went on takes nothing back and tells nothing twice', async (t) => {
  const result = await pauseOneOfTwo([
    { at: 'anywhere', ms: 1500 },
    // Longer than others wait for its locks.
    { at: 'batch counted', ms: 7000 },
    // Longer than the bank waits for its answer: it tells the other what this one has stored.
    { at: 'event committed', ms: 11_000 },
  ]);
  const { acknowledged, shown, pauses, takenMeanwhile, settled, ...found } = result;
  t.diagnostic(`${pauses} pauses, ${takenMeanwhile} events taken by the other meanwhile, ${settled} sent to both`);
  t.diagnostic(`${acknowledged} events acknowledged, ${shown} purchases shown`);
  assert.deepEqual(found, faultless);
  assert.ok(takenMeanwhile > 0, 'one that stands still does not hold up the other');
  assert.ok(settled > 0, 'what it had stored was known to the other');
});
