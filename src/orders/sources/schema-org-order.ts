import { addsUp, type Parts } from './adding-up.ts';
import { decimalOf, minorOf, sumOf } from './amounts.ts';
import { firstOf, idOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { referenceIn } from './reference.ts';
import { chargesOf, currencyIn, priceOf } from './schema-org-money.ts';
import { linesOf, type SchemaLine } from './schema-org-lines.ts';
import { memberOf, nameOf } from './schema-org-nodes.ts';
import { readSchemaParcel } from './schema-org-parcel.ts';
import { instantOf } from './time.ts';
import { withoutAbsent, type OrderState, type ReadReceipt } from './understood.ts';
import { lastFourIn, plainWords } from './words.ts';

/** Reads an `Order`. */
export function readSchemaOrder(order: Fields): ReadReceipt {
  return receiptOf(order, [order], 'order');
}

/** Reads an `Invoice`, with the orders that it refers to. */
export function readSchemaInvoice(invoice: Fields): ReadReceipt {
  const orders = objectsOf(firstOf(invoice, 'referencesOrder', 'order', 'partOfOrder'));
  return receiptOf(invoice, [invoice, ...orders], 'invoice');
}

/** `head` says what is owed; lines and parcels may stand in any of `all`. */
function receiptOf(head: Fields, all: readonly Fields[], told: 'order' | 'invoice'): ReadReceipt {
  const invoices = objectsOf(head['partOfInvoice']);
  const currency = [...all, ...invoices].map((one) => currencyIn(one)).find((one) => one !== undefined);
  const lines = all.flatMap((one) => linesOf(one, currency));
  const sums = currency === undefined ? undefined : sumsOf(all, invoices, lines, currency);
  const decimal = (minor: bigint | undefined): string | undefined =>
    currency === undefined ? undefined : decimalOf(minor, currency);
  const parcels = all.flatMap((one) => objectsOf(one['orderDelivery']).map(readSchemaParcel));
  const state = stateOf(head);
  const first = <Value>(read: (node: Fields) => Value | undefined): Value | undefined =>
    all.map(read).find((one) => one !== undefined);
  return withoutAbsent<ReadReceipt>({
    told,
    orderId: first((one) => idOf(firstOf(one, 'orderNumber', 'confirmationNumber', 'identifier', 'accountId', '@id'))),
    number: first((one) => plainWords(firstOf(one, 'orderNumber', 'confirmationNumber', 'identifier'), 80)),
    shop: first((one) => plainWords(nameOf(firstOf(one, 'seller', 'merchant', 'provider', 'broker')), 140)),
    state,
    orderedAt: first((one) => instantOf(firstOf(one, 'orderDate', 'paymentDate', 'dateCreated', 'datePublished'))),
    updatedAt: first((one) => instantOf(firstOf(one, 'dateModified'))),
    lines: lines.map(({ title, quantity, total }) => withoutAbsent({ title, quantity, total: decimal(total) })),
    currency,
    subtotal: decimal(sums && sumOf(sums.parts.lines)),
    discount: sums?.parts.discount === 0n ? undefined : decimal(sums?.parts.discount),
    shipping: decimal(sums?.parts.shipping),
    tax: decimal(sums?.parts.tax),
    taxIncluded: sums?.parts.taxIncluded === true ? true : undefined,
    total: decimal(sums?.total),
    refunded: state === 'refunded' ? decimal(sums?.total) : undefined,
    addsUp: sums ? sums.addsUp : true,
    cardLast4: first(
      (one) =>
        lastFourIn(one['paymentMethodId']) ?? endOf(one['paymentMethodId']) ?? lastFourIn(nameOf(one['paymentMethod'])),
    ),
    parcels,
    reference: first(referenceIn),
  });
}

interface Sums {
  readonly parts: Parts;
  readonly total: bigint | undefined;
  readonly addsUp: boolean;
}

function sumsOf(
  all: readonly Fields[],
  invoices: readonly Fields[],
  lines: readonly SchemaLine[],
  currency: string,
): Sums {
  const first = (read: (node: Fields) => bigint | undefined): bigint | undefined =>
    all.map(read).find((one) => one !== undefined);
  const charges = all.map((one) => chargesOf(one, currency));
  const parts: Parts = {
    lines: lines.map((line) => line.total),
    discount: first((one) => absolute(discountOf(one, currency))) ?? sumOf(charges.map((one) => one.discount)),
    shipping:
      first((one) => minorOf(firstOf(one, 'shippingCost', 'shipping', 'deliveryCharge', 'shippingPrice'), currency)) ??
      sumOf(charges.map((one) => one.shipping)),
    tax:
      first((one) => minorOf(firstOf(one, 'tax', 'taxAmount', 'salesTax', 'totalTax', 'taxTotal'), currency)) ??
      sumOf(charges.map((one) => one.tax)),
    taxIncluded: charges.some((one) => one.taxIncluded),
  };
  const told =
    first((one) => totalOf(one, currency)) ??
    invoices.map((one) => totalOf(one, currency)).find((one) => one !== undefined);
  const perLine = { ...parts, lines: lines.map((line) => line.asLine) };
  // An offer's price may be that of a piece or that of the line: the reading that makes the total is the right one.
  if (told !== undefined && !addsUp(parts, told) && addsUp(perLine, told)) {
    for (const line of lines) line.total = line.asLine;
    return { parts: perLine, total: told, addsUp: true };
  }
  return { parts, total: told ?? allPriced(lines, parts), addsUp: addsUp(parts, told) };
}

/** Where no total is told: what the parts make, when every line has its price. */
function allPriced(
  lines: readonly SchemaLine[],
  { discount = 0n, shipping = 0n, tax = 0n }: Parts,
): bigint | undefined {
  const totals = lines.map((line) => line.total);
  if (totals.length === 0 || totals.includes(undefined)) return undefined;
  return (sumOf(totals) ?? 0n) - discount + shipping + tax;
}

function totalOf(node: Fields, currency: string): bigint | undefined {
  const due = firstOf(node, 'totalPaymentDue', 'total', 'totalPrice', 'orderTotal', 'price', 'priceSpecification');
  return priceOf(due, currency);
}

function discountOf(node: Fields, currency: string): bigint | undefined {
  const discount = firstOf(node, 'discount', 'totalDiscount', 'discountAmount');
  // "10%" is no amount.
  return /%/.test(wordOf(discount) ?? '') ? undefined : minorOf(discount, currency);
}

const absolute = (minor: bigint | undefined): bigint | undefined =>
  minor !== undefined && minor < 0n ? -minor : minor;

function stateOf(node: Fields): OrderState {
  const status = `${memberOf(node['orderStatus']) ?? ''} ${memberOf(node['paymentStatus']) ?? ''}`;
  if (/cancel/i.test(status)) return 'cancelled';
  if (/returned|refund/i.test(status)) return 'refunded';
  if (/problem|declined/i.test(status)) return 'failed';
  if (/paymentdue|pastdue/i.test(status)) return 'open';
  return /complete|automatically|delivered|transit|processing|pickup/i.test(status) ? 'paid' : 'open';
}

/** "x-1234" and the like: the digits in which what was paid with ends. */
function endOf(value: unknown): string | undefined {
  return /(?:^|\D)(\d{4})$/.exec(wordOf(value) ?? '')?.[1];
}
