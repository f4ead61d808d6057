import { currencyOf } from './amounts.ts';
import { idOf, objectsOf, type Fields } from './fields.ts';
import { readNested, type Within } from './nested.ts';
import { ignored, type Understood } from './understood.ts';
import { readWooOrder, readWooRefund } from './woocommerce-order.ts';
import { wooFulfillmentParcels } from './woocommerce-parcels.ts';

/**
 * Reads a body of WooCommerce's webhooks or of its API (wc/v3): orders, refunds and fulfilments, one or several,
 * also as a batch was answered (`create`, `update`, `delete`). Everything else is ignored with a reason.
 *
 * Source: WooCommerce's REST API v3, Orders, Refunds and Order fulfillments.
 */
export function readWooCommerce(value: unknown): readonly Understood[] {
  return readNested(value, depthMax, readFields);
}

const depthMax = 4;
const wrappers = ['order', 'orders', 'refund', 'data', 'payload', 'body', 'fulfillment', 'fulfillments'];
const batch = ['create', 'update', 'delete'];

function readFields(fields: Fields, within: Within): readonly Understood[] {
  if (isFulfillment(fields))
    return wooFulfillmentParcels(fields).map((parcel): Understood => ({ kind: 'parcel', parcel }));
  if (isRefund(fields)) return [{ kind: 'receipt', receipt: readWooRefund(fields) }];
  if (isOrder(fields)) return [readWooOrder(fields)];
  return within([...wrappers, ...batch]) ?? [ignored(whatElse(fields))];
}

function isOrder(fields: Fields): boolean {
  if (!('total' in fields)) return false;
  return 'line_items' in fields || 'order_key' in fields || currencyOf(fields['currency']) !== undefined;
}

function isRefund(fields: Fields): boolean {
  return (
    'amount' in fields &&
    ('refunded_by' in fields || 'refunded_payment' in fields || 'reason' in fields) &&
    !('code' in fields)
  );
}

const isFulfillment = (fields: Fields): boolean =>
  'is_fulfilled' in fields || ('entity_type' in fields && 'entity_id' in fields);

/** Says what it is that is no order, as far as its form tells. */
function whatElse(fields: Fields): string {
  if ('webhook_id' in fields && Object.keys(fields).length <= 2) return 'the test with which WooCommerce begins';
  if ('note' in fields && ('customer_note' in fields || 'author' in fields)) return 'a note on an order';
  if ('delivery_url' in fields || 'topic' in fields) return 'a webhook that was set up';
  if ('regular_price' in fields || 'stock_status' in fields || 'catalog_visibility' in fields) return 'a product';
  if ('discount_type' in fields) return 'a coupon';
  if ('is_paying_customer' in fields || 'avatar_url' in fields || ('email' in fields && 'role' in fields))
    return 'a customer';
  if ('action' in fields && 'arg' in fields) return 'an action of the shop without its subject';
  if ('code' in fields && 'message' in fields) return 'an error of the shop';
  if ('downloads_remaining' in fields || 'download_id' in fields) return 'a download';
  if (idOf(fields['id']) !== undefined && Object.keys(fields).length <= 2)
    return 'an id alone, as of something that was deleted';
  return objectsOf(fields['line_items']).length > 0
    ? 'lines of goods without an order'
    : 'no order, refund or fulfilment';
}
