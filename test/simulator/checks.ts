import type { KeptDelivery } from '../../src/delivery/sending/kept-delivery.ts';
import { leafOf } from '../../src/proof/entry.ts';
import type { Bank, Told } from './bank.ts';
import type { Client } from './client.ts';
import type { SimulatedMessenger } from './messenger.ts';
import type { Shared } from './node.ts';
import type { Person } from './simulate.ts';
import type { ModelConversation, ModelRecord } from './tables.ts';

/** What a run has left behind. */
export interface Left {
  readonly shared: Shared;
  readonly messenger: SimulatedMessenger;
  readonly clients: readonly Client[];
  readonly bank: Bank;
  readonly people: readonly Person[];
}

/** Everything that does not hold of what P1 to P4 promise, and of the log. */
export function checkAll(left: Left): string[] {
  return [...checkStored(left), ...checkShown(left), ...checkOrder(left), ...checkSent(left), ...checkLog(left)];
}

const recordOf = ({ shared, people }: Left, { accountId, purchase }: Told): ModelRecord | undefined => {
  const person = people.find((one) => one.accounts.some((account) => account.accountId === accountId));
  const account = person?.accounts.find((one) => one.accountId === accountId);
  const subject = shared.provider.index('transaction', `citi|${account?.accountRef ?? ''}|${purchase}`);
  return shared.database.tables.records.get(`${person?.linkId ?? ''}|${subject.toString('latin1')}`);
};

/** P1: what was acknowledged is stored, once, as far along as it was told, and shown by one message. */
function checkStored(left: Left): string[] {
  const { tables } = left.shared.database;
  const wrong: string[] = [];
  const furthest = new Map<string, Told>();
  for (const told of left.bank.told) {
    if (told.acknowledgedAt === undefined) continue;
    if (!tables.eventKeys.has(`bank:citi|${told.id}`)) wrong.push(`P1: ${told.id} was acknowledged and is lost`);
    const before = furthest.get(told.purchase);
    if (!before || before.stage < told.stage) furthest.set(told.purchase, told);
  }
  for (const told of furthest.values()) {
    const record = recordOf(left, told);
    if (!record) wrong.push(`P1: of ${told.purchase} there is no record`);
    else if (record.stage < told.stage)
      wrong.push(`P1: ${told.purchase} is at ${record.stage} and was told ${told.stage}`);
    const shown = record ? (tables.messagesOfRecord.get(record.recordId)?.size ?? 0) : 1;
    if (shown !== 1) wrong.push(`P1: ${told.purchase} is shown by ${shown} messages`);
  }
  if (tables.records.size !== furthest.size)
    wrong.push(`P1: ${tables.records.size} records of ${furthest.size} purchases`);
  return wrong;
}

/** P2: every entry was shown once, in order, and the screen ends in the newest revision of each message. */
function checkShown({ shared, clients }: Left): string[] {
  const { tables } = shared.database;
  return clients.flatMap((client): string[] => {
    const wrong: string[] = [];
    const conversation = tables.conversations.get(client.conversationId) as ModelConversation;
    const numbers = (tables.entries.get(conversation.conversationId) ?? []).map(({ seq }) => seq);
    if (numbers.some((seq, n) => seq !== n + 1)) wrong.push(`P2: the numbers are ${numbers.join()}`);
    if (conversation.lastSeq !== numbers.length)
      wrong.push(`P2: ${numbers.length} entries and number ${conversation.lastSeq}`);
    if (client.lastSeq !== conversation.lastSeq)
      wrong.push(`P2: shown to ${client.lastSeq} of ${conversation.lastSeq}`);
    const messages = [...tables.messages.values()].filter((one) => one.conversationId === client.conversationId);
    for (const { messageId, revision } of messages)
      if (client.screen.get(messageId)?.revision !== revision)
        wrong.push(`P2: ${messageId} stands at ${client.screen.get(messageId)?.revision} and is ${revision}`);
    if (client.screen.size !== messages.length) wrong.push(`P2: ${client.screen.size} shown of ${messages.length}`);
    return wrong;
  });
}

/** P4: of two purchases of one conversation, the one acknowledged before the other was sent stands before it. */
function checkOrder(left: Left): string[] {
  const { tables } = left.shared.database;
  const wrong: string[] = [];
  const firsts = left.bank.told
    .filter((told) => told.stage === 1 && told.acknowledgedAt !== undefined)
    .flatMap((told) => {
      const record = recordOf(left, told);
      const [message] = record ? [...(tables.messagesOfRecord.get(record.recordId) ?? [])] : [];
      const entries = message && tables.entries.get(message.conversationId);
      const seq = entries?.find(({ messageId }) => messageId === message?.messageId)?.seq;
      return message && seq !== undefined ? [{ told, seq, conversationId: message.conversationId }] : [];
    });
  for (const [, some] of Map.groupBy(firsts, (one) => one.conversationId))
    for (const earlier of some)
      for (const later of some)
        if ((earlier.told.acknowledgedAt ?? 0) < (later.told.sentAt ?? 0) && earlier.seq > later.seq)
          wrong.push(`P4: ${earlier.told.id} was accepted before ${later.told.id} and stands after it`);
  return wrong;
}

