import assert from 'node:assert/strict';
import { test } from 'node:test';
import { everyFault, runSends } from './sends.ts';

// The hub's engine, store and senders against platforms that fail in every way; 10,000 in `npm run sends`.

test('of 300 sends through platforms that fail in every way none is missing, and what comes twice followed an unknown outcome', async (t) => {
  const counted = await runSends({ sends: 300, people: 60, faults: everyFault('three hundred'), settleMs: 3_000 });
  t.diagnostic(JSON.stringify(counted));
  assert.equal(counted.sends, 300);
  assert.ok(counted.bodies > 300, 'some were sent in parts');
  assert.equal(counted.missing, 0);
  assert.equal(counted.duplicatesUnexplained, 0);
  assert.equal(counted.outOfOrder, 0);
  assert.equal(counted.parked, 0);
  const outcomes = Object.keys(counted.outcomes).map((one) => one.split(' ')[0]);
  for (const expected of ['sent', 'later', 'unknown'])
    assert.ok(outcomes.includes(expected), `there were outcomes "${expected}"`);
});
