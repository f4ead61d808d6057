import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { takeCall, type CallCounts } from './call-ledger.ts';
import { backOffMs, fetchWindow, nextFetchMs, readThrough } from './fetch-schedule.ts';

const allowance = fc
  .record({
    callsMax: fc.integer({ min: 1, max: 30 }),
    windowMinutes: fc.constantFrom(1, 60, 1440),
    share: fc.nat(100),
  })
  .map(({ share, ...rest }) => ({ ...rest, keptForCustomer: Math.floor((rest.callsMax * share) / 100) }));
const asks = fc.array(
  fc.record({ waitPermille: fc.nat(300), actor: fc.constantFrom('USER' as const, 'BATCH' as const) }),
  {
    maxLength: 300,
  },
);

test('no window, wherever it begins, holds more calls than the bank takes; the reserve is the customer’s', () => {
  fc.assert(
    fc.property(allowance, asks, (allowed, list) => {
      const windowMs = allowed.windowMinutes * 60_000;
      let nowMs = 1_795_000_000_000;
      let counts: CallCounts | undefined;
      const made: { atMs: number; actor: string }[] = [];
      for (const { waitPermille, actor } of list) {
        nowMs += Math.floor((windowMs * waitPermille) / 1000);
        const taken = takeCall(counts, allowed, actor, nowMs);
        const within = made.filter(({ atMs }) => atMs > nowMs - windowMs).length;
        if ('waitMs' in taken) {
          const later = takeCall(counts, allowed, actor, nowMs + taken.waitMs);
          const never = actor === 'BATCH' && allowed.callsMax === allowed.keptForCustomer;
          assert.equal('counts' in later || never, true, 'after the wait there is a call');
          continue;
        }
        counts = taken.counts;
        made.push({ atMs: nowMs, actor });
        assert.ok(within + 1 <= allowed.callsMax);
        if (actor === 'BATCH') assert.ok(within + 1 <= allowed.callsMax - allowed.keptForCustomer);
      }
    }),
  );
});

test('a clock that ran ahead costs nobody more than one window', () => {
  const allowed = { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 };
  const nowMs = 1_795_000_000_000;
  const ahead = takeCall(undefined, allowed, 'BATCH', nowMs + 86_400_000);
  assert.ok('counts' in ahead);
  let { counts } = ahead;
  for (let n = 0; n < 2_000; n += 1) {
    const taken = takeCall(counts, allowed, 'USER', nowMs + n * 20_000);
    assert.ok('counts' in taken, `call ${n} waits`);
    ({ counts } = taken);
  }
  const longer = takeCall(counts, { ...allowed, windowMinutes: 1440 }, 'USER', nowMs + 2_000 * 20_000);
  assert.ok('counts' in longer, 'a longer window counts what was called as called just now');
});

const days = fc.integer({ min: 0, max: 500 }).map((ago) => 1_795_000_000_000 - ago * 86_400_000);

test('windows that follow one another leave no day out, whenever they are read', () => {
  fc.assert(
    fc.property(fc.array(days, { minLength: 2, maxLength: 20 }), (times) => {
      let readTo: string | undefined;
      for (const nowMs of times.toSorted((a, b) => a - b)) {
        const window = fetchWindow(nowMs, readTo);
        assert.ok(window.from <= window.to);
        const lookback = new Date(nowMs - 365 * 86_400_000).toISOString().slice(0, 10);
        if (readTo !== undefined) assert.ok(window.from < readTo || window.from === lookback);
        assert.ok(window.from >= lookback);
        readTo = readThrough(window);
        assert.equal(readTo, new Date(nowMs).toISOString().slice(0, 10));
      }
    }),
  );
});

test('the next fetch lies within its bounds, later with each quiet one; a failure waits at least as long as asked', () => {
  fc.assert(
    fc.property(fc.nat(100), fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(3_600_000), (n, draw, askedMs) => {
      const pace = { secondsMin: 60, secondsMax: 3600 };
      const next = nextFetchMs('poll', pace, n, draw) ?? 0;
      assert.ok(next >= 0.9 * 60_000 && next <= 1.1 * 3_600_000);
      assert.ok((nextFetchMs('poll', pace, n + 1, draw) ?? 0) >= next);
      assert.equal(nextFetchMs('push', pace, n, draw), undefined);
      assert.ok(backOffMs(n, askedMs, draw) >= askedMs);
    }),
  );
});
