import { fieldsOf, objectsOf, wordOf, type Fields } from './fields.ts';
import { inTrouble, leftAt, returning, standingOfWords, type Standing } from './parcel-words.ts';
import { placeOf } from './place.ts';
import { inOrder } from './steps.ts';
import { dayOf, instantOf } from './time.ts';
import { withoutAbsent, type ReadParcel, type ReadStep } from './understood.ts';
import { plainWords } from './words.ts';

const byStatus: Readonly<Record<string, Standing>> = {
  pre_transit: { state: 'announced' },
  in_transit: { state: 'in-transit' },
  out_for_delivery: { state: 'out-for-delivery' },
  delivered: { state: 'delivered' },
  available_for_pickup: { state: 'ready-for-pickup' },
  return_to_sender: returning,
  failure: inTrouble('other'),
  error: inTrouble('other'),
  cancelled: inTrouble('other'),
  expired: inTrouble('lost'),
};

/** What the detail says is the matter, whatever the status. */
const troubles: Readonly<Record<string, Standing>> = {
  address_correction: inTrouble('address'),
  arrived_at_pickup_location: { state: 'ready-for-pickup' },
  cancelled: inTrouble('other'),
  damaged: inTrouble('damaged'),
  delayed: inTrouble('delayed'),
  delivery_exception: inTrouble('other'),
  failure: inTrouble('other'),
  held: inTrouble('held'),
  lost: inTrouble('lost'),
  missorted: inTrouble('delayed'),
  refused: inTrouble('refused'),
  return: returning,
  transit_exception: inTrouble('delayed'),
  weather_delay: inTrouble('weather'),
};
const vague = new Set(['held', 'delayed', 'transit_exception', 'delivery_exception', 'failure']);

/** Reads a tracker. `event`: the one that brought it, which says when when the tracker does not. */
export function easyPostParcel(tracker: Fields, event?: Fields): ReadParcel {
  const details = objectsOf(tracker['tracking_details']);
  const isReturn = tracker['is_return'] === true;
  const steps = inOrder(details.flatMap(stepOf).map((step) => (isReturn ? broughtBack(step) : step)));
  const last = steps.at(-1);
  const lastWords = wordsOf(details.findLast((one) => instantOf(one['datetime']) === last?.at) ?? {});
  const own = standingOf(tracker['status'], tracker['status_detail'], lastWords);
  // "unknown" says nothing: what its scans say counts then.
  const told: Standing = own ?? last ?? { state: 'announced' };
  const standing = isReturn ? broughtBack(told) : told;
  const carrier = fieldsOf(tracker['carrier_detail']);
  return withoutAbsent<ReadParcel>({
    carrier: carrierOf(tracker['carrier']),
    trackingNumber: plainWords(tracker['tracking_code'], 60),
    shipmentId: undefined,
    state: standing.state,
    trouble: standing.trouble,
    steps,
    place: last?.place,
    expected:
      dayOf(carrier?.['est_delivery_date_local']) ??
      dayOf(tracker['est_delivery_date']) ??
      dayOf(carrier?.['guaranteed_delivery_date']),
    deliveredTo: standing.state === 'delivered' ? leftAt(lastWords) : undefined,
    isReturn: isReturn ? true : undefined,
    updatedAt: instantOf(tracker['updated_at']) ?? instantOf(event?.['updated_at']) ?? last?.at,
  });
}

/** What goes back to the shop is delivered there, and not to the customer. */
function broughtBack<Told extends Standing>(told: Told): Told {
  return told.state === 'delivered' ? { ...told, ...returning } : told;
}

function wordsOf(detail: Fields): string | undefined {
  const [message, description] = [wordOf(detail['message']), wordOf(detail['description'])];
  return message === undefined && description === undefined ? undefined : `${message ?? ''} ${description ?? ''}`;
}

function stepOf(detail: Fields): ReadStep[] {
  const standing =
    standingOf(detail['status'], detail['status_detail'], wordsOf(detail)) ?? standingOfWords(wordsOf(detail));
  if (!standing) return [];
  const place = placeOf(fieldsOf(detail['tracking_location']));
  return [withoutAbsent<ReadStep>({ ...standing, at: instantOf(detail['datetime']), place })];
}

/** Undefined: it says nothing, "unknown". */
function standingOf(status: unknown, detail: unknown, words: string | undefined): Standing | undefined {
  const known = byStatus[wordOf(status)?.toLowerCase() ?? ''];
  if (known?.state === 'delivered' || known?.state === 'returned') return known;
  const code = wordOf(detail)?.toLowerCase() ?? '';
  const trouble = troubles[code];
  if (!trouble) return firstScan(known, words);
  // "Held" says that it stands still; the carrier's words may say why.
  const why = vague.has(code) ? standingOfWords(words) : undefined;
  return why?.state === 'exception' && why.trouble !== 'other' ? why : trouble;
}

/** The carrier has it, and nothing more than that happened yet. */
function firstScan(known: Standing | undefined, words: string | undefined): Standing | undefined {
  if (known?.state === 'in-transit' && /\b(?:picked up|accepted|acceptance|collected)\b/i.test(words ?? ''))
    return { state: 'accepted' };
  if (known?.trouble === 'other') {
    const why = standingOfWords(words);
    return why?.state === 'exception' ? why : known;
  }
  return known;
}

/** "FedExDefault" and the like are names of accounts at a carrier. */
function carrierOf(value: unknown): string | undefined {
  const name = plainWords(value, 60);
  return name?.replace(/(?:DefaultV?\d*|Default)$/, '') || undefined;
}
