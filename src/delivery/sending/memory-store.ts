import type { DeliveryId, IdentityId, MessageId, NodeId } from '#base';
import {
  comparePlaces,
  detailOf,
  isOpen,
  laneKey,
  openOf,
  sameLane,
  settledOf,
  type KeptDelivery,
  type LaneName,
  type ModelDestination,
  type ModelTransaction,
} from './kept-delivery.ts';
import { isTold, isWorthSaying, purposeOf } from './put.ts';
import type { Detail } from './sender.ts';
import { shardCount, shardOf } from './shard.ts';
import {
  closedCode,
  closedWaitMs,
  countsAgainst,
  failedPauseMs,
  failuresMax,
  unknownsMax,
  type Attempt,
  type Backlog,
  type Begun,
  type Claim,
  type DeliveryStore,
  type Held,
  type Lease,
  type OpenDelivery,
  type PutDelivery,
  type Settled,
  type Settling,
} from './store.ts';

/** Who has a shard, and how often it was taken over. */
interface Leased {
  node: NodeId | undefined;
  fence: number;
}

/**
 * The engine's store in memory: the model that PostgreSQL is compared with, and what the simulator runs on.
 * What `put` writes is there once its transaction says that it is committed.
 *
 * @param nowMs the time that counts
 * @param newDeliveryId names deliveries, no two alike
 */
export class MemoryStore implements DeliveryStore<ModelTransaction> {
  /** All deliveries, in the order of their writing. The owner of the model may read them. */
  readonly deliveries: KeptDelivery[] = [];
  readonly destinations: ModelDestination[] = [];
  /** Messages that were deleted. */
  readonly erased = new Set<MessageId>();
  readonly #byId = new Map<DeliveryId, KeptDelivery>();
  /** By conversation and identity, in order of number; with how many at the beginning are settled for good. */
  readonly #lanes = new Map<string, { readonly all: KeptDelivery[]; settled: number }>();
  readonly #nodes = new Map<NodeId, number>();
  readonly #leases = new Map<number, Leased>();
  readonly #nowMs: () => number;
  readonly #newDeliveryId: () => DeliveryId;

  constructor(nowMs: () => number, newDeliveryId: () => DeliveryId) {
    this.#nowMs = nowMs;
    this.#newDeliveryId = newDeliveryId;
    for (let shard = 0; shard < shardCount; shard += 1) this.#leases.set(shard, { node: undefined, fence: 0 });
  }

