import {
  isTellerlineError,
  type Clock,
  type CustomerId,
  type LinkId,
  type Log,
  type MessageId,
  type RecordId,
} from '#base';
import { consentsOf } from '#consent';
import type { Purpose } from '#contract';
import type { Database, Queryable, Transaction } from '#db';
import type { Accompanied, Delivery, Thread } from '#delivery';
import { createRunner } from '#linking';
import { taskActor, type OpenedRecord, type Vault } from '#vault';
import type { KeptReceipt } from '../keeping/receipts.ts';
import { matchReceipts } from '../matching/match.ts';
import { daysApartMax } from '../matching/times.ts';
import { isUnpaid, nameOfRecord, purchaseSide, receiptSide, type RecordOf } from './compared.ts';
import {
  beginSearches,
  customersSearching,
  pairedAmong,
  pairsOf,
  receiptsOf,
  putOffSearches,
  removePairs,
  searchesOf,
  storePairs,
  undoPairs,
  type StoredPair,
} from './store.ts';

/** Finds the card purchases of receipts, and shows each pair as one. */
export interface Pairing {
  /**
   * Receipts were stored just now: the purchase of each is looked for after COMMIT, and again for some weeks. One that
   * was called off and never paid has none: it is parted from what it was paired with. To be called before their
   * messages are written.
   */
  receiptsStored(tx: Transaction, receipts: readonly ReceiptStored[]): Promise<void>;
  /** These customers' purchases changed: whoever waits for one has it looked for within a moment. Never waits. */
  purchasesStored(customerIds: Iterable<CustomerId>): void;
  /** The receipts that belong to a purchase; their names alone, nothing is opened. */
  receiptsOf(db: Queryable, customerId: CustomerId, purchase: RecordOf): Promise<readonly RecordOf[]>;
  /** Which of these purchases have a receipt, for many at once. */
  pairedAmong(db: Queryable, customerId: CustomerId, purchases: readonly RecordId[]): Promise<ReadonlySet<RecordId>>;
  /**
   * The customer says that the receipt and the purchase that a message shows are not one. They are parted, and never
   * paired again. False: the message shows no pair.
   */
  undo(tx: Transaction, thread: Thread, messageId: MessageId): Promise<boolean>;
  /** Looks for what is due every now and then, until it is stopped. */
  start(): void;
  stop(): Promise<void>;
}

/** A receipt that was stored, as it stands now. */
export interface ReceiptStored extends RecordOf {
  readonly customerId: CustomerId;
  readonly content: KeptReceipt;
}

/** What pairing works with. */
export interface PairingParts {
  readonly database: Database;
  readonly vault: Vault;
  readonly delivery: Delivery;
  readonly clock: Clock;
  readonly log: Log;
  /** Told, after COMMIT, of the purchases whose receipts were found. Never waits. */
  readonly paired?: (purchases: readonly RecordOf[]) => void;
}

const dayMs = 86_400_000;
/** Purchases come many at once, so whoever has some is looked at a moment later, once. */
const gatherMs = 1_000;
/** What no purchase has called up is looked for so often: one was stored while nobody listened. */
const roundMs = 60_000;
const dueAtOnce = 50;
/** The next look, where nothing new is told of; each look is a use that is entered. */
const nextLookMs = 2 * dayMs;

/** Makes the pairing, idle until `start`. */
export function createPairing(parts: PairingParts): Pairing {
  const { run, later, stop } = createRunner(parts.log);
  const noticed = new Set<CustomerId>();
  const look = (customerId: CustomerId): void => run(`receipts|${customerId}`, () => lookFor(parts, customerId));
  const gathered = (): void =>
    run('purchases', async () => {
      const customerIds = [...noticed];
      noticed.clear();
      for (const customerId of await customersSearching(parts.database, { customerIds })) look(customerId);
    });
  const round = (): void => {
    run('round', async () => {
      const due = { dueMs: parts.clock.nowMs(), max: dueAtOnce };
      for (const customerId of await customersSearching(parts.database, due)) look(customerId);
    });
    later(roundMs, round);
  };
  return {
    receiptsStored: async (tx, receipts) => {
      if (receipts.length === 0) return;
      const nowMs = parts.clock.nowMs();
      const unpaid = receipts.filter(({ content }) => isUnpaid(content));
      const paid = receipts.filter((one) => !unpaid.includes(one));
      if (paid.length > 0) await beginSearches(tx, paid, nowMs, nowMs + daysApartMax * dayMs);
      if (unpaid.length > 0) await partUnpaid(parts, tx, unpaid);
      tx.afterCommit(() => {
        for (const customerId of new Set(receipts.map((one) => one.customerId))) look(customerId);
      });
    },
    purchasesStored: (customerIds) => {
      const isFirst = noticed.size === 0;
      for (const customerId of customerIds) noticed.add(customerId);
      if (isFirst && noticed.size > 0) later(gatherMs, gathered);
    },
    receiptsOf,
    pairedAmong,
    undo: (tx, thread, messageId) => undo(parts, tx, thread, messageId),
    start: round,
    stop,
  };
}

