import {
  failPoint,
  isTellerlineError,
  limits,
  rateLimit,
  turns,
  type Clock,
  type CustomerId,
  type IdentityId,
  type InTurn,
  type Log,
  type Meter,
  type RateLimit,
} from '#base';
import type { Database } from '#db';
import type { Vault } from '#vault';
import type { Addresses } from '../addresses.ts';
import type { Channel, Reading } from '../channel.ts';
import type { Thread } from '../change.ts';
import type { Failed } from '../sending/sender.ts';
import type { LostPart } from '../sending/store.ts';
import type { Arrivals } from './arrivals.ts';
import { takeEvidence, applyWaiting } from './evidence.ts';
import { heldAtMessengers, type HeldAtMessengers } from './held.ts';
import { platformIds, type PlatformIds } from '../sending/platform-ids.ts';
import { createInbox, tidyReceiving, type Inbox, type InboxId, type TakenUp } from './inbox.ts';
import { takePerson } from './person.ts';

/** How what a messenger says of our own messages reaches the deliveries. */
export interface DeliverySettles {
  /** It has what carries this reference, under this id of its own. */
  taken(reference: string, platformId: string): Promise<unknown>;
  /** It had taken it, or a part of it, and could not show it: that asks for this. Answers whether it changed anything. */
  failed(lost: LostPart, failed: Failed): Promise<boolean>;
  /** The person at this identity has written just now, or their thread is ours again. */
  heard(identityId: IdentityId): Promise<unknown>;
}

/** What comes in from messengers: stored, answered, and then worked through. */
export interface Receiving {
  /** The messenger of this name; undefined: there is none here. */
  channel(name: string): Channel | undefined;
  /** Stores a body whose signature was verified. When this answers it is not lost any more; nothing was done yet. */
  take(channel: string, raw: Buffer): Promise<void>;
  /** Takes up what an earlier process left, or what is due again, and statuses that came too early. */
  look(): Promise<void>;
  /** Takes up nothing new and waits for what is being worked on. */
  stop(): Promise<void>;
  /** What is kept of a customer's at messengers, opened: for their own export. */
  held(customerId: CustomerId): Promise<HeldAtMessengers>;
  /** Forgets what has served its time. */
  tidy(nowMs: number): Promise<void>;
}

/** Who is told how far somebody at a messenger has what was sent to them: a port, for staff who wrote it. Only ever forward. */
export interface SeenMarks {
  has(thread: Thread, seq: number, what: 'delivered' | 'read'): Promise<void>;
}

/** What receiving works with. */
export interface ReceivingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly addresses: Addresses;
  readonly channels: readonly Channel[];
  readonly arrivals: Arrivals;
  readonly settles: DeliverySettles;
  readonly marks: SeenMarks;
  readonly clock: Clock;
  readonly log: Log;
  readonly meter: Meter;
}

/** @internal what working through bodies shares */
export interface Working extends ReceivingParts {
  readonly inbox: Inbox;
  readonly ids: PlatformIds;
  readonly named: ReadonlyMap<string, Channel>;
  /** For what people did: it may wait for a messenger that is asked for a picture, or who somebody is. */
  readonly workers: InTurn;
  /** For what settles deliveries: it waits for nobody's picture. */
  readonly settlers: InTurn;
  /** The last work of each person, so that what one person does is taken in its order. */
  readonly lanes: Map<string, Promise<unknown>>;
  readonly alarmed: RateLimit;
}

/** The pause after the first failure; twice as long after each that follows. */
const pauseMs = 2_000;
const takenUpAtOnce = 16;

