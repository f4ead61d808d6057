import assert from 'node:assert/strict';
import { test } from 'node:test';
import { repeat } from './repeat.ts';

test('work that takes longer than the pause is not overtaken by itself, and the stop waits for it', async (t) => {
  t.mock.timers.enable({ apis: ['setInterval'] });
  const looks: PromiseWithResolvers<void>[] = [];
  const look = async (): Promise<void> => {
    const one = Promise.withResolvers<void>();
    looks.push(one);
    await one.promise;
  };
  const looking = repeat(look, { everyMs: 1_000, log: { warn: () => assert.fail('nothing failed') }, failed: '' });
  t.mock.timers.tick(5_000);
  assert.equal(looks.length, 1);
  looks[0]?.resolve();
  await new Promise(setImmediate);
  t.mock.timers.tick(1_000);
  assert.equal(looks.length, 2);
  let isStopped = false;
  const stopped = looking.stop().then(() => (isStopped = true));
  await new Promise(setImmediate);
  assert.equal(isStopped, false);
  looks[1]?.resolve();
  await stopped;
});
