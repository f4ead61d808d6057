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

/** The currency of a refund stands with its payments and its lines. */
function asOrder(refund: Fields): Fields {
  const paid = objectsOf(refund['transactions']).map((one) => currencyOf(one['currency']));
  const sets = [
    ...objectsOf(refund['refund_line_items']).map((one) => one['subtotal_set']),
    ...objectsOf(refund['order_adjustments']).map((one) => one['amount_set']),
    ...objectsOf(refund['transactions']).map((one) => one['amount_set']),
    refund['total_refunded_set'],
  ];
  const set = sets.find((one) => fieldsOf(one) !== undefined);
  const plain = paid.find((one) => one !== undefined) ?? currencyOf(refund['currency']);
  return { ...(plain !== undefined && { currency: plain }), ...(set !== undefined && { total_price_set: set }) };
}

/** What one refund gave back: its payments, or else its goods and what was adjusted. Undefined: nothing yet. */
export function refundOf(refund: Fields, money: ShopifyMoney): ReadRefund | undefined {
  const amount = paidBack(refund, money) ?? money.of(refund, 'total_refunded') ?? goodsBack(refund, money);
  if (amount === undefined || amount <= 0n) return undefined;
  return withoutAbsent({
    id: idOf(refund['id']),
    amount: decimalOf(amount, money.currency) ?? '',
    at: instantOf(refund['processed_at']) ?? instantOf(refund['created_at']),
  });
}

function paidBack(refund: Fields, money: ShopifyMoney): bigint | undefined {
  const payments = objectsOf(refund['transactions']).filter((one) => {
    const kind = wordOf(one['kind'])?.toLowerCase() ?? 'refund';
    const status = wordOf(one['status'])?.toLowerCase() ?? 'success';
    return (kind === 'refund' || kind === 'change') && status === 'success';
  });
  return sumOf(
    payments.map((one) => {
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
