import { currencyOf, minorOf } from './amounts.ts';
import { fieldsOf, type Fields } from './fields.ts';

/** Reads amounts of a body in one currency: what the customer paid in, or else the shop's own. */
export interface ShopifyMoney {
  readonly currency: string;
  /** The first of these fields that is there, each as `…_set` or plain. */
  of(fields: Fields, ...names: readonly string[]): bigint | undefined;
}

/**
 * Shopify tells amounts as `price` in the shop's currency and as `price_set` in both. Read is what the customer paid
 * in (presentment), as that is what a card is charged; where a body tells not all of it so, everything is read in
 * the shop's currency, for a sum over two is none. Undefined: no currency is named.
 *
 * @param look - reads everything that is needed once, to see whether all of it is there
 */
export function shopifyMoney(order: Fields, look: (money: ShopifyMoney) => void): ShopifyMoney | undefined {
  const total = sidesOf(order, ['total_price', 'current_total_price', 'subtotal_price']);
  const shop = currencyOf(order['currency']) ?? currencyOf(order['currency_code']) ?? total.shop;
  const paid =
    currencyOf(order['presentment_currency']) ?? currencyOf(order['presentment_currency_code']) ?? total.paid;
  if (paid !== undefined && paid !== shop) {
    let isWhole = true;
    const money = reader('presentment_money', paid, () => {
      isWhole = false;
    });
    look(money);
    if (isWhole) return money;
  }
  const own = shop ?? paid;
  return own === undefined ? undefined : reader('shop_money', own, () => undefined);
}

function sidesOf(order: Fields, names: readonly string[]): { shop: string | undefined; paid: string | undefined } {
  for (const name of names) {
    const set = fieldsOf(order[`${name}_set`]);
    const side = (which: string): string | undefined => {
      const money = fieldsOf(set?.[which]);
      return currencyOf(money?.['currency_code']) ?? currencyOf(money?.['currency']);
    };
    if (set) return { shop: side('shop_money'), paid: side('presentment_money') };
  }
  return { shop: undefined, paid: undefined };
}

function reader(side: 'presentment_money' | 'shop_money', currency: string, onMissing: () => void): ShopifyMoney {
  const one = (fields: Fields, name: string): bigint | undefined => {
    const inSet = fieldsOf(fieldsOf(fields[`${name}_set`])?.[side]);
    const amount = inSet && minorOf(inSet['amount'], currency);
    if (amount !== undefined) return amount;
    const plain = minorOf(fields[name], currency);
    if (side === 'shop_money') return plain;
    // Told in the shop's currency alone; nothing is nothing in every currency.
    if (plain !== undefined && plain !== 0n) onMissing();
    return plain === 0n ? 0n : undefined;
  };
  return {
    currency,
    of: (fields, ...names) => {
      for (const name of names) {
        const amount = one(fields, name);
        if (amount !== undefined) return amount;
      }
      return undefined;
    },
  };
}
