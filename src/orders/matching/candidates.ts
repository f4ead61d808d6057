import { roundedMinor, tipMost } from './amounts.ts';
import { nameOf, type Name } from './names.ts';
import { daysApartMax } from './times.ts';
import type { PurchaseSide, ReceiptSide } from './matched.ts';

/** Letters by which the purchases of a shop are found: enough to leave out most, few enough for a short form. */
const lettersOfShop = 3;

/** The purchases, in the orders in which they are looked for: of a receipt few come into question. */
export class Candidates {
  readonly #purchases: readonly PurchaseSide[];
  /** By currency, in the order of what was charged. */
  readonly #byAmount = new Map<string, { minor: number; place: number }[]>();
  /** Those that were held, not charged, or charged in another currency: any amount. */
  readonly #ofAnyAmount: number[] = [];
  #byShop: Map<string, PurchaseSide[]> | undefined;

  constructor(purchases: readonly PurchaseSide[]) {
    this.#purchases = purchases;
    for (const [place, { sum, beforeMinor, status, place: kind, original }] of purchases.entries()) {
      const { currency, minor } = sum;
      let list = this.#byAmount.get(currency);
      if (!list) this.#byAmount.set(currency, (list = []));
      list.push({ minor, place });
      if (beforeMinor !== undefined && beforeMinor !== minor) list.push({ minor: beforeMinor, place });
      if ((status === 'authorized' && (kind === 'fuel' || kind === 'room')) || original) this.#ofAnyAmount.push(place);
    }
    for (const list of this.#byAmount.values()) list.sort((one, other) => one.minor - other.minor);
  }

  /** Whose amount and day come into question, each once, with its place in the list. */
  *byAmount(receipt: ReceiptSide): Generator<[place: number, purchase: PurchaseSide]> {
    const seen = new Set<number>();
    for (const place of this.#placesFor(receipt)) {
      const purchase = this.#purchases[place];
      if (!purchase || seen.has(place)) continue;
      seen.add(place);
      if (Math.abs(purchase.when.day - receipt.when.day) <= daysApartMax + 1) yield [place, purchase];
    }
  }

  *#placesFor({ sum, kind, place, refundedMinor = 0 }: ReceiptSide): Generator<number> {
    const isPlain = kind === 'refund' || (place !== undefined && place !== 'tipped');
    const most = isPlain ? sum.minor + roundedMinor : sum.minor * tipMost;
    for (const [currency, list] of this.#byAmount) {
      if (currency === sum.currency) yield* within(list, sum.minor - roundedMinor, most);
      else for (const { place } of list) yield place;
    }
    const left = sum.minor - refundedMinor;
    if (refundedMinor > 0) yield* within(this.#byAmount.get(sum.currency) ?? [], left, left);
    yield* this.#ofAnyAmount;
  }

  /** Purchases whose merchant's name begins as the shop's does. */
  atShop(shop: Name, { customer }: ReceiptSide): readonly PurchaseSide[] {
    this.#byShop ??= this.#shops();
    const those = this.#byShop.get(shop.core.slice(0, lettersOfShop)) ?? [];
    return those.filter(
      (purchase) => customer === undefined || purchase.customer === undefined || purchase.customer === customer,
    );
  }

  #shops(): Map<string, PurchaseSide[]> {
    const shops = new Map<string, PurchaseSide[]>();
    for (const purchase of this.#purchases) {
      for (const start of new Set(purchase.names.map((name) => nameOf(name).core.slice(0, lettersOfShop)))) {
        const those = shops.get(start);
        if (those) those.push(purchase);
        else shops.set(start, [purchase]);
      }
    }
    return shops;
  }
}

/** The places of amounts from `least` to `most`, of a list in their order. */
function* within(list: readonly { minor: number; place: number }[], least: number, most: number): Generator<number> {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((list[middle]?.minor ?? 0) < least) low = middle + 1;
    else high = middle;
  }
  for (let n = low; n < list.length && (list[n]?.minor ?? 0) <= most; n += 1) yield list[n]?.place ?? 0;
}
