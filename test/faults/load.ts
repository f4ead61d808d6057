import { Ledger, postingOf, purchaseEvent, sumOf, type Findings, type ToldEvent } from './ledger.ts';
import { Sender } from './sender.ts';
import { Watcher } from './watcher.ts';
import type { World, WorldCustomer } from './world.ts';

/** How a load is made. */
export interface LoadOptions {
  /** Banks' connections that send at once, each for customers of its own, so that there is one order a customer. */
  readonly senders?: number;
  /** Events in a batch, at most. */
  readonly batchMax?: number;
}

/** Events that pour in, browsers that watch, and the book of both. */
export class Load {
  readonly ledger = new Ledger();
  readonly sender: Sender;
  readonly watchers: Watcher[];
  readonly #running: Promise<unknown>;
  readonly #stop = new AbortController();

  /** `urlOf`: the hub that a sender or a browser with this number speaks to. */
  constructor(world: World, urlOf: (n: number) => string, { senders = 3, batchMax = 20 }: LoadOptions = {}) {
    let tries = 0;
    this.sender = new Sender(world.bankKey, () => urlOf((tries += 1)));
    this.watchers = world.customers.map((customer, n) => new Watcher(customer, () => urlOf(n)));
    const atOnce = Math.min(senders, world.customers.length);
    const shares = Array.from({ length: atOnce }, (_, n) => world.customers.filter((_, of) => of % atOnce === n));
    this.#running = Promise.all(shares.map((customers) => this.#pour(customers, batchMax)));
    // Whoever ends the load learns of it.
    this.#running.catch(() => this.#stop.abort());
  }

  async #pour(customers: readonly WorldCustomer[], batchMax: number): Promise<void> {
    const told: ToldEvent[] = [];
    for (let n = 0; !this.#stop.signal.aborted; n += 1) {
      const events = batchOf(customers, told, 1 + (n % batchMax));
      await this.sender.deliver(events);
      this.ledger.acknowledge(events);
      told.push(...events.filter((event) => event.transaction.status === 'authorized'));
      told.splice(0, told.length - 50);
    }
  }

  /** Stops sending, waits until every browser has everything, and holds both against the book. */
  async finish(): Promise<Findings> {
    this.#stop.abort();
    await this.#running;
    const findings: Findings[] = [];
    for (const watcher of this.watchers) {
      const pages = await watcher.caughtUp();
      findings.push(this.ledger.check(watcher.customer, watcher.entries, pages));
    }
    this.close();
    return { ...sumOf(findings), acknowledged: this.ledger.acknowledged };
  }

  close(): void {
    this.#stop.abort();
    for (const watcher of this.watchers) watcher.close();
  }
}

/** New purchases over the customers, and now and then the posting of one that was told in another batch. */
function batchOf(customers: readonly WorldCustomer[], told: readonly ToldEvent[], size: number): ToldEvent[] {
  const events = Array.from({ length: size }, (_, n) => {
    const earlier = n % 4 === 3 ? told[(n * 7) % Math.max(told.length, 1)] : undefined;
    const customer = customers[(n + told.length) % customers.length];
    if (!earlier) return purchaseEvent(customer?.accountId ?? '', `${size}.${10 + n}`);
    return postingOf(earlier, `${size}.${10 + n}`);
  });
  // One posting a purchase and batch, or none could say which of two amounts is the newest.
  const seen = new Set<string>();
  return events.filter(({ transaction: { id } }) => !seen.has(id) && seen.add(id));
}
