import { failPoint, isTellerlineError, type BankId, type LinkId } from '#base';
import type { Transaction } from '#db';
import type { StoredEvent } from '#notices';
import { endConsents, isOfConsent } from './consent-ends.ts';
import { countIntake } from './counts.ts';
import { enterKeys, refuseContradictionsWithin, takenBefore } from './dedupe.ts';
import { countFates, type Fate } from './fate.ts';
import { cardStatuses } from './card-statuses.ts';
import { gather } from './gather.ts';
import { BatchRefusal, type ParsedEvent } from './parse.ts';
import type { IntakeParts } from './parts.ts';
import { storeRecords } from './records.ts';
import { onlyTo, routeEvents } from './route.ts';
import { stopwatch } from './stopwatch.ts';
import { answerCases, isReply } from './replies.ts';
import { enterUses, readOn, tellCustomers } from './tell.ts';

/** Stores events of one bank that were verified and parsed; answers what became of each, in their order, after COMMIT. */
export type StoreEvents = (bankId: BankId, events: readonly ParsedEvent[]) => Promise<readonly Fate[]>;

/**
 * Transactions of one bank at a time: one is computed while the other waits for PostgreSQL. With four, single
 * events came in smaller companies (a third fewer a second, measured) and batches waited for each other's rows.
 */
const atOnceMax = 2;
/** As many events as one batch may hold. */
const eventsMax = 1_000;

/**
 * Makes what stores events. The ends of consents come first, in a transaction of their own, then answers in cases, one in
 * each: whoever waits for a case's row waits for that answer alone.
 * they delete, and write, what the role that takes in events cannot even read. If the process ends between two, the bank,
 * which was not answered, sends the batch again.
 */
export function createStore(parts: IntakeParts): StoreEvents {
  const gathered = gather<ParsedEvent, Fate>(
    (bank, events) => inTransaction(parts, bank as BankId, events, storeAccountEvents),
    (error) => error instanceof BatchRefusal || isTellerlineError(error, 'sealed_unreadable'),
    { atOnceMax, itemsMax: eventsMax },
  );
  return async (bankId, events) => {
    await parts.vault.askAhead({ bankId });
    const rest = events.filter(({ event }) => !isOfConsent(event) && !isReply(event));
    if (rest.length === events.length) return gathered(bankId, events);
    const ofConsents = events.filter(({ event }) => isOfConsent(event));
    const ends = ofConsents.length > 0 ? await inTransaction(parts, bankId, ofConsents, endConsents) : [];
    const replies = events.filter(({ event }) => isReply(event));
    const answered = await answerOneByOne(parts, bankId, replies);
    return [...ends, ...answered, ...(rest.length > 0 ? await gathered(bankId, rest) : [])];
  };
}

/** What contradicts anything is refused before the first of them is answered. */
async function answerOneByOne(parts: IntakeParts, bankId: BankId, replies: readonly ParsedEvent[]): Promise<Fate[]> {
  if (replies.length === 0) return [];
  refuseContradictionsWithin(replies);
  await parts.database.transaction((tx) => takenBefore(tx, bankId, replies));
  const fates: Fate[] = [];
  for (const reply of replies) fates.push(...(await inTransaction(parts, bankId, [reply], answerCases)));
  return fates;
}

const isPurchase = ({ stored }: StoredEvent): boolean => stored.content.kind === 'transaction';

type Step = (
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
  nowMs: number,
) => Promise<Fate[]>;

/** What both have in common: nothing is taken of a bank that has withdrawn, and everything is counted. */
async function inTransaction(
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
  step: Step,
): Promise<Fate[]> {
  const database = step === storeAccountEvents ? parts.events.of(bankId) : parts.database;
  let doneMs: number | undefined;
  const stored = await database.transaction(async (tx) => {
    const nowMs = parts.clock.nowMs();
    await parts.linking.withdrawals.requireNone(tx, bankId);
    const fates = await step(tx, parts, bankId, events, nowMs);
    const { accepted, duplicate, unlinked, notAllowed } = countFates(fates);
    await countIntake(tx, bankId, { accepted, duplicates: duplicate, dropped: notAllowed, unlinked }, nowMs);
    failPoint('batch counted');
    doneMs = parts.clock.monotonicMs();
    return fates;
  });
  if (doneMs !== undefined) parts.meter.step('commit', parts.clock.monotonicMs() - doneMs);
  return stored;
}

/**
 * The path of an event, within one transaction. Before it: the signature over the raw bytes (`signature.ts`),
 * parsing (`parse.ts`), gathering (`gather.ts`). After its COMMIT: the answer, and the hand-off in memory to
 * whoever is connected (`delivery/outlets.ts`). `fetched`: for which link alone, and as how new.
 */
export async function storeAccountEvents(
  tx: Transaction,
  parts: IntakeParts,
  bankId: BankId,
  events: readonly ParsedEvent[],
  nowMs: number,
  fetched?: { readonly linkId: LinkId; readonly origin: 'event' | 'history' },
): Promise<Fate[]> {
  const timed = stopwatch(parts);
  const all = await routeEvents(tx, parts, bankId, events);
  const routed = fetched ? onlyTo(fetched.linkId, all) : all;
  timed('route');
  failPoint('event routed');
  const wanted = events.filter((parsed) => routed.allowed.has(parsed));
  const fresh = await enterKeys(tx, bankId, wanted, nowMs);
  timed('dedupe');
  failPoint('event keys entered');
  // In the order in which the bank told them.
  const news = wanted.filter((parsed) => fresh.has(parsed));
  const stored = await storeRecords(tx, parts, bankId, news, routed, fetched?.origin);
  timed('records');
  failPoint('records stored');
  const statuses = await cardStatuses(tx, parts, bankId, news, routed, nowMs);
  const told = await tellCustomers(tx, parts, stored, routed, nowMs, statuses);
  timed('entries');
  await enterUses(tx, parts, stored, told, nowMs);
  timed('uses');
  failPoint('uses entered');
  const buyers = new Set(stored.filter(isPurchase).map(({ thread }) => thread.customerId));
  if (buyers.size > 0) tx.afterCommit(() => parts.pairing.purchasesStored(buyers));
  readOn(
    tx,
    parts,
    wanted.filter((parsed) => !fresh.has(parsed)),
    routed,
  );
  return events.map((parsed): Fate => {
    if (fresh.has(parsed)) return 'accepted';
    if (routed.allowed.has(parsed)) return 'duplicate';
    return routed.unlinked.has(parsed) ? 'unlinked' : 'notAllowed';
  });
}
