import { sql, type Database } from '#db';
import { testDatabase } from '#test/database';
import { Ledger, purchaseEvent, sumOf, type Findings, type ToldEvent } from './ledger.ts';
import { Sender } from './sender.ts';
import { Watcher } from './watcher.ts';
import { freePort, World } from './world.ts';

/** What came of events among which one in a thousand cannot be taken. */
export interface Poisoned extends Findings {
  readonly batches: number;
  /** Malformed events that a refusal named by their place. */
  readonly named: number;
  /** Tries of a batch with an event of a link whose key is damaged, none of them acknowledged. */
  readonly heldBack: number;
  /** Batches without one that were acknowledged at once. */
  readonly goneOn: number;
}

const eventsInBatch = 1000;
/** Batches sent at the same moment, every other one with an event that cannot be stored. */
export const atOnce = 16;

/**
 * Sends batches of a thousand events of which one is malformed; the bank takes out what the refusal names and
 * sends the others. Then the key of one customer's link is damaged for a while: the bank goes on with everybody
 * else's, and sends what was held back when it is mended.
 */
export async function poison(batches: number, customers = 20): Promise<Poisoned> {
  const db = await testDatabase();
  const world = await World.make(db.url, customers);
  const port = await freePort();
  const url = (): string => `http://localhost:${port}`;
  const ledger = new Ledger();
  const sender = new Sender(world.bankKey, url);
  await world.hub(port);
  const watchers = world.customers.map((customer) => new Watcher(customer, url));
  const accounts = world.customers.map((customer) => customer.accountId);
  const tell = async (events: readonly ToldEvent[]): Promise<void> => {
    await sender.deliver(events);
    ledger.acknowledge(events);
  };
  try {
    let named = 0;
    for (let n = 0; n < batches; n += 1) {
      const events = batchFor(accounts, eventsInBatch - 1);
      const place = (n * 389) % eventsInBatch;
      const malformed = { ...purchaseEvent(accounts[n % customers] ?? ''), occurredAt: 'yesterday' };
      const answered = await sender.send(events.toSpliced(place, 0, malformed));
      if (answered.status === 422 && answered.body.index === place) named += 1;
      await tell(events);
    }
    const [damaged, ...others] = world.customers;
    const change = flipKey(db.database, damaged?.linkId ?? '');
    await change();
    let [heldBack, goneOn] = [0, 0];
    const held = batchFor(accounts, customers);
    for (let n = 0; n < batches; n += 1) {
      // At once, so that the hub would like to store them together.
      const sent = Array.from({ length: atOnce }, async (_, of) => {
        const isHeld = of % 2 === 0;
        const events = isHeld ? held : batchFor([others[of % others.length]?.accountId ?? ''], 5);
        const { status } = await sender.send(events);
        if (isHeld && status !== 'unknown' && status >= 500) heldBack += 1;
        if (isHeld || status !== 202) return;
        ledger.acknowledge(events);
        goneOn += 1;
      });
      await Promise.all(sent);
    }
    await change();
    await tell(held);
    const findings: Findings[] = [];
    for (const watcher of watchers)
      findings.push(ledger.check(watcher.customer, watcher.entries, await watcher.caughtUp()));
    return { ...sumOf(findings), batches, named, heldBack, goneOn };
  } finally {
    for (const watcher of watchers) watcher.close();
    await world.close();
    await db.close();
  }
}

const batchFor = (accounts: readonly string[], size: number): ToldEvent[] =>
  Array.from({ length: size }, (_, n) => purchaseEvent(accounts[n % accounts.length] ?? ''));

/** Flips a bit of a link's key, and flips it back when it is called again. */
function flipKey(database: Database, linkId: string): () => Promise<unknown> {
  return () =>
    database.execute(sql`update link_keys set wrapped_key = set_byte(wrapped_key, 20, get_byte(wrapped_key, 20) # 1)
      where link_id = ${linkId}`);
}
