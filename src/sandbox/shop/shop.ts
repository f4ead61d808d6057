import { createHmac, randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { TellerlineError } from '#base';
import type { SandboxContext } from '../context.ts';
import { now } from '../context.ts';
import {
  easyPostBody,
  goods,
  newTrackingNumber,
  shopifyBody,
  sumsOf,
  type Scan,
  type ShopOrder,
  type ShopParcel,
} from './orders.ts';

/** Shops and carriers as a hub is set up for them; the form of `TELLERLINE_SHOPS`. */
export interface SenderSettings {
  readonly shops: readonly { id: string; name: string; mark: string; shopify: string[]; signing: string[] }[];
  readonly carriers: readonly { id: string; name: string; easypost: string[]; signing: string[] }[];
}

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
  /** Gives back so many cents; all that is left when it is not said. */
  refund(orderId: number, cents?: number): Promise<void>;
  cancel(orderId: number): Promise<void>;
  /** Sends the last body of an order once more, as platforms do. */
  again(orderId: number): Promise<void>;
  close(): Promise<void>;
}

const ordersMax = 500;
const attemptsMax = 6;
const firstWaitMs = 250;

/** Opens the shop; it sells to whoever comes. */
export function openShop(context: SandboxContext): SandboxShop {
  const closing = new AbortController();
  const secret = (): string => randomBytes(24).toString('base64url');
  const [shopify, easypost] = [secret(), secret()];
  const settings: SenderSettings = {
    shops: [
      {
        id: 'northwind-books',
        name: 'Northwind Books',
        mark: 'NB',
        shopify: [shopify],
        signing: [`whsec_${randomBytes(32).toString('base64')}`],
      },
    ],
    carriers: [
      {
        id: 'easypost',
        name: 'EasyPost',
        easypost: [easypost],
        signing: [`whsec_${randomBytes(32).toString('base64')}`],
      },
    ],
  };
  const orders = new Map<number, ShopOrder>();
  const send = (path: string, headers: Record<string, string>, body: string): Promise<void> =>
    deliver(context, closing.signal, path, headers, body);
  const hmac = (key: string, body: string): Buffer => createHmac('sha256', key).update(body).digest();

  const tellOrder = async (topic: string, order: ShopOrder): Promise<void> => {
    const body = JSON.stringify(shopifyBody(order));
    const headers = {
      'x-shopify-topic': topic,
      'x-shopify-webhook-id': randomUUID(),
      'x-shopify-hmac-sha256': hmac(shopify, body).toString('base64'),
    };
    await send('/v1/shops/northwind-books/shopify', headers, body);
  };
  const tellParcel = async (parcel: ShopParcel): Promise<void> => {
    const body = JSON.stringify(easyPostBody(parcel, `evt_${randomUUID()}`, now(context)));
    const signature = `hmac-sha256-hex=${hmac(easypost, body).toString('hex')}`;
    await send('/v1/carriers/easypost/easypost', { 'x-hmac-signature': signature }, body);
  };
  const found = (orderId: number): ShopOrder => {
    const order = orders.get(orderId);
    if (!order) throw new TellerlineError('order_unknown', 404, 'There is no such order.');
    return order;
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
      const at = now(context);
      const number = 1_001 + orders.size;
      const lines = chosen.flatMap((n) => goods[n] ?? []).map((one, id) => ({ id: id + 1, quantity: 1, ...one }));
      const id = randomInt(2 ** 40, 2 ** 47);
      const order: ShopOrder = {
        id,
        number,
        code: code.trim().slice(0, 40),
        lines,
        createdAt: at,
        updatedAt: at,
        isPaid: false,
        cancelledAt: undefined,
        parcels: [],
        refunds: [],
      };
      if (orders.size >= ordersMax) orders.clear();
      orders.set(id, order);
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
      const parcel = [...orders.values()]
        .flatMap((order) => order.parcels)
        .find((one) => one.trackingNumber === trackingNumber);
      if (!parcel) throw new TellerlineError('parcel_unknown', 404, 'There is no such parcel.');
      const { afterMs, ...made } = scans[name];
      // Told now; when it happened is counted from the day before the sending, so that none lies ahead.
      parcel.scans.push({ ...made, at: new Date(parcel.sentAt.getTime() - 51 * hourMs + afterMs) });
      await tellParcel(parcel);
    },
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

/** Sends one body until it is taken, a few times. */
async function deliver(
  context: SandboxContext,
  closing: AbortSignal,
  path: string,
  headers: Record<string, string>,
  body: string,
): Promise<void> {
  for (let attempt = 0; attempt < attemptsMax && !closing.aborted; attempt += 1) {
    const answer = await fetch(new URL(path, context.hubUrl()), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      redirect: 'error',
      signal: AbortSignal.any([closing, AbortSignal.timeout(10_000)]),
    }).catch(() => undefined);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    if (answer && answer.status < 500 && answer.status !== 429) break;
    await sleep(firstWaitMs * 2 ** attempt, undefined, { signal: closing }).catch(() => undefined);
  }
  context.log.warn({ path }, 'a shop’s or carrier’s webhook was not taken');
}
