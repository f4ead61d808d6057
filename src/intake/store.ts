import type { BankId, LinkId, RecordId } from '#base';
import { PURPOSE_OF_EVENT, type BankEvent, type BatchAnswer } from '#contract';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import { balanceDraft, transactionDraft, type Route } from '#linking';
import { CHANNELS, planNotices, type StoredEvent } from '#notices';
import { taskActor, type RecordDraft } from '#vault';
import { countIntake } from './counts.ts';
import { enterKeys, refuseContradictionsWithin } from './dedupe.ts';
import type { ParsedEvent } from './parse.ts';
import { lowBalances, type LowBalances } from './low-balances.ts';
import type { IntakeParts } from './parts.ts';

const isConsentEvent = (event: BankEvent): boolean =>
  event.type === 'consent.revoked' || event.type === 'consent.updated';

type AccountEvent = Extract<BankEvent, { accountId: string }>;

/** What became of a part of a batch, in numbers of events. */
interface Became {
  readonly accepted: number;
  readonly duplicates: number;
  /** Of accounts or grants that nobody linked. */
  readonly unlinked: number;
  /** Linked, and for a purpose that is not consented to. */
  readonly notAllowed: number;
}

/**
 * Stores a verified batch. The ends of consents come first and in a transaction of their own: they delete
 * what the role that takes in events cannot even read. If the process ends between the two, the bank,
 * which was not answered, sends the batch again.
 */
export async function storeBatch(
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<BatchAnswer> {
  refuseContradictionsWithin(events);
  await parts.vault.askAhead({ bankId });
  const ofConsents = events.filter(({ event }) => isConsentEvent(event));
  const ofAccounts = events.filter(({ event }) => !isConsentEvent(event));
  const of: Became[] = [];
  if (ofConsents.length > 0)
    of.push(
      await parts.database.transaction(async (tx) => {
        await parts.linking.withdrawals.requireNone(tx, bankId);
        return endConsents(tx, parts, bankId, ofConsents);
      }),
    );
  if (ofAccounts.length > 0)
    of.push(
      await parts.events.of(bankId).transaction(async (tx) => {
        await parts.linking.withdrawals.requireNone(tx, bankId);
        return storeAccountEvents(tx, parts, bankId, ofAccounts);
      }),
    );
  const sum = (what: keyof Became): number => of.reduce((all, one) => all + one[what], 0);
  return {
    accepted: sum('accepted'),
    duplicates: sum('duplicates'),
    dropped: sum('unlinked') + sum('notAllowed'),
  };
}

/** Ends the links whose grants the events name. */
async function endConsents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Became> {
  const nowMs = parts.clock.nowMs();
  const ofGrants = await linksOfGrants(tx, parts, bankId, events);
  const known = events.filter(({ index }) => ofGrants.has(index));
  const { fresh, duplicates } = await enterKeys(tx, `bank:${bankId}`, known, nowMs);
  for (const { index, event } of fresh) {
    if (event.type !== 'consent.revoked') continue;
    for (const linkId of ofGrants.get(index) ?? []) await parts.linking.stop(tx, linkId, 'bank');
  }
  return count(tx, bankId, nowMs, {
    accepted: fresh.length,
    duplicates,
    unlinked: events.length - known.length,
    notAllowed: 0,
  });
}

/** Step by step: where each event goes, what is new, the sealed records, the entries with their numbers, the uses. */
async function storeAccountEvents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Became> {
  const nowMs = parts.clock.nowMs();
  const { wanted, routed, sealers, unlinked } = await route(tx, parts, bankId, events);
  const { fresh, duplicates } = await enterKeys(tx, `bank:${bankId}`, wanted, nowMs);
  const stored = await storeEvents(tx, parts, bankId, fresh, routed, sealers);
  const recordIds = stored.map((one) => one.stored.recordId);
  const shown = await parts.delivery.messagesShowing(tx, recordIds);
  const notices = planNotices(stored, shown, CHANNELS.web, nowMs);
  const low = await lowBalances(tx, parts, stored, sealers, nowMs);
  await parts.delivery.write(tx, [...notices, ...low.changes], sealers);
  await enterUses(tx, parts, stored, notices, low);
  return count(tx, bankId, nowMs, {
    accepted: fresh.length,
    duplicates,
    unlinked,
    notAllowed: events.length - wanted.length - unlinked,
  });
}

async function count(tx: Transaction, bankId: BankId, nowMs: number, became: Became): Promise<Became> {
  const { accepted, duplicates, unlinked, notAllowed } = became;
  await countIntake(tx, bankId, { accepted, duplicates, dropped: notAllowed, unlinked }, nowMs);
  return became;
}

/** Stores the records of the events that are new, for each link that they go to. */
async function storeEvents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  fresh: readonly ParsedEvent[],
  routed: Routed['routed'],
  sealers: Routed['sealers'],
): Promise<StoredEvent[]> {
  const drafted = fresh.flatMap(({ index, event }) =>
    (routed.get(index) ?? []).flatMap((to) => {
      const draft = 'accountId' in event ? draftOf(parts, bankId, event, to) : undefined;
      return draft ? [{ type: event.type, to, draft }] : [];
    }),
  );
  const drafts = drafted.map((one) => one.draft);
  const stored = await parts.vault.storeRecords(tx, sealers, drafts, 'event');
  const threads = await parts.delivery.threadsOf(tx, [...new Set(drafted.map((one) => one.to.customerId))]);
  return drafted.flatMap(({ type, to }, position): StoredEvent[] => {
    const thread = threads.get(to.customerId);
    const record = stored[position];
    return thread && record ? [{ type, thread, linkId: to.linkId, stored: record, wishes: to.wishes }] : [];
  });
}

