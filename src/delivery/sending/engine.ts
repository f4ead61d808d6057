import { backoffMs, type Pauses } from './backoff.ts';
import { MessengerLanes, type Lane } from './lanes.ts';
import type { Sender } from './sender.ts';
import type { DeliveryStore, Lease, OpenDelivery, PutDelivery, Settled, Settling } from './store.ts';
import { LaneWorker, type WorkerParts } from './worker.ts';

/** What the engine works with: everything that it does not decide itself. `node` is this process, from its start to its end. */
export interface EngineParts extends WorkerParts {
  readonly store: Pick<DeliveryStore<never>, 'lease' | 'claim' | 'begin' | 'settle'>;
  readonly senders: readonly Sender[];
  /** Something changed in shards that another process works on. May be lost. */
  readonly tellOthers: (shards: readonly number[]) => void;
}

/** A process is believed to be there for so long after it said so, and says so this often. Together under 30 s. */
const leaseMs = 16_000;
const leaseEveryMs = 4_000;
/** So often everything is looked through for what nobody handed on. */
const lookEveryMs = 5_000;
const claimMax = 500;
/** The store could not be reached. */
const storePauses: Pauses = { firstMs: 200, maxMs: 5_000 };

/**
 * Brings deliveries to messengers. It works on the shards that its lease names; an identity is sent one
 * delivery after the other (P4), each stored as attempted before the call (P3). It keeps nothing that the
 * store does not know: what is in memory may be forgotten at any moment.
 *
 * All of its time, chance, storage and network come from its parts, so that a simulator can run several.
 */
export class DeliveryEngine {
  readonly #parts: EngineParts;
  readonly #messengers: ReadonlyMap<string, MessengerLanes>;
  #lease: Lease & { readonly untilMs: number } = { shards: new Map(), nodes: 1, untilMs: 0 };
  readonly #worker: LaneWorker;
  readonly #timers = new Set<() => void>();
  readonly #running = new Set<Promise<void>>();
  #isStopping = false;
  #isStarted = false;

