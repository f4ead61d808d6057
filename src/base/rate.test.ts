import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { rateLimit } from './rate.ts';

/** A clock that goes where the test says. Its wall time jumps about: only durations may count. */
function steppedClock() {
  let ms = 0;
  return { nowMs: () => 1e12 - ms * 7, monotonicMs: () => ms, advance: (by: number) => (ms += by) };
}

test('so many uses pass in a minute and the next one does not, until the first is a minute old', () => {
  const clock = steppedClock();
  const limit = rateLimit(3, clock);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take('a')),
    [true, true, true, false],
  );
  clock.advance(59_999);
  assert.equal(limit.take('a'), false);
  clock.advance(1);
  assert.deepEqual(
    [1, 2, 3, 4].map(() => limit.take('a')),
    [true, true, true, false],
  );
});

test('each name has its own', () => {
  const limit = rateLimit(1, steppedClock());
  assert.deepEqual(
    ['a', 'b', 'a', 'b'].map((name) => limit.take(name)),
    [true, true, false, false],
  );
});

test('a use that was refused does not count, so nobody is shut out by trying', () => {
  const clock = steppedClock();
  const limit = rateLimit(1, clock);
  assert.equal(limit.take('a'), true);
  for (let second = 1; second < 60; second += 1) {
    clock.advance(1000);
    assert.equal(limit.take('a'), false);
  }
  clock.advance(1000);
  assert.equal(limit.take('a'), true);
});

test('no minute, wherever it begins, holds more than the limit, and nothing below it is refused', () => {
  const steps = fc.array(fc.integer({ min: 0, max: 40_000 }), { maxLength: 60 });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), steps, (perMinute, waits) => {
      const clock = steppedClock();
      const limit = rateLimit(perMinute, clock);
      const passed: number[] = [];
      for (const wait of waits) {
        const now = clock.advance(wait);
        const within = passed.filter((at) => now - at < 60_000).length;
        assert.equal(limit.isSpent('a'), within >= perMinute);
        assert.equal(limit.take('a'), within < perMinute);
        if (within < perMinute) passed.push(now);
      }
    }),
  );
});

test('a flood of names neither opens the limit of one nor shuts out another', () => {
  const clock = steppedClock();
  const limit = rateLimit(1, clock);
  assert.equal(limit.take('a'), true);
  for (let name = 0; name < 10_100; name += 1) limit.take(`flood-${name}`);
  assert.equal(limit.take('a'), false);
  assert.equal(limit.take('new'), true);
  clock.advance(60_000);
  assert.equal(limit.take('a'), true);
});
