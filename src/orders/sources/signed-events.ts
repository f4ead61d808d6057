import type { CarrierEvent, ShopEvent } from '#contract';
import { addsUp } from './adding-up.ts';
import { decimalOf, minorOf } from './amounts.ts';
import { withoutAbsent, type ReadParcel, type ReadReceipt, type ReadStep, type Understood } from './understood.ts';

/** What our own signed event of a shop says. */
export function readShopEvent(event: ShopEvent): Understood {
  const { receipt, orderId, customer, occurredAt } = event;
  const { currency } = receipt.total;
  const same = (money: { amount: string; currency: string } | undefined): string | undefined =>
    money?.currency === currency ? decimalOf(minorOf(money.amount, currency), currency) : undefined;
  const minor = (money: { amount: string; currency: string } | undefined): bigint | undefined =>
    money?.currency === currency ? minorOf(money.amount, currency) : undefined;
  const lines = receipt.lines.map((line) => minor(line.total));
  const total = minor(receipt.total);
  const refunded = same(receipt.refunded);
  const isWhole = refunded !== undefined && minor(receipt.refunded) === total;
  return {
    kind: 'receipt',
    receipt: withoutAbsent<ReadReceipt>({
      told: 'order',
      orderId,
      number: receipt.number,
      shop: receipt.shop,
      state: receipt.cancelled ? 'cancelled' : isWhole ? 'refunded' : refunded === undefined ? 'paid' : 'part-refunded',
      orderedAt: receipt.orderedAt ?? (event.type === 'receipt.issued' ? occurredAt : undefined),
      updatedAt: new Date(occurredAt).toISOString(),
      lines: receipt.lines.map((line) =>
        withoutAbsent({ title: line.title, quantity: line.quantity, total: same(line.total) }),
      ),
      currency,
      discount: same(receipt.discount),
      shipping: same(receipt.shipping),
      tax: same(receipt.tax),
      taxIncluded: receipt.taxIncluded ? true : undefined,
      tip: same(receipt.tip),
      total: same(receipt.total),
      refunded,
      addsUp: addsUp(
        {
          lines,
          discount: minor(receipt.discount),
          shipping: minor(receipt.shipping),
          tax: minor(receipt.tax),
          taxIncluded: receipt.taxIncluded,
          tip: minor(receipt.tip),
        },
        total,
      ),
      cardLast4: receipt.cardLast4,
      parcels: [],
      reference: customer,
    }),
  };
}

/** What our own signed event of a carrier says: one scan. */
export function readCarrierEvent({ parcel, orderId, occurredAt }: CarrierEvent): Understood {
  const { state, trouble, place } = parcel;
  const at = new Date(occurredAt).toISOString();
  const step = withoutAbsent<ReadStep>({
    state,
    trouble,
    at,
    place: place === undefined ? undefined : { name: place },
  });
  return {
    kind: 'parcel',
    parcel: withoutAbsent<ReadParcel>({
      carrier: parcel.carrier,
      trackingNumber: parcel.trackingNumber,
      orderId,
      state,
      trouble,
      steps: [step],
      expected: parcel.expected,
      deliveredTo: parcel.deliveredTo,
      updatedAt: at,
    }),
  };
}