/** Looks for the purchases of a customer's open receipts, among all that they may be seen with. */
async function lookFor(parts: PairingParts, customerId: CustomerId): Promise<void> {
  const { database, clock } = parts;
  const nowMs = clock.nowMs();
  const searches = await searchesOf(database, customerId);
  if (searches.length === 0) return;
  const open = new Set(searches.map(nameOfRecord));
  const receipts = (await opened(parts, customerId, 'receipts', nowMs)).filter(({ record }) => open.has(record));
  // Where no receipt may be read, no purchase is.
  const purchases = receipts.length === 0 ? [] : await opened(parts, customerId, 'transactions', nowMs);
  const known = await pairsOf(database, customerId);
  const taken = new Set(known.filter((pair) => !pair.undone).map((pair) => nameOfRecord(pair.purchase)));
  const undone = new Set(known.filter((pair) => pair.undone).map(wordOf));
  const pairs = matchReceipts(
    purchases.flatMap(({ linkId, one }) => purchaseSide(linkId, one) ?? []).filter(({ id }) => !taken.has(id)),
    receipts.flatMap(({ linkId, one }) => receiptSide(linkId, one) ?? []),
    (purchase, receipt) => undone.has(`${receipt} ${purchase}`),
  ).map(({ purchase, receipt }): StoredPair => ({ purchase: recordNamed(purchase), receipt: recordNamed(receipt) }));
  if (pairs.length > 0) await keep(parts, customerId, pairs);
  await putOffSearches(database, customerId, { nowMs, nextMs: nowMs + nextLookMs });
}

const wordOf = ({ receipt, purchase }: StoredPair): string => `${nameOfRecord(receipt)} ${nameOfRecord(purchase)}`;

function recordNamed(name: string): RecordOf {
  const [linkId = '', recordId = ''] = name.split('|');
  return { linkId: linkId as LinkId, recordId: recordId as RecordOf['recordId'] };
}

interface Found {
  readonly linkId: LinkId;
  readonly record: string;
  readonly one: OpenedRecord;
}

/** Reads through the gate what each of the customer's links allows to be matched: one use a link. */
async function opened(
  { database, vault, log }: PairingParts,
  customerId: CustomerId,
  purpose: Extract<Purpose, 'receipts' | 'transactions'>,
  nowMs: number,
): Promise<Found[]> {
  const kind = purpose === 'receipts' ? 'receipt' : 'transaction';
  const actor = taskActor('match', customerId);
  const from = dayOf(nowMs - (2 * daysApartMax + 1) * dayMs);
  const to = dayOf(nowMs + 2 * dayMs);
  const found: Found[] = [];
  for (const { linkId, purposes } of await consentsOf(database, customerId, nowMs)) {
    if (!purposes.includes(purpose)) continue;
    try {
      const request = { actor, purpose, linkId, fields: [kind], reason: 'receipt-matching' };
      const records = await vault.gate.records(request, { kind, from, to });
      found.push(
        ...records.use((all) =>
          all.map((one) => ({ linkId, record: nameOfRecord({ linkId, recordId: one.recordId }), one })),
        ),
      );
    } catch (error) {
      // Taken back meanwhile, or its bank's key service does not answer: what the others show is matched.
      if (!isTellerlineError(error)) throw error;
      log.info({ err: error }, 'a link was left out of the matching of receipts');
    }
  }
  return found;
}

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** Stores pairs and has the messages of both sides show each other, with their links' keys held. */
async function keep(parts: PairingParts, customerId: CustomerId, pairs: readonly StoredPair[]): Promise<void> {
  const { database, vault, delivery, clock } = parts;
  const linkIds = [...new Set(pairs.flatMap(({ receipt, purchase }) => [receipt.linkId, purchase.linkId]))];
  await vault.askAhead({ customerId });
  await database.transaction(async (tx) => {
    const nowMs = clock.nowMs();
    // A link that is stopped now takes its records along; one that is held is not stopped until this is committed.
    const held = await vault.linkSealers(tx, linkIds);
    const standing = pairs.filter(({ receipt, purchase }) => held.has(receipt.linkId) && held.has(purchase.linkId));
    const stored = await storePairs(tx, customerId, standing, nowMs);
    tx.afterCommit(() => parts.paired?.(stored.map(({ purchase }) => purchase)));
    const thread = (await delivery.threadsOf(tx, [customerId])).get(customerId);
    if (thread) await delivery.accompany(tx, thread, await shownTogether(tx, delivery, stored), nowMs);
  });
}

