import { roundedMinor, tipMost } from './amounts.ts';
import type { Name } from './names.ts';
import { daysApartMax } from './times.ts';
import type { PurchaseSide, ReceiptSide } from './matched.ts';

/** So many letters of a shop's name have to stand in a purchase's words, before these are compared in earnest. */
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

  /** Purchases of the time after the order, of less than its total, in whose words the shop's name may begin. */
  atShop(shop: Name, { customer, sum, when }: ReceiptSide): PurchaseSide[] {
    const start = shop.core.slice(0, lettersOfShop);
    const middle = Math.floor(when.day / stretchDays);
    const lists = [middle - 1, middle, middle + 1].map(
      (at) => this.#stretches.get(at)?.get(sum.currency)?.byAmount ?? [],
    );
    return lists.flatMap((list) =>
      [...within(list, 1, sum.minor - 1)].flatMap((place) => {
        const purchase = this.#purchases[place];
        if (!purchase || purchase.when.day < when.day - 1 || purchase.when.day > when.day + daysApartMax) return [];
        if (customer !== undefined && purchase.customer !== undefined && purchase.customer !== customer) return [];
        return purchase.names.some((name) => mayName(name, start)) ? [purchase] : [];
      }),
    );
  }
}

/** Whether a name may begin so, before it is taken apart. */
function mayName(name: string, start: string): boolean {
  return name.replaceAll(/['’.]/g, '').toUpperCase().includes(start);
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
