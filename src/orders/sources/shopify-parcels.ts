import { fieldsOf, firstOf, idOf, listOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { inTrouble, standingOfWords, type Standing } from './parcel-words.ts';
import { referenceIn } from './reference.ts';
import { dayOf, instantOf } from './time.ts';
import { withoutAbsent, type ReadParcel } from './understood.ts';
import { plainWords } from './words.ts';
import { placeOf } from './place.ts';

/** Shopify's `shipment_status` of a fulfilment, and `status` of its events. */
const standings: Readonly<Record<string, Standing>> = {
  label_purchased: { state: 'announced' },
  label_printed: { state: 'announced' },
  // The carrier knows of it and does not have it yet.
  confirmed: { state: 'announced' },
  submitted: { state: 'announced' },
  marked_as_fulfilled: { state: 'announced' },
  fulfilled: { state: 'announced' },
  carrier_picked_up: { state: 'accepted' },
  picked_up: { state: 'delivered' },
  in_transit: { state: 'in-transit' },
  out_for_delivery: { state: 'out-for-delivery' },
  delivered: { state: 'delivered' },
  attempted_delivery: inTrouble('nobody-home'),
  ready_for_pickup: { state: 'ready-for-pickup' },
  delayed: inTrouble('delayed'),
  failure: inTrouble('other'),
  not_delivered: inTrouble('nobody-home'),
  canceled: inTrouble('other'),
  cancelled: inTrouble('other'),
};

function standingOf(...values: readonly unknown[]): Standing {
  for (const value of values) {
    const word = wordOf(value)
      ?.toLowerCase()
      .replaceAll(/[\s-]+/g, '_');
    if (word === undefined || word === 'success' || word === 'open' || word === 'pending') continue;
    const known = standings[word] ?? standingOfWords(word);
    if (known) return known;
  }
  return { state: 'announced' };
}

/**
 * The parcels of a fulfilment, one for each tracking number; a fulfilment without one is one parcel all the same.
 * One that was cancelled or failed within an order is none; alone it says that nothing will come.
 */
export function fulfillmentParcels(fulfillment: Fields, order?: Fields): ReadParcel[] {
  const status = wordOf(fulfillment['status'])?.toLowerCase() ?? '';
  const isOff = ['cancelled', 'canceled', 'error', 'failure'].includes(status);
  if (isOff && order) return [];
  const standing = isOff
    ? inTrouble('other')
    : standingOf(fulfillment['shipment_status'], fulfillment['display_status']);
  const updatedAt = instantOf(fulfillment['updated_at']) ?? instantOf(fulfillment['created_at']);
  const common = withoutAbsent<ReadParcel>({
    carrier:
      plainWords(firstOf(fulfillment, 'tracking_company'), 60) ?? plainWords(infosOf(fulfillment)[0]?.['company'], 60),
    shipmentId: idOf(fulfillment['id']) ?? idOf(fulfillment['admin_graphql_api_id']),
    orderId: idOf(order?.['id']) ?? idOf(fulfillment['order_id']) ?? idOf(fieldsOf(fulfillment['order'])?.['id']),
    orderNumber: plainWords(order?.['name'], 80) ?? orderNumberOf(fulfillment),
    ...standing,
    trouble: standing.trouble,
    steps: updatedAt === undefined ? [] : [{ ...standing, at: updatedAt }],
    expected: dayOf(firstOf(fulfillment, 'estimated_delivery_at')),
    items: itemsOf(fulfillment),
    updatedAt,
    reference: referenceIn(fulfillment) ?? (order && referenceIn(order)),
  });
  const numbers = trackingNumbersOf(fulfillment);
  return numbers.length === 0 ? [common] : numbers.map((trackingNumber) => ({ ...common, trackingNumber }));
}

/** What one event of a fulfilment tells: a step of its parcel, which is known by the fulfilment's id. */
export function fulfillmentEventParcel(event: Fields): ReadParcel {
  const standing = standingOf(event['status'], event['message']);
  const at = instantOf(event['happened_at']) ?? instantOf(event['created_at']);
  const place = placeOf(event);
  return withoutAbsent<ReadParcel>({
    trackingNumber: trackingNumbersOf(event)[0],
    shipmentId: idOf(event['fulfillment_id']),
    orderId: idOf(event['order_id']),
    ...standing,
    trouble: standing.trouble,
    steps: [withoutAbsent({ ...standing, at, place })],
    place,
    expected: dayOf(event['estimated_delivery_at']),
    updatedAt: instantOf(event['updated_at']) ?? at,
  });
}

const infosOf = (fulfillment: Fields): readonly Fields[] => objectsOf(fulfillment['tracking_info']);

/** Every tracking number once; some shops write several into one field. */
function trackingNumbersOf(fulfillment: Fields): string[] {
  const told = [
    ...listOf(fulfillment['tracking_numbers']),
    ...listOf(fulfillment['tracking_number']),
    ...infosOf(fulfillment).map((info) => info['number']),
  ];
  const numbers = told.flatMap((one) => wordOf(one)?.split(/[,;|\n]+/) ?? []).map((one) => one.trim());
  return [...new Set(numbers.filter((one) => /^[\w .#/-]{1,60}$/.test(one)))];
}

/** A fulfilment is named "#1001.1": the first of order #1001. */
function orderNumberOf(fulfillment: Fields): string | undefined {
  const name = plainWords(fulfillment['name'], 80);
  return name?.replace(/[.-]F?\d+$/, '') || undefined;
}

function itemsOf(fulfillment: Fields): string[] | undefined {
  const lines = [...objectsOf(fulfillment['line_items']), ...objectsOf(fulfillment['fulfillment_line_items'])];
  const titles = lines.flatMap((line) => {
    const within = fieldsOf(line['line_item']) ?? line;
    return plainWords(within['name']) ?? plainWords(within['title']) ?? [];
  });
  return titles.length === 0 ? undefined : [...new Set(titles)];
}