/** The messages of both sides of pairs, each with the other's record; of a receipt in shipments the first purchase. */
async function shownTogether(
  tx: Transaction,
  delivery: Delivery,
  pairs: readonly StoredPair[],
): Promise<Accompanied[]> {
  const recordIds = pairs.flatMap(({ receipt, purchase }) => [receipt.recordId, purchase.recordId]);
  const messages = await delivery.messagesShowing(tx, recordIds);
  const shown = new Map<MessageId, Accompanied>();
  const put = (of: RecordOf, companion: Accompanied['companion']): void => {
    const messageId = messages.get(of.recordId);
    if (messageId && !shown.has(messageId)) shown.set(messageId, { messageId, companion });
  };
  for (const { receipt, purchase } of pairs) {
    put(receipt, { ...purchase, purpose: 'transactions' });
    put(purchase, { ...receipt, purpose: 'receipts' });
  }
  return [...shown.values()];
}

/** Parts receipts that nothing paid from their purchases, which are free for another receipt then. */
async function partUnpaid(
  { delivery, clock }: PairingParts,
  tx: Transaction,
  receipts: readonly ReceiptStored[],
): Promise<void> {
  const byCustomer = Map.groupBy(receipts, (one) => one.customerId);
  const threads = await delivery.threadsOf(tx, [...byCustomer.keys()]);
  for (const [customerId, some] of byCustomer) {
    const parted = await removePairs(tx, customerId, some);
    const thread = threads.get(customerId);
    if (thread && parted.length > 0) await showApart(tx, delivery, thread, parted, clock.nowMs());
  }
}

/** The messages of both sides of pairs no longer show each other. */
async function showApart(
  tx: Transaction,
  delivery: Delivery,
  thread: Thread,
  pairs: readonly StoredPair[],
  nowMs: number,
): Promise<void> {
  const recordIds = pairs.flatMap(({ receipt, purchase }) => [receipt.recordId, purchase.recordId]);
  const apart = [...(await delivery.messagesShowing(tx, recordIds)).values()];
  await delivery.accompany(
    tx,
    thread,
    apart.map((messageId) => ({ messageId, companion: null })),
    nowMs,
  );
}

async function undo(
  { delivery, clock }: PairingParts,
  tx: Transaction,
  thread: Thread,
  messageId: MessageId,
): Promise<boolean> {
  const { customerId } = thread;
  const nowMs = clock.nowMs();
  const record = await delivery.recordShown(tx, thread, messageId);
  const undone = record ? await undoPairs(tx, customerId, record) : [];
  if (undone.length === 0) return false;
  await showApart(tx, delivery, thread, undone, nowMs);
  const receipts = [...new Map(undone.map(({ receipt }) => [nameOfRecord(receipt), receipt])).values()];
  await beginSearches(
    tx,
    receipts.map((receipt) => ({ ...receipt, customerId })),
    nowMs + nextLookMs,
    nowMs + daysApartMax * dayMs,
  );
  return true;
}
