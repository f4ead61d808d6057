import { currencyOf, decimalOf, minorOf, sumOf } from './amounts.ts';
import { fieldsOf, idOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { referenceIn } from './reference.ts';
import { shopifyMoney, type ShopifyMoney } from './shopify-money.ts';
import { instantOf } from './time.ts';
import { withoutAbsent, type ReadReceipt, type ReadRefund, type Understood } from './understood.ts';
import { plainWords } from './words.ts';

/** Reads a refund that came alone: what was given back, and of which order. */
export function readShopifyRefund(refund: Fields): Understood {
  const money = shopifyMoney(asOrder(refund), (one) => void refundOf(refund, one));
  const read = money && refundOf(refund, money);
  const lines = objectsOf(refund['refund_line_items']).flatMap((one) => {
    const title = plainWords(fieldsOf(one['line_item'])?.['name']) ?? plainWords(fieldsOf(one['line_item'])?.['title']);
    const quantity = Number(wordOf(one['quantity']) ?? 1);
    return title === undefined || !(quantity > 0) ? [] : [{ title, quantity }];
  });
  return {
    kind: 'receipt',
    receipt: withoutAbsent<ReadReceipt>({
      told: 'refund',
      orderId: idOf(refund['order_id']) ?? idOf(fieldsOf(refund['order'])?.['id']),
      state: 'part-refunded',
      updatedAt: instantOf(refund['processed_at']) ?? instantOf(refund['created_at']),
      lines,
      currency: read && money.currency,
      refunded: read?.amount,
      refunds: read && [read],
      addsUp: true,
      parcels: [],
      reference: referenceIn(refund),
    }),
  };
}

/**
 * The currency of a refund stands with its payments and its lines. A payment is told in what the customer paid in:
 * beside amounts in two currencies it says which of them is meant, and never what the shop's own is.
 */
function asOrder(refund: Fields): Fields {
  const payments = objectsOf(refund['transactions']);
  const paid = payments.map((one) => currencyOf(one['currency'])).find((one) => one !== undefined);
  const sets = [
    ...payments.map((one) => one['amount_set']),
    ...objectsOf(refund['refund_line_items']).map((one) => one['subtotal_set']),
    ...objectsOf(refund['order_adjustments']).map((one) => one['amount_set']),
    refund['total_refunded_set'],
  ];
  const set = sets.map(fieldsOf).find((one) => one !== undefined);
  if (!set) return { currency: paid ?? refund['currency'] };
  const shop = currencyIn(set['shop_money']);
  // One that is neither of the two says nothing of either.
  const isShops = paid !== undefined && paid === shop;
  return { total_price_set: set, ...(isShops && { presentment_currency: paid }) };
}

function currencyIn(money: unknown): string | undefined {
  const fields = fieldsOf(money);
  return currencyOf(fields?.['currency_code']) ?? currencyOf(fields?.['currency']);
}

/**
 * What one refund gave back: what its payments did; where it names none, or tells them in another currency, its
 * goods and what was adjusted. Undefined: nothing yet, as while every payment waits or when all of them failed.
 */
export function refundOf(refund: Fields, money: ShopifyMoney): ReadRefund | undefined {
  const payments = objectsOf(refund['transactions']);
  const made = payments.filter(wasMade);
  if (payments.length > 0 && made.length === 0) return undefined;
  const amount = paidBack(made, money) ?? money.of(refund, 'total_refunded') ?? goodsBack(refund, money);
  if (amount === undefined || amount <= 0n) return undefined;
  return withoutAbsent({
    id: idOf(refund['id']),
    amount: decimalOf(amount, money.currency) ?? '',
    at: instantOf(refund['processed_at']) ?? instantOf(refund['created_at']),
  });
}

function wasMade(payment: Fields): boolean {
  const kind = wordOf(payment['kind'])?.toLowerCase() ?? 'refund';
  const status = wordOf(payment['status'])?.toLowerCase() ?? 'success';
  return (kind === 'refund' || kind === 'change') && status === 'success';
}

function paidBack(made: readonly Fields[], money: ShopifyMoney): bigint | undefined {
  return sumOf(
    made.map((one) => {
      if (fieldsOf(one['amount_set'])) return money.of(one, 'amount');
      // A payment is told in the currency in which it was made.
      const currency = currencyOf(one['currency']) ?? money.currency;
      return currency === money.currency ? minorOf(one['amount'], currency) : undefined;
    }),
  );
}

function goodsBack(refund: Fields, money: ShopifyMoney): bigint | undefined {
  const lines = objectsOf(refund['refund_line_items']).map((one) =>
    sumOf([money.of(one, 'subtotal', 'price'), money.of(one, 'total_tax')]),
  );
  // An adjustment is told below zero where money goes back.
  const adjusted = objectsOf(refund['order_adjustments']).map((one) => {
    const sum = sumOf([money.of(one, 'amount'), money.of(one, 'tax_amount')]);
    return sum === undefined ? undefined : -sum;
  });
  return sumOf([...lines, ...adjusted]);
}