  async lease(node: NodeId, forMs: number): Promise<Lease> {
    const now = this.#nowMs();
    const others = [...this.#nodes].filter(([other, until]) => other !== node && until > now).length;
    const share = forMs > 0 ? Math.ceil(shardCount / (others + 1)) : 0;
    const mine: Leased[] = [];
    const free: Leased[] = [];
    for (const lease of this.#leases.values()) {
      if (lease.node === node) mine.push(lease);
      else if (lease.node === undefined || (this.#nodes.get(lease.node) ?? 0) <= now) free.push(lease);
    }
    for (const lease of mine.slice(share)) lease.node = undefined;
    for (const lease of free.slice(0, Math.max(0, share - mine.length))) {
      lease.node = node;
      lease.fence += 1;
    }
    this.#nodes.set(node, now + forMs);
    const shards = new Map<number, number>();
    for (const [shard, lease] of this.#leases) if (lease.node === node) shards.set(shard, lease.fence);
    return { nodes: others + 1, shards };
  }

  async put(
    tx: ModelTransaction,
    written: Parameters<DeliveryStore<ModelTransaction>['put']>[1],
    { removing, unchanging }: Parameters<DeliveryStore<ModelTransaction>['put']>[2],
  ): Promise<PutDelivery[]> {
    const now = this.#nowMs();
    const made: KeptDelivery[] = [];
    const put: PutDelivery[] = [];
    for (const { change, seq, revision } of written.filter(isTold)) {
      const { conversationId, entry, messageId, to } = change;
      const of = { seq, entry, messageId, revision, purpose: purposeOf(change), asked: to !== undefined };
      for (const destination of this.destinations) {
        const { channel, identityId, spare } = destination;
        if (destination.conversationId !== conversationId) continue;
        if (to === undefined ? spare : to !== identityId) continue;
        const detail = detailOf(destination, of);
        if (detail === undefined) continue;
        if (change.saidOtherwiseAt === identityId && detail !== 'full') continue;
        if (entry === 'removal' && !removing.includes(channel)) continue;
        if (!isWorthSaying(change) && unchanging.includes(channel)) continue;
        const delivery = this.#newDelivery(destination, of, now);
        const before = [...this.#laneOf(delivery), ...made].findLast((one) => isOpen(one) && sameLane(one, delivery));
        made.push(delivery);
        put.push({ ...openOf(delivery, detail), afterSeq: before?.seq });
      }
    }
    const removed = written.filter(({ change }) => change.entry === 'removal').map(({ change }) => change.messageId);
    tx.afterCommit(() => {
      for (const one of made) this.#keep(one);
      for (const messageId of removed) this.erased.add(messageId);
    });
    return put;
  }

  #newDelivery(
    destination: ModelDestination,
    of: Pick<KeptDelivery, 'seq' | 'entry' | 'messageId' | 'revision' | 'purpose' | 'asked'>,
    now: number,
  ): KeptDelivery {
    const { conversationId, customerId, identityId, channel } = destination;
    const { seq, entry, messageId, revision, purpose, asked } = of;
    const nothing = { fence: undefined, platformId: undefined, shownRevision: undefined, code: undefined };
    return {
      conversationId,
      customerId,
      identityId,
      channel,
      seq,
      entry,
      messageId,
      revision,
      purpose,
      asked,
      ...nothing,
      deliveryId: this.#newDeliveryId(),
      shard: shardOf(conversationId),
      attempts: 0,
      failures: 0,
      windowOver: false,
      unknowns: 0,
      unknownPart: undefined,
      failedAttempt: 0,
      state: 'waiting',
      atMs: now,
      nextMs: now,
    };
  }

  async claim({ node, channel, shards, after, limit }: Claim): Promise<OpenDelivery[]> {
    const now = this.#nowMs();
    if ((this.#nodes.get(node) ?? 0) <= now) return [];
    const due = [...this.#lanes.values()].flatMap(({ all }) => {
      const head = all[0] && this.#head(all[0]);
      const isOurs = head && head.channel === channel && shards.includes(head.shard);
      const isDue = isOurs && this.#leases.get(head.shard)?.node === node && head.nextMs <= now;
      return isDue ? all.slice(all.indexOf(head)).filter(isOpen) : [];
    });
    return due
      .filter((one) => after === undefined || comparePlaces(one, after) > 0)
      .toSorted(comparePlaces)
      .slice(0, limit)
      .map((one) => openOf(one, this.#detailOf(one) ?? 'pointer'));
  }

  async begin(node: NodeId, attempts: readonly Attempt[]): Promise<Begun[]> {
    return attempts.map((attempt) => this.#begin(node, attempt));
  }

  #begin(node: NodeId, attempt: Attempt): Begun {
    const one = this.#byId.get(attempt.deliveryId);
    if (!one || !isOpen(one) || one.attempts !== attempt.attempts || !this.#holds(node, attempt, one))
      return { begun: 'stale' };
    const detail = this.#detailOf(one) ?? attempt.detail;
    if (this.#head(one) !== one || detail !== attempt.detail) return { begun: 'stale' };
    const same = this.#laneOf(one).filter((other) => other.messageId === one.messageId);
    const verdict = this.#verdict(one, same, attempt.content);
    one.fence = attempt.fence;
    one.nextMs = this.#nowMs() + attempt.forMs;
    one.code = verdict === 'attempted' ? undefined : verdict;
    if (verdict === 'unreadable' || verdict === 'given-up') one.failures += 1;
    if (verdict === 'unreadable') return { begun: 'unreadable' };
    if (verdict !== 'attempted') {
      one.state = verdict === 'gone' || verdict === 'shown' ? 'skipped' : 'parked';
      return { begun: 'closed', code: verdict };
    }
    one.state = 'attempted';
    one.attempts += 1;
    const replaces = same.toSorted(comparePlaces).findLast(({ platformId }) => platformId !== undefined)?.platformId;
    return { begun: 'attempted', replaces };
  }

  #verdict(one: KeptDelivery, same: readonly KeptDelivery[], content: Attempt['content']) {
    if (one.entry !== 'removal' && this.erased.has(one.messageId)) return 'gone';
    if (this.#detailOf(one) === undefined) return 'gone';
    if (one.entry === 'edit' && same.some(({ shownRevision = 0 }) => shownRevision >= one.revision)) return 'shown';
    const parkedBefore = same.some(({ state, seq }) => state === 'parked' && seq < one.seq);
    const stands = one.entry === 'removal' && same.some(({ platformId }) => platformId !== undefined);
    if (one.entry !== 'message' && parkedBefore && !stands) return 'parked-before';
    if (one.state === 'unknown' && one.unknowns >= unknownsMax) return 'unknown-twice';
    return one.entry === 'removal' || content === 'read' ? 'attempted' : content;
  }

  async settle(node: NodeId, settlings: readonly Settling[]): Promise<(Settled | undefined)[]> {
    return settlings.map((settling) => this.#settle(node, settling));
  }

  #settle(node: NodeId, settling: Settling): Settled | undefined {
    const one = this.#byId.get(settling.deliveryId);
    if (!one || !this.#maySettle(node, settling, one)) return undefined;
    one.code = settling.as === 'delivered' ? undefined : settling.code;
    const as = settling.as === 'failed' ? settling.becomes : settling.as;
    const isDone = settling.as === 'failed' && countsAgainst(settling) && one.failures + 1 >= failuresMax;
    // An echo of what nobody knows of yet may still come: it is waited for as long.
    const settlesAtMs = settling.as === 'failed' && one.state === 'unknown' ? one.nextMs : undefined;
    if (settling.as === 'delivered' || (settling.as === 'failed' && settlesAtMs === undefined)) one.unknowns = 0;
    if (as === 'closed') this.#close(one);
    else one.state = isDone ? 'parked' : as;
    if (settling.as === 'failed') this.#lose(one, settling);
    if (settlesAtMs !== undefined) one.nextMs = Math.max(one.nextMs, settlesAtMs);
    if (settling.as === 'delivered') {
      one.platformId = settling.platformId ?? one.platformId;
      one.shownRevision = settling.shownRevision ?? one.shownRevision;
      if (settling.platformId !== undefined) this.#reopenRemovals(one);
    }
    if (settling.as === 'waiting' || settling.as === 'unknown') one.nextMs = this.#nowMs() + settling.inMs;
    if (settling.as === 'waiting') {
      one.failures += settling.failed ? 1 : 0;
      one.windowOver ||= settling.windowOver ?? false;
    }
    if (settling.as === 'unknown') {
      one.unknowns = one.unknownPart === settling.part ? one.unknowns + 1 : 1;
      one.unknownPart = settling.part;
    }
    return settledOf(one);
  }

  /** It had been taken and was not shown: nothing of it stands there. */
  #lose(one: KeptDelivery, lost: Extract<Settling, { as: 'failed' }>): void {
    const { becomes, inMs, windowOver = false } = lost;
    const pauseMs = Math.min(failedPauseMs.most, failedPauseMs.first * 2 ** (Math.min(one.attempts, 20) - 1));
    if (becomes !== 'closed') one.nextMs = this.#nowMs() + (inMs ?? pauseMs);
    one.platformId = undefined;
    one.shownRevision = undefined;
    one.failures += countsAgainst(lost) ? 1 : 0;
    one.failedAttempt = one.attempts;
    one.windowOver ||= windowOver;
    const lane = this.#lanes.get(laneKey(one));
    if (lane) lane.settled = 0;
  }

  /** What is done where the person may not be written to now, as their customer chose; with nothing to go to it waits. */
  #close(one: KeptDelivery): void {
    const destination = this.#destinationOf(one);
    const spares = this.destinations.filter(
      (other) =>
        other.conversationId === one.conversationId &&
        other.spare &&
        other.identityId !== one.identityId &&
        detailOf(other, one) !== undefined,
    );
    const isOver = this.#nowMs() >= one.atMs + closedWaitMs.most;
    one.state = 'skipped';
    if (destination?.otherwise === 'elsewhere' && spares.length > 0) {
      for (const spare of spares)
        if (
          !this.deliveries.some(
            (other) => sameLane(other, { ...one, identityId: spare.identityId }) && other.seq === one.seq,
          )
        )
          this.#keep(this.#newDelivery(spare, one, this.#nowMs()));
    } else if (destination && destination.otherwise !== 'drop' && !isOver) {
      const waitedMs = this.#nowMs() - one.atMs;
      one.state = 'waiting';
      one.code = closedCode;
      one.nextMs = Math.min(one.atMs + closedWaitMs.most, this.#nowMs() + Math.max(closedWaitMs.least, waitedMs));
    }
  }

  async release(identityId: IdentityId): Promise<Settled[]> {
    const waiting = this.deliveries.filter(
      (one) => one.identityId === identityId && one.state === 'waiting' && one.code === closedCode,
    );
    return waiting
      .filter((one) => this.#destinationOf(one))
      .map((one) => {
        one.nextMs = this.#nowMs();
        one.windowOver = false;
        return settledOf(one);
      });
  }

  /** What was taken back without knowing that it stands there, or as what, is taken back again. */
  #reopenRemovals(shown: KeptDelivery): void {
    const { messageId, seq } = shown;
    const lane = this.#lanes.get(laneKey(shown));
    for (const one of lane?.all ?? []) {
      if (one.messageId !== messageId || one.entry !== 'removal' || one.seq <= seq) continue;
      one.state = 'waiting';
      one.code = undefined;
      one.unknowns = 0;
      one.nextMs = this.#nowMs();
      if (lane) lane.settled = 0;
    }
  }

  #maySettle(node: NodeId, settling: Settling, one: KeptDelivery): boolean {
    if (settling.as === 'failed')
      return one.platformId !== undefined && ['delivered', 'waiting', 'unknown'].includes(one.state);
    if (settling.as === 'delivered') {
      const { attempt = Infinity } = settling;
      return one.attempts > 0 && one.state !== 'delivered' && attempt > one.failedAttempt;
    }
    const { attempts, fence } = settling;
    return (
      one.state === 'attempted' && one.attempts === attempts && one.fence === fence && this.#holds(node, settling, one)
    );
  }

  async backlog(): Promise<Backlog[]> {
    const now = this.#nowMs();
    const counted = this.deliveries.filter((one) => isOpen(one) || one.state === 'parked');
    return [...Map.groupBy(counted, ({ channel }) => channel)]
      .map(([channel, some]) => {
        const open = some.filter(isOpen);
        const oldestMs = Math.min(...open.map(({ atMs }) => atMs));
        return {
          channel,
          waiting: open.filter(({ state }) => state === 'waiting').length,
          unknown: open.filter(({ state }) => state !== 'waiting').length,
          parked: some.length - open.length,
          oldestSeconds: open.length === 0 ? 0 : Math.max(0, (now - oldestMs) / 1000),
        };
      })
      .toSorted((a, b) => (a.channel < b.channel ? -1 : 1));
  }

  #holds(node: NodeId, { shard, fence }: Pick<Held, 'shard' | 'fence'>, one: KeptDelivery): boolean {
    const lease = this.#leases.get(shard);
    const isAlive = (this.#nodes.get(node) ?? 0) > this.#nowMs();
    return shard === one.shard && isAlive && lease?.node === node && lease.fence === fence;
  }

  #destinationOf(of: KeptDelivery): ModelDestination | undefined {
    return this.destinations.find((one) => sameLane(one, of));
  }

  /** At which level it goes there now; undefined: not at all. */
  #detailOf(of: KeptDelivery): Detail | undefined {
    const destination = this.#destinationOf(of);
    return destination && detailOf(destination, of);
  }

  /** The oldest that is open to the same identity. */
  #head(of: KeptDelivery): KeptDelivery | undefined {
    const lane = this.#lanes.get(laneKey(of));
    if (!lane) return undefined;
    // What is settled is open again only where that is said: see `#reopenRemovals`.
    while (lane.settled < lane.all.length && !isOpen(lane.all[lane.settled] as KeptDelivery)) lane.settled += 1;
    return lane.all[lane.settled];
  }

  #laneOf(of: LaneName): readonly KeptDelivery[] {
    return this.#lanes.get(laneKey(of))?.all ?? [];
  }

  #keep(one: KeptDelivery): void {
    this.deliveries.push(one);
    this.#byId.set(one.deliveryId, one);
    const lane = this.#lanes.get(laneKey(one)) ?? { all: [], settled: 0 };
    lane.all.push(one);
    // What comes from elsewhere may be older than what is there.
    if ((lane.all.at(-2)?.seq ?? 0) > one.seq) {
      lane.all.sort((a, b) => a.seq - b.seq);
      lane.settled = 0;
    }
    this.#lanes.set(laneKey(one), lane);
  }
}
