import { fieldsOf, firstOf, idOf, listOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { inTrouble, leftAt, returning, standingOfWords, type Standing } from './parcel-words.ts';
import { placeOf } from './place.ts';
import { referenceIn } from './reference.ts';
import { memberOf, nameOf } from './schema-org-nodes.ts';
import { inOrder } from './steps.ts';
import { dayOf, instantOf } from './time.ts';
import { withoutAbsent, type ReadParcel, type ReadStep } from './understood.ts';
import { plainWords } from './words.ts';

/** What an order's status says of its parcel. */
const byOrderStatus: Readonly<Record<string, Standing>> = {
  OrderProcessing: { state: 'announced' },
  OrderInTransit: { state: 'in-transit' },
  OrderPickupAvailable: { state: 'ready-for-pickup' },
  OrderDelivered: { state: 'delivered' },
  OrderReturned: returning,
  OrderProblem: inTrouble('other'),
  OrderCancelled: inTrouble('other'),
};

/** Reads a `ParcelDelivery`. To whose door it comes is left out: nobody needs it here. */
export function readSchemaParcel(parcel: Fields): ReadParcel {
  const [order] = objectsOf(parcel['partOfOrder']);
  const orderWord = plainWords(listOf(parcel['partOfOrder'])[0], 80);
  const steps = inOrder(listOf(parcel['deliveryStatus']).flatMap(stepOf));
  const ofOrder = byOrderStatus[memberOf(order?.['orderStatus']) ?? ''];
  const last = steps.at(-1);
  const standing: Standing = last ?? ofOrder ?? { state: 'announced' };
  const [status] = objectsOf(parcel['deliveryStatus']);
  return withoutAbsent<ReadParcel>({
    carrier: plainWords(nameOf(firstOf(parcel, 'carrier', 'provider')), 60),
    trackingNumber: plainWords(parcel['trackingNumber'], 60),
    shipmentId: idOf(firstOf(parcel, 'identifier', '@id')),
    orderId: order ? idOf(firstOf(order, 'orderNumber', 'confirmationNumber', '@id')) : orderWord,
    orderNumber: order ? plainWords(firstOf(order, 'orderNumber', 'confirmationNumber'), 80) : orderWord,
    shop: order ? plainWords(nameOf(firstOf(order, 'seller', 'merchant')), 140) : undefined,
    state: standing.state,
    trouble: standing.trouble,
    steps,
    place: last?.place,
    expected: dayOf(firstOf(parcel, 'expectedArrivalUntil', 'expectedArrival', 'expectedArrivalFrom')),
    deliveredTo:
      standing.state === 'delivered' ? leftAt(wordOf(status?.['name']) ?? wordOf(status?.['description'])) : undefined,
    items: itemsOf(parcel),
    updatedAt: instantOf(firstOf(parcel, 'dateModified')) ?? last?.at,
    reference: referenceIn(parcel) ?? (order && referenceIn(order)),
  });
}

/** A delivery event, or only a word for how it stands. */
function stepOf(status: unknown): ReadStep[] {
  const fields = fieldsOf(status);
  const words = fields ? firstOf(fields, 'deliveryStatus', 'eventStatus', 'name', 'description', '@id') : status;
  const standing = standingOf(wordOf(words));
  if (!standing) return [];
  const at = fields && instantOf(firstOf(fields, 'startDate', 'availableFrom', 'dateCreated', 'endDate'));
  const location = fieldsOf(listOf(fields?.['location'])[0]);
  const place = fieldsOf(location?.['address']) ?? location;
  return [
    withoutAbsent<ReadStep>({
      ...standing,
      at,
      place: placeOf(place) ?? named(nameOf(fields?.['location'])),
    }),
  ];
}

function standingOf(word: string | undefined): Standing | undefined {
  return byOrderStatus[memberOf(word) ?? ''] ?? standingOfWords(word?.replaceAll(/([a-z])([A-Z])/g, '$1 $2'));
}

function itemsOf(parcel: Fields): string[] | undefined {
  const names = listOf(parcel['itemShipped']).flatMap((one) => plainWords(nameOf(one)) ?? []);
  return names.length === 0 ? undefined : [...new Set(names)];
}

function named(value: unknown): { name: string } | undefined {
  const name = plainWords(value, 120);
  return name === undefined ? undefined : { name };
}
