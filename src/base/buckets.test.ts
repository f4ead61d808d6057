import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buckets } from './buckets.ts';

const time = { ms: 0 };
const clock = { monotonicMs: () => time.ms };

test('a bucket is full at the start of the process, too', () => {
  const limit = buckets({ perSecond: 1 / 6, burst: 3 }, clock);
  const waits = Array.from({ length: 4 }, () => limit.reserve('person'));
  assert.deepEqual(waits, [0, 0, 0, 6_000]);
});

test('a name may go in a burst and then at its rate; places are reserved ahead, and looking takes none', () => {
  const limit = buckets({ perSecond: 10, burst: 3 }, clock);
  time.ms = 10_000;
  const waits = Array.from({ length: 6 }, () => [limit.waitMs('page'), limit.waitMs('page'), limit.reserve('page')]);
  assert.deepEqual(
    waits,
    [0, 0, 0, 100, 200, 300].map((waitMs) => [waitMs, waitMs, waitMs]),
  );
  assert.equal(limit.waitMs('other'), 0);
});

test('processes that share a rate each have an equal part of it, burst and all', () => {
  const sharing = { count: 1 };
  const limit = buckets({ perSecond: 40, burst: 40 }, clock, () => sharing.count);
  const atOnce = (name: string): number => {
    let taken = 0;
    while (limit.reserve(name) === 0) taken += 1;
    return taken;
  };
  assert.equal(atOnce('alone'), 40);
  assert.equal(limit.reserve('alone'), 50);
  sharing.count = 4;
  assert.equal(atOnce('shared'), 10);
  assert.equal(limit.reserve('shared'), 200);
});

test('after a while without use there is one burst again, and not more', () => {
  const limit = buckets({ perSecond: 1 / 6, burst: 2 }, clock);
  const now = (): boolean => {
    const isFree = limit.waitMs('person') === 0;
    if (isFree) limit.reserve('person');
    return isFree;
  };
  assert.deepEqual([now(), now(), now()], [true, true, false]);
  time.ms += 6_000;
  assert.deepEqual([now(), now()], [true, false]);
  time.ms += 3_600_000;
  assert.deepEqual([now(), now(), now()], [true, true, false]);
});

test('a pause holds for its name alone', () => {
  const limit = buckets({ perSecond: 10, burst: 1 }, clock);
  limit.pause('page', 5_000);
  assert.equal(limit.waitMs('page'), 5_000);
  assert.equal(limit.waitMs('other'), 0);
  time.ms += 5_000;
  assert.equal(limit.waitMs('page'), 0);
});
