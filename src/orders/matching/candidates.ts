import { roundedMinor, tipMost } from './amounts.ts';
import { nameOf, type Name } from './names.ts';
import { daysApartMax } from './times.ts';
import type { PurchaseSide, ReceiptSide } from './matched.ts';

/** Letters by which the purchases of a shop are found: enough to leave out most, few enough for a short form. */
const lettersOfShop = 3;

/** Of one currency, within one span of days: as many as a receipt's purchase may lie apart, so three of them are enough. */
interface Stretch {
  /** In the order of what was charged. */
  readonly byAmount: { minor: number; place: number }[];
  /** Those that were held, or of which the amount in another currency is known. */
  readonly ofAnyAmount: number[];
}

const stretchDays = daysApartMax + 1;

/** The purchases, in the orders in which they are looked for: of a receipt few come into question. */
export class Candidates {
  readonly #purchases: readonly PurchaseSide[];
  /** By the span, and in it by the currency. */
  readonly #stretches = new Map<number, Map<string, Stretch>>();
  #byShop: Map<string, PurchaseSide[]> | undefined;

  constructor(purchases: readonly PurchaseSide[]) {
    this.#purchases = purchases;
    for (const [place, purchase] of purchases.entries()) this.#add(place, purchase);
    for (const currencies of this.#stretches.values()) {
      for (const { byAmount } of currencies.values()) byAmount.sort((one, other) => one.minor - other.minor);
    }
  }

  #add(place: number, { sum, beforeMinor, status, place: kind, original, when }: PurchaseSide): void {
    const at = Math.floor(when.day / stretchDays);
    const currencies = this.#stretches.get(at) ?? new Map<string, Stretch>();
    this.#stretches.set(at, currencies);
    const stretch = currencies.get(sum.currency) ?? { byAmount: [], ofAnyAmount: [] };
    currencies.set(sum.currency, stretch);
    stretch.byAmount.push({ minor: sum.minor, place });
    if (beforeMinor !== undefined && beforeMinor !== sum.minor) stretch.byAmount.push({ minor: beforeMinor, place });
    const isHeld = status === 'authorized' && (kind === undefined || kind === 'fuel' || kind === 'room');
    if (isHeld || original) stretch.ofAnyAmount.push(place);
  }

  /** Whose amount and day come into question, each once, with its place in the list. */
  *byAmount(receipt: ReceiptSide): Generator<[place: number, purchase: PurchaseSide]> {
    const seen = new Set<number>();
    for (const place of this.#placesFor(receipt)) {
      const purchase = this.#purchases[place];
      if (!purchase || Math.abs(purchase.when.day - receipt.when.day) >= stretchDays || seen.has(place)) continue;
      seen.add(place);
      yield [place, purchase];
    }
  }

  *#placesFor({ sum, kind, place, when, refundedMinor = 0 }: ReceiptSide): Generator<number> {
    const isPlain = kind === 'refund' || (place !== undefined && place !== 'tipped');
    const most = isPlain ? sum.minor + roundedMinor : Math.max(sum.minor + roundedMinor, sum.minor * tipMost);
    const left = sum.minor - refundedMinor;
    const middle = Math.floor(when.day / stretchDays);
    for (const at of [middle - 1, middle, middle + 1]) {
      for (const [currency, { byAmount, ofAnyAmount }] of this.#stretches.get(at) ?? []) {
        if (currency === sum.currency) {
          yield* within(byAmount, sum.minor - roundedMinor, most);
          if (refundedMinor > 0) yield* within(byAmount, left, left);
        } else for (const one of byAmount) yield one.place;
        yield* ofAnyAmount;
      }
    }
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
