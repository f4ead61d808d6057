/**
 * Purchases and receipts made of real card use, with what goes wrong between them. Of a customer's purchases in the
 * file some get a receipt; both are then told as banks and shops tell them. Which belong together is known, so a
 * matching can be counted. Nothing here knows how it is matched.
 */
import { Chance } from '../simulator/world.ts';
import { descriptorOf, shopNameOf, townOf } from './names-told.ts';

/** A purchase of the file of card use. */
export interface Used {
  readonly card: string;
  readonly minor: number;
  readonly atMs: number;
  readonly merchant: string;
  /** Merchant category code, ISO 18245. */
  readonly category: string;
  readonly isOnline: boolean;
}

/** A line of `purchases.jsonl`. */
export interface PurchaseLine {
  id: string;
  customer: string;
  amount: string;
  currency: string;
  direction: 'debit' | 'credit';
  status: 'authorized' | 'posted' | 'reversed';
  occurredAt: string;
  localDate: string;
  description: string;
  merchant?: { name: string; category?: string };
  cardLast4?: string;
}

/** A line of `receipts.jsonl`. */
export interface ReceiptLine {
  id: string;
  customer: string;
  shop: string;
  total: string;
  currency: string;
  orderedAt?: string;
  localDate?: string;
  cardLast4?: string;
  payment?: { wallet: string };
  refunded?: string;
  shipments?: { amount: string }[];
}

/** A set, and the pairs that are right in it. */
export interface Orders {
  readonly purchases: readonly PurchaseLine[];
  readonly receipts: readonly ReceiptLine[];
  /** "purchase receipt", by their ids. */
  readonly truth: ReadonlySet<string>;
  /** What was done to a receipt, by its id: for the counts by kind. */
  readonly kinds: ReadonlyMap<string, string>;
}

/** How often what happens. */
export const noise = {
  receipt: 0.5,
  unlinkedCard: 0.12,
  twinOfUnlinked: 0.5,
  sameAgain: 0.03,
  tipWhereUsual: 0.45,
  inShipments: 0.1,
  shipmentsSaid: 0.4,
  otherCurrency: 0.06,
  fuelHeld: 0.15,
  refunded: 0.05,
  last4Said: 0.55,
  wallet: 0.05,
  dayOnly: 0.12,
  wrongZone: 0.04,
  merchantUnsaid: 0.25,
  categoryUnsaid: 0.2,
  last4Untold: 0.1,
} as const;

const decimals: Readonly<Record<string, number>> = { JPY: 0 };
const written = (minor: number, currency = 'USD'): string => {
  const places = decimals[currency] ?? 2;
  return places === 0 ? String(minor) : `${Math.floor(minor / 100)}.${String(minor % 100).padStart(2, '0')}`;
};
/** As the file's categories are read: restaurants, hair and care; pumps; journeys. */
const tippedCodes = ['5812', '7230'];
const pumpCode = '5541';
const journeyCode = '4722';
const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;

/** Makes the set of these customers: the same seed, the same set. */
export function makeOrders(used: readonly Used[], seed: number, receiptShare: number = noise.receipt): Orders {
  const made = new Making(new Chance(seed));
  for (const one of used) made.tell(one, receiptShare);
  return made.done();
}

/** One set in the making. */
class Making {
  readonly #chance: Chance;
  readonly #purchases: PurchaseLine[] = [];
  readonly #receipts: ReceiptLine[] = [];
  readonly #truth = new Set<string>();
  readonly #kinds = new Map<string, string>();
  #ids = 0;

  constructor(chance: Chance) {
    this.#chance = chance;
  }

