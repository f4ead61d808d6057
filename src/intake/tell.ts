import { PURPOSE_OF_EVENT } from '#contract';
import type { Transaction } from '#db';
import { CHANNELS, planNotices, type StoredEvent } from '#notices';
import { taskActor } from '#vault';
import type { IntakeParts } from './parts.ts';
import type { Routed } from './route.ts';

/** Writes the messages of what was stored into their conversations, each entry with its number. */
export async function tellCustomers(
  tx: Transaction,
  { delivery }: IntakeParts,
  stored: readonly StoredEvent[],
  { sealers }: Routed,
  nowMs: number,
): Promise<void> {
  // What was made just now is shown by no message yet.
  const earlier = stored.filter((one) => one.stored.outcome !== 'created').map((one) => one.stored.recordId);
  const shown = await delivery.messagesShowing(tx, earlier);
  await delivery.write(tx, planNotices(stored, shown, CHANNELS.web, nowMs), sealers);
}

/** Enters that the events are shown as they arrive: one use per link and purpose, in the same transaction (P7). */
export async function enterUses(
  tx: Transaction,
  { vault }: IntakeParts,
  stored: readonly StoredEvent[],
): Promise<void> {
  const groups = Map.groupBy(stored, (one) => `${one.linkId}|${PURPOSE_OF_EVENT[one.type]}`);
  const uses = [...groups.values()].flatMap((some) => {
    const [first] = some;
    const purpose = first && PURPOSE_OF_EVENT[first.type];
    if (!first || !purpose) return [];
    const { thread, linkId, stored: record } = first;
    const actor = taskActor('notify', thread.customerId);
    return [{ actor, purpose, linkId, fields: [record.content.kind], reason: 'event-shown', records: some.length }];
  });
  await vault.gate.enterWithin(tx, uses);
}
