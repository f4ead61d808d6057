import { randomUUID } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Entry } from '#contract';
import { cardsOf, readMessages } from '../visitor.ts';
import type { WorldCustomer } from './world.ts';

/** An event as this bank tells it. */
export type ToldEvent = ReturnType<typeof purchaseEvent>;

interface Purchase {
  readonly transactionId: string;
  /** What was acknowledged of it last. */
  amount: string;
  status: string;
}

/** What was found when a conversation was held against what was acknowledged. */
export interface Findings {
  /** Events that were acknowledged. */
  readonly acknowledged: number;
  /** Purchases that are shown, those from before included. */
  readonly shown: number;
  /** Acknowledged and not shown (P1). */
  readonly lost: number;
  /** Shown as two messages, or sent to a socket a second time (P1, P2). */
  readonly twice: number;
  /** Numbers that are missing, or that came before the one before them (P2). */
  readonly gaps: number;
  /** Not in the revision that was acknowledged last, on the socket or on the page (P2). */
  readonly stale: number;
  /** Shown in another order than they were accepted in (P4). */
  readonly misordered: number;
}

/** Nothing wrong. */
export const faultless = { lost: 0, twice: 0, gaps: 0, stale: 0, misordered: 0 } as const;

/**
 * The client's own book: what was acknowledged, in the order of the acknowledgements, and what was shown. It
 * knows nothing of the hub's database.
 */
export class Ledger {
  readonly #purchases = new Map<string, Map<string, Purchase>>();
  #acknowledged = 0;

  /** Enters events that were answered with 2xx, in the order in which the batch has them. */
  acknowledge(events: readonly ToldEvent[]): void {
    for (const { accountId, transaction } of events) {
      const ofAccount = this.#purchases.get(accountId) ?? new Map<string, Purchase>();
      this.#purchases.set(accountId, ofAccount);
      const { id: transactionId, amount, status } = transaction;
      const known = ofAccount.get(transactionId);
      // What a bank tells late, out of its order, takes nothing back.
      if (known && further(status) < further(known.status)) continue;
      if (known) Object.assign(known, { amount, status });
      else ofAccount.set(transactionId, { transactionId, amount, status });
    }
    this.#acknowledged += events.length;
  }

  /** How many events were acknowledged so far. */
  get acknowledged(): number {
    return this.#acknowledged;
  }

  /** Holds the entries that a customer's socket was sent, and those that the pages have, against the book. */
  check(customer: WorldCustomer, ofSocket: readonly Entry[], ofPages: readonly Entry[]): Findings {
    const expected = [...(this.#purchases.get(customer.accountId)?.values() ?? [])];
    const shown = cardsOf(readMessages(ofPages), 'transaction').map((card) => card.transaction);
    const counts = new Map<string, number>();
    for (const { id } of shown) counts.set(id, (counts.get(id) ?? 0) + 1);
    const standing = new Map(shown.map((one) => [one.id, `${one.amount} ${one.status}`]));
    const inOrder = shown.map((one) => one.id).filter((id) => expected.some((one) => one.transactionId === id));
    const accepted = expected.map((one) => one.transactionId).filter((id) => counts.has(id));
    return {
      acknowledged: expected.length,
      shown: shown.length,
      lost: expected.filter(({ transactionId }) => !counts.has(transactionId)).length,
      twice: shown.length - counts.size + repeated(ofSocket),
      gaps: gapsIn(ofPages) + gapsIn(ofSocket),
      stale:
        expected.filter(({ transactionId: id, amount, status }) => {
          const stands = standing.get(id);
          return stands !== undefined && stands !== `${amount} ${status}`;
        }).length + differing(ofSocket, ofPages),
      misordered: accepted.filter((id, n) => inOrder[n] !== id).length,
    };
  }
}

/** Adds up what was found of several customers. */
export function sumOf(findings: readonly Findings[]): Findings {
  const sum = (of: keyof Findings): number => findings.reduce((all, one) => all + one[of], 0);
  return {
    acknowledged: sum('acknowledged'),
    shown: sum('shown'),
    lost: sum('lost'),
    twice: sum('twice'),
    gaps: sum('gaps'),
    stale: sum('stale'),
    misordered: sum('misordered'),
  };
}

const further = (status: string): number => ['authorized', 'posted', 'reversed'].indexOf(status);

function repeated(entries: readonly Entry[]): number {
  return entries.length - new Set(entries.map((entry) => entry.seq)).size;
}

/** Entries whose number is not the one after that of the entry before. */
function gapsIn(entries: readonly Entry[]): number {
  return entries.filter((entry, n) => entry.seq !== n + 1).length;
}

/** Messages that end differently for whoever was connected all the time and for whoever reads the pages now. */
function differing(ofSocket: readonly Entry[], ofPages: readonly Entry[]): number {
  const ends = new Map(readMessages(ofSocket).map((message) => [message.id, message]));
  const wanted = readMessages(ofPages);
  const differ = wanted.filter((message) => !isDeepStrictEqual(ends.get(message.id), message));
  return differ.length + Math.max(0, ends.size - wanted.length);
}

/**
 * A new purchase on an account, authorized. Each is at a shop of its own: of two that are alike a posting under
 * an id that nobody knows may be either's.
 */
export function purchaseEvent(accountId: string, amount = '5.00') {
  const occurredAt = new Date().toISOString();
  // In letters alone: numbers in a shop's name are taken for those of receipts.
  const shop = randomUUID().replaceAll(/[^a-f]/g, (sign) => 'ghijklmnop'[Number(sign)] ?? '');
  const transaction = {
    id: randomUUID() as string,
    status: 'authorized',
    amount,
    currency: 'USD',
    direction: 'debit',
    localDate: occurredAt.slice(0, 10),
    description: shop,
    merchant: { name: shop, category: '5541' },
  };
  return { id: randomUUID() as string, type: 'transaction.authorized', occurredAt, accountId, transaction };
}

/** The posting of a purchase, with another amount: a change of the same message. */
export function postingOf(event: ToldEvent, amount: string): ToldEvent {
  const transaction = { ...event.transaction, status: 'posted', amount };
  return { ...event, id: randomUUID(), type: 'transaction.posted', transaction };
}
