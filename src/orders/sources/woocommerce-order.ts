import { addsUp, type Parts } from './adding-up.ts';
import { currencyOf, decimalOf, minorOf, quantityOf, sumOf, timesQuantity } from './amounts.ts';
import { fieldsOf, firstOf, idOf, isYes, objectsOf, wordOf, type Fields } from './fields.ts';
import { referenceIn } from './reference.ts';
import { instantOf } from './time.ts';
import {
  ignored,
  withoutAbsent,
  type OrderState,
  type ReadReceipt,
  type ReadRefund,
  type Understood,
} from './understood.ts';
import { wooParcels } from './woocommerce-parcels.ts';
import { lastFourIn, plainWords } from './words.ts';

const states: Readonly<Record<string, OrderState>> = {
  processing: 'paid',
  completed: 'paid',
  refunded: 'refunded',
  cancelled: 'cancelled',
  trash: 'cancelled',
  failed: 'failed',
};

/**
 * Reads an order of WooCommerce. Its lines, shipping and discounts are told without tax, whether or not prices were
 * entered with it; tax stands beside them.
 */
export function readWooOrder(order: Fields): Understood {
  const status = wordOf(order['status'])?.toLowerCase().replace(/^wc-/, '');
  if (status === 'checkout-draft' || status === 'auto-draft') return ignored('a checkout that was not finished');
  const currency = currencyOf(order['currency']);
  const sums = currency === undefined ? undefined : sumsOf(order, currency);
  const decimal = (minor: bigint | undefined): string | undefined =>
    currency === undefined ? undefined : decimalOf(minor, currency);
  const unlessNothing = (minor: bigint | undefined): string | undefined => (minor === 0n ? undefined : decimal(minor));
  const refunds = currency === undefined ? [] : refundsOf(order, currency);
  const refunded = currency === undefined ? undefined : sumOf(refunds.map((one) => minorOf(one.amount, currency)));
  const state = stateOf(status, refunded);
  return {
    kind: 'receipt',
    receipt: withoutAbsent<ReadReceipt>({
      told: 'order',
      orderId: idOf(order['id']),
      number: plainWords(firstOf(order, 'number', 'order_number'), 80) ?? idOf(order['id']),
      state,
      // The names with `_at` are those of the API before version 1 of today’s.
      orderedAt: timeOf(order, 'date_created') ?? instantOf(order['created_at']),
      updatedAt: timeOf(order, 'date_modified') ?? instantOf(order['updated_at']),
      lines: objectsOf(order['line_items']).map((line) => {
        const total = currency === undefined ? undefined : decimalOf(lineTotal(line, currency), currency);
        return withoutAbsent({ title: titleOf(line), quantity: quantityOf(line['quantity']), total });
      }),
      currency,
      subtotal: decimal(sums && sumOf(sums.parts.lines)),
      discount: unlessNothing(sums?.parts.discount),
      shipping: decimal(sums?.parts.shipping),
      tax: decimal(sums?.parts.tax),
      tip: unlessNothing(sums?.parts.tip),
      fees: unlessNothing(sums?.parts.fees),
      total: decimal(sums?.total),
      refunded: unlessNothing(refunded ?? (state === 'refunded' ? sums?.total : undefined)),
      refunds: refunds.length > 0 ? refunds : undefined,
      addsUp: sums ? addsUp(sums.parts, sums.total) : true,
      cardLast4: lastFourIn(order['payment_method_title']) ?? lastFourIn(metaOf(order, /last.?4|last_four/i)),
      parcels: wooParcels(order),
      reference: referenceIn(order),
    }),
  };
}

/** Reads a refund that came alone. It names its currency rarely: the order that it belongs to does. */
export function readWooRefund(refund: Fields): ReadReceipt {
  const currency = currencyOf(refund['currency']);
  const minor = minorOf(refund['amount'], currency ?? 'USD');
  const back = minor === undefined ? undefined : decimalOf(minor < 0n ? -minor : minor, currency ?? 'USD');
  const at = timeOf(refund, 'date_created');
  return withoutAbsent<ReadReceipt>({
    told: 'refund',
    orderId: idOf(refund['parent_id']) ?? idOf(refund['order_id']) ?? orderOfLinks(refund),
    state: 'part-refunded',
    updatedAt: at,
    lines: objectsOf(refund['line_items']).map((line) => ({
      title: titleOf(line),
      quantity: quantityOf(absolute(line['quantity'])),
    })),
    currency,
    refunded: back,
    refunds: back === undefined ? undefined : [withoutAbsent<ReadRefund>({ id: idOf(refund['id']), amount: back, at })],
    addsUp: true,
    parcels: [],
    reference: referenceIn(refund),
  });
}

