import assert from 'node:assert/strict';
import { test } from 'node:test';
import { simulate } from './simulate.ts';

const runs = 400;
/** What all runs together must have met at least so often: faults that did not happen prove nothing. */
const faults = {
  'processes killed': 300,
  'processes paused': 300,
  'outcomes of COMMIT that nobody knew': 300,
  'requests that were lost': 100,
  'requests that came minutes late': 100,
  'answers that were lost': 100,
  'failures after it was done': 50,
  'requests that were put off': 50,
  'requests that were put off for ever': 50,
  'answers that contradicted themselves': 30,
  'answers to another request': 100,
  'requests that the bank denied having': 100,
  'said: confirmed': 300,
  'said: unknown': 100,
};

test('whatever fails, a card is called frozen only when the bank has frozen it, and nothing done is called not done', async (t) => {
  const totals = new Map<string, number>();
  const failed: string[] = [];
  for (let seed = 1; seed <= runs; seed += 1) {
    const { falselyDone, falselyFrozen, falselyRefused, wrong, counts } = await simulate(seed);
    for (const [what, count] of counts) totals.set(what, (totals.get(what) ?? 0) + count);
    if (falselyDone + falselyFrozen + falselyRefused + wrong.length > 0)
      failed.push(
        `seed ${seed}: ${falselyFrozen} frozen, ${falselyDone} done, ${falselyRefused} refused; ${wrong.join()}`,
      );
  }
  t.diagnostic(`${runs} runs, ${failed.length} failed; ${JSON.stringify(Object.fromEntries(totals))}`);
  assert.deepEqual(failed, []);
  for (const [what, least] of Object.entries(faults)) assert.ok((totals.get(what) ?? 0) >= least, what);
});

test('a seed gives the same run again', async () => {
  const [one, again] = [await simulate(11), await simulate(11)];
  assert.deepEqual([...one.counts], [...again.counts]);
});