  done(): Orders {
    const shuffled = <Item>(items: readonly Item[]) =>
      items
        .map((item) => ({ item, at: this.#chance.next() }))
        .toSorted((one, other) => one.at - other.at)
        .map(({ item }) => item);
    return {
      purchases: shuffled(this.#purchases),
      receipts: shuffled(this.#receipts),
      truth: this.#truth,
      kinds: this.#kinds,
    };
  }

  tell(used: Used, receiptShare: number): void {
    const chance = this.#chance;
    if (!chance.in(receiptShare)) {
      this.#purchase(used, used.minor, used.atMs);
      return;
    }
    if (chance.in(noise.unlinkedCard)) return this.#unlinked(used);
    if (used.isOnline && used.minor > 2_000 && chance.in(noise.inShipments)) return this.#shipped(used);
    if (chance.in(noise.otherCurrency) && (used.isOnline || used.category === journeyCode)) return this.#abroad(used);
    if (used.category === pumpCode && chance.in(noise.fuelHeld)) return this.#pumped(used);
    const isTipped = tippedCodes.includes(used.category);
    if (isTipped && used.minor > 300 && chance.in(noise.tipWhereUsual)) return this.#tipped(used);
    this.#plain(used, 'plain');
    // The same again on the same day: a second coffee, with a receipt of its own.
    if (chance.in(noise.sameAgain))
      this.#plain({ ...used, atMs: used.atMs + chance.between(20, 600) * minute }, 'same again');
  }

  #plain(used: Used, kind: string): void {
    const atMs = this.#chargedAt(used);
    const purchase = this.#purchase(used, used.minor, atMs);
    const receipt = this.#receipt(used, used.minor, kind, { purchase });
    this.#pair(purchase, receipt);
    if (!this.#chance.in(noise.refunded)) return;
    const back = this.#chance.in(0.5) ? used.minor : Math.max(1, Math.round(used.minor * this.#chance.next()));
    receipt.refunded = written(back);
    this.#kinds.set(receipt.id, 'refunded');
    this.#purchase(used, back, atMs + this.#chance.between(1, 20) * day, { direction: 'credit' });
  }

  /** Its purchase is on a card that is not linked here; often another one of the same shop is. */
  #unlinked(used: Used): void {
    const chance = this.#chance;
    this.#receipt(used, used.minor, 'unlinked card', { otherCard: true });
    if (!chance.in(noise.twinOfUnlinked)) return;
    const minor = chance.in(0.3) ? used.minor : Math.max(50, Math.round(used.minor * (0.85 + chance.next() * 0.4)));
    const apart = minor === used.minor ? chance.between(3, 25) * day : chance.between(-40, 40) * hour;
    this.#purchase(used, minor, used.atMs + apart);
  }

  #tipped(used: Used): void {
    const chance = this.#chance;
    const share = chance.in(0.6) ? chance.pick([0.1, 0.15, 0.18, 0.2, 0.22, 0.25, 0.3]) : 0.1 + chance.next() * 0.2;
    const due = Math.max(1, Math.round(used.minor / (1 + share)));
    const up = Math.ceil((due * 1.12) / 100) * 100;
    const paid = chance.in(0.2) && up <= due * 1.3 ? up : used.minor;
    const purchase = this.#purchase(used, paid, this.#chargedAt(used));
    this.#pair(purchase, this.#receipt(used, due, 'tip', { purchase }));
  }

  #shipped(used: Used): void {
    const chance = this.#chance;
    const parts = chance.in(0.75) ? 2 : 3;
    const cuts = Array.from({ length: parts - 1 }, () =>
      Math.round(used.minor * (0.15 + chance.next() * 0.7)),
    ).toSorted((a, b) => a - b);
    const amounts = [...cuts, used.minor]
      .map((to, n) => to - (n === 0 ? 0 : (cuts[n - 1] ?? 0)))
      .filter((minor) => minor > 0);
    let atMs = used.atMs + chance.between(0, 30) * hour;
    const purchases = amounts.map((minor) => {
      const purchase = this.#purchase(used, minor, atMs);
      atMs += chance.between(4, 150) * hour;
      return purchase;
    });
    const [purchase] = purchases;
    const receipt = this.#receipt(used, used.minor, 'shipments', { purchase });
    if (chance.in(noise.shipmentsSaid)) receipt.shipments = amounts.map((minor) => ({ amount: written(minor) }));
    for (const one of purchases) this.#pair(one, receipt);
  }

  #abroad(used: Used): void {
    const chance = this.#chance;
    const [currency, course] = chance.pick([
      ['EUR', 0.924],
      ['GBP', 0.782],
      ['MXN', 18.3],
      ['JPY', 151.4],
      ['CAD', 1.37],
    ] as const);
    const units = (used.minor / 100) * course * (0.975 + chance.next() * 0.05);
    const due = Math.max(1, Math.round(units * 10 ** (decimals[currency] ?? 2)));
    const purchase = this.#purchase(used, used.minor, this.#chargedAt(used));
    this.#pair(purchase, this.#receipt(used, due, 'other currency', { purchase, currency }));
  }

  #pumped(used: Used): void {
    const held = this.#chance.pick([100, 100, 5_000, 10_000, 12_500, 17_500]);
    const purchase = this.#purchase(used, held, used.atMs, { status: 'authorized' });
    this.#pair(purchase, this.#receipt(used, used.minor, 'held at a pump', { purchase }));
  }

