import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulate.ts';

const seeds = 500;
/** What a run of all seeds must have met at least so often. */
const faults = {
  'processes killed': 500,
  'processes paused': 150,
  'restarts of the database': 150,
  'clocks set': 150,
  'outcomes of COMMIT that nobody knew': 500,
  'calls whose outcome nobody knew': 300,
  'requests that came twice': 200,
};

test('several processes with faults at every step lose nothing, show nothing twice, and keep the order', async (t) => {
  const totals = new Map<string, number>();
  const failed: string[] = [];
  for (let seed = 1; seed <= seeds; seed += 1) {
    const { wrong, counts } = await simulate({ seed, events: 60 });
    for (const [what, count] of counts) totals.set(what, (totals.get(what) ?? 0) + count);
    if (wrong.length > 0) failed.push(`npm run sim -- --seed ${seed} --events 60: ${wrong[0]}`);
  }
  t.diagnostic(`${seeds} seeds, ${failed.length} failed; ${JSON.stringify(Object.fromEntries(totals))}`);
  assert.deepEqual(failed, []);
  // Faults that did not happen prove nothing.
  for (const [what, least] of Object.entries(faults)) assert.ok((totals.get(what) ?? 0) >= least, what);
});

test('a seed gives the same run again', async () => {
  const [one, again] = [await simulate({ seed: 7, events: 60 }), await simulate({ seed: 7, events: 60 })];
  assert.deepEqual([...one.counts], [...again.counts]);
  assert.equal(one.virtualMs, again.virtualMs);
});
