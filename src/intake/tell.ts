import type { RecordId } from '#base';
import { PURPOSE_OF_EVENT } from '#contract';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import { planNotices, type StoredEvent } from '#notices';
import { taskActor, type RecordContent } from '#vault';
import type { CardStatuses } from './card-statuses.ts';
import { lowBalances, type LowBalances } from './low-balances.ts';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import type { Routed } from './route.ts';
import { watches, type Watches } from './watches.ts';

/** What customers were told of a batch. */
export interface Told {
  readonly notices: readonly Change[];
  readonly low: LowBalances;
  readonly watched: Watches;
  readonly statuses: CardStatuses;
}

/** Writes the messages of what was stored, as far as each customer wants to hear of it, each entry with its number. */
export async function tellCustomers(
  tx: Transaction,
  parts: IntakeParts,
  stored: readonly StoredEvent[],
  { sealers }: Routed,
  nowMs: number,
  statuses: CardStatuses,
): Promise<Told> {
  // What was made just now is shown by no message yet.
  const earlier = stored.filter((one) => one.stored.outcome !== 'created').map((one) => one.stored.recordId);
  const shown = await parts.delivery.messagesShowing(tx, earlier);
  const notices = planNotices(stored, shown, nowMs);
  const low = await lowBalances(tx, parts, stored, sealers, nowMs);
  const watched = await watches(tx, parts, stored, sealers, nowMs);
  await parts.delivery.write(tx, [...notices, ...low.changes, ...watched.changes, ...statuses.changes], sealers);
  return { notices, low, watched, statuses };
}

/**
 * Enters in the same transaction (P7) that the events are shown as they arrive, or kept without being told: one
 * use per link and purpose of each.
 */
export async function enterUses(
  tx: Transaction,
  { vault }: IntakeParts,
  stored: readonly StoredEvent[],
  { notices, low, watched, statuses }: Told,
  nowMs: number,
): Promise<void> {
  const told = new Set([...notices.flatMap(recordShown), ...low.told, ...watched.told]);
  const reasonOf = (one: StoredEvent): string => (told.has(one.stored.recordId) ? 'event-shown' : 'event-kept');
  const groups = Map.groupBy(stored, (one) => `${one.linkId}|${PURPOSE_OF_EVENT[one.type]}|${reasonOf(one)}`);
  const uses = [...groups.values()].flatMap((some) => {
    const [first] = some;
    const purpose = first && PURPOSE_OF_EVENT[first.type];
    if (!first || !purpose) return [];
    const { thread, linkId, stored: record } = first;
    const actor = taskActor('notify', thread.customerId);
    return [
      { actor, purpose, linkId, fields: fieldsOf(record.content), reason: reasonOf(first), records: some.length },
    ];
  });
  await vault.gate.enterWithin(tx, [...uses, ...low.uses, ...statuses.uses], nowMs);
}

/** What is used of an event, in the names of the ledger. */
function fieldsOf(content: RecordContent): readonly string[] {
  if (content.kind !== 'alert') return [content.kind];
  return content.card.lastOwn ? ['hold', 'last-purchase'] : ['hold'];
}

/**
 * Has whoever is connected read on, of events that were stored before: what stored them may have learned that
 * as little as their sender, because its connection was cut at COMMIT, and has handed nothing on.
 */
export function readOn(
  tx: Transaction,
  { delivery }: IntakeParts,
  duplicates: readonly ParsedEvent[],
  { allowed }: Routed,
): void {
  if (duplicates.length === 0) return;
  const conversationIds = new Set(
    duplicates.flatMap((parsed) => (allowed.get(parsed) ?? []).map((to) => to.conversationId)),
  );
  tx.afterCommit(() => delivery.outlets.newer(conversationIds));
}

const recordShown = (change: Change): readonly RecordId[] =>
  change.entry !== 'removal' && change.body.from === 'record' ? [change.body.recordId] : [];
