import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runThroughMessenger } from './messenger-run.ts';

// A messenger that fails in every way there is, over real HTTP, beside one that is well: nothing is missing,
// what is shown twice followed an unknown outcome, and order is kept.

test('whatever one messenger does, nothing is missing there or elsewhere, and order is kept', async (t) => {
  const ran = await runThroughMessenger({ customers: 12, messages: 4 });
  assert.equal(ran.missing, 0);
  assert.equal(ran.missingElsewhere, 0);
  assert.equal(ran.twiceElsewhere, 0);
  assert.equal(ran.outOfOrder, 0);
  assert.equal(ran.twiceWithoutReason, 0);
  assert.ok(ran.unknownOutcomes > 0 && ran.answeredWithErrors > 0, 'it has failed in its ways');
  assert.equal(ran.parked, 0);
  t.diagnostic(JSON.stringify(ran));
});