/** Makes receiving; nothing is taken up until `take` or `look`. */
export function createReceiving(parts: ReceivingParts): Receiving {
  const { channels, clock, log } = parts;
  const ids = platformIds(parts.vault);
  const working: Working = {
    ...parts,
    ids,
    inbox: createInbox(parts),
    named: new Map(channels.map((one) => [one.channel, one])),
    workers: turns(limits.channelWorkersMax),
    settlers: turns(limits.channelSettlersMax),
    lanes: new Map(),
    alarmed: rateLimit(1, clock),
  };
  const { inbox, named } = working;
  /** Bodies in memory: those that people had a part in, and those that only settle deliveries, which never wait for these. */
  const held = { people: new Map<InboxId, Promise<void>>(), settling: new Map<InboxId, Promise<void>>() };
  const heldOf = (settles: boolean) => (settles ? held.settling : held.people);
  const roomFor = (settles: boolean): number => limits.channelBodiesHeldMax - heldOf(settles).size;
  let stopping = false;

  const work = (taken: TakenBody, settles: boolean): void => {
    const done = workThrough(working, taken)
      .catch((error: unknown) =>
        log.warn({ err: error, channel: taken.channel }, 'what a messenger told is taken up again'),
      )
      .finally(() => heldOf(settles).delete(taken.inboxId));
    heldOf(settles).set(taken.inboxId, done);
  };
  const takeUp = async (settles: boolean): Promise<void> => {
    const room = roomFor(settles);
    if (room <= 0) return;
    for (const taken of await inbox.claim(settles, Math.min(room, takenUpAtOnce)))
      if (!heldOf(settles).has(taken.inboxId)) work(taken, settles);
  };

  return {
    channel: (name) => named.get(name),
    take: async (channel, raw) => {
      const readings = named.get(channel)?.read(raw);
      const settles = readings?.every(({ from }) => from !== 'person') ?? false;
      const isTaken = !stopping && roomFor(settles) > 0;
      const inboxId = await inbox.store(channel, raw, { settles, isTaken });
      // Counted where it is stored: whoever takes it up, however often, counts it no more.
      for (const { kind } of readings ?? []) parts.meter.heard(channel, kind);
      // In the order of the answers of the database, before anything else is awaited.
      if (isTaken) work({ inboxId, channel, raw, attempts: 0, ...(readings && { readings }) }, settles);
    },
    look: async () => {
      if (stopping) return;
      // First: what takes long here is not to be taken up a second time, by this process or by another.
      await inbox.renew([...held.settling.keys(), ...held.people.keys()]);
      await takeUp(true);
      await applyWaiting(working);
      await takeUp(false);
    },
    stop: async () => {
      stopping = true;
      await Promise.allSettled([...held.settling.values(), ...held.people.values()]);
    },
    held: (customerId) => heldAtMessengers(parts.database, parts.vault, customerId),
    tidy: (nowMs) => tidyReceiving(parts.database, nowMs),
  };
}

/** A body that this process works on; `readings`: it stored the body itself, and has read it. */
type TakenBody = TakenUp & { readonly readings?: readonly Reading[] };

/** Works through one body; whatever it fails for, it is due again after a pause, or given up. */
async function workThrough(working: Working, taken: TakenBody): Promise<void> {
  const { inbox, log } = working;
  const { inboxId, channel, attempts: before } = taken;
  let begun: Promise<number> | undefined;
  // Entered when a worker has come to it: what merely waited when a process ended was not tried.
  const begin = (): Promise<number> => (begun ??= taken.readings ? Promise.resolve(0) : inbox.begin(inboxId));
  try {
    if (before >= limits.channelAttemptsMax) return await bury(working, taken, 'given-up');
    if (await takeAll(working, taken, begin)) return;
    const attempts = await begin();
    if (attempts >= limits.channelAttemptsMax) return await bury(working, taken, 'not-handled');
    log.info({ channel, attempts }, 'what a messenger told is taken up again');
    await inbox.putOff(inboxId, pauseAfter(attempts));
  } catch (error) {
    log.warn({ err: error, channel }, 'what a messenger told could not be worked through');
    await inbox.putOff(inboxId, pauseAfter(before));
  }
}

