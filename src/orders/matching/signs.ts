import { signsOfAmount, type AmountSign } from './amounts.ts';
import { alike, nameOf, type Name } from './names.ts';
import { apartInTime, type Apart } from './times.ts';
import type { PurchaseSide, Reason, ReceiptSide } from './matched.ts';

/**
 * The signs that a purchase is that of a receipt, put together: how much more likely what both say is if they
 * are one than if they have nothing to do with each other (a Fellegi–Sunter weight). The figures are shares of
 * pairs, chosen on made orders of the tuning half: docs/matching.md.
 */

/** What is known of all purchases that are looked at together. */
export interface Surroundings {
  /** How many purchases an hour. */
  readonly anHour: number;
  /** Of those with a card's digits, the share with these. */
  readonly shareOfLast4: ReadonlyMap<string, number>;
}

/** What speaks for a pair. */
export interface Signs {
  /** To one that the receipt has no purchase here at all. */
  readonly odds: number;
  readonly why: readonly Reason[];
}

/** Of five receipts of cards that are seen here about one has no purchase here. */
const oddsOfAny = 4;
/** Whose digits are a card's that is seen here is hardly of another card: its purchase is here, or not yet. */
const seenCardOdds = 10;
const last4OddsMax = 50;
/** How often a customer comes to the same shop again, an hour: with nothing else to go by, every three months. */
const sameShopAnHour = 5e-4;
const walletOdds = 0.6;
const reversedOdds = 0.1;
const oddsMax = 1e12;
/** What an amount that fits many purchases has to be borne out by. */
const whenLoose = { name: 0.75, days: 3, ofRooms: 30 } as const;

/** What a likeness of names weighs, between these by the logarithm. */
const nameOdds: readonly (readonly [likeness: number, odds: number])[] = [
  [0, 0.0002],
  [0.3, 0.001],
  [0.5, 0.02],
  [0.65, 0.5],
  [0.75, 5],
  [0.85, 40],
  [0.95, 200],
  [1, 300],
];

/** Likeness of names, remembered: a shop and a statement's words meet again and again. */
export class Likeness {
  readonly #names = new Map<string, Name>();
  readonly #likeness = new Map<string, Map<string, number | null>>();

  /** The best of what the bank calls the merchant; undefined when nobody is named. */
  of(shop: string, told: readonly string[]): number | undefined {
    let best: number | undefined;
    for (const one of told) {
      const likeness = this.#pair(shop, one);
      if (likeness !== null && likeness > (best ?? -1)) best = likeness;
    }
    return best;
  }

  name(text: string): Name {
    let name = this.#names.get(text);
    if (!name) this.#names.set(text, (name = nameOf(text)));
    return name;
  }

  #pair(shop: string, told: string): number | null {
    let known = this.#likeness.get(shop);
    if (!known) this.#likeness.set(shop, (known = new Map()));
    let likeness = known.get(told);
    if (likeness === undefined) known.set(told, (likeness = alike(this.name(shop), this.name(told)) ?? null));
    return likeness;
  }
}

/** Whether the two may be one at all, before anything is weighed: one customer, one card, one way. */
export function mayBeOne(receipt: ReceiptSide, purchase: PurchaseSide): boolean {
  if (receipt.customer !== undefined && purchase.customer !== undefined && receipt.customer !== purchase.customer)
    return false;
  if ((receipt.kind === 'refund') !== (purchase.way === 'credit')) return false;
  return isCardPossible(receipt, purchase);
}

/** A wallet's digits are the telephone's own, not the card's. */
export function isCardPossible(receipt: ReceiptSide, purchase: PurchaseSide): boolean {
  return (
    receipt.last4 === undefined ||
    purchase.last4 === undefined ||
    receipt.last4 === purchase.last4 ||
    receipt.isByWallet === true
  );
}

/** Weighs all that a receipt and a purchase say; undefined when they are not one. */
export function signsOf(
  receipt: ReceiptSide,
  purchase: PurchaseSide,
  likeness: Likeness,
  { anHour, shareOfLast4 }: Surroundings,
): Signs | undefined {
  if (!mayBeOne(receipt, purchase)) return undefined;
  const amounts = signsOfAmount(receipt, purchase);
  if (amounts.length === 0) return undefined;
  const time = apartInTime(receipt.when, purchase.when);
  if (time.density === 0) return undefined;
  const near = likeness.of(receipt.shop, purchase.names);
  const ofName = near === undefined ? 1 : oddsOfName(near);
  let best: { amount: AmountSign; odds: number } | undefined;
  for (const amount of amounts) {
    if (amount.isLoose && !isBorneOut(amount, purchase, time, near)) continue;
    const byChance = (anHour * amount.byChance) / ofName + sameShopAnHour * amount.ofSameShop;
    const odds = (time.density * amount.ofPair) / byChance;
    if (odds > (best?.odds ?? 0)) best = { amount, odds };
  }
  if (!best) return undefined;
  const why: Reason[] = [best.amount.reason, time.reason, reasonOfName(near)];
  if (receipt.last4 !== undefined && receipt.last4 === purchase.last4) why.push('last4-equal');
  const odds = oddsOfAny * best.odds * cardOdds(receipt, purchase, shareOfLast4);
  return { odds: Math.min(oddsMax, purchase.status === 'reversed' ? odds * reversedOdds : odds), why };
}

function isBorneOut({ reason }: AmountSign, { place }: PurchaseSide, { days }: Apart, near = 0): boolean {
  return (
    near >= whenLoose.name &&
    days <= (reason === 'amount-held' && place === 'room' ? whenLoose.ofRooms : whenLoose.days)
  );
}

function cardOdds(receipt: ReceiptSide, purchase: PurchaseSide, shares: ReadonlyMap<string, number>): number {
  if (receipt.last4 === undefined || purchase.last4 === undefined) return 1;
  if (receipt.last4 !== purchase.last4) return walletOdds;
  return seenCardOdds * Math.min(last4OddsMax, 1 / (shares.get(purchase.last4) ?? 1));
}

function oddsOfName(likeness: number): number {
  const above = Math.max(
    1,
    nameOdds.findIndex(([from]) => from >= likeness),
  );
  const [[low, lowOdds], [high, highOdds]] = [nameOdds[above - 1] ?? [0, 1], nameOdds[above] ?? [1, 1]];
  const part = (likeness - low) / (high - low);
  return Math.exp(Math.log(lowOdds) * (1 - part) + Math.log(highOdds) * part);
}

/** How alike the names are, as a reason. */
export function reasonOfName(likeness: number | undefined): Reason {
  if (likeness === undefined) return 'name-unsaid';
  if (likeness >= 0.95) return 'name-equal';
  return likeness >= 0.75 ? 'name-close' : 'name-alike';
}
