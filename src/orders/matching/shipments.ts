import { apartInTime, daysApartMax } from './times.ts';
import { isCardPossible, reasonOfName, type Likeness } from './signs.ts';
import type { Pair, PurchaseSide, Reason, ReceiptSide } from './matched.ts';

/**
 * An order that is charged shipment by shipment: several purchases at its shop that come to its total, to the
 * cent. The fewer purchases there are to choose from and the larger the total, the less it is by chance.
 */

const purchasesMax = 4;
/** More purchases at one shop within the time than these say nothing. */
const choiceMax = 14;
const least = { name: 0.8, share: 0.95 } as const;
/** Of orders without a purchase of their total, those that came in several. */
const oddsOfSeveral = 0.25;
/** One that goes out is charged within so many days; and a day before for a clock that is wrong. */
const days = { firstMax: 12, beforeMax: 1 } as const;

/** What of the purchases may belong to the order, in any number. */
function choiceFor(receipt: ReceiptSide, purchases: readonly PurchaseSide[], likeness: Likeness): PurchaseSide[] {
  return purchases.filter((purchase) => {
    if (purchase.way !== 'debit' || purchase.sum.currency !== receipt.sum.currency) return false;
    if (purchase.sum.minor >= receipt.sum.minor || !isCardPossible(receipt, purchase)) return false;
    const dayOff = purchase.when.day - receipt.when.day;
    if (dayOff < -days.beforeMax || dayOff > daysApartMax) return false;
    return (likeness.of(receipt.shop, purchase.names) ?? 0) >= least.name;
  });
}

/** The purchases that come to the order together, as its pairs; none unless it is sure. */
export function inShipments(
  receipt: ReceiptSide,
  purchases: readonly PurchaseSide[],
  likeness: Likeness,
  scoreMin: number,
): Pair[] {
  const choice = choiceFor(receipt, purchases, likeness);
  if (receipt.kind === 'refund' || choice.length < 2 || choice.length > choiceMax) return [];
  const found = sumsTo(choice, receipt.sum.minor).filter(
    (those) => isOfOneCard(those) && those.some(({ when }) => when.day - receipt.when.day <= days.firstMax),
  );
  const [those] = found;
  if (!those || found.length > 1) return [];
  const byChance = waysToChoose(choice.length, those.length) / (2 * receipt.sum.minor);
  const odds = oddsOfSeveral / byChance;
  const score = odds / (1 + odds);
  if (score < scoreMin) return [];
  return those.map((purchase) => {
    const why: Reason[] = ['amounts-sum', apartInTime(receipt.when, purchase.when).reason];
    why.push(reasonOfName(likeness.of(receipt.shop, purchase.names)));
    if (receipt.last4 !== undefined && receipt.last4 === purchase.last4) why.push('last4-equal');
    return { purchase: purchase.id, receipt: receipt.id, score, why };
  });
}

const isOfOneCard = (those: readonly PurchaseSide[]): boolean =>
  new Set(those.flatMap(({ last4 }) => last4 ?? [])).size <= 1;

/** Every choice of two to four that comes to a total. */
function sumsTo(choice: readonly PurchaseSide[], total: number): PurchaseSide[][] {
  const found: PurchaseSide[][] = [];
  const choose = (from: number, taken: readonly PurchaseSide[], left: number): void => {
    if (left === 0 && taken.length >= 2) found.push([...taken]);
    if (left <= 0 || taken.length === purchasesMax) return;
    for (let n = from; n < choice.length; n += 1) {
      const one = choice[n];
      if (one && one.sum.minor > 0) choose(n + 1, [...taken, one], left - one.sum.minor);
    }
  };
  choose(0, [], total);
  return found;
}

/** How many choices of up to so many there are. */
function waysToChoose(of: number, many: number): number {
  let ways = 1;
  for (let n = 0; n < many; n += 1) ways = (ways * (of - n)) / (n + 1);
  return ways;
}
