import type { ParcelPlace, ParcelState, ParcelTrouble } from '#contract';

/**
 * What is understood of a body that a shop or a carrier sent, whatever its dialect. Amounts are decimal strings with
 * as many decimals as their currency has; instants are RFC 3339, days are ISO dates; words are plain text.
 */

/** One scan of a parcel. */
export interface ReadStep {
  readonly state: ParcelState;
  readonly trouble?: ParcelTrouble;
  /** When, as an instant; absent where the carrier does not say. */
  readonly at?: string;
  readonly place?: ParcelPlace;
}

/** A parcel as a shop or a carrier tells of it. */
export interface ReadParcel {
  /** The carrier's name, as people know it. */
  readonly carrier?: string;
  readonly trackingNumber?: string;
  /** The shop's own id of what it sent, where it has one. */
  readonly shipmentId?: string;
  /** The shop's own id of the order; `orderNumber` is what it prints on it. */
  readonly orderId?: string;
  readonly orderNumber?: string;
  readonly shop?: string;
  readonly state: ParcelState;
  readonly trouble?: ParcelTrouble;
  /** Oldest first, each told once. */
  readonly steps: readonly ReadStep[];
  readonly place?: ParcelPlace;
  /** The day on which it is expected. */
  readonly expected?: string;
  readonly deliveredTo?: string;
  /** What is in it. */
  readonly items?: readonly string[];
  /** It goes back to the shop. */
  readonly isReturn?: true;
  /** When its sender last changed what it tells. */
  readonly updatedAt?: string;
  /** The customer, as the shop was told to call them. */
  readonly reference?: string;
}

/** A line of a receipt; `total` is for all of its pieces, before discounts of the whole order. */
export interface ReadLine {
  readonly title: string;
  readonly quantity: number;
  readonly total?: string;
}

/** Money given back. */
export interface ReadRefund {
  /** The shop's own id, by which a refund that is told twice counts once. */
  readonly id?: string;
  readonly amount: string;
  readonly at?: string;
}

/** How an order stands. */
export type OrderState = 'open' | 'paid' | 'part-refunded' | 'refunded' | 'cancelled' | 'failed';

/** An order, a receipt or an invoice as a shop tells it. */
export interface ReadReceipt {
  /** `refund`: the body tells of a refund alone, and the order it belongs to was told in another. */
  readonly told: 'order' | 'refund' | 'invoice';
  readonly orderId?: string;
  /** What the shop prints on it: "#1001". */
  readonly number?: string;
  readonly shop?: string;
  readonly state: OrderState;
  readonly orderedAt?: string;
  readonly updatedAt?: string;
  readonly lines: readonly ReadLine[];
  /** ISO 4217; absent where the body does not say it, and then no amount is read. */
  readonly currency?: string;
  readonly subtotal?: string;
  readonly discount?: string;
  readonly shipping?: string;
  readonly tax?: string;
  /** The prices of the lines hold the tax already. */
  readonly taxIncluded?: true;
  readonly tip?: string;
  /** Duties and fees of the shop. */
  readonly fees?: string;
  readonly total?: string;
  /** Everything given back so far. */
  readonly refunded?: string;
  readonly refunds?: readonly ReadRefund[];
  /** Whether lines − discounts + shipping + tax (+ tip, fees) are the total; true where there is too little to compare. */
  readonly addsUp: boolean;
  readonly cardLast4?: string;
  readonly parcels: readonly ReadParcel[];
  /** The customer, as the shop was told to call them. */
  readonly reference?: string;
}

/** What became of one body, or of one part of a body that holds several. */
export type Understood =
  | { readonly kind: 'receipt'; readonly receipt: ReadReceipt }
  | { readonly kind: 'parcel'; readonly parcel: ReadParcel }
  | { readonly kind: 'ignored'; readonly reason: string };

/** Says why a body is no receipt and no parcel. */
export const ignored = (reason: string): Understood => ({ kind: 'ignored', reason });

/** The same without the fields that are undefined, so that what is absent is absent. */
export function withoutAbsent<Value extends object>(value: { [Key in keyof Value]: Value[Key] | undefined }): Value {
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined)) as Value;
}
