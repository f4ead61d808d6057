import assert from 'node:assert/strict';
import { setImmediate as later } from 'node:timers/promises';
import { test } from 'node:test';
import { turns } from './turns.ts';

test('no more than so many run at once, in the order in which they came, also when some fail', async () => {
  const inTurn = turns(3);
  const began: number[] = [];
  let [running, most] = [0, 0];
  const work = async (n: number): Promise<number> => {
    began.push(n);
    running += 1;
    most = Math.max(most, running);
    await later();
    running -= 1;
    if (n % 5 === 0) throw new Error('failed');
    return n;
  };
  const all = Array.from({ length: 40 }, (_, n) => n);
  const settled = await Promise.allSettled(all.map((n) => inTurn(() => work(n))));
  assert.deepEqual(began, all);
  assert.equal(most, 3);
  assert.deepEqual(
    settled.map((one) => (one.status === 'fulfilled' ? one.value : undefined)),
    all.map((n) => (n % 5 === 0 ? undefined : n)),
  );
  assert.equal(await inTurn(async () => 'free again'), 'free again');
});
