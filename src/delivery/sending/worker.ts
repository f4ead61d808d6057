import { turns, type Clock, type Log, type MessageId, type Meter, type NodeId, type Random, type Timers } from '#base';
import { backoffMs, type Pauses } from './backoff.ts';
import type { ReadContent, Readable } from './content.ts';
import { inBatches } from './in-batches.ts';
import type { Lane, MessengerLanes } from './lanes.ts';
import type { Dispatch, Outcome, Sender } from './sender.ts';
import {
  failuresMax,
  type Attempt,
  type Begun,
  type DeliveryStore,
  type Held,
  type OpenDelivery,
  type Settled,
  type Settling,
} from './store.ts';

/** What a worker works with. */
export interface WorkerParts {
  readonly node: NodeId;
  readonly store: Pick<DeliveryStore<never>, 'begin' | 'settle'>;
  readonly content: ReadContent;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  readonly timers: Timers;
  readonly random: Random;
  readonly log: Log;
  readonly meter?: Pick<Meter, 'unknown'>;
}

/** What a worker is told by, and tells, the engine that it belongs to. */
export interface WorkerHost {
  /** The fence under which this process works on a shard; undefined when it does not, or cannot be sure of it. */
  fenceOf(shard: number): number | undefined;
  isStopping(): boolean;
  /** There will be something in this shard then. */
  wakeLater(shard: number, waitMs: number): void;
  /** Work that nobody waits for, and that must not be cut off. */
  run(work: Promise<void>): void;
}

/** Statements serve this many deliveries at most. */
const batchMax = 200;
/** Conversations that are read at once: connections are for the people who ask, too. */
const readingsMax = 4;
/** So many messages of an identity are read together, and kept in memory for so long: see P7. */
const readAheadMax = 8;
const readKeptMs = 2_000;
/** Beside a call's own time: for storing what came of it. */
const slackMs = 1_000;
const pauses: Pauses = { firstMs: 1_000, maxMs: 300_000 };
/**
 * What is not among what may be read, as while a bank's key service is down, is waited for some hours; what ends
 * the reading with an error, some minutes.
 */
const missingPauses: Pauses = { firstMs: 30_000, maxMs: 1_800_000 };
const damagedPauses: Pauses = { firstMs: 5_000, maxMs: 60_000 };
const damagedMax = 6;
/** The store could not be reached. */
const storePauses: Pauses = { firstMs: 200, maxMs: 5_000 };
const settleTriesMax = 6;

/** Sends what is in a lane, one after the other, and stores what came of it. */
export class LaneWorker {
  readonly #parts: WorkerParts;
  readonly #host: WorkerHost;
  readonly #begin: (attempt: Attempt) => Promise<Begun>;
  readonly #settle: (settling: Settling) => Promise<Settled | undefined>;
  readonly #reading = turns(readingsMax);

  constructor(parts: WorkerParts, host: WorkerHost) {
    const { node, store } = parts;
    this.#parts = parts;
    this.#host = host;
    this.#begin = inBatches(batchMax, (attempts) => store.begin(node, attempts));
    this.#settle = inBatches(batchMax, (settlings) => store.settle(node, settlings));
  }

