import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HubProcess } from './hub-process.ts';
import { Ledger, purchaseEvent, sumOf, type Findings } from './ledger.ts';
import { OwnPostgres } from './own-postgres.ts';
import { Sender } from './sender.ts';
import { Watcher } from './watcher.ts';
import { entriesBefore, freePort, World } from './world.ts';

/** What came of browsers that all came back at once to a hub that had been killed. */
export interface Reconnected extends Findings {
  readonly sockets: number;
  /** From the hub's word that it is ready until every browser had everything that it had missed. */
  readonly readySeconds: number;
  /** Memory that the hub holds then (resident), MiB. */
  readonly hubMiB: number;
  /** Sockets that had to be opened more than once. */
  readonly triedAgain: number;
}

const readySecondsMax = 300;

/**
 * Connects so many browsers, lets each miss an event while it is away, kills the hub, starts it again, and lets
 * all of them back at once.
 */
export async function reconnectAll(sockets: number): Promise<Reconnected> {
  const postgres = await OwnPostgres.start();
  const world = await World.make(postgres.url, sockets);
  const port = await freePort();
  const url = (): string => `http://localhost:${port}`;
  const mayReturn = Promise.withResolvers<void>();
  let away = false;
  // Whoever fails in the rush tries again a little later.
  const pause = (): Promise<unknown> => (away ? mayReturn.promise : sleep(1000));
  const ledger = new Ledger();
  const sender = new Sender(world.bankKey, url);
  const tellAll = async (): Promise<void> => {
    const events = world.customers.map((customer) => purchaseEvent(customer.accountId));
    for (let n = 0; n < events.length; n += 500) {
      const batch = events.slice(n, n + 500);
      await sender.deliver(batch);
      ledger.acknowledge(batch);
    }
  };
  let hub = await world.hub(port);
  await tellAll();
  const watchers = world.customers.map((customer) => new Watcher(customer, url, pause));
  try {
    await untilReady(watchers, 1);
    away = true;
    for (const watcher of watchers) watcher.cut();
    await untilAway(watchers);
    await tellAll();
    await hub.kill();
    hub = await world.hub(port);
    const began = performance.now();
    const tries = new Map(watchers.map((watcher) => [watcher, watcher.tries]));
    mayReturn.resolve();
    away = false;
    await untilReady(watchers, 2);
    const readySeconds = Math.round((performance.now() - began) / 100) / 10;
    const findings = watchers.map(({ customer, entries }) => ledger.check(customer, entries, entries));
    const triedAgain = watchers.filter((watcher) => watcher.tries > (tries.get(watcher) ?? 0) + 1).length;
    return { ...sumOf(findings), sockets, readySeconds, hubMiB: memoryOf(hub), triedAgain };
  } finally {
    for (const watcher of watchers) watcher.close();
    await world.close();
    await postgres.close();
  }
}

/** Waits until all have noticed that they are cut off. */
async function untilAway(watchers: readonly Watcher[]): Promise<void> {
  while (watchers.some((watcher) => watcher.hello !== undefined)) await sleep(20);
}

/** Waits until all have everything that the bank has told so far. */
async function untilReady(watchers: readonly Watcher[], told: number): Promise<void> {
  const deadline = performance.now() + readySecondsMax * 1000;
  let waiting = watchers;
  while (waiting.length > 0) {
    if (performance.now() > deadline) throw new Error(`${waiting.length} browsers are still waiting`);
    await sleep(20);
    waiting = waiting.filter((watcher) => !(watcher.isReady() && watcher.entries.length >= entriesBefore + told));
  }
}

function memoryOf({ pid }: HubProcess): number {
  const [, kilobytes = ''] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Math.round(Number(kilobytes) / 1024);
}
