import { minorOf, quantityOf, timesQuantity } from './amounts.ts';
import { fieldsOf, firstOf, listOf, objectsOf, type Fields } from './fields.ts';
import { priceOf } from './schema-org-money.ts';
import { isOf, nameOf } from './schema-org-nodes.ts';
import { plainWords } from './words.ts';

/** A line, with what it costs when the price is that of a piece (`total`) and when it is that of the line. */
export interface SchemaLine {
  readonly title: string;
  readonly quantity: number;
  total: bigint | undefined;
  readonly asLine: bigint | undefined;
}

/**
 * The lines of an order or an invoice: its ordered items, its accepted offers, or both, where an offer that names an
 * item's price is not a second line of it.
 */
export function linesOf(node: Fields, currency: string | undefined): SchemaLine[] {
  const offers = objectsOf(node['acceptedOffer']).flatMap((one) => offerLines(one, currency));
  const items = listOf(firstOf(node, 'orderedItem', 'orderedItems', 'item', 'items')).flatMap((one) =>
    itemLines(one, currency),
  );
  if (offers.length + items.length === 0) return described(node);
  if (offers.length === 0) return items;
  if (items.length === 0) return offers;
  const titles = new Map(offers.map((one) => [one.title, one]));
  const priced = items.map((one) => {
    const offer = titles.get(one.title);
    titles.delete(one.title);
    return one.total === undefined && offer ? { ...offer, quantity: Math.max(offer.quantity, one.quantity) } : one;
  });
  const isTold = priced.some((one) => one.total !== undefined);
  return isTold ? priced : offers;
}

/** An order that names nothing but says what it is for. */
function described(node: Fields): SchemaLine[] {
  const title = isOf(node, 'Order') ? plainWords(firstOf(node, 'description', 'name')) : undefined;
  return title === undefined ? [] : [lineOf(title, 1, undefined)];
}

function offerLines(offer: Fields, currency: string | undefined): SchemaLine[] {
  const quantity = quantityOf(firstOf(offer, 'eligibleQuantity', 'orderQuantity', 'quantity'));
  const price = currency === undefined ? undefined : priceOf(firstOf(offer, 'price', 'priceSpecification'), currency);
  const items = listOf(firstOf(offer, 'itemOffered', 'name'));
  if (items.length <= 1) return [lineOf(titleOf(items[0] ?? offer), quantity, price)];
  return items.map((item) => lineOf(titleOf(item), 1, undefined));
}

function itemLines(item: unknown, currency: string | undefined): SchemaLine[] {
  const fields = fieldsOf(item);
  if (!fields) return [lineOf(titleOf(item), 1, undefined)];
  const quantity = quantityOf(firstOf(fields, 'orderQuantity', 'quantity', 'eligibleQuantity'));
  const within = firstOf(fields, 'orderedItem', 'itemOffered');
  const product = fieldsOf(listOf(within)[0]);
  const offers = [...objectsOf(firstOf(fields, 'offers', 'acceptedOffer')), ...objectsOf(product?.['offers'])];
  const price =
    currency === undefined
      ? undefined
      : (priceOf(firstOf(fields, 'price', 'priceSpecification', 'totalPrice'), currency) ??
        offers
          .map((one) => priceOf(firstOf(one, 'price', 'priceSpecification'), currency))
          .find((one) => one !== undefined) ??
        (product && minorOf(product['price'], currency)));
  const title = isOf(fields, 'OrderItem') || within !== undefined ? titleOf(within ?? fields) : titleOf(fields);
  return [lineOf(title, quantity, price)];
}

function lineOf(title: string, quantity: number, price: bigint | undefined): SchemaLine {
  return { title, quantity, total: timesQuantity(price, quantity), asLine: price };
}

function titleOf(value: unknown): string {
  const fields = fieldsOf(value);
  return (
    plainWords(nameOf(value)) ?? plainWords(fields && firstOf(fields, 'sku', 'productID', 'orderItemNumber')) ?? '–'
  );
}
