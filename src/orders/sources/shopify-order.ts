import { addsUp, type Parts } from './adding-up.ts';
import { decimalOf, minorOf, quantityOf, sumOf, timesQuantity } from './amounts.ts';
import { fieldsOf, firstOf, idOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { referenceIn } from './reference.ts';
import { shopifyMoney, type ShopifyMoney } from './shopify-money.ts';
import { fulfillmentParcels } from './shopify-parcels.ts';
import { refundOf } from './shopify-refund.ts';
import { instantOf } from './time.ts';
import { withoutAbsent, type OrderState, type ReadLine, type ReadReceipt, type ReadRefund } from './understood.ts';
import { lastFourIn, plainWords } from './words.ts';

/** Reads an order of Shopify. What is missing, null or doubled does no harm; amounts are those that the customer paid. */
export function readShopifyOrder(order: Fields): ReadReceipt {
  const money = shopifyMoney(order, (one) => void sumsOf(order, one));
  const sums = money && sumsOf(order, money);
  const decimal = (minor: bigint | undefined): string | undefined =>
    money && minor !== 0n ? decimalOf(minor, money.currency) : undefined;
  const refunds = money ? refundsOf(order, money) : [];
  const state = stateOf(order);
  const refundedMinor = money && sums ? refundedOf(refunds, sums.total, state, money) : undefined;
  return withoutAbsent<ReadReceipt>({
    told: 'order',
    orderId: idOf(order['id']) ?? idOf(order['admin_graphql_api_id']),
    number: numberOf(order),
    state,
    orderedAt: instantOf(order['processed_at']) ?? instantOf(order['created_at']),
    updatedAt: instantOf(order['updated_at']),
    lines: sums && money ? linesOf(sums.lines, money) : titlesOf(order),
    currency: money?.currency,
    subtotal: money && decimalOf(sums?.subtotal, money.currency),
    discount: decimal(sums?.parts.discount),
    shipping: money && decimalOf(sums?.parts.shipping, money.currency),
    tax: money && decimalOf(sums?.parts.tax, money.currency),
    taxIncluded: sums?.parts.taxIncluded === true ? true : undefined,
    tip: decimal(sums?.parts.tip),
    fees: decimal(sums?.parts.fees),
    total: money && decimalOf(sums?.total, money.currency),
    refunded: decimal(refundedMinor),
    refunds: refunds.length > 0 ? refunds : undefined,
    addsUp: sums ? sums.addsUp : true,
    cardLast4: cardOf(order),
    parcels: objectsOf(order['fulfillments']).flatMap((one) => fulfillmentParcels(one, order)),
    reference: referenceIn(order),
  });
}

interface Line {
  readonly title: string;
  readonly quantity: number;
  readonly total: bigint | undefined;
}

interface Sums {
  readonly lines: readonly Line[];
  readonly parts: Parts;
  readonly subtotal: bigint | undefined;
  readonly total: bigint | undefined;
  readonly addsUp: boolean;
}

/** The order as it was placed; where it was edited since and adds up only so, as it stands now. */
function sumsOf(order: Fields, money: ShopifyMoney): Sums {
  const placed = sumsAs(order, money, 'placed');
  if (placed.addsUp || !wasEdited(order)) return placed;
  const now = sumsAs(order, money, 'now');
  return now.addsUp ? now : placed;
}

function wasEdited(order: Fields): boolean {
  return objectsOf(order['line_items']).some(
    (line) =>
      line['current_quantity'] !== undefined && quantityIn(line['current_quantity']) !== quantityIn(line['quantity']),
  );
}

const quantityIn = (value: unknown): number => Number(wordOf(value) ?? Number.NaN);

function sumsAs(order: Fields, money: ShopifyMoney, when: 'placed' | 'now'): Sums {
  const all = objectsOf(order['line_items']);
  const isTip = (line: Fields): boolean => fieldsOf(line['tip']) !== undefined;
  const lines = all.filter((line) => !isTip(line)).flatMap((line) => lineOf(line, money, when));
  const tips = all.filter(isTip).map((line) => money.of(line, 'price'));
  const shippingLines = objectsOf(order['shipping_lines']).filter((line) => line['is_removed'] !== true);
  const names = (...placed: readonly string[]): readonly string[] =>
    when === 'placed' ? placed : [...placed.map((name) => `current_${name}`), ...placed];
  const parts: Parts = {
    lines: lines.map((one) => one.total),
    discount: money.of(order, ...names('total_discounts')) ?? discountOf(order, money),
    shipping:
      money.of(order, ...(when === 'now' ? ['current_shipping_price'] : []), 'total_shipping_price') ??
      sumOf(shippingLines.map((line) => money.of(line, 'price', 'original_price', 'discounted_price'))),
    tax:
      money.of(order, ...names('total_tax')) ??
      sumOf(objectsOf(order['tax_lines']).map((line) => money.of(line, 'price'))),
    taxIncluded: order['taxes_included'] === true || order['taxes_included'] === 'true',
    tip: aboveZero(money.of(order, 'total_tip_received')) ?? sumOf(tips),
    fees: sumOf([
      money.of(order, ...(when === 'now' ? ['current_total_duties'] : []), 'original_total_duties', 'total_duties'),
      money.of(order, ...(when === 'now' ? ['current_total_additional_fees'] : []), 'original_total_additional_fees'),
    ]),
  };
  const total = money.of(order, ...names('total_price')) ?? money.of(order, 'current_total_price', 'total_outstanding');
  return {
    lines,
    parts,
    subtotal: sumOf(lines.map((one) => one.total)) ?? money.of(order, 'total_line_items_price', 'subtotal_price'),
    total,
    addsUp: addsUp(parts, total) || addsUpOtherwise(order, parts, shippingLines, total, money),
  };
}

/** Shipping that is told after its discount, which some versions count in `total_discounts` all the same. */
function addsUpOtherwise(
  order: Fields,
  parts: Parts,
  shippingLines: readonly Fields[],
  total: bigint | undefined,
  money: ShopifyMoney,
): boolean {
  const discounted = sumOf(shippingLines.map((line) => money.of(line, 'discounted_price')));
  const before = sumOf(shippingLines.map((line) => money.of(line, 'price')));
  const lineDiscount = sumOf(objectsOf(order['line_items']).map((line) => allocated(line, money)));
  const off = before !== undefined && discounted !== undefined ? before - discounted : 0n;
  if (off <= 0n) return false;
  return (
    addsUp({ ...parts, shipping: before }, total) ||
    (lineDiscount !== undefined && addsUp({ ...parts, shipping: discounted, discount: lineDiscount }, total))
  );
}

const aboveZero = (minor: bigint | undefined): bigint | undefined => (minor === 0n ? undefined : minor);

function lineOf(line: Fields, money: ShopifyMoney, when: 'placed' | 'now'): Line[] {
  const told = when === 'now' ? (line['current_quantity'] ?? line['quantity']) : line['quantity'];
  // Taken off the order again.
  if (quantityIn(told) === 0) return [];
  const quantity = quantityOf(told);
  const unit = money.of(line, 'price', 'original_unit_price');
  const total = timesQuantity(unit, quantity) ?? money.of(line, 'original_total', 'total_price');
  return [{ title: titleOf(line), quantity, total }];
}

function titleOf(line: Fields): string {
  const name = plainWords(line['name']);
  if (name !== undefined) return name;
  const variant = plainWords(line['variant_title']);
  const title = plainWords(line['title']) ?? plainWords(line['presentment_title']) ?? plainWords(line['sku']) ?? '–';
  return variant === undefined || variant === 'Default Title' ? title : `${title} - ${variant}`;
}

function discountOf(order: Fields, money: ShopifyMoney): bigint | undefined {
  const allocations = [...objectsOf(order['line_items']), ...objectsOf(order['shipping_lines'])].map((line) =>
    allocated(line, money),
  );
  return sumOf(allocations) ?? sumOf(objectsOf(order['discount_codes']).map((code) => money.of(code, 'amount')));
}

function allocated(line: Fields, money: ShopifyMoney): bigint | undefined {
  const allocations = sumOf(
    objectsOf(line['discount_allocations']).map((one) => money.of(one, 'amount', 'allocated_amount')),
  );
  return allocations ?? money.of(line, 'total_discount');
}

function linesOf(lines: readonly Line[], { currency }: ShopifyMoney): ReadLine[] {
  return lines.map(({ title, quantity, total }) =>
    withoutAbsent({ title, quantity, total: decimalOf(total, currency) }),
  );
}

/** Of an order without a currency: what was bought, without what it cost. */
function titlesOf(order: Fields): ReadLine[] {
  return objectsOf(order['line_items']).map((line) => ({
    title: titleOf(line),
    quantity: quantityOf(line['quantity']),
  }));
}

function refundsOf(order: Fields, money: ShopifyMoney): ReadRefund[] {
  const seen = new Set<string>();
  return objectsOf(order['refunds']).flatMap((one) => {
    const refund = refundOf(one, money);
    if (!refund || (refund.id !== undefined && seen.has(refund.id))) return [];
    if (refund.id !== undefined) seen.add(refund.id);
    return [refund];
  });
}

function refundedOf(
  refunds: readonly ReadRefund[],
  total: bigint | undefined,
  state: OrderState,
  { currency }: ShopifyMoney,
): bigint | undefined {
  return sumOf(refunds.map((one) => minorOf(one.amount, currency))) ?? (state === 'refunded' ? total : undefined);
}

function stateOf(order: Fields): OrderState {
  if (instantOf(order['cancelled_at']) !== undefined) return 'cancelled';
  const status = wordOf(firstOf(order, 'financial_status', 'display_financial_status'))?.toLowerCase() ?? '';
  if (status === 'refunded') return 'refunded';
  if (status.startsWith('partially_refunded')) return 'part-refunded';
  if (status === 'voided' || status === 'expired') return 'cancelled';
  return status === 'paid' ? 'paid' : 'open';
}

function numberOf(order: Fields): string | undefined {
  return (
    plainWords(order['name'], 80) ??
    plainWords(order['order_number'], 80) ??
    plainWords(order['confirmation_number'], 80)
  );
}

function cardOf(order: Fields): string | undefined {
  const details = fieldsOf(order['payment_details']);
  if (details) return lastFourIn(details['credit_card_number']);
  for (const payment of objectsOf(order['transactions'])) {
    const card = fieldsOf(payment['payment_details']);
    const last4 = lastFourIn(card?.['credit_card_number'] ?? card?.['number']);
    if (last4 !== undefined) return last4;
  }
  return undefined;
}
