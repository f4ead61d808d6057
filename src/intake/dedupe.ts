import type { BankId } from '#base';
import { operation, type Transaction } from '#db';
import type { Fate } from './fate.ts';
import { BatchRefusal, type ParsedEvent } from './parse.ts';

/** Enters the ids of events with the hashes of their content; answers those that are new. */
export const enterEventKeys = operation<{ eventId: string }>()(
  'event-keys.enter',
  { sender: 'text', eventIds: 'text[]', hashes: 'bytea[]', now: 'timestamptz' },
  `insert into event_keys (sender, event_id, content_hash, received_at)
  select $sender, event_id, content_hash, $now from unnest($eventIds, $hashes) as k (event_id, content_hash)
  on conflict do nothing returning event_id as "eventId"`,
);

/** What content the ids of events stand for. */
export const readEventKeys = operation<{ eventId: string; contentHash: Buffer }>()(
  'event-keys.read',
  { sender: 'text', eventIds: 'text[]' },
  `select event_id as "eventId", content_hash as "contentHash" from event_keys
  where sender = $sender and event_id = any($eventIds)`,
);

/**
 * Enters the events' keys and answers which events are new. The same id with the same content is a duplicate;
 * with other content it contradicts what was acknowledged: the whole batch is refused.
 *
 * @throws BatchRefusal `event_contradicts` 409, naming the index
 */
export async function enterKeys(
  tx: Transaction,
  bankId: BankId,
  events: readonly ParsedEvent[],
  nowMs: number,
): Promise<ReadonlySet<ParsedEvent>> {
  return enterKeysOf(tx, `bank:${bankId}`, events, nowMs);
}

/** What of an event its key needs. */
type Keyed = ParsedEvent<{ readonly id: string }>;

/** The same of any sender, named as its keys are: `shop:…`, `carrier:…`. */
export async function enterKeysOf<Event extends Keyed>(
  tx: Transaction,
  sender: string,
  events: readonly Event[],
  nowMs: number,
): Promise<ReadonlySet<Event>> {
  refuseContradictionsWithin(events);
  const distinct = new Map<string, Event>();
  for (const event of events) if (!distinct.has(event.event.id)) distinct.set(event.event.id, event);
  // In one order, so that two batches cannot wait for each other.
  const sorted = [...distinct.values()].toSorted((a, b) => (a.event.id < b.event.id ? -1 : 1));
  if (sorted.length === 0) return new Set();
  const rows = await tx.run(enterEventKeys, {
    sender,
    eventIds: sorted.map((one) => one.event.id),
    hashes: sorted.map((one) => one.contentHash),
    now: new Date(nowMs),
  });
  if (rows.length === sorted.length) return new Set(sorted);
  const entered = new Set(rows.map((row) => row.eventId));
  await refuseContradictions(
    tx,
    sender,
    sorted.filter((one) => !entered.has(one.event.id)),
  );
  return new Set(sorted.filter((one) => entered.has(one.event.id)));
}

/** @throws BatchRefusal `event_contradicts` when a batch holds one id with two contents */
export function refuseContradictionsWithin(events: readonly Keyed[]): void {
  const first = new Map<string, Keyed>();
  for (const event of events) {
    const earlier = first.get(event.event.id);
    if (earlier && !earlier.contentHash.equals(event.contentHash)) throw contradicts(event.index);
    if (!earlier) first.set(event.event.id, event);
  }
}

/**
 * Which of these were taken before, though they lead nowhere any more.
 *
 * @throws BatchRefusal `event_contradicts` 409, naming the index
 */
export async function takenBefore(
  tx: Transaction,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<ReadonlySet<ParsedEvent>> {
  const stored = events.length === 0 ? new Set<string>() : await refuseContradictions(tx, `bank:${bankId}`, events);
  return new Set(events.filter(({ event }) => stored.has(event.id)));
}

/**
 * What became of events that act once: those that lead somewhere are taken now or were before; one that leads nowhere,
 * or nowhere any more, was taken before or gets the fate `elsewhere`.
 *
 * @throws BatchRefusal `event_contradicts` 409, naming the index
 */
export async function fatesOf(
  tx: Transaction,
  bankId: BankId,
  events: readonly ParsedEvent[],
  of: {
    readonly leading: ReadonlyMap<ParsedEvent, unknown>;
    readonly fresh: ReadonlySet<ParsedEvent>;
    readonly elsewhere: Fate;
  },
): Promise<Fate[]> {
  const astray = events.filter((parsed) => !of.leading.has(parsed));
  const again = await takenBefore(tx, bankId, astray);
  return events.map((parsed) => {
    if (of.fresh.has(parsed)) return 'accepted';
    return of.leading.has(parsed) || again.has(parsed) ? 'duplicate' : of.elsewhere;
  });
}

/** Compares with what is stored under the events' ids; answers under which there is something. */
async function refuseContradictions(
  tx: Transaction,
  sender: string,
  known: readonly Keyed[],
): Promise<ReadonlySet<string>> {
  const rows = await tx.run(readEventKeys, { sender, eventIds: known.map((one) => one.event.id) });
  const hashes = new Map(rows.map((row) => [row.eventId, row.contentHash]));
  for (const { index, event, contentHash } of known) {
    const stored = hashes.get(event.id);
    if (stored && !stored.equals(contentHash)) throw contradicts(index);
  }
  return new Set(hashes.keys());
}

function contradicts(index: number): BatchRefusal {
  return new BatchRefusal('event_contradicts', 409, `Event ${index} was sent before with other content.`, { index });
}
