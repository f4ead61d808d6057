import { randomInt } from 'node:crypto';
import { TellerlineError } from '#base';
import { now, type SandboxContext } from '../context.ts';
import { openCarrier, type SandboxCarrier } from './carrier.ts';
import { newOrder, newTrackingNumber, sumsOf, type ShopOrder, type ShopParcel } from './orders.ts';
import { newSenders, openTelling, type SenderSettings } from './telling.ts';

/** A stand-in shop with Shopify's webhooks, and a carrier with EasyPost's. All of it is in memory. */
export interface SandboxShop extends SandboxCarrier {
  readonly settings: SenderSettings;
  orders(): readonly ShopOrder[];
  /** Somebody orders; `code` is what they give at the checkout. */
  order(order: { readonly code: string; readonly goods?: readonly number[] }): Promise<ShopOrder>;
  pay(orderId: number): Promise<void>;
  /** Sends what was ordered in so many parcels. */
  ship(orderId: number, parcels: number): Promise<readonly ShopParcel[]>;
  /** Gives back so many cents; all that is left when it is not said. */
  refund(orderId: number, cents?: number): Promise<void>;
  cancel(orderId: number): Promise<void>;
  /** Sends the last body of an order once more, as platforms do. */
  again(orderId: number): Promise<void>;
  close(): Promise<void>;
}

const ordersMax = 500;

/** Opens the shop; it sells to whoever comes. */
export function openShop(context: SandboxContext): SandboxShop {
  const closing = new AbortController();
  const settings = newSenders(context.url);
  const orders = new Map<number, ShopOrder>();
  const { tellOrder, tellParcel } = openTelling(context, settings, closing.signal);
  const sentHere = (): ShopParcel[] => [...orders.values()].flatMap((order) => order.parcels);
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
    ...openCarrier(context, { tellParcel }, sentHere, closing.signal),
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