/** P3: each entry of a conversation has a delivery for each place that it is brought to. */
function checkPut({ database, deliveries }: Shared): string[] {
  return deliveries.destinations.flatMap(({ conversationId, identityId }) => {
    const put = deliveries.deliveries.filter((one) => one.identityId === identityId).map(({ seq }) => seq);
    const entries = (database.tables.entries.get(conversationId) ?? []).map(({ seq }) => seq);
    return put.join() === entries.join()
      ? []
      : [`P3: of the entries ${entries.join()} there are deliveries of ${put.join()}`];
  });
}

/** Whether a delivery was parked as nobody knew twice what had become of it, or behind one that was. */
function isGivenUp(left: Left, kept: KeptDelivery): boolean {
  const { shared, messenger } = left;
  if (kept.state !== 'parked') return false;
  const { messageId, identityId, seq } = kept;
  if (kept.code === 'unknown-twice') return (messenger.unknown.get(kept.deliveryId) ?? 0) >= 2;
  const isBefore = (one: KeptDelivery): boolean =>
    one.messageId === messageId && one.identityId === identityId && one.seq < seq && isGivenUp(left, one);
  return kept.code === 'parked-before' && shared.deliveries.deliveries.some(isBefore);
}

/** P3 and P4 of the messenger: everything came there at least once, twice only when nobody knew, and in order. */
function checkSent(left: Left): string[] {
  const { shared, messenger } = left;
  const wrong = checkPut(shared);
  const takenOf = Map.groupBy(messenger.taken, (one) => `${one.identityId}|${one.messageId}`);
  for (const kept of shared.deliveries.deliveries) {
    const taken = takenOf.get(`${kept.identityId}|${kept.messageId}`) ?? [];
    const isDone = kept.state === 'delivered' || kept.state === 'skipped';
    // Sent, sent once more, and of neither anybody knows: given up, and what follows it of the same card.
    if (isGivenUp(left, kept)) continue;
    if (!isDone) wrong.push(`P3: ${kept.deliveryId} ends as ${kept.state} (${kept.code ?? ''})`);
    else if (!taken.some(({ revision }) => revision >= kept.revision))
      wrong.push(`P3: ${kept.deliveryId} is ${kept.state} and never came (${kept.code ?? ''})`);
  }
  for (const [, some] of Map.groupBy(messenger.taken, (one) => one.reference)) {
    const [first] = some;
    const unknown = first ? (messenger.unknown.get(first.reference) ?? 0) : 0;
    if (some.length - 1 > unknown)
      wrong.push(`P3: ${first?.reference} came ${some.length} times after ${unknown} unknown`);
  }
  const seqOf = new Map(shared.deliveries.deliveries.map((one) => [one.deliveryId, one.seq]));
  for (const [identityId, some] of Map.groupBy(messenger.taken, (one) => one.identityId)) {
    const seen = new Set<string>();
    let last = 0;
    for (const { reference } of some) {
      if (seen.has(reference)) continue;
      seen.add(reference);
      const seq = seqOf.get(reference) ?? 0;
      if (seq < last) wrong.push(`P4: ${identityId} got ${seq} after ${last}`);
      last = Math.max(last, seq);
    }
  }
  return wrong;
}

/** P7: every leaf is the root of its commitments, and each of them is one entry of somebody's ledger. */
function checkLog({ shared }: Left): string[] {
  const { leaves, ledger } = shared.database.tables;
  const wrong: string[] = [];
  const placesOf = Map.groupBy(ledger.values(), (row) => Number(row['leafIds']));
  for (const [leafId, { leaf, commitments }] of leaves) {
    const each = Array.from({ length: commitments.length / 32 }, (_, at) =>
      commitments.subarray(at * 32, at * 32 + 32),
    );
    if (!leafOf(each).equals(leaf)) wrong.push(`P7: leaf ${leafId} is not the root of its commitments`);
    const places = (placesOf.get(leafId) ?? []).map((row) => Number(row['positions'])).toSorted((a, b) => a - b);
    if (places.join() !== each.map((_, at) => at).join()) wrong.push(`P7: leaf ${leafId} has entries ${places.join()}`);
  }
  return wrong;
}
