/** Counts a matching of made orders: which pairs are right, and how sure that figure is. */
import { fileURLToPath } from 'node:url';
import { matchReceipts } from '#orders';
import { readPurchase, readReceipt } from '../../tools/receipt-lines.ts';
import { readCardUse } from '../../src/sandbox/card-use.ts';
import { makeOrders, type Orders, type Used } from './orders.ts';

/** Real card use of a year, where it is. */
export const cardUseFile = fileURLToPath(
  new URL('../../../shared/data/transactions/card-use-2024.csv.gz', import.meta.url),
);
/** What the shares of the rule were chosen by, and what they are measured by. */
export const tuningSeed = 7;
/** See `tuningSeed`. */
export const testSeed = 2024;

const usual = { currency: 'USD', isDebitNegative: false } as const;

/** What a run of one or several sets came to. */
export interface Counted {
  customers: number;
  purchases: number;
  receipts: number;
  /** Pairs that are right. */
  pairs: number;
  found: number;
  right: number;
  precision: Share;
  recall: Share;
  /** By what was done to the receipt: pairs there are, found, wrong. */
  kinds: Record<string, { pairs: number; found: number; wrong: number }>;
}

/** A share with its interval of 95 % (Wilson). */
export interface Share {
  share: number;
  low: number;
  high: number;
}

/** The purchases of each customer of the file, in two halves that share none: to tune by, and to measure by. */
export async function customersOf(file: string): Promise<{ tuning: Used[][]; testing: Used[][] }> {
  const customers = new Map<string, Used[]>();
  for await (const row of readCardUse(file)) {
    if (!row.good || row.amount.minor <= 0n) continue;
    const { card, merchant, online, category = '' } = row;
    const used: Used = {
      card,
      merchant,
      category,
      minor: Number(row.amount.minor),
      atMs: row.occurredAt.epochMilliseconds,
      isOnline: online,
    };
    const own = customers.get(card);
    if (own) own.push(used);
    else customers.set(card, [used]);
  }
  const all = [...customers.values()];
  return { tuning: all.filter((_, n) => n % 2 === 0), testing: all.filter((_, n) => n % 2 === 1) };
}

/** Makes each customer's set and counts what is found in it. */
export function measure(customers: readonly (readonly Used[])[], seed: number, say?: (wrong: string) => void): Counted {
  const counted: Counted = {
    customers: customers.length,
    purchases: 0,
    receipts: 0,
    pairs: 0,
    found: 0,
    right: 0,
    precision: wilson(0, 0),
    recall: wilson(0, 0),
    kinds: {},
  };
  for (const [n, used] of customers.entries()) count(counted, makeOrders(used, seed * 1000 + n), say);
  counted.precision = wilson(counted.right, counted.found);
  counted.recall = wilson(counted.right, counted.pairs);
  return counted;
}

function count(counted: Counted, orders: Orders, say?: (wrong: string) => void): void {
  const pairs = matchReceipts(
    orders.purchases.map((line) => readPurchase(line, usual)),
    orders.receipts.map((line) => readReceipt(line, usual)),
  );
  counted.purchases += orders.purchases.length;
  counted.receipts += orders.receipts.length;
  counted.pairs += orders.truth.size;
  counted.found += pairs.length;
  const kindOf = (receipt: string) => {
    const kind = orders.kinds.get(receipt) ?? '';
    return (counted.kinds[kind] ??= { pairs: 0, found: 0, wrong: 0 });
  };
  for (const pair of orders.truth) kindOf(pair.split(' ')[1] ?? '').pairs += 1;
  for (const { purchase, receipt, score, why } of pairs) {
    const kind = kindOf(receipt);
    if (orders.truth.has(`${purchase} ${receipt}`)) {
      counted.right += 1;
      kind.found += 1;
      continue;
    }
    kind.wrong += 1;
    say?.(JSON.stringify({ kind: orders.kinds.get(receipt), score, why, ...linesOf(orders, purchase, receipt) }));
  }
  if (!say) return;
  const found = new Set(pairs.map(({ purchase, receipt }) => `${purchase} ${receipt}`));
  for (const pair of orders.truth.difference(found)) {
    const [purchase = '', receipt = ''] = pair.split(' ');
    say(JSON.stringify({ missed: orders.kinds.get(receipt), ...linesOf(orders, purchase, receipt) }));
  }
}

function linesOf(orders: Orders, purchaseId: string, receiptId: string) {
  return {
    purchase: orders.purchases.find(({ id }) => id === purchaseId),
    receipt: orders.receipts.find(({ id }) => id === receiptId),
  };
}

/**
 * How much of a processor one receipt takes among so many purchases of a customer, in milliseconds, whatever else the
 * machine does: the middle, and what
 * nineteen of twenty stay under, of a hundred after a warming.
 */
export function timeOneReceipt(
  used: readonly Used[],
  purchases: number,
): { purchases: number; p50: number; p95: number } {
  const orders = makeOrders(used, testSeed);
  const known = orders.purchases.slice(0, purchases).map((line) => readPurchase(line, usual));
  const times = orders.receipts.slice(0, 120).map((line) => {
    const receipt = readReceipt(line, usual);
    const from = process.cpuUsage();
    matchReceipts(known, [receipt]);
    const { user, system } = process.cpuUsage(from);
    return (user + system) / 1000;
  });
  const warm = times.slice(20).toSorted((one, other) => one - other);
  const at = (share: number): number => Number((warm[Math.floor(warm.length * share)] ?? 0).toFixed(2));
  return { purchases: known.length, p50: at(0.5), p95: at(0.95) };
}

/** The interval of 95 % of a share (E. B. Wilson, 1927): it holds near 1, where the usual one does not. */
export function wilson(hits: number, of: number): Share {
  if (of === 0) return { share: 0, low: 0, high: 1 };
  const z = 1.959964;
  const share = hits / of;
  const centre = (share + (z * z) / (2 * of)) / (1 + (z * z) / of);
  const half = (z / (1 + (z * z) / of)) * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  const round = (value: number) => Number(value.toFixed(5));
  return { share: round(share), low: round(Math.max(0, centre - half)), high: round(Math.min(1, centre + half)) };
}