const pauseAfter = (attempts: number): number => pauseMs * 2 ** Math.max(0, attempts - 1);

/** Takes each thing in a body for itself, those of one person in their order; false when some of it failed. */
async function takeAll(working: Working, taken: TakenBody, begin: () => Promise<number>): Promise<boolean> {
  const { inbox, named } = working;
  const { inboxId, channel: name } = taken;
  const channel = named.get(name);
  let raw: Buffer | undefined;
  try {
    raw = await inbox.open(taken);
  } catch (error) {
    if (!isTellerlineError(error, 'key_gone') && !isTellerlineError(error, 'sealed_unreadable')) throw error;
    await bury(working, taken, error.code);
    return true;
  }
  if (raw === undefined) return true;
  // A messenger that is not set up any more: its bodies wait for it as dead letters.
  if (!channel) {
    await bury(working, taken, 'no-such-messenger');
    return true;
  }
  const readings = taken.readings ?? channel.read(raw);
  const lanes = Map.groupBy([...readings.entries()], ([, reading]) => laneOf(name, reading));
  const outcomes = await Promise.all(
    [...lanes].map(([lane, some]) => inLane(working, lane, () => takeSome(working, channel, { taken, begin }, some))),
  );
  if (!outcomes.every(Boolean)) return false;
  await inbox.done(inboxId);
  failPoint('body done');
  return true;
}

/** Whose order it is a part of; what no person did stands alone. */
function laneOf(channel: string, reading: Reading): string {
  if (reading.from !== 'person') return 'platform';
  return `${channel}|${reading.account}|${reading.person.id ?? reading.person.number ?? ''}`;
}

/** Runs work behind what the same person did before; `platform` waits for nobody. */
async function inLane<Result>({ lanes }: Working, lane: string, work: () => Promise<Result>): Promise<Result> {
  if (lane === 'platform') return work();
  const before = lanes.get(lane) ?? Promise.resolve();
  const mine = before.then(work, work);
  lanes.set(lane, mine);
  try {
    return await mine;
  } finally {
    if (lanes.get(lane) === mine) lanes.delete(lane);
  }
}

/** Takes some things of a body in their order; false when one failed, behind which the same person's others wait. */
async function takeSome(
  working: Working,
  channel: Channel,
  { taken, begin }: { readonly taken: TakenUp; readonly begin: () => Promise<number> },
  some: readonly (readonly [number, Reading])[],
): Promise<boolean> {
  let all = true;
  for (const [part, reading] of some) {
    const inTurn = reading.from === 'person' ? working.workers : working.settlers;
    try {
      await inTurn(async () => {
        await begin();
        await takeOne(working, channel, taken, part, reading);
      });
    } catch (error) {
      working.log.warn(
        { err: error, channel: channel.channel, kind: reading.kind },
        'something that a messenger told could not be handled',
      );
      if (reading.from === 'person') return false;
      all = false;
    }
  }
  return all;
}

async function takeOne(
  working: Working,
  channel: Channel,
  taken: TakenUp,
  part: number,
  reading: Reading,
): Promise<void> {
  switch (reading.from) {
    case 'person':
      return takePerson(working, channel, reading);
    case 'platform':
      return takeEvidence(working, channel.channel, reading);
    case 'nobody':
      await working.inbox.keepPart(taken, part, reading.raw, reading.reason);
      raise(working, channel.channel, reading.reason);
  }
}

async function bury(working: Working, taken: TakenUp, reason: string): Promise<void> {
  await working.inbox.bury(taken.inboxId, reason);
  raise(working, taken.channel, reason);
}

/** One alarm a minute for each messenger: a new form of an event comes by the thousand. */
function raise({ log, alarmed }: Working, channel: string, reason: string): void {
  if (alarmed.take(channel))
    log.error({ channel, reason, alarm: 'dead_letters' }, 'what a messenger told became a dead letter');
}
