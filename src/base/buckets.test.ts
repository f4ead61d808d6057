import assert from 'node:assert/strict';
import { test } from 'node:test';
import { buckets } from './buckets.ts';

const time = { ms: 0 };
const clock = { monotonicMs: () => time.ms };

test('a bucket is full at the start of the process, too', () => {
  const limit = buckets({ perSecond: 1 / 6, burst: 3 }, clock);
  const now = () => limit.reserve('person', 0).reserved;
  assert.deepEqual([now(), now(), now(), now()], [true, true, true, false]);
});

test('a name may go in a burst and then at its rate; places are reserved ahead, up to what one would wait', () => {
  const limit = buckets({ perSecond: 10, burst: 3 }, clock);
  time.ms = 10_000;
  const waits = Array.from({ length: 6 }, () => limit.reserve('page', 250));
  assert.deepEqual(
    waits.map(({ waitMs }) => waitMs),
    [0, 0, 0, 100, 200, 300],
  );
  assert.equal(waits[5]?.reserved, false);
  assert.equal(limit.reserve('other', 0).reserved, true);
});

test('after a while without use there is one burst again, and not more', () => {
  const limit = buckets({ perSecond: 1 / 6, burst: 2 }, clock);
  const now = () => limit.reserve('person', 0).reserved;
  assert.deepEqual([now(), now(), now()], [true, true, false]);
  time.ms += 6_000;
  assert.deepEqual([now(), now()], [true, false]);
  time.ms += 3_600_000;
  assert.deepEqual([now(), now(), now()], [true, true, false]);
});

test('a pause holds for its name alone', () => {
  const limit = buckets({ perSecond: 10, burst: 1 }, clock);
  limit.pause('page', 5_000);
  assert.equal(limit.reserve('page', 1_000).reserved, false);
  assert.equal(limit.reserve('other', 0).reserved, true);
  time.ms += 5_000;
  assert.equal(limit.reserve('page', 0).reserved, true);
});
