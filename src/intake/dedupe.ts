import { sql, type Transaction } from '#db';
import { BatchRefusal, type ParsedEvent } from './parse.ts';

/**
 * Enters the events' keys and answers which are new. The same id with the same content is a duplicate;
 * with other content it contradicts what was acknowledged: the whole batch is refused.
 *
 * @throws BatchRefusal `event_contradicts` 409, naming the index
 */
export async function enterKeys(
  tx: Transaction,
  sender: string,
  events: readonly ParsedEvent[],
  nowMs: number,
): Promise<{ fresh: ParsedEvent[]; duplicates: number }> {
  const first = new Map<string, ParsedEvent>();
  for (const event of events) if (!first.has(event.event.id)) first.set(event.event.id, event);
  if (first.size === 0) return { fresh: [], duplicates: 0 };
  const distinct = [...first.values()];
  const rows = await tx.query<{ eventId: string }>(sql`
    insert into event_keys (sender, event_id, content_hash, received_at)
    select ${sender}, event_id, content_hash, ${new Date(nowMs)}
    from unnest(${distinct.map((one) => one.event.id)}::text[], ${distinct.map((one) => one.contentHash)}::bytea[])
      as k (event_id, content_hash) order by event_id
    on conflict do nothing returning event_id as "eventId"`);
  const entered = new Set(rows.map((row) => row.eventId));
  const known = distinct.filter((one) => !entered.has(one.event.id));
  if (known.length > 0) await refuseContradictions(tx, sender, known);
  const fresh = distinct.filter((one) => entered.has(one.event.id));
  return { fresh, duplicates: events.length - fresh.length };
}

/** @throws BatchRefusal `event_contradicts` when a batch holds one id with two contents */
export function refuseContradictionsWithin(events: readonly ParsedEvent[]): void {
  const first = new Map<string, ParsedEvent>();
  for (const event of events) {
    const earlier = first.get(event.event.id);
    if (earlier && !earlier.contentHash.equals(event.contentHash)) throw contradicts(event.index);
    if (!earlier) first.set(event.event.id, event);
  }
}

async function refuseContradictions(tx: Transaction, sender: string, known: readonly ParsedEvent[]): Promise<void> {
  const rows = await tx.query<{ eventId: string; contentHash: Buffer }>(sql`
    select event_id as "eventId", content_hash as "contentHash" from event_keys
    where sender = ${sender} and event_id = any(${known.map((one) => one.event.id)}::text[])`);
  const hashes = new Map(rows.map((row) => [row.eventId, row.contentHash]));
  for (const { index, event, contentHash } of known) {
    const stored = hashes.get(event.id);
    if (stored && !stored.equals(contentHash)) throw contradicts(index);
  }
}

function contradicts(index: number): BatchRefusal {
  return new BatchRefusal('event_contradicts', 409, `Event ${index} was sent before with other content.`, { index });
}
