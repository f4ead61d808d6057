import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkHistory, runHistory } from './revocation-history.ts';

test('of reads in two processes, one of them paused in the middle, none that begins after a revocation’s answer succeeds', async (context) => {
  const { reads, opened, refused, revocations, pauses, revokedInPause, across, violations } = await runHistory(
    4000,
    150,
  );
  context.diagnostic(
    `${reads} reads (${opened} opened, ${refused} refused), ${revocations} revocations, ${revokedInPause} of them in ${pauses} pauses, ${across} reads open across one`,
  );
  assert.equal(violations, 0);
  // Both sides were really there, and met.
  assert.equal(revocations, 150);
  assert.equal(reads, 4000);
  assert.ok(opened > 0 && refused > 0 && revokedInPause > 0, JSON.stringify({ opened, refused, revokedInPause }));
});

test('a read that began after the answer and succeeded is found; one that began before it is not', () => {
  const revoker = { times: [[0, '1000', '1000']] as const };
  const check = (began: string, returned: string) => checkHistory(revoker, [{ times: [[0, began, returned]] }]);
  assert.deepEqual(check('1001', '1002'), { violations: 1, across: 0 });
  assert.deepEqual(check('999', '1002'), { violations: 0, across: 1 });
  assert.deepEqual(check('998', '999'), { violations: 0, across: 0 });
});
