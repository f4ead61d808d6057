/**
 * What the matching of receipts compares, and what it finds. Nothing here knows a table or a clock; the rule
 * in words, with its reasons: docs/matching.md.
 */

/** When something happened, as exactly as it was said. */
export interface When {
  /** The instant, in milliseconds; absent where no zone was said. */
  readonly atMs?: number;
  /** What a clock on the wall showed there, in milliseconds as if it were UTC; absent where only a day or only UTC was said. */
  readonly wallMs?: number;
  /** The calendar day there, counted from 1970-01-01. */
  readonly day: number;
}

/** Money as it is compared: a magnitude in minor units, and an ISO 4217 currency. */
export interface Sum {
  readonly minor: number;
  readonly currency: string;
}

/** What both sides may say of whose they are and of how was paid. */
interface Side {
  /** Whose it is, where the set is of several customers: those of two customers are never one. */
  readonly customer?: string;
  readonly when: When;
  /** The last four digits of the card, as this side saw them. */
  readonly last4?: string;
  /** What kind of place it was. */
  readonly place?: Place;
}

/** Places where the card is not charged what the receipt says: tips are added, or a deposit is held first. */
export type Place = 'tipped' | 'fuel' | 'room' | 'other';

/** A card purchase, as the bank tells it. */
export interface PurchaseSide extends Side {
  readonly id: string;
  readonly sum: Sum;
  /** What was authorized or stood before, where it has changed since. */
  readonly beforeMinor?: number;
  /** What the shop charged in its own currency, where the bank says so. */
  readonly original?: Sum;
  readonly way: 'debit' | 'credit';
  readonly status: 'authorized' | 'posted' | 'reversed';
  /** The merchant's name and the statement's words, whichever there are. */
  readonly names: readonly string[];
}

/** An order or a receipt, as the shop tells it. */
export interface ReceiptSide extends Side {
  readonly id: string;
  readonly shop: string;
  readonly sum: Sum;
  /** `refund`: money that the shop gives back. */
  readonly kind: 'order' | 'refund';
  /** What the shop says it took in each payment or shipment, where there were several. */
  readonly partsMinor?: readonly number[];
  /** What the shop has given back of it. */
  readonly refundedMinor?: number;
  /** The tip that stands in its total already. */
  readonly tipMinor?: number;
  /** Paid by a telephone's wallet, whose last four digits are not the card's. */
  readonly isByWallet?: boolean;
}

/** Why two were taken for one; in the order of a sentence: the amount, the time, the name, the card. */
export type Reason =
  | 'amount-equal'
  | 'amount-before'
  | 'amount-rounded'
  | 'amount-with-tip'
  | 'amount-less-refund'
  | 'amount-of-part'
  | 'amounts-sum'
  | 'amount-converted'
  | 'amount-original'
  | 'amount-held'
  | 'within-minutes'
  | 'within-hours'
  | 'same-day'
  | 'within-days'
  | 'within-weeks'
  | 'name-equal'
  | 'name-close'
  | 'name-alike'
  | 'name-unsaid'
  | 'last4-equal';

/** A card purchase and the receipt that it paid. */
export interface Pair {
  readonly purchase: string;
  readonly receipt: string;
  /** How sure it is, 0 to 1: the share of all ways to pair these and their like in which these two are one. */
  readonly score: number;
  readonly why: readonly Reason[];
}
