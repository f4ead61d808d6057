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
  type RateLimit,
} from '#base';
import type { Database } from '#db';
import type { Vault } from '#vault';
import type { Addresses } from '../addresses.ts';
import type { Channel, FromPlatform, Reading } from '../channel.ts';
import type { Failed } from '../sending/sender.ts';
import type { Arrivals } from './arrivals.ts';
import { takeEvidence, applyWaiting } from './evidence.ts';
import { heldAtMessengers, type HeldAtMessengers } from './held.ts';
import { createInbox, tidyReceiving, type Inbox, type TakenUp } from './inbox.ts';
import { takePerson } from './person.ts';

/** How what a messenger says of our own messages reaches the deliveries. */
export interface DeliverySettles {
  /** It has what carries this reference, under this id of its own. */
  taken(reference: string, platformId: string): Promise<unknown>;
  /** It had taken it, or a part of it, and could not show it: that asks for this. Answers whether it changed anything. */
  failed(channel: string, platformId: string, failed: Failed): Promise<boolean>;
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

/** What receiving works with. */
export interface ReceivingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly addresses: Addresses;
  readonly channels: readonly Channel[];
  readonly arrivals: Arrivals;
  readonly settles: DeliverySettles;
  readonly clock: Clock;
  readonly log: Log;
  /** A messenger said what became of a template. */
  readonly onTemplate?: (channel: string, said: Extract<FromPlatform, { kind: 'template' }>) => Promise<void>;
}

/** @internal what working through bodies shares */
export interface Working extends ReceivingParts {
  readonly inbox: Inbox;
  readonly named: ReadonlyMap<string, Channel>;
  readonly workers: InTurn;
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
  const working: Working = {
    ...parts,
    inbox: createInbox(parts),
    named: new Map(channels.map((one) => [one.channel, one])),
    workers: turns(limits.channelWorkersMax),
    lanes: new Map(),
    alarmed: rateLimit(1, clock),
  };
  const { inbox, named } = working;
  const held = new Map<string, Promise<void>>();
  let stopping = false;

  const work = (taken: TakenUp): void => {
    const done = workThrough(working, taken)
      .catch((error: unknown) =>
        log.warn({ err: error, channel: taken.channel }, 'what a messenger told is taken up again'),
      )
      .finally(() => held.delete(taken.inboxId));
    held.set(taken.inboxId, done);
  };

  return {
    channel: (name) => named.get(name),
    take: async (channel, raw) => {
      const isTaken = !stopping && held.size < limits.channelBodiesHeldMax;
      const inboxId = await inbox.store(channel, raw, isTaken);
      // In the order of the answers of the database, before anything else is awaited.
      if (isTaken) work({ inboxId, channel, raw, attempts: 1 });
    },
    look: async () => {
      if (stopping) return;
      await applyWaiting(parts);
      const room = limits.channelBodiesHeldMax - held.size;
      if (room <= 0) return;
      for (const taken of await inbox.claim(Math.min(room, takenUpAtOnce))) if (!held.has(taken.inboxId)) work(taken);
    },
    stop: async () => {
      stopping = true;
      await Promise.allSettled(held.values());
    },
    held: (customerId) => heldAtMessengers(parts.database, parts.vault, customerId),
    tidy: (nowMs) => tidyReceiving(parts.database, nowMs),
  };
}

/** Works through one body: each thing in it for itself, those of one person in their order. */
async function workThrough(working: Working, taken: TakenUp): Promise<void> {
  const { inbox, named, log } = working;
  const { inboxId, channel: name, attempts } = taken;
  const channel = named.get(name);
  if (attempts > limits.channelAttemptsMax) return bury(working, taken, 'given-up');
  let raw: Buffer | undefined;
  try {
    raw = await inbox.open(taken);
  } catch (error) {
    if (!isTellerlineError(error, 'key_gone') && !isTellerlineError(error, 'sealed_unreadable')) throw error;
    return bury(working, taken, error.code);
  }
  if (raw === undefined) return;
  // A messenger that is not set up any more: its bodies wait for it as dead letters.
  if (!channel) return bury(working, taken, 'no-such-messenger');
  const readings = channel.read(raw);
  const lanes = Map.groupBy([...readings.entries()], ([, reading]) => laneOf(name, reading));
  const outcomes = await Promise.all(
    [...lanes].map(([lane, some]) => inLane(working, lane, () => takeSome(working, channel, taken, some))),
  );
  if (outcomes.every(Boolean)) {
    await inbox.done(inboxId);
    failPoint('body done');
  } else if (attempts >= limits.channelAttemptsMax) await bury(working, taken, 'not-handled');
  else {
    log.info({ channel: name, attempts }, 'what a messenger told is taken up again');
    await inbox.putOff(inboxId, pauseMs * 2 ** (attempts - 1));
  }
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
  taken: TakenUp,
  some: readonly (readonly [number, Reading])[],
): Promise<boolean> {
  let all = true;
  for (const [part, reading] of some) {
    try {
      await working.workers(() => takeOne(working, channel, taken, part, reading));
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