  /** Works on one lane for a turn; whoever called it says that the turn is over. Never throws. */
  async work(messenger: MessengerLanes, lane: Lane): Promise<void> {
    try {
      for (let turn = 0; turn < readAheadMax && lane.deliveries.length > 0; turn += 1) {
        if (this.#host.isStopping() || messenger.breaker.waitMs() > 0) break;
        const goesOn = await this.#sendOldest(messenger, lane);
        if (!goesOn) {
          messenger.drop(lane);
          break;
        }
      }
    } catch (error) {
      this.#parts.log.warn({ err: error }, 'a delivery could not be worked on; it is tried again');
      messenger.drop(lane);
      this.#host.wakeLater(lane.shard, backoffMs(this.#parts.random, 3, storePauses));
    }
  }

  /** Sends the oldest of a lane. False when the lane cannot go on from what is in memory. */
  async #sendOldest(messenger: MessengerLanes, lane: Lane): Promise<boolean> {
    const [delivery] = lane.deliveries;
    const fence = this.#host.fenceOf(lane.shard);
    if (!delivery || fence === undefined) return false;
    const read = await this.#readableOf(lane, delivery);
    const readable = typeof read === 'object' ? read : undefined;
    const { sender } = messenger;
    const { deliveryId, shard, attempts, detail } = delivery;
    const held: Held = { deliveryId, shard, fence, attempts };
    const callMs = sender.timeoutMs + sender.settleMs + slackMs;
    const reading = typeof read === 'string' ? this.#unreadable(delivery, read) : undefined;
    const { content, forMs } = reading ?? { content: 'read' as const, forMs: callMs };
    const begun = await this.#begin({ ...held, content, detail, forMs });
    switch (begun.begun) {
      case 'closed':
        if (begun.code !== 'gone' && begun.code !== 'shown') this.parkedAlarm(sender.channel, begun.code);
        messenger.shift(lane);
        return true;
      case 'unreadable':
        this.#host.wakeLater(shard, forMs);
        return false;
      case 'stale':
        this.#host.wakeLater(lane.shard, slackMs);
        return false;
      case 'attempted':
    }
    // A process that was stopped for a while after it had asked finds here that its lease is over.
    if (this.#host.fenceOf(shard) !== fence) return false;
    const dispatch: Dispatch = {
      customerId: delivery.customerId,
      conversationId: delivery.conversationId,
      identityId: delivery.identityId,
      detail: readable?.detail ?? detail,
      purpose: readable?.purpose ?? null,
      reference: deliveryId,
      attempt: attempts + 1,
      entry: delivery.entry,
      message: readable?.message,
      manner: readable?.manner ?? { locale: 'en', timeZone: 'UTC' },
      windowOver: delivery.windowOver,
      replaces: begun.replaces,
    };
    const outcome = await this.#call(sender, dispatch);
    return this.#conclude(messenger, lane, delivery, { ...held, attempts: attempts + 1 }, outcome);
  }

  /** How long is waited for what cannot be read, and whether it still is. */
  #unreadable({ failures }: OpenDelivery, why: 'missing' | 'damaged'): Pick<Attempt, 'content' | 'forMs'> {
    const isMissing = why === 'missing';
    const isLast = failures + 1 >= (isMissing ? failuresMax : damagedMax);
    const forMs = backoffMs(this.#parts.random, failures + 1, isMissing ? missingPauses : damagedPauses);
    return { content: isLast ? 'given-up' : 'unreadable', forMs };
  }

  /**
   * The content of a lane's oldest, read ahead for some that follow it; undefined of a removal, as there is none to
   * read.
   */
  async #readableOf(lane: Lane, delivery: OpenDelivery): Promise<Readable | 'missing' | 'damaged' | undefined> {
    const { clock } = this.#parts;
    if (delivery.entry === 'removal') return undefined;
    const isKept =
      lane.read !== undefined && clock.monotonicMs() < lane.read.untilMs && lane.read.detail === delivery.detail;
    // What was read ahead may be older than a delivery that came into the lane since.
    const revision = isKept ? lane.read?.byMessage.get(delivery.messageId)?.message.revision : undefined;
    if (revision === undefined || revision < delivery.revision) {
      const ahead = lane.deliveries
        .slice(0, readAheadMax)
        .filter(({ entry, detail }) => entry !== 'removal' && detail === delivery.detail);
      const messageIds = [...new Set(ahead.map(({ messageId }) => messageId))];
      lane.read = undefined;
      const byMessage = await this.#reading(() => this.#readAhead(delivery, messageIds));
      if (!byMessage) return 'damaged';
      lane.read = { untilMs: clock.monotonicMs() + readKeptMs, detail: delivery.detail, byMessage };
    }
    return lane.read?.byMessage.get(delivery.messageId) ?? 'missing';
  }