/**
 * Enters in the same transaction (P7) that the events are shown as they arrive, or kept without being told: one
 * use per link and purpose of each.
 */
async function enterUses(
  tx: Transaction,
  parts: IntakeParts,
  stored: readonly StoredEvent[],
  notices: readonly Change[],
  low: LowBalances,
): Promise<void> {
  const told = new Set([...notices.flatMap(recordShown), ...low.told]);
  const reasonOf = (one: StoredEvent): string => (told.has(one.stored.recordId) ? 'event-shown' : 'event-kept');
  const groups = Map.groupBy(stored, (one) => `${one.linkId}|${PURPOSE_OF_EVENT[one.type]}|${reasonOf(one)}`);
  const uses = [...groups.values()].flatMap((some) => {
    const [first] = some;
    const purpose = first && PURPOSE_OF_EVENT[first.type];
    if (!first || !purpose) return [];
    const { thread, linkId, stored: record } = first;
    const actor = taskActor('notify', thread.customerId);
    return [{ actor, purpose, linkId, fields: [record.content.kind], reason: reasonOf(first), records: some.length }];
  });
  await parts.vault.gate.enterWithin(tx, [...uses, ...low.uses]);
}

const recordShown = (change: Change): readonly RecordId[] =>
  change.entry !== 'removal' && change.body.from === 'record' ? [change.body.recordId] : [];

interface Routed {
  /** Events that somebody linked and consented to. */
  readonly wanted: ParsedEvent[];
  readonly routed: ReadonlyMap<number, Route[]>;
  readonly sealers: Awaited<ReturnType<IntakeParts['linking']['routes']>>['sealers'];
  /** Of the others: how many are of accounts that nobody linked. */
  readonly unlinked: number;
}

async function route(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Routed> {
  const indexes = new Map<string, Buffer>();
  for (const { event } of events) {
    if ('accountId' in event) indexes.set(event.accountId, parts.linking.accountIndex(bankId, event.accountId));
  }
  const { routes, sealers } = await parts.linking.routes(tx, [...indexes.values()]);
  const byIndex = Map.groupBy(routes, (one) => one.accountIndex.toString('base64'));
  const routed = new Map<number, Route[]>();
  const wanted: ParsedEvent[] = [];
  let unlinked = 0;
  for (const parsed of events) {
    const { event, index } = parsed;
    if (!('accountId' in event)) continue;
    const linked = byIndex.get(indexes.get(event.accountId)?.toString('base64') ?? '') ?? [];
    if (linked.length === 0) unlinked += 1;
    const purpose = PURPOSE_OF_EVENT[event.type];
    const allowed = linked.filter((to) => purpose !== null && to.purposes.has(purpose));
    if (allowed.length === 0) continue;
    routed.set(index, allowed);
    wanted.push(parsed);
  }
  return { wanted, routed, sealers, unlinked };
}

/** The record of an event. Types whose purposes are not offered yet never come this far. */
function draftOf(parts: IntakeParts, bankId: BankId, event: AccountEvent, to: Route): RecordDraft | undefined {
  const place = { bank: bankId, linkId: to.linkId, accountRef: to.accountRef, account: to.account };
  switch (event.type) {
    case 'transaction.authorized':
    case 'transaction.posted':
    case 'transaction.reversed':
      return transactionDraft(parts.vault, place, event.transaction, {
        occurredAt: event.occurredAt,
        eventId: event.id,
        // What an account holds is another purpose than what was bought.
        balance: to.purposes.has('balances') ? event.balance : undefined,
      });
    case 'balance.changed':
      return balanceDraft(parts.vault, place, event.balance, event.balance.asOf.slice(0, 10));
    default:
      return undefined;
  }
}

/** The live links that stand on the grants which the events name, by the events' places in the batch. */
async function linksOfGrants(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<Map<number, LinkId[]>> {
  const found = new Map<number, LinkId[]>();
  for (const { index, event } of events) {
    if (!('grantId' in event)) continue;
    const linkIds = await parts.linking.linksOfGrant(tx, bankId, event.grantId);
    if (linkIds.length > 0) found.set(index, linkIds);
  }
  return found;
}
