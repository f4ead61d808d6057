import { randomInt } from 'node:crypto';

/** An order of the stand-in shop, as it stands. Amounts in cents. */
export interface ShopOrder {
  readonly id: number;
  readonly number: number;
  /** The code that the customer gave at the checkout; empty: none. */
  readonly code: string;
  readonly lines: readonly {
    readonly id: number;
    readonly title: string;
    readonly quantity: number;
    readonly cents: number;
  }[];
  readonly createdAt: Date;
  updatedAt: Date;
  isPaid: boolean;
  cancelledAt: Date | undefined;
  readonly parcels: ShopParcel[];
  readonly refunds: { readonly id: number; readonly cents: number; readonly at: Date }[];
}

/** A parcel that the shop sent. */
export interface ShopParcel {
  readonly id: number;
  readonly trackingNumber: string;
  /** Whose number it is, where whoever asks for its tracker has said. */
  readonly carrier?: string | undefined;
  readonly sentAt: Date;
  /** What the carrier has scanned, in the order in which it tells. */
  readonly scans: Scan[];
}

/** A scan of the stand-in carrier. */
export interface Scan {
  readonly status: string;
  readonly detail: string;
  readonly message: string;
  readonly at: Date;
  readonly city: string;
  readonly region: string;
}

/** What the shop sells. */
export const goods = [
  { title: 'The Atlas of Small Islands', cents: 4_200 },
  { title: 'Field Notes, pack of three', cents: 1_495 },
  { title: 'A Year of Soups', cents: 2_850 },
] as const;

/** A new order of the goods chosen, by their places in the list. */
export function newOrder(of: {
  readonly code: string;
  readonly chosen: readonly number[];
  readonly number: number;
  readonly at: Date;
}): ShopOrder {
  const { code, chosen, number, at } = of;
  return {
    id: randomInt(2 ** 40, 2 ** 47),
    number,
    code: code.trim().slice(0, 40),
    lines: chosen.flatMap((n) => goods[n] ?? []).map((one, id) => ({ id: id + 1, quantity: 1, ...one })),
    createdAt: at,
    updatedAt: at,
    isPaid: false,
    cancelledAt: undefined,
    parcels: [],
    refunds: [],
  };
}

const shippingCents = 499;
const taxRate = 0.0725;

/** What an order costs. */
export function sumsOf({ lines }: Pick<ShopOrder, 'lines'>) {
  const goodsCents = lines.reduce((sum, line) => sum + line.cents * line.quantity, 0);
  const taxCents = Math.round(goodsCents * taxRate);
  return { goodsCents, taxCents, shippingCents, totalCents: goodsCents + taxCents + shippingCents };
}

/** Cents as a decimal. */
export const decimal = (cents: number): string => (cents / 100).toFixed(2);

const signs = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ';

/** A fresh tracking number in the form of UPS, with its check digit. */
export function newTrackingNumber(): string {
  const serial = Array.from({ length: 15 }, (_, n) => (n < 6 ? signs[randomInt(signs.length)] : randomInt(10))).join(
    '',
  );
  const worth = (sign: string): number => (sign <= '9' ? Number(sign) : (sign.charCodeAt(0) - 63) % 10);
  const sum = Array.from(serial, worth).reduce((total, one, at) => total + (at % 2 === 0 ? one : one * 2), 0);
  return `1Z${serial}${(10 - (sum % 10)) % 10}`;
}

const money = (cents: number) => {
  const one = { amount: decimal(cents), currency_code: 'USD' };
  return { shop_money: one, presentment_money: one };
};

/** The order in Shopify's form. */
export function shopifyBody(order: ShopOrder): object {
  const { goodsCents, taxCents, totalCents } = sumsOf(order);
  const back = order.refunds.reduce((sum, one) => sum + one.cents, 0);
  const state = order.isPaid ? (back >= totalCents ? 'refunded' : back > 0 ? 'partially_refunded' : 'paid') : 'pending';
  return {
    id: order.id,
    name: `#${order.number}`,
    order_number: order.number,
    created_at: order.createdAt.toISOString(),
    processed_at: order.createdAt.toISOString(),
    updated_at: order.updatedAt.toISOString(),
    cancelled_at: order.cancelledAt?.toISOString() ?? null,
    currency: 'USD',
    presentment_currency: 'USD',
    financial_status: state,
    taxes_included: false,
    total_discounts: '0.00',
    total_discounts_set: money(0),
    total_shipping_price_set: money(shippingCents),
    total_line_items_price: decimal(goodsCents),
    total_tax: decimal(taxCents),
    total_tax_set: money(taxCents),
    total_price: decimal(totalCents),
    total_price_set: money(totalCents),
    note_attributes: order.code === '' ? [] : [{ name: 'tellerline', value: order.code }],
    line_items: order.lines.map(({ id, title, quantity, cents }) => ({
      id,
      name: title,
      title,
      quantity,
      price: decimal(cents),
      price_set: money(cents),
    })),
    shipping_lines: [{ title: 'Standard', price: decimal(shippingCents), price_set: money(shippingCents) }],
    fulfillments: order.parcels.map((parcel) => ({
      id: parcel.id,
      order_id: order.id,
      status: 'success',
      created_at: parcel.sentAt.toISOString(),
      updated_at: parcel.sentAt.toISOString(),
      tracking_company: 'UPS',
      tracking_number: parcel.trackingNumber,
      tracking_numbers: [parcel.trackingNumber],
      shipment_status: null,
    })),
    refunds: order.refunds.map((one) => ({
      id: one.id,
      order_id: order.id,
      created_at: one.at.toISOString(),
      refund_line_items: [],
      transactions: [{ kind: 'refund', status: 'success', amount: decimal(one.cents), currency: 'USD' }],
    })),
  };
}

const statuses: Readonly<Record<string, number>> = { pre_transit: 0, in_transit: 1, out_for_delivery: 2, delivered: 3 };

/** A parcel as a tracker in EasyPost's form: all scans that it has told so far, in the order in which it told them. */
export function trackerOf(parcel: ShopParcel, at: Date): object {
  const furthest = parcel.scans.toSorted(
    (a, b) => (statuses[a.status] ?? 1) - (statuses[b.status] ?? 1) || a.at.getTime() - b.at.getTime(),
  );
  const last = furthest.at(-1);
  return {
    object: 'Tracker',
    id: `trk_${parcel.id}`,
    tracking_code: parcel.trackingNumber,
    carrier: parcel.carrier ?? 'UPS',
    status: last?.status ?? 'unknown',
    status_detail: last?.detail ?? 'unknown',
    est_delivery_date: new Date(parcel.sentAt.getTime() + 3 * 86_400_000).toISOString(),
    updated_at: at.toISOString(),
    tracking_details: parcel.scans.map(({ status, detail, message, at: scannedAt, city, region }) => ({
      object: 'TrackingDetail',
      message,
      status,
      status_detail: detail,
      datetime: scannedAt.toISOString(),
      tracking_location: { city: city.toUpperCase(), state: region, country: 'US', zip: null },
    })),
  };
}

/** What the carrier tells of a parcel in EasyPost's form. */
export const easyPostBody = (parcel: ShopParcel, eventId: string, at: Date): object => ({
  object: 'Event',
  id: eventId,
  description: 'tracker.updated',
  created_at: at.toISOString(),
  result: trackerOf(parcel, at),
});
