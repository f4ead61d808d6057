import { plausibleRate } from './rates.ts';
import type { PurchaseSide, Reason, ReceiptSide } from './matched.ts';

/**
 * How an amount charged came out of an amount on a receipt, and how much that says: how often it does so in a
 * pair, how often any purchase's amount would fit by chance, and how often another purchase of the same shop's
 * would, where prices repeat. An amount for which there is no such way is no match: "about the same" is none.
 */

/** What an amount says; three chances, 0 to 1. */
export interface AmountSign {
  /** That a pair's amounts lie so. */
  readonly ofPair: number;
  /** That any purchase's amount lies so. */
  readonly byChance: number;
  /** That another purchase's of the same shop does. */
  readonly ofSameShop: number;
  readonly reason: Reason;
  /** It fits many purchases, so the name and the day have to bear it out. */
  readonly isLoose: boolean;
}

/** How often an amount comes about in this way, of pairs where it may. */
const shares = {
  equal: 0.8,
  rounded: 0.01,
  before: 0.1,
  lessRefund: 0.1,
  tipWhereUsual: 0.4,
  tipWhereUnsaid: 0.05,
  converted: 0.5,
  heldAtPump: 0.3,
  heldWhereUnsaid: 0.03,
  heldForRoom: 0.3,
} as const;
/** Amounts lie between a hundredth and the ten thousandfold: so many natural logarithms. */
const spread = 9;
/** Of ten purchases two or three are of a whole unit, where one of a hundred would be by chance. */
const roundOften = 8;
/** Of two purchases at one shop, the chance that their amounts are equal, or within a part of each other by that part. */
const sameShop = { equal: 0.012, within: 2.5, held: 0.3 } as const;
/** No tip is more than this, total included. */
export const tipMost = 1.31;
/** A cash till's or a tax's rounding, in minor units. */
export const roundedMinor = 2;
const tip = { least: 1.05, parts: [0.1, 0.12, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3], shareOfParts: 0.5 } as const;
/** A pump holds one of these until it knows, in whole units. */
const pumpHolds = [1, 50, 75, 100, 125, 150, 175, 200];
const pumpMostMinor = 30_000;
/** A room's deposit, to the bill. */
const roomHold = { least: 0.5, most: 2 } as const;
/** How far a converted amount may be from the day's course: the card's own course, and its fee. */
const courseOff = 0.06;

/** Every way in which what was charged may have come out of the receipt. */
export function signsOfAmount(receipt: ReceiptSide, purchase: PurchaseSide): AmountSign[] {
  if (receipt.sum.minor <= 0 || purchase.sum.minor <= 0) return [];
  if (receipt.sum.currency !== purchase.sum.currency) return converted(receipt, purchase);
  const plain = plainly(receipt, purchase);
  return receipt.kind === 'refund' ? plain : [...plain, ...withTip(receipt, purchase), ...held(receipt, purchase)];
}

/** One amount and no other. */
function exactly(ofPair: number, minor: number, reason: Reason): AmountSign {
  const byChance = (minor % 100 === 0 ? roundOften : 1) / (spread * minor);
  return { ofPair, byChance: Math.min(1, byChance), ofSameShop: sameShop.equal, reason, isLoose: false };
}

/** The chance that another purchase of the shop differs by no more than a rounding. */
const roundedAlike = (minor: number): number => Math.min(1, (sameShop.within * 2 * roundedMinor) / minor);

/** Anything within a span of so much of the amount. */
function somewhere(ofPair: number, width: number, reason: Reason): AmountSign {
  const ofSameShop = Math.min(1, sameShop.within * width);
  return { ofPair, byChance: Math.min(1, width / spread), ofSameShop, reason, isLoose: true };
}

function plainly(receipt: ReceiptSide, purchase: PurchaseSide): AmountSign[] {
  const [due, paid] = [receipt.sum.minor, purchase.sum.minor];
  const signs: AmountSign[] = [];
  if (due === paid) signs.push(exactly(shares.equal, paid, 'amount-equal'));
  else if (Math.abs(due - paid) <= roundedMinor && due >= 200)
    signs.push({ ...exactly(shares.rounded, paid, 'amount-rounded'), ofSameShop: roundedAlike(paid) });
  if (purchase.beforeMinor === due) signs.push(exactly(shares.before, due, 'amount-before'));
  if (receipt.refundedMinor !== undefined && due - receipt.refundedMinor === paid)
    signs.push(exactly(shares.lessRefund, paid, 'amount-less-refund'));
  return signs;
}

function withTip(receipt: ReceiptSide, purchase: PurchaseSide): AmountSign[] {
  const place = purchase.place ?? receipt.place;
  if (receipt.tipMinor || (place !== undefined && place !== 'tipped')) return [];
  const [due, paid] = [receipt.sum.minor, purchase.sum.minor];
  if (paid < due * tip.least || paid > due * tipMost) return [];
  const share = place === 'tipped' ? shares.tipWhereUsual : shares.tipWhereUnsaid;
  const loose = somewhere(share * (1 - tip.shareOfParts), tipMost - tip.least, 'amount-with-tip');
  if (!tip.parts.some((part) => Math.abs(due * (1 + part) - paid) <= 1)) return [loose];
  return [{ ...exactly((share * tip.shareOfParts) / tip.parts.length, paid, 'amount-with-tip'), isLoose: true }, loose];
}

/** What is only held says little of what will be charged. */
function held(receipt: ReceiptSide, purchase: PurchaseSide): AmountSign[] {
  if (purchase.status !== 'authorized') return [];
  const place = purchase.place ?? receipt.place;
  const [due, paid] = [receipt.sum.minor, purchase.sum.minor];
  if (place === 'room') {
    if (paid < due * roomHold.least || paid > due * roomHold.most) return [];
    return [somewhere(shares.heldForRoom, roomHold.most - roomHold.least, 'amount-held')];
  }
  if ((place !== 'fuel' && place !== undefined) || due > pumpMostMinor) return [];
  if (!pumpHolds.some((units) => units * 100 === paid)) return [];
  const share = (place === 'fuel' ? shares.heldAtPump : shares.heldWhereUnsaid) / pumpHolds.length;
  return [{ ...exactly(share, paid, 'amount-held'), ofSameShop: sameShop.held / pumpHolds.length, isLoose: true }];
}

function converted(receipt: ReceiptSide, purchase: PurchaseSide): AmountSign[] {
  const { original } = purchase;
  if (original) {
    const isSame = original.currency === receipt.sum.currency && original.minor === receipt.sum.minor;
    return isSame ? [exactly(shares.equal, original.minor, 'amount-original')] : [];
  }
  const course = plausibleRate(receipt.sum, purchase.sum);
  if (course === undefined || Math.abs(course - 1) > courseOff * 2) return [];
  return [somewhere(shares.converted, 4 * courseOff, 'amount-converted')];
}
