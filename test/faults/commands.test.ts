import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { systemClock, type Clock } from '#base';
import { testDatabase } from '#test/database';
import { faultless, Ledger, postingOf, purchaseEvent, sumOf, type ToldEvent } from './ledger.ts';
import { Sender } from './sender.ts';
import { Watcher } from './watcher.ts';
import { freePort, World } from './world.ts';

// The same webhook again and again, out of order, mixed with others, weeks later: shown once (P1, P2).

const dayMs = 86_400_000;
/** Keys are kept 35 days; what is told again is told within them. */
const daysMax = 30;

/** What the bank has told so far. */
interface Told {
  batches: (readonly ToldEvent[])[];
  daysAhead: number;
}

/** The running hub, and everything around it. */
interface Real {
  readonly accounts: readonly string[];
  readonly sender: Sender;
  readonly ledger: Ledger;
  readonly watchers: readonly Watcher[];
  readonly clock: Clock & { aheadMs: number };
  restart(): Promise<void>;
  readonly counts: { webhooks: number; events: number };
}

type Command = fc.AsyncCommand<Told, Real>;

async function tell(told: Told, real: Real, events: readonly ToldEvent[]): Promise<void> {
  if (events.length === 0) return;
  await real.sender.deliver(events);
  real.ledger.acknowledge(events);
  told.batches.push(events);
  real.counts.webhooks += 1;
  real.counts.events += events.length;
}

const pick = <One>(from: readonly One[], n: number): One | undefined => from[n % Math.max(1, from.length)];
const always = (): boolean => true;
const onceTold = ({ batches }: Readonly<Told>): boolean => batches.length > 0;

/** New purchases, some of them told as posted before they are told as authorized. */
const tellNew = fc
  .array(fc.record({ account: fc.nat(), reordered: fc.boolean(), posted: fc.boolean() }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((purchases): Command => ({
    check: always,
    run: async (told, real) => {
      const events = purchases.flatMap(({ account, reordered, posted }) => {
        const event = purchaseEvent(pick(real.accounts, account) ?? '');
        const both = posted ? [event, postingOf(event, '6.25')] : [event];
        return reordered ? both.toReversed() : both;
      });
      await tell(told, real, events);
    },
    toString: () => `tell ${purchases.length} purchases`,
  }));

/** One webhook many times at once. */
const tellAgain = fc.tuple(fc.nat(), fc.constantFrom(1, 5, 50)).map(([which, times]): Command => ({
  check: onceTold,
  run: async (told, real) => {
    const batch = pick(told.batches, which) ?? [];
    await Promise.all(Array.from({ length: times }, () => real.sender.deliver(batch)));
    real.counts.webhooks += times;
  },
  toString: () => `tell a batch ${times} times`,
}));

/** What was told, in another order and among what is new. */
const tellMixed = fc.tuple(fc.nat(), fc.nat(), fc.infiniteStream(fc.nat())).map(([one, other, order]): Command => ({
  check: onceTold,
  run: async (told, real) => {
    const earlier = [...(pick(told.batches, one) ?? []), ...(pick(told.batches, other) ?? [])];
    const fresh = [purchaseEvent(pick(real.accounts, one) ?? ''), purchaseEvent(pick(real.accounts, other) ?? '')];
    const keys = new Map([...new Set([...earlier, ...fresh])].map((event) => [event, order.next().value]));
    await tell(
      told,
      real,
      [...keys.keys()].toSorted((a, b) => (keys.get(a) ?? 0) - (keys.get(b) ?? 0)),
    );
  },
  toString: () => 'tell mixed',
}));

/** An id that was told, with another content: the batch is refused, whatever else is in it. */
const contradict = fc.nat().map((which): Command => ({
  check: onceTold,
  run: async (told, real) => {
    const [event] = pick(told.batches, which) ?? [];
    assert.ok(event);
    const other = { ...event, transaction: { ...event.transaction, amount: '99.99' } };
    const answered = await real.sender.send([purchaseEvent(event.accountId), other]);
    assert.equal(answered.status, 409);
    assert.equal(answered.body.index, 1);
    real.counts.webhooks += 1;
  },
  toString: () => 'contradict',
}));

const waitDays = fc.integer({ min: 1, max: daysMax }).map((days): Command => ({
  check: ({ daysAhead }) => daysAhead + days <= daysMax,
  run: async (told, real) => {
    told.daysAhead += days;
    real.clock.aheadMs += days * dayMs;
  },
  toString: () => `wait ${days} days`,
}));

const restart = fc.constant<Command>({
  check: always,
  run: async (_told, real) => real.restart(),
  toString: () => 'restart',
});

const cutSockets = fc.constant<Command>({
  check: always,
  run: async (_told, real) => real.watchers.forEach((watcher) => watcher.cut()),
  toString: () => 'cut the sockets',
});

test('the same webhook 50 times, out of order, and replayed after 30 days is shown once', async (t) => {
  const db = await testDatabase();
  const world = await World.make(db.url, 4);
  const clock = { aheadMs: 0, nowMs: () => Date.now() + clock.aheadMs, monotonicMs: systemClock.monotonicMs };
  const port = await freePort();
  let hub = await world.hubWithin(clock, port);
  const url = (): string => `http://localhost:${port}`;
  const sender = new Sender(world.bankKey, url);
  sender.nowMs = clock.nowMs;
  const watchers = world.customers.map((customer) => new Watcher(customer, url));
  const ledger = new Ledger();
  const real: Real = {
    accounts: world.customers.map((customer) => customer.accountId),
    sender,
    ledger,
    watchers,
    clock,
    restart: async () => {
      await hub.close();
      hub = await world.hubWithin(clock, port);
    },
    counts: { webhooks: 0, events: 0 },
  };
  try {
    const told: Told = { batches: [], daysAhead: 0 };
    const commands = fc.commands([tellNew, tellAgain, tellMixed, contradict, waitDays, restart, cutSockets], {
      maxCommands: 12,
    });
    const shownOnce = async (): Promise<void> => {
      const findings = watchers.map(async (watcher) =>
        ledger.check(watcher.customer, watcher.entries, await watcher.caughtUp()),
      );
      const { lost, twice, gaps, stale, misordered } = sumOf(await Promise.all(findings));
      assert.deepEqual({ lost, twice, gaps, stale, misordered }, faultless);
    };
    const runOne = async (some: Iterable<Command>): Promise<void> => {
      await fc.asyncModelRun(() => ({ model: told, real }), some);
      await shownOnce();
    };
    await fc.assert(fc.asyncProperty(commands, runOne), { numRuns: 25, endOnFailure: true });
    clock.aheadMs = daysMax * dayMs;
    const before = sender.duplicates;
    for (const batch of told.batches) await sender.deliver(batch);
    await shownOnce();
    assert.equal(sender.duplicates - before, told.batches.flat().length, 'each is known again after 30 days');
    t.diagnostic(`${real.counts.webhooks} webhooks with ${real.counts.events} different tellings, each shown once`);
    t.diagnostic(`${sender.duplicates} events known again by their keys, those of the first day 30 days later too`);
  } finally {
    for (const watcher of watchers) watcher.close();
    await hub.close();
    await world.close();
    await db.close();
  }
});
