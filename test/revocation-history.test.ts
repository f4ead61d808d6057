import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runHistory } from './revocation-history.ts';

test('of reads in two processes, one of them paused in the middle, none that begins after a revocation’s answer succeeds', async (context) => {
  const { reads, opened, refused, revocations, pauses, violations } = await runHistory(4000, 150);
  context.diagnostic(
    `${reads} reads (${opened} opened, ${refused} refused), ${revocations} revocations, ${pauses} pauses`,
  );
  assert.equal(violations, 0);
  // Both sides were really there, and met.
  assert.equal(revocations, 150);
  assert.ok(opened > 0 && refused > 0 && pauses > 0, JSON.stringify({ opened, refused, pauses }));
});
