import { randomInt } from 'node:crypto';
import { TellerlineError } from '#base';
import { now, type SandboxContext } from '../context.ts';
import {
  trackerOf,
  newOrder,
  newTrackingNumber,
  sumsOf,
  type Scan,
  type ShopOrder,
  type ShopParcel,
} from './orders.ts';
import { newSenders, openTelling, type SenderSettings } from './telling.ts';

/** The steps of a parcel that a button makes. */
export const SCANS = ['picked-up', 'on-its-way', 'out-for-delivery', 'delivered', 'customs', 'late-scan'] as const;
/** The steps of a parcel that a button makes. */
export type ScanName = (typeof SCANS)[number];

const hourMs = 3_600_000;

/** Each scan, with how long after sending it happened. `late-scan` happened before all others and comes now. */
const scans: Readonly<Record<ScanName, Omit<Scan, 'at'> & { readonly afterMs: number }>> = {
  'late-scan': scan('pre_transit', 'label_created', 'Shipping label created', 'Reno', 'NV', 0.1),
  'picked-up': scan('in_transit', 'arrived_at_facility', 'Picked up', 'Reno', 'NV', 2),
  'on-its-way': scan('in_transit', 'departed_facility', 'Departed from facility', 'Denver', 'CO', 20),
  customs: scan('in_transit', 'held', 'Held by customs', 'Newark', 'NJ', 30),
  'out-for-delivery': scan('out_for_delivery', 'out_for_delivery', 'Out for delivery', 'Westerville', 'OH', 44),
  delivered: scan('delivered', 'arrived_at_destination', 'Delivered, left at front door', 'Westerville', 'OH', 50),
};

function scan(status: string, detail: string, message: string, city: string, region: string, hours: number) {
  return { status, detail, message, city, region, afterMs: hours * hourMs };
}

/** Whether a scan is the one that this button makes. */
export const saysSo = (name: ScanName, made: Scan | undefined): boolean => made?.message === scans[name].message;

/** A stand-in shop with Shopify's webhooks, and a carrier with EasyPost's. All of it is in memory. */
export interface SandboxShop {
  readonly settings: SenderSettings;
  orders(): readonly ShopOrder[];
  /** Somebody orders; `code` is what they give at the checkout. */
  order(order: { readonly code: string; readonly goods?: readonly number[] }): Promise<ShopOrder>;
  pay(orderId: number): Promise<void>;
  /** Sends what was ordered in so many parcels. */
  ship(orderId: number, parcels: number): Promise<readonly ShopParcel[]>;
  scan(trackingNumber: string, name: ScanName): Promise<void>;
  /** Somebody asks the carrier for a tracker of a number, whoever sent it; its first scan is told a moment later. */
  track(trackingNumber: string, carrier: string | undefined): object;
  /** Parcels that were sent by nobody here, and are tracked all the same. */
  tracked(): readonly ShopParcel[];
  /** Gives back so many cents; all that is left when it is not said. */
  refund(orderId: number, cents?: number): Promise<void>;
  cancel(orderId: number): Promise<void>;
  /** Sends the last body of an order once more, as platforms do. */
  again(orderId: number): Promise<void>;
  close(): Promise<void>;
}

const ordersMax = 500;
const firstScanMs = 500;

/** Opens the shop; it sells to whoever comes. */
export function openShop(context: SandboxContext): SandboxShop {
  const closing = new AbortController();
  const settings = newSenders(context.url);
  const tracked = new Map<string, ShopParcel>();
  const orders = new Map<number, ShopOrder>();
  const { tellOrder, tellParcel } = openTelling(context, settings, closing.signal);
  const found = (orderId: number): ShopOrder => {
    const order = orders.get(orderId);
    if (!order) throw new TellerlineError('order_unknown', 404, 'There is no such order.');
    return order;
  };
  const parcelOf = (trackingNumber: string): ShopParcel | undefined =>
    tracked.get(trackingNumber) ??
    [...orders.values()].flatMap((order) => order.parcels).find((one) => one.trackingNumber === trackingNumber);
  const scanned = async (parcel: ShopParcel, name: ScanName): Promise<void> => {
    const { afterMs, ...made } = scans[name];
    // Told now; when it happened is counted from the day before the sending, so that none lies ahead.
    parcel.scans.push({ ...made, at: new Date(parcel.sentAt.getTime() - 51 * hourMs + afterMs) });
    await tellParcel(parcel);
  };
  const change = async (topic: string, orderId: number, work: (order: ShopOrder) => void): Promise<void> => {
    const order = found(orderId);
    work(order);
    // Two changes within a millisecond are two.
    order.updatedAt = new Date(Math.max(context.clock.nowMs(), order.updatedAt.getTime() + 1));
    await tellOrder(topic, order);
  };

  return {
    settings,
    orders: () => [...orders.values()].toReversed(),
    order: async ({ code, goods: chosen = [0, 1] }) => {
      const order = newOrder({ code, chosen, number: 1_001 + orders.size, at: now(context) });
      if (orders.size >= ordersMax) orders.clear();
      orders.set(order.id, order);
      await tellOrder('orders/create', order);
      return order;
    },
    pay: (orderId) =>
      change('orders/paid', orderId, (order) => {
        order.isPaid = true;
      }),
    ship: async (orderId, count) => {
      const sentAt = now(context);
      const sent = Array.from({ length: Math.max(1, Math.min(count, 5)) }, (): ShopParcel => {
        return { id: randomInt(2 ** 40), trackingNumber: newTrackingNumber(), sentAt, scans: [] };
      });
      await change('orders/fulfilled', orderId, (order) => order.parcels.push(...sent));
      return sent;
    },
    scan: async (trackingNumber, name) => {
      const parcel = parcelOf(trackingNumber);
      if (!parcel) throw new TellerlineError('parcel_unknown', 404, 'There is no such parcel.');
      await scanned(parcel, name);
    },
    track: (trackingNumber, carrier) => {
      const known = parcelOf(trackingNumber);
      const whose = carrier ?? (/^9[1-5]\d{18,}$/.test(trackingNumber) ? 'USPS' : 'UPS');
      const parcel = known ?? {
        id: randomInt(2 ** 40),
        trackingNumber,
        carrier: whose,
        sentAt: now(context),
        scans: [],
      };
      if (!known) {
        if (tracked.size >= ordersMax) tracked.clear();
        tracked.set(trackingNumber, parcel);
      }
      // After the answer, as carriers do.
      setTimeout(() => {
        if (closing.signal.aborted) return;
        void (parcel.scans.length === 0 ? scanned(parcel, 'on-its-way') : tellParcel(parcel));
      }, firstScanMs).unref();
      return trackerOf(parcel, now(context));
    },
    tracked: () => [...tracked.values()].toReversed(),
    refund: (orderId, cents) =>
      change('orders/updated', orderId, (order) => {
        const given = order.refunds.reduce((sum, one) => sum + one.cents, 0);
        const left = sumsOf(order).totalCents - given;
        const back = Math.min(cents ?? left, left);
        if (back > 0) order.refunds.push({ id: randomInt(2 ** 40), cents: back, at: now(context) });
      }),
    cancel: (orderId) =>
      change('orders/cancelled', orderId, (order) => {
        order.cancelledAt = now(context);
      }),
    again: (orderId) => tellOrder('orders/updated', found(orderId)),
    close: async () => closing.abort(),
  };
}
