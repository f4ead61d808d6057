import { sharesOf, type Edge } from './one-to-one.ts';
import { inShipments } from './shipments.ts';
import { Likeness, signsOf, type Signs, type Surroundings } from './signs.ts';
import { Candidates } from './candidates.ts';
import type { Pair, PurchaseSide, ReceiptSide } from './matched.ts';

/** From this share on a pair is shown: a wrong one is worse than none. */
export const scoreMin = 0.97;

/** However few purchases there are to count, a person is taken to make one a day. */
const anHourMin = 1 / 24;

/**
 * Finds for each receipt the purchase that paid it, or the several that it was charged in; each purchase pays
 * one receipt at most. What two could have paid alike stays without.
 *
 * @param isUndone pairs that are never made again
 */
export function matchReceipts(
  purchases: readonly PurchaseSide[],
  receipts: readonly ReceiptSide[],
  isUndone: (purchase: string, receipt: string) => boolean = () => false,
): Pair[] {
  const likeness = new Likeness();
  const known = new Known(purchases, receipts, likeness, isUndone);
  const pairs = known.pairUp(receipts);
  const paid = new Set(pairs.map(({ receipt }) => receipt));
  for (const receipt of receipts) {
    if (paid.has(receipt.id)) continue;
    const found = inShipments(receipt, known.openAt(receipt), likeness, scoreMin);
    if (found.length === 0) continue;
    known.take(found);
    paid.add(receipt.id);
    pairs.push(...found);
  }
  const open = receipts.filter(({ id, partsMinor }) => !paid.has(id) && (partsMinor?.length ?? 0) > 1);
  return [...pairs, ...known.pairUp(open.flatMap(partsOf)).map(ofPart)];
}

/** Each payment that the shop names, as a receipt of its own. */
function partsOf(receipt: ReceiptSide): ReceiptSide[] {
  return (receipt.partsMinor ?? []).map((minor) => ({ ...receipt, sum: { ...receipt.sum, minor } }));
}

const ofPart = (pair: Pair): Pair => ({
  ...pair,
  why: pair.why.map((reason) => (reason === 'amount-equal' ? 'amount-of-part' : reason)),
});

/** The purchases of one run, and which of them are still without a receipt. */
class Known {
  readonly #candidates: Candidates;
  readonly #surroundings: Surroundings;
  readonly #taken = new Set<string>();
  readonly #likeness: Likeness;
  readonly #isUndone: (purchase: string, receipt: string) => boolean;

  constructor(
    purchases: readonly PurchaseSide[],
    receipts: readonly ReceiptSide[],
    likeness: Likeness,
    isUndone: (purchase: string, receipt: string) => boolean,
  ) {
    this.#likeness = likeness;
    this.#isUndone = isUndone;
    this.#candidates = new Candidates(purchases);
    this.#surroundings = surroundingsOf(purchases, receipts);
  }

  /** The sure pairs of these receipts with what is open; each such purchase is taken then. */
  pairUp(receipts: readonly ReceiptSide[]): Pair[] {
    const edges: (Edge & { signs: Signs; purchaseId: string; receiptId: string })[] = [];
    for (const [receipt, one] of receipts.entries()) {
      for (const [purchase, other] of this.#candidates.byAmount(one)) {
        if (this.#taken.has(other.id) || this.#isUndone(other.id, one.id)) continue;
        const signs = signsOf(one, other, this.#likeness, this.#surroundings);
        if (signs) edges.push({ receipt, purchase, odds: signs.odds, signs, purchaseId: other.id, receiptId: one.id });
      }
    }
    const shares = sharesOf(edges);
    const pairs = edges.flatMap(({ signs, purchaseId, receiptId }, n): Pair[] => {
      const score = shares[n] ?? 0;
      return score >= scoreMin ? [{ purchase: purchaseId, receipt: receiptId, score, why: signs.why }] : [];
    });
    this.take(pairs);
    return pairs;
  }

  /** What is open and may have been bought at the receipt's shop. */
  openAt(receipt: ReceiptSide): PurchaseSide[] {
    return this.#candidates
      .atShop(this.#likeness.name(receipt.shop), receipt)
      .filter(({ id }) => !this.#taken.has(id) && !this.#isUndone(id, receipt.id));
  }

  take(pairs: readonly Pair[]): void {
    for (const { purchase } of pairs) this.#taken.add(purchase);
  }
}

/** Counts the purchases over the time they span, and the cards; a customer's own when the set is of several. */
function surroundingsOf(purchases: readonly PurchaseSide[], receipts: readonly ReceiptSide[]): Surroundings {
  const days = purchases.map(({ when }) => when.day);
  const span =
    days.length === 0 ? 1 : days.reduce((a, b) => Math.max(a, b)) - days.reduce((a, b) => Math.min(a, b)) + 1;
  const customers = new Set(purchases.flatMap(({ customer }) => customer ?? []));
  const isSplit = customers.size > 1 && receipts.every(({ customer }) => customer !== undefined);
  const anHour = purchases.length / (isSplit ? customers.size : 1) / (span * 24);
  const digits = purchases.flatMap(({ last4 }) => last4 ?? []);
  const shareOfLast4 = new Map<string, number>();
  for (const [last4, those] of Map.groupBy(digits, (last4) => last4))
    shareOfLast4.set(last4, those.length / digits.length);
  return { anHour: Math.max(anHourMin, anHour), shareOfLast4 };
}
