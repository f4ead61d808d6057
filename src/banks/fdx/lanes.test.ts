import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Lanes } from './lanes.ts';

test('never more calls than allowed are in flight, and a waiting customer goes before chores', async () => {
  const lanes = new Lanes();
  const order: string[] = [];
  const { promise: held, resolve: release } = Promise.withResolvers<void>();
  let inFlight = 0;
  const call = (name: string) => async (): Promise<void> => {
    inFlight += 1;
    assert.equal(inFlight, 1);
    order.push(name);
    await held;
    inFlight -= 1;
  };
  const all = [
    lanes.run('citi', 1, 'BATCH', call('first chore')),
    lanes.run('citi', 1, 'BATCH', call('second chore')),
    lanes.run('citi', 1, 'USER', call('first customer')),
    lanes.run('citi', 1, 'USER', call('second customer')),
  ];
  release();
  await Promise.all(all);
  assert.deepEqual(order, ['first chore', 'first customer', 'second customer', 'second chore']);
});

test('a call that failed gives its place back', async () => {
  const lanes = new Lanes();
  await assert.rejects(lanes.run('citi', 1, 'USER', () => Promise.reject(new Error('no'))));
  assert.equal(await lanes.run('citi', 1, 'USER', () => Promise.resolve('yes')), 'yes');
});
