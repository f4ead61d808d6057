import type { BankId } from '#base';
import { PURPOSE_OF_EVENT, type BankEvent, type BatchAnswer } from '#contract';
import type { Transaction } from '#db';
import { balanceDraft, transactionDraft, type Route } from '#linking';
import { planNotices, type StoredEvent } from '#notices';
import type { RecordDraft } from '#vault';
import { countIntake } from './counts.ts';
import { enterKeys } from './dedupe.ts';
import type { ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';

type AccountEvent = Extract<BankEvent, { accountId: string }>;

/**
 * Stores a verified batch in the transaction given, step by step: where each event goes, what is new,
 * the sealed records, the entries with their numbers, the ends of consents.
 */
export async function storeBatch(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
): Promise<BatchAnswer> {
  const nowMs = parts.clock.nowMs();
  const { wanted, routed, sealers, dropped, unlinked } = await route(tx, parts, bankId, events);
  const { fresh, duplicates } = await enterKeys(tx, `bank:${bankId}`, wanted, nowMs);
  const places = fresh.flatMap((one) =>
    (routed.get(one.index) ?? []).map((to) => ({ event: one.event as AccountEvent, to })),
  );
  const drafted = places.flatMap(({ event, to }) => {
    const draft = draftOf(parts, bankId, event, to);
    return draft ? [{ event, to, draft }] : [];
  });
  const stored = await parts.vault.storeRecords(
    tx,
    sealers,
    drafted.map((one) => one.draft),
    'event',
  );
  const threads = await parts.delivery.threadsOf(tx, [...new Set(drafted.map((one) => one.to.customerId))]);
  const storedEvents = drafted.flatMap(({ event, to, draft }, position): StoredEvent[] => {
    const thread = threads.get(to.customerId);
    const record = stored[position];
    return thread && record
      ? [{ type: event.type, thread, linkId: to.linkId, content: draft.content, stored: record }]
      : [];
  });
  const shown = await parts.delivery.messagesShowing(
    tx,
    stored.map((one) => one.recordId),
  );
  await parts.delivery.write(tx, planNotices(storedEvents, shown, nowMs), sealers);
  await endConsents(tx, parts, bankId, fresh);
  await countIntake(tx, bankId, { accepted: fresh.length, duplicates, dropped: dropped - unlinked, unlinked }, nowMs);
  return { accepted: fresh.length, duplicates, dropped };
}

interface Routed {
  /** Events that somebody linked and consented to, or that end a consent. */
  readonly wanted: ParsedEvent[];
  readonly routed: ReadonlyMap<number, Route[]>;
  readonly sealers: Awaited<ReturnType<IntakeParts['linking']['routes']>>['sealers'];
  readonly dropped: number;
  /** Of the dropped: those of accounts that nobody linked. */
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
    if (!('accountId' in event)) {
      if (event.type === 'consent.revoked' || event.type === 'consent.updated') wanted.push(parsed);
      continue;
    }
    const linked = byIndex.get(indexes.get(event.accountId)?.toString('base64') ?? '') ?? [];
    if (linked.length === 0) unlinked += 1;
    const purpose = PURPOSE_OF_EVENT[event.type];
    const allowed = linked.filter((to) => purpose !== null && to.purposes.has(purpose));
    if (allowed.length === 0) continue;
    routed.set(index, allowed);
    wanted.push(parsed);
  }
  return { wanted, routed, sealers, dropped: events.length - wanted.length, unlinked };
}

/** The record of an event. Types whose purposes are not offered yet never come this far. */
function draftOf(parts: IntakeParts, bankId: BankId, event: AccountEvent, to: Route): RecordDraft | undefined {
  const place = { bank: bankId, linkId: to.linkId, accountRef: to.accountRef, account: to.account };
  switch (event.type) {
    case 'transaction.authorized':
    case 'transaction.posted':
    case 'transaction.reversed':
      return transactionDraft(parts.vault, place, event.transaction, event.occurredAt, event.balance);
    case 'balance.changed':
      return balanceDraft(parts.vault, place, event.balance, event.balance.asOf.slice(0, 10));
    default:
      return undefined;
  }
}

async function endConsents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  fresh: readonly ParsedEvent[],
): Promise<void> {
  for (const { event } of fresh) {
    if (event.type !== 'consent.revoked') continue;
    for (const linkId of await parts.linking.linksOfGrant(tx, bankId, event.grantId)) {
      await parts.linking.stop(tx, linkId, 'bank');
    }
  }
}