  #pair(purchase: PurchaseLine, receipt: ReceiptLine): void {
    this.#truth.add(`${purchase.id} ${receipt.id}`);
  }

  /** When the bank says it happened: with the order, when the goods leave, or when it was posted. */
  #chargedAt({ atMs, isOnline }: Used): number {
    const chance = this.#chance;
    if (isOnline && chance.in(0.35)) return atMs + chance.between(2, 130) * hour;
    if (chance.in(0.06)) return atMs + chance.between(12, 80) * hour;
    return atMs;
  }

  #purchase(used: Used, minor: number, atMs: number, more: Partial<PurchaseLine> = {}): PurchaseLine {
    const chance = this.#chance;
    const at = new Date(Math.round(atMs / 1000) * 1000).toISOString().replace('.000', '');
    const category = chance.in(noise.categoryUnsaid) ? undefined : used.category;
    const line: PurchaseLine = {
      id: `p${(this.#ids += 1)}`,
      customer: used.card,
      amount: written(minor),
      currency: 'USD',
      direction: 'debit',
      status: 'posted',
      occurredAt: at,
      localDate: new Date(atMs - 5 * hour).toISOString().slice(0, 10),
      description: descriptorOf(used.merchant, used.isOnline, chance),
      ...(!chance.in(noise.merchantUnsaid) && {
        merchant: {
          name: chance.in(0.5) ? used.merchant : descriptorOf(used.merchant, used.isOnline, chance),
          ...(category && { category }),
        },
      }),
      ...(!chance.in(noise.last4Untold) && { cardLast4: this.#last4(used) }),
      ...more,
    };
    this.#purchases.push(line);
    return line;
  }

  /** Two cards a customer, one for what is bought online. */
  #last4({ card, isOnline }: Used): string {
    const digits = card.replaceAll(/\D/g, '');
    return isOnline ? digits.slice(-4) : digits.slice(-8, -4).padStart(4, '7');
  }

  #receipt(
    used: Used,
    minor: number,
    kind: string,
    {
      purchase,
      currency = 'USD',
      otherCard = false,
    }: { purchase?: PurchaseLine | undefined; currency?: string; otherCard?: boolean },
  ): ReceiptLine {
    const chance = this.#chance;
    // A till prints when it is paid; an online shop writes the order first.
    const aside = used.isOnline ? -chance.between(0, 4) * minute : chance.between(-2, 4) * minute;
    const zone = chance.in(noise.wrongZone) ? chance.pick([-8, -5, 1, 2]) * hour : 0;
    const at = new Date(Math.round((used.atMs + aside + zone) / 1000) * 1000);
    const isDayOnly = chance.in(noise.dayOnly);
    const isWallet = !otherCard && chance.in(noise.wallet);
    const digits =
      otherCard || isWallet ? String(chance.between(1000, 9999)) : (purchase?.cardLast4 ?? this.#last4(used));
    const line: ReceiptLine = {
      id: `r${(this.#ids += 1)}`,
      customer: used.card,
      shop: shopNameOf(used.merchant, townOf(used.card), chance),
      total: written(minor, currency),
      currency,
      ...(isDayOnly
        ? { localDate: new Date(used.atMs - 5 * hour).toISOString().slice(0, 10) }
        : { orderedAt: at.toISOString().replace('.000', '') }),
      ...(isWallet && { payment: { wallet: 'apple_pay' } }),
      ...((isWallet || chance.in(noise.last4Said)) && { cardLast4: digits }),
    };
    this.#receipts.push(line);
    this.#kinds.set(line.id, isDayOnly && kind === 'plain' ? 'plain, day only' : kind);
    return line;
  }
}
