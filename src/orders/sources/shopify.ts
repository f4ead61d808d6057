import { firstOf, idOf, inRestForm, listOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { readNested, type Within } from './nested.ts';
import { readShopifyOrder } from './shopify-order.ts';
import { fulfillmentEventParcel, fulfillmentParcels } from './shopify-parcels.ts';
import { readShopifyRefund } from './shopify-refund.ts';
import { ignored, type Understood } from './understood.ts';

/**
 * Reads a body of Shopify's webhooks or of its API: orders (created, paid, updated, fulfilled, cancelled), refunds,
 * fulfilments and their events; one or several, bare or within `order`, `orders`, `data` and the like. Everything
 * else is ignored with a reason. What kind it is is told from its form, as a topic stands in a header alone.
 *
 * Source: Shopify's REST resources Order, Refund, Fulfillment and FulfillmentEvent, and their GraphQL twins.
 */
export function readShopify(value: unknown): readonly Understood[] {
  return readNested(inRestForm(value), depthMax, readFields);
}

const depthMax = 5;
/** Names under which one thing or a list of things stands. */
const wrappers = [
  'order',
  'orders',
  'refund',
  'refunds',
  'fulfillment',
  'fulfillments',
  'fulfillment_event',
  'fulfillment_events',
  'data',
  'payload',
  'body',
  'node',
];

function readFields(fields: Fields, within: Within): readonly Understood[] {
  if (isDraft(fields) || isCheckout(fields)) return [ignored(whatElse(fields))];
  const known = readKnown(fields);
  if (known) return known;
  return (isOrderPart(fields) ? undefined : within(wrappers)) ?? [ignored(whatElse(fields))];
}

/** Whether it is a thing of its own that only names orders. */
const isOrderPart = (fields: Fields): boolean => 'return_line_items' in fields || 'total_return_line_items' in fields;

function readKnown(fields: Fields): readonly Understood[] | undefined {
  if (isRefund(fields)) return [readShopifyRefund(fields)];
  if (isFulfillmentEvent(fields)) return [{ kind: 'parcel', parcel: fulfillmentEventParcel(fields) }];
  if (isFulfillment(fields)) {
    const parcels = fulfillmentParcels(fields);
    return parcels.map((parcel): Understood => ({ kind: 'parcel', parcel }));
  }
  if (isOrder(fields)) return [{ kind: 'receipt', receipt: readShopifyOrder(fields) }];
  return undefined;
}

function isOrder(fields: Fields): boolean {
  const isPriced = ['total_price', 'current_total_price', 'total_price_set', 'current_total_price_set'].some(
    (name) => name in fields,
  );
  const isNamed = ['order_number', 'financial_status', 'display_financial_status', 'order_status_url', 'name'].some(
    (name) => name in fields,
  );
  return Array.isArray(fields['line_items']) ? isPriced || isNamed : isPriced && isNamed;
}

const isDraft = (fields: Fields): boolean => 'invoice_url' in fields || 'invoice_sent_at' in fields;
const isCheckout = (fields: Fields): boolean => 'abandoned_checkout_url' in fields || 'recovery_url' in fields;

function isRefund(fields: Fields): boolean {
  return (
    'refund_line_items' in fields || ('order_adjustments' in fields && 'order_id' in fields && 'transactions' in fields)
  );
}

function isFulfillmentEvent(fields: Fields): boolean {
  return 'fulfillment_id' in fields && 'status' in fields && !('line_items' in fields);
}

function isFulfillment(fields: Fields): boolean {
  if ('return_line_items' in fields || 'fulfillment_order_line_items' in fields) return false;
  const isTracked = [
    'tracking_number',
    'tracking_numbers',
    'tracking_company',
    'shipment_status',
    'tracking_info',
  ].some((name) => name in fields);
  return isTracked && !('total_price' in fields);
}

/** Says what it is that is no order, as far as its form tells. */
function whatElse(fields: Fields): string {
  if (isDraft(fields)) return 'a draft of an order: nothing was bought yet';
  if (isCheckout(fields)) return 'a checkout that was not finished';
  if ('order_edit' in fields) return 'an edit that names only what changed: the order itself follows';
  if (
    'fulfillment_order' in fields ||
    'assigned_location_id' in fields ||
    'fulfillment_order_merchant_requests' in fields
  )
    return 'work for a warehouse, not yet on its way';
  if ('kind' in fields && 'gateway' in fields) return 'a payment alone: the order or the refund itself tells it';
  if ('kind' in fields && 'amount' in fields) return 'a payment alone: the order or the refund itself tells it';
  if (isOrderPart(fields)) return 'a return that was asked for: what is given back comes as a refund';
  if (Array.isArray(fields['line_items']) && 'token' in fields) return 'a cart: nothing was bought yet';
  if ('variants' in fields || 'product_type' in fields) return 'a product';
  if ('inventory_item_id' in fields) return 'a stock of goods';
  if (('email' in fields || 'orders_count' in fields) && ('addresses' in fields || 'first_name' in fields))
    return 'a customer';
  if ('myshopify_domain' in fields || 'shop_owner' in fields) return 'a shop';
  const names = Object.keys(fields);
  if (
    idOf(fields['id']) !== undefined &&
    names.every((name) => name === 'id' || name === 'admin_graphql_api_id' || name === 'shop_id')
  )
    return 'an id alone, as of something that was deleted';
  const topic = wordOf(firstOf(fields, 'topic', 'type'));
  if (topic !== undefined && /^[\w./-]{1,60}$/.test(topic)) return `no order, refund or fulfilment, but ${topic}`;
  return objectsOf(listOf(fields['line_items'])).length > 0
    ? 'lines of goods without an order'
    : 'no order, refund or fulfilment';
}