  constructor(parts: EngineParts) {
    const { senders, clock, random } = parts;
    this.#parts = parts;
    this.#messengers = new Map(senders.map((one) => [one.channel, new MessengerLanes(one, clock, random)]));
    this.#worker = new LaneWorker(parts, {
      fenceOf: (shard) => this.#fenceOf(shard),
      isStopping: () => this.#isStopping,
      wakeLater: (shard, waitMs) => this.#wakeLater(shard, waitMs),
      run: (work) => this.#run(work),
    });
  }

  /** How many processes there were when the lease was renewed last, this one included. */
  get nodes(): number {
    return this.#lease.nodes;
  }

  /** Takes a share of the shards and begins to work on what is open in them. */
  async start(): Promise<void> {
    this.#isStarted = true;
    await this.#renew();
    this.#every(leaseEveryMs, () => this.#renew());
    this.#every(lookEveryMs, async () => this.wake([...this.#lease.shards.keys()]));
  }

  /** Takes nothing more, waits for the calls under way, and gives its shards up. */
  async stop(): Promise<void> {
    if (!this.#isStarted) return;
    this.#isStopping = true;
    for (const cancel of this.#timers) cancel();
    this.#timers.clear();
    while (this.#running.size > 0) await Promise.allSettled(this.#running);
    try {
      await this.#parts.store.lease(this.#parts.node, 0);
    } catch (error) {
      this.#parts.log.info({ err: error }, 'the shards were not given up and will be taken when their lease ends');
    }
  }

  /** What was just committed: sent at once where this process works on it, else whoever does is told. */
  offer(put: readonly PutDelivery[]): void {
    const elsewhere = new Set<number>();
    const touched = new Set<MessengerLanes>();
    for (const one of put) {
      const messenger = this.#messengers.get(one.channel);
      if (!messenger) continue;
      if (this.#fenceOf(one.shard) === undefined) elsewhere.add(one.shard);
      else {
        if (!messenger.offer(one)) messenger.dirty.add(one.shard);
        touched.add(messenger);
      }
    }
    if (elsewhere.size > 0) this.#parts.tellOthers([...elsewhere]);
    for (const messenger of touched) this.#go(messenger);
  }

  /** There may be something new in these shards. */
  wake(shards: readonly number[]): void {
    for (const messenger of this.#messengers.values()) {
      for (const shard of shards) if (this.#fenceOf(shard) !== undefined) messenger.dirty.add(shard);
      this.#go(messenger);
    }
  }

  /**
   * Stores what a messenger said by itself of a delivery: an echo, a status. Answers whether it changed
   * anything; it holds whichever process hears it.
   */
  async settle(evidence: Extract<Settling, { as: 'delivered' | 'failed' }>): Promise<boolean> {
    const settled = await this.#worker.store(evidence);
    if (!settled) return false;
    if (settled.isParked && evidence.as === 'failed') this.#worker.parkedAlarm(settled.channel, evidence.code);
    this.changed([settled]);
    return true;
  }

  /** Something changed by another's word in these shards: whoever works on them looks. */
  changed(where: readonly Settled[]): void {
    const shards = [...new Set(where.map(({ shard }) => shard))];
    const elsewhere = shards.filter((shard) => this.#fenceOf(shard) === undefined);
    if (elsewhere.length > 0) this.#parts.tellOthers(elsewhere);
    this.wake(shards);
  }

  async #renew(): Promise<void> {
    const { clock, store, node, log } = this.#parts;
    // Counted from before the call: the store counts from within it.
    const untilMs = clock.monotonicMs() + leaseMs;
    try {
      const before = this.#lease;
      const lease = await store.lease(node, leaseMs);
      this.#lease = { ...lease, untilMs };
      const wasOver = before.untilMs <= clock.monotonicMs();
      const gained = [...lease.shards].filter(([shard, fence]) => wasOver || before.shards.get(shard) !== fence);
      for (const messenger of this.#messengers.values())
        messenger.dropShards((shard) => before.shards.get(shard) === lease.shards.get(shard));
      if (gained.length > 0) {
        log.debug({ shards: gained.length, nodes: lease.nodes }, 'shards of deliveries were taken over');
        this.wake(gained.map(([shard]) => shard));
      }
    } catch (error) {
      log.warn({ err: error }, 'the lease of the shards was not renewed; it is tried again');
    }
  }

  /** The fence under which this process works on a shard; undefined when it does not, or cannot be sure of it. */
  #fenceOf(shard: number): number | undefined {
    if (this.#parts.clock.monotonicMs() >= this.#lease.untilMs) return undefined;
    return this.#lease.shards.get(shard);
  }

  /** Works on a messenger's lanes as far as it may, and claims more when there is room. */
  #go(messenger: MessengerLanes): void {
    if (this.#isStopping) return;
    for (let lane = messenger.next(); lane; lane = messenger.next()) {
      messenger.inFlight += 1;
      this.#run(this.#work(messenger, lane));
    }
    const waitMs = messenger.breaker.waitMs();
    if (waitMs > 0 && (messenger.isReady || messenger.dirty.size > 0)) this.#goLater(messenger, waitMs);
    else if (messenger.dirty.size > 0 && messenger.hasRoom && !messenger.isClaiming) {
      messenger.isClaiming = true;
      this.#run(this.#claim(messenger));
    }
  }

  readonly #awaited = new Set<MessengerLanes>();

  /** One timer for each messenger that is left in peace. */
  #goLater(messenger: MessengerLanes, waitMs: number): void {
    if (this.#awaited.has(messenger)) return;
    this.#awaited.add(messenger);
    this.#after(waitMs, () => {
      this.#awaited.delete(messenger);
      this.#go(messenger);
    });
  }

  async #claim(messenger: MessengerLanes): Promise<void> {
    const { node, store, log, random } = this.#parts;
    const shards = [...messenger.dirty];
    messenger.dirty.clear();
    /** From where on there was no room. */
    let rest: OpenDelivery | undefined;
    try {
      do {
        const { channel } = messenger.sender;
        const rows = await store.claim({ node, channel, shards, limit: claimMax, ...(rest && { after: rest }) });
        for (const row of rows) if (this.#fenceOf(row.shard) !== undefined) messenger.take(row);
        rest = rows.length === claimMax ? rows.at(-1) : undefined;
      } while (rest && !messenger.isFull && !this.#isStopping);
    } catch (error) {
      log.warn({ err: error }, 'deliveries could not be claimed; it is tried again');
      this.#after(backoffMs(random, 1, storePauses), () => this.wake(shards));
    }
    messenger.isClaiming = false;
    if (rest) for (const shard of shards) if (shard >= rest.shard) messenger.dirty.add(shard);
    this.#go(messenger);
  }

  async #work(messenger: MessengerLanes, lane: Lane): Promise<void> {
    await this.#worker.work(messenger, lane);
    messenger.inFlight -= 1;
    messenger.leave(lane);
    this.#go(messenger);
  }

  #wakeLater(shard: number, waitMs: number): void {
    // A little after, so that the store finds it due.
    this.#after(waitMs + 20, () => this.wake([shard]));
  }

  #after(delayMs: number, work: () => void): void {
    if (this.#isStopping) return;
    const cancel = this.#parts.timers.after(delayMs, () => {
      this.#timers.delete(cancel);
      work();
    });
    this.#timers.add(cancel);
  }

  /** Does work again and again, each time so long after it was done. */
  #every(pauseMs: number, work: () => Promise<void>): void {
    this.#after(pauseMs, () => this.#run(work().then(() => this.#every(pauseMs, work))));
  }

  #run(work: Promise<void>): void {
    const running = work
      .catch((error: unknown) => this.#parts.log.warn({ err: error }, 'work on deliveries failed'))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }
}
