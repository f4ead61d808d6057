import type { Clock, DeliveryId, MessageId, Random } from '#base';
import { Breaker } from './breaker.ts';
import type { Readable } from './content.ts';
import type { Detail } from '#contract';
import type { Sender } from './sender.ts';
import type { OpenDelivery, PutDelivery } from './store.ts';

/** What is open to one channel identity, in order: the first is sent before the second is looked at. */
export interface Lane {
  readonly key: string;
  readonly shard: number;
  readonly deliveries: OpenDelivery[];
  /** Everything open up to this number is, or was, among the deliveries. */
  lastSeq: number;
  isRunning: boolean;
  /** Content that was read ahead, until when it may be used. */
  read:
    | {
        readonly untilMs: number;
        readonly detail: Detail;
        readonly byMessage: ReadonlyMap<MessageId, Readable>;
      }
    | undefined;
}

/** In memory of one messenger; what is beyond stays in the store until there is room. */
const deliveriesMax = 2_000;
/** Below this more is claimed. */
const deliveriesLow = 500;
/** Deliveries of which it is remembered how they failed. */
const failuresKept = 10_000;

/** One messenger, with what of its deliveries is in memory. Owned by the engine. */
export class MessengerLanes {
  readonly sender: Sender;
  readonly breaker: Breaker;
  readonly #lanes = new Map<string, Lane>();
  /** Lanes with something to send, in the order in which they came. */
  readonly #ready: Lane[] = [];
  /** Shards in which there may be something that is not in memory. */
  readonly dirty = new Set<number>();
  isClaiming = false;
  inFlight = 0;
  #held = 0;
  /** Calls that succeeded, and how many had when a delivery failed last. */
  #successes = 0;
  readonly #successesAtFailure = new Map<DeliveryId, number>();

  constructor(sender: Sender, clock: Pick<Clock, 'monotonicMs'>, random: Random) {
    this.sender = sender;
    this.breaker = new Breaker(clock, random);
  }

  get isFull(): boolean {
    return this.#held >= deliveriesMax;
  }

  get hasRoom(): boolean {
    return this.#held < deliveriesLow;
  }

  /** The next lane to work on, or undefined when nothing is ready or nothing more may be under way. */
  next(): Lane | undefined {
    if (this.inFlight >= Math.min(this.sender.concurrencyMax, this.breaker.allowed())) return undefined;
    const lane = this.#ready.shift();
    if (lane) lane.isRunning = true;
    return lane;
  }

  get isReady(): boolean {
    return this.#ready.length > 0;
  }

  /** Takes what was just written, when it is certain that nothing older is missing in memory. Answers whether it did. */
  offer(put: PutDelivery): boolean {
    if (this.isFull) return false;
    const { afterSeq = 0, ...delivery } = put;
    const lane = this.#lanes.get(keyOf(put));
    if (lane) {
      if (afterSeq > lane.lastSeq) return false;
      if (put.seq > lane.lastSeq) this.#append(lane, delivery);
      return true;
    }
    if (put.afterSeq !== undefined) return false;
    this.#open(delivery);
    return true;
  }

  /** Takes what was claimed, which comes in order and from each identity's oldest on. */
  take(delivery: OpenDelivery): void {
    const lane = this.#lanes.get(keyOf(delivery));
    if (!lane) this.#open(delivery);
    else if (delivery.seq > lane.lastSeq) this.#append(lane, delivery);
  }

  /** The oldest of a lane is settled. */
  shift(lane: Lane): void {
    if (lane.deliveries.shift() && this.#lanes.get(lane.key) === lane) this.#held -= 1;
  }

  /** A worker has left the lane: it is forgotten when nothing is in it, else it waits for its turn. */
  leave(lane: Lane): void {
    lane.isRunning = false;
    if (this.#lanes.get(lane.key) !== lane) return;
    if (lane.deliveries.length > 0) this.#ready.push(lane);
    else this.#lanes.delete(lane.key);
  }

  /** Forgets a lane: what is open in it stands in the store. */
  drop(lane: Lane): void {
    if (this.#lanes.get(lane.key) !== lane) return;
    this.#lanes.delete(lane.key);
    this.#held -= lane.deliveries.length;
    const place = this.#ready.indexOf(lane);
    if (place >= 0) this.#ready.splice(place, 1);
  }

  /** Forgets what lies in shards that are another's now. */
  dropShards(isHeld: (shard: number) => boolean): void {
    for (const lane of this.#lanes.values()) if (!isHeld(lane.shard) && !lane.isRunning) this.drop(lane);
  }

  succeeded(): void {
    this.#successes += 1;
    this.breaker.succeeded();
  }

  /**
   * Whether a failure counts against the delivery: only when the messenger has taken something else since it
   * failed before. While everything fails it is the messenger.
   */
  countsAgainst({ deliveryId }: OpenDelivery): boolean {
    const counts = this.#successes > (this.#successesAtFailure.get(deliveryId) ?? 0);
    this.#successesAtFailure.delete(deliveryId);
    this.#successesAtFailure.set(deliveryId, this.#successes);
    const [oldest] = this.#successesAtFailure.keys();
    if (this.#successesAtFailure.size > failuresKept && oldest !== undefined) this.#successesAtFailure.delete(oldest);
    return counts;
  }

  #open(delivery: OpenDelivery): void {
    const { shard, seq } = delivery;
    const lane: Lane = {
      key: keyOf(delivery),
      shard,
      deliveries: [delivery],
      lastSeq: seq,
      isRunning: false,
      read: undefined,
    };
    this.#lanes.set(lane.key, lane);
    this.#ready.push(lane);
    this.#held += 1;
  }

  #append(lane: Lane, delivery: OpenDelivery): void {
    lane.deliveries.push(delivery);
    lane.lastSeq = delivery.seq;
    this.#held += 1;
  }
}

const keyOf = ({ conversationId, identityId }: OpenDelivery): string => `${conversationId}|${identityId}`;