  /** Reads the oldest with those that follow it, or by itself when one of them ends the reading. Undefined: it is the oldest. */
  async #readAhead(
    delivery: OpenDelivery,
    messageIds: readonly MessageId[],
  ): Promise<ReadonlyMap<MessageId, Readable> | undefined> {
    const { content, log } = this.#parts;
    try {
      return await content(delivery, messageIds);
    } catch (error) {
      log.warn({ err: error, messages: messageIds.length }, 'what is to be delivered could not be read');
    }
    if (messageIds.length === 1) return undefined;
    return this.#readAhead(delivery, [delivery.messageId]);
  }

  /** Calls a messenger; what it answers after its time is over still settles the delivery. */
  async #call(sender: Sender, dispatch: Dispatch): Promise<Outcome> {
    const { log } = this.#parts;
    const aborter = new AbortController();
    const answered = Promise.withResolvers<Outcome>();
    let isOver = false;
    const answer = (outcome: Outcome): void => {
      if (isOver && outcome.outcome === 'sent') this.#host.run(this.#answeredLate(dispatch, outcome.platformId));
      isOver = true;
      answered.resolve(outcome);
    };
    const cancel = this.#parts.timers.after(sender.timeoutMs, () => {
      answer({ outcome: 'unknown', code: 'timeout' });
      aborter.abort();
    });
    sender.send(dispatch, aborter.signal).then(answer, (error: unknown) => {
      log.debug({ err: error, channel: sender.channel }, 'a call to a messenger failed');
      answer({ outcome: 'unknown', code: 'call-failed' });
    });
    const outcome = await answered.promise;
    cancel();
    return outcome;
  }

  async #answeredLate({ reference, message, attempt }: Dispatch, platformId: string): Promise<void> {
    const as = 'delivered';
    await this.store({ as, deliveryId: reference, platformId, shownRevision: message?.revision, attempt });
  }

  /** Stores what came of a call. Answers whether the lane goes on. */
  async #conclude(
    messenger: MessengerLanes,
    lane: Lane,
    delivery: OpenDelivery,
    held: Held,
    outcome: Outcome,
  ): Promise<boolean> {
    const { sender, breaker } = messenger;
    const shownRevision = lane.read?.byMessage.get(delivery.messageId)?.message.revision;
    switch (outcome.outcome) {
      case 'sent': {
        messenger.succeeded();
        const { deliveryId } = delivery;
        const { platformId } = outcome;
        await this.store({ as: 'delivered', deliveryId, platformId, shownRevision, attempt: held.attempts });
        break;
      }
      case 'skipped':
        messenger.succeeded();
        if (!(await this.store({ ...held, as: 'skipped', code: outcome.code }))) return false;
        break;
      case 'refused':
        // It answered: the messenger is well, the delivery is not.
        messenger.succeeded();
        if (!(await this.store({ ...held, as: 'parked', code: outcome.code }))) return false;
        this.parkedAlarm(sender.channel, outcome.code);
        break;
      case 'closed': {
        messenger.succeeded();
        const settled = await this.store({ ...held, as: 'closed', code: outcome.code });
        // It may go elsewhere now.
        this.#host.wakeLater(held.shard, 0);
        if (!settled || settled.isOpen) return false;
        break;
      }
      case 'window':
        messenger.succeeded();
        await this.store({ ...held, as: 'waiting', inMs: 0, failed: false, windowOver: true, code: outcome.code });
        this.#host.wakeLater(held.shard, 0);
        return false;
      case 'later':
        if (outcome.whole) breaker.pause(outcome.afterMs ?? pauses.firstMs);
        else if (outcome.afterMs === undefined) this.#failed(messenger);
        return this.#notTaken(messenger, delivery, held, outcome);
      case 'unknown': {
        this.#parts.meter?.unknown('call');
        this.#failed(messenger);
        const { code, part = 0 } = outcome;
        const inMs = Math.max(sender.settleMs, backoffMs(this.#parts.random, held.attempts, pauses));
        await this.store({ ...held, as: 'unknown', inMs, part, code });
        this.#host.wakeLater(held.shard, inMs);
        return false;
      }
    }
    messenger.shift(lane);
    return true;
  }

  #failed({ breaker, sender }: MessengerLanes): void {
    if (!breaker.failed()) return;
    const detail = { channel: sender.channel, alarm: 'messenger_failing' };
    this.#parts.log.warn(detail, 'a messenger fails again and again and is left in peace for a while');
  }

  /** The delivery waits, or is parked when it failed too often. Answers whether its lane goes on. */
  async #notTaken(
    messenger: MessengerLanes,
    delivery: OpenDelivery,
    held: Held,
    { afterMs, code }: Extract<Outcome, { outcome: 'later' }>,
  ): Promise<boolean> {
    const { sender } = messenger;
    const failed = messenger.countsAgainst(delivery) && afterMs === undefined;
    if (failed && delivery.failures + 1 >= failuresMax) {
      await this.store({ ...held, as: 'parked', code });
      this.parkedAlarm(sender.channel, code);
      this.#host.wakeLater(held.shard, 0);
      return false;
    }
    const inMs = afterMs ?? backoffMs(this.#parts.random, held.attempts, pauses);
    await this.store({ ...held, as: 'waiting', inMs, failed, code });
    this.#host.wakeLater(held.shard, inMs);
    return false;
  }

  /** Stores what is known, and tries again while the store cannot be reached. Undefined: it changed nothing. */
  async store(settling: Settling): Promise<Settled | undefined> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#settle(settling);
      } catch (error) {
        if (attempt >= settleTriesMax || this.#host.isStopping()) throw error;
        const pause = Promise.withResolvers<void>();
        this.#parts.timers.after(backoffMs(this.#parts.random, attempt, storePauses), pause.resolve);
        await pause.promise;
      }
    }
  }

  /** Somebody should look at it. */
  parkedAlarm(channel: string, code: string): void {
    const detail = { channel, code, alarm: 'delivery_parked' };
    this.#parts.log.warn(detail, 'a message could not be delivered and is parked until somebody looks');
  }
}