const absolute = (quantity: unknown): unknown => wordOf(quantity)?.replace(/^[-−]/, '');

interface Sums {
  readonly parts: Parts;
  readonly total: bigint | undefined;
}

function sumsOf(order: Fields, currency: string): Sums {
  const amount = (fields: Fields, name: string): bigint | undefined => minorOf(fields[name], currency);
  const lines = objectsOf(order['line_items']);
  const fees = objectsOf(order['fee_lines']);
  const isTip = (fee: Fields): boolean => /\btips?\b|propina|gratuity|trinkgeld/i.test(wordOf(fee['name']) ?? '');
  const offLines = sumOf(
    lines.map((line) => {
      const [before, after] = [amount(line, 'subtotal'), amount(line, 'total')];
      return before === undefined || after === undefined ? undefined : before - after;
    }),
  );
  const parts: Parts = {
    lines: lines.map((line) => lineTotal(line, currency)),
    discount:
      amount(order, 'discount_total') ??
      amount(order, 'total_discount') ??
      offLines ??
      sumOf(objectsOf(order['coupon_lines']).map((one) => amount(one, 'discount'))),
    shipping:
      amount(order, 'shipping_total') ??
      amount(order, 'total_shipping') ??
      sumOf(objectsOf(order['shipping_lines']).map((one) => amount(one, 'total'))),
    tax: amount(order, 'total_tax') ?? sumOf([amount(order, 'cart_tax'), amount(order, 'shipping_tax')]),
    tip: sumOf(fees.filter(isTip).map((fee) => amount(fee, 'total'))),
    fees: sumOf(fees.filter((fee) => !isTip(fee)).map((fee) => amount(fee, 'total'))),
  };
  return { parts, total: amount(order, 'total') };
}

/** Before discounts, as those stand apart. */
function lineTotal(line: Fields, currency: string): bigint | undefined {
  return (
    minorOf(line['subtotal'], currency) ??
    minorOf(line['total'], currency) ??
    timesQuantity(minorOf(line['price'], currency), quantityOf(line['quantity']))
  );
}

function titleOf(line: Fields): string {
  return plainWords(line['name']) ?? plainWords(line['parent_name']) ?? plainWords(line['sku']) ?? '–';
}

function refundsOf(order: Fields, currency: string): ReadRefund[] {
  const seen = new Set<string>();
  return objectsOf(order['refunds']).flatMap((refund) => {
    const id = idOf(refund['id']);
    const minor = minorOf(firstOf(refund, 'total', 'amount'), currency);
    if (minor === undefined || minor === 0n || (id !== undefined && seen.has(id))) return [];
    if (id !== undefined) seen.add(id);
    // An order tells them below zero.
    const amount = decimalOf(minor < 0n ? -minor : minor, currency) ?? '';
    return [withoutAbsent<ReadRefund>({ id, amount, at: timeOf(refund, 'date_created') })];
  });
}

function stateOf(status: string | undefined, refunded: bigint | undefined): OrderState {
  const state = states[status ?? ''] ?? 'open';
  return refunded !== undefined && refunded > 0n && (state === 'paid' || state === 'open') ? 'part-refunded' : state;
}

/** A time of WooCommerce stands twice: in the shop's zone without saying which, and in UTC as `…_gmt`. */
function timeOf(fields: Fields, name: string): string | undefined {
  return instantOf(fields[`${name}_gmt`]) ?? instantOf(fields[name]);
}

function metaOf(order: Fields, key: RegExp): unknown {
  return objectsOf(order['meta_data']).find((one) => key.test(wordOf(one['key']) ?? ''))?.['value'];
}

/** A refund of the API names its order only in the address of where it stands. */
function orderOfLinks(refund: Fields): string | undefined {
  const links = fieldsOf(refund['_links']);
  for (const link of objectsOf(links?.['up'])) {
    const id = /\/orders\/(\d{1,20})(?:[/?]|$)/.exec(wordOf(link['href']) ?? '')?.[1];
    if (id !== undefined) return id;
  }
  return isYes(refund['order']) ? undefined : idOf(refund['order']);
}
