import { fieldsOf, firstOf, idOf, isYes, listOf, objectsOf, readJson, wordOf, type Fields } from './fields.ts';
import { inTrouble, standingOfWords } from './parcel-words.ts';
import { referenceIn } from './reference.ts';
import { dayOf, instantOf } from './time.ts';
import { withoutAbsent, type ReadParcel } from './understood.ts';
import { plainWords } from './words.ts';

/** Where shipping extensions keep what was sent, under an order's `meta_data`. */
const shipmentKeys =
  /^_?(?:wc_shipment_tracking_items|wc_connect_labels|wcship\w*labels|shipments?|tracking_items|_?shipment_tracking)$/i;
const numberKeys = /^_?(?:tracking_?(?:number|no|code|id)|aftership_tracking_number|shipment_tracking_number)$/i;
const carrierKeys =
  /^_?(?:tracking_?(?:provider|company|carrier)|custom_tracking_provider|shipping_carrier|aftership_tracking_provider(?:_name)?)$/i;

/** The parcels that an order of WooCommerce tells of: in its fulfilments, or as shipping extensions add them. */
export function wooParcels(order: Fields): ReadParcel[] {
  const fulfilled = objectsOf(order['fulfillments']).flatMap((one) => wooFulfillmentParcels(one, order));
  const meta = objectsOf(order['meta_data']);
  const items = meta
    .filter((one) => shipmentKeys.test(wordOf(one['key']) ?? ''))
    .flatMap((one) => objectsOf(opened(one['value'])));
  const shipments = [...items, ...objectsOf(order['shipment_tracking']), ...objectsOf(order['tracking_items'])];
  const listed = shipments.flatMap((item) => parcelOf(order, item));
  const carrier = plainWords(meta.find((one) => carrierKeys.test(wordOf(one['key']) ?? ''))?.['value'], 60);
  const alone = meta
    .filter((one) => numberKeys.test(wordOf(one['key']) ?? ''))
    .flatMap((one) => numbersIn(one['value']))
    .flatMap((number) => parcelOf(order, { tracking_number: number, tracking_provider: carrier }));
  return eachOnce([...fulfilled, ...listed, ...alone]);
}

/** The parcels of one fulfilment of WooCommerce, whose details stand in its own `meta_data`. */
export function wooFulfillmentParcels(fulfillment: Fields, order?: Fields): ReadParcel[] {
  const meta = (name: string): unknown =>
    objectsOf(fulfillment['meta_data']).find((one) => wordOf(one['key']) === name)?.['value'] ??
    fulfillment[name.slice(1)];
  const isGone = instantOf(fulfillment['date_deleted']) !== undefined;
  if (isGone && order) return [];
  const item = {
    tracking_number: meta('_tracking_number'),
    tracking_provider: meta('_shipment_provider') ?? meta('_provider_name') ?? meta('_shipping_provider'),
    date_shipped: meta('_date_fulfilled') ?? fulfillment['date_updated'],
    tracking_id: fulfillment['id'] ?? fulfillment['fulfillment_id'],
    order_id: fulfillment['entity_id'],
    status: meta('_shipment_status'),
  };
  const parcels = parcelOf(order ?? fulfillment, item);
  const known = parcels.length > 0 ? parcels : [bare(order ?? fulfillment, item)];
  if (isGone) return known.map((one) => ({ ...one, ...inTrouble('other') }));
  const isUnder = !isYes(fulfillment['is_fulfilled']) && wordOf(fulfillment['status']) !== 'fulfilled';
  return isUnder ? known.map((one) => ({ ...one, state: 'announced' as const, steps: [] })) : known;
}

function parcelOf(order: Fields, item: Fields): ReadParcel[] {
  const numbers = numbersIn(firstOf(item, 'tracking_number', 'tracking', 'number', 'tracking_code'));
  return numbers.map((trackingNumber) => ({ ...bare(order, item), trackingNumber }));
}

function bare(order: Fields, item: Fields): ReadParcel {
  const at = instantOf(firstOf(item, 'date_shipped', 'created_date', 'created', 'date'));
  const standing = standingOfWords(wordOf(firstOf(item, 'shipment_status', 'delivery_status', 'status'))) ?? {
    state: 'announced',
  };
  const provider = firstOf(
    item,
    'custom_tracking_provider',
    'tracking_provider',
    'carrier_id',
    'carrier',
    'formatted_tracking_provider',
  );
  return withoutAbsent<ReadParcel>({
    carrier: plainWords(provider, 60),
    shipmentId: idOf(firstOf(item, 'tracking_id', 'label_id', 'id')),
    orderId: idOf(item['order_id']) ?? idOf(order['id']),
    orderNumber: plainWords(order['number'], 80),
    ...standing,
    steps: at === undefined ? [] : [{ ...standing, at }],
    expected: dayOf(firstOf(item, 'expected_delivery_date', 'est_delivery_date', 'expected_delivery')),
    items: namesIn(firstOf(item, 'product_names')),
    updatedAt: at,
    reference: referenceIn(order),
  });
}

function namesIn(value: unknown): string[] | undefined {
  const names = listOf(value).flatMap((one) => plainWords(one) ?? []);
  return names.length === 0 ? undefined : names;
}

/** Some extensions keep JSON as text. */
function opened(value: unknown): unknown {
  const word = typeof value === 'string' && /^\s*[[{]/.test(value) ? readJson(Buffer.from(value)) : undefined;
  const found = word ? word.value : value;
  const within = fieldsOf(found);
  // A list whose places are named by number.
  return within && Object.keys(within).length > 0 && Object.keys(within).every((key) => /^\d+$/.test(key))
    ? Object.values(within)
    : found;
}

function numbersIn(value: unknown): string[] {
  const numbers = listOf(value).flatMap((one) => wordOf(one)?.split(/[,;|\n]+/) ?? []);
  return [...new Set(numbers.map((one) => one.trim()).filter((one) => /^[\w .#/-]{1,60}$/.test(one)))];
}

function eachOnce(parcels: readonly ReadParcel[]): ReadParcel[] {
  const seen = new Set<string>();
  return parcels.filter(({ trackingNumber, shipmentId }) => {
    const key = trackingNumber?.replaceAll(/\W/g, '').toUpperCase() ?? `shipment ${shipmentId}`;
    return !seen.has(key) && seen.add(key);
  });
}
