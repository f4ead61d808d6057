import type { ParcelCard, ParcelState, ParcelTrouble } from '#contract';
import type { RecordContent } from '#vault';
import { inOrder, isOver, isFurther } from '../sources/steps.ts';
import { withoutAbsent, type ReadParcel, type ReadStep } from '../sources/understood.ts';
import { recognise } from '../tracking/index.ts';

/** A parcel as it is kept. */
export type KeptParcel = Extract<RecordContent, { kind: 'parcel' }>;

/** Who sent it, and what of it is known here besides. */
export interface ParcelOf {
  /** The shop's id among those who give data. */
  readonly bank: string;
  readonly shop: string | undefined;
  readonly orderNumber?: string | undefined;
  readonly part?: ParcelCard['part'];
}

const stepsMax = 60;

/**
 * Puts what a shop or a carrier tells of a parcel together with what stands. Every scan takes its place by its time,
 * so one that comes late never moves the parcel back; what was delivered or returned stays so.
 */
export function mergeParcel(before: KeptParcel | undefined, told: ReadParcel, of: ParcelOf): KeptParcel {
  const card = before?.parcel;
  const steps = tidySteps([...(card?.steps ?? []), ...told.steps, ...ownStep(before, told)]);
  const standing = standingOf(steps, card, told);
  const isNewer = isLatest(told, card);
  const number = told.trackingNumber ?? before?.shipment.trackingNumber;
  const known = number === undefined ? undefined : recognise(number);
  const last = steps.findLast((step) => step.place !== undefined);
  const newest = <Value>(now: Value | undefined, then: Value | undefined): Value | undefined =>
    isNewer ? (now ?? then) : (then ?? now);
  return {
    kind: 'parcel',
    bank: of.bank,
    parcel: withoutAbsent<ParcelCard>({
      card: 'parcel',
      carrier: carrierOf(told.carrier, known?.carrierName, card?.carrier) ?? of.shop ?? '',
      trackingLast4: number === undefined ? '' : number.replaceAll(/[^A-Za-z0-9]/g, '').slice(-4),
      state: standing.state,
      steps,
      place: last?.place ?? card?.place,
      destination: card?.destination,
      expected: newest(told.expected, card?.expected),
      deliveredTo: standing.state === 'delivered' ? newest(told.deliveredTo, card?.deliveredTo) : undefined,
      trouble: standing.trouble,
      shop: of.shop,
      orderNumber: of.orderNumber ?? told.orderNumber ?? card?.orderNumber,
      part: of.part ?? card?.part,
      purchase: card?.purchase,
    }),
    shipment: withoutAbsent<KeptParcel['shipment']>({
      trackingNumber: number,
      id: told.shipmentId ?? before?.shipment.id,
      orderId: told.orderId ?? before?.shipment.orderId,
      items: told.items ?? before?.shipment.items,
    }),
  };
}

/** A shop knows the carrier by the name that its staff typed; "Other" names none. */
function carrierOf(...names: readonly (string | undefined)[]): string | undefined {
  return names.find((name) => name !== undefined && !/^(?:other|otro|custom|unknown|n\/?a)$/i.test(name));
}

/** What is told as the standing itself, where no scan says it: a step of its own, at the time of the telling. */
function ownStep(before: KeptParcel | undefined, told: ReadParcel): ReadStep[] {
  const { state, trouble, updatedAt, steps } = told;
  const all = [...(before?.parcel.steps ?? []), ...steps];
  const isTold = all.some((step) => step.state === state && step.trouble === trouble);
  return isTold ? [] : [withoutAbsent<ReadStep>({ state, trouble, at: updatedAt })];
}

/** In order, each once; one that says nothing that the one before it does not say is left out. */
function tidySteps(steps: readonly ReadStep[]): ReadStep[] {
  const ordered = inOrder(steps);
  const telling = ordered.filter((step, n) => {
    const earlier = ordered[n - 1];
    const isAlike = earlier?.state === step.state && earlier.trouble === step.trouble;
    return !isAlike || (step.place !== undefined && step.place.name !== earlier.place?.name);
  });
  return telling.length <= stepsMax ? telling : [...telling.slice(0, 1), ...telling.slice(1 - stepsMax)];
}

interface Standing {
  readonly state: ParcelState;
  readonly trouble?: ParcelTrouble | undefined;
}

function standingOf(steps: readonly ReadStep[], card: ParcelCard | undefined, told: ReadParcel): Standing {
  const over = steps.findLast((step) => isOver(step.state));
  if (over) return over;
  // A label that is printed anew, late, does not take a parcel back to the shop.
  const moved = steps.findLast((step) => step.state !== 'announced' && step.state !== 'accepted');
  if (moved) return moved;
  return steps.reduce<Standing>(
    (furthest, step) => (isFurther(step.state, furthest.state) ? step : furthest),
    card ?? told,
  );
}

function isLatest(told: ReadParcel, card: ParcelCard | undefined): boolean {
  const latest = card?.steps.at(-1)?.at;
  const at = told.updatedAt ?? told.steps.at(-1)?.at;
  return latest === undefined || at === undefined || at >= latest;
}

/** States of which the customer wants to hear wherever they are; every other is shown to whoever looks. */
const told = new Set<ParcelState>(['out-for-delivery', 'ready-for-pickup', 'delivered', 'exception', 'returned']);

/** Whether a change is worth a word: it is on its door step, arrived, or something is the matter. */
export function isWorthSaying(before: KeptParcel | undefined, now: KeptParcel): boolean {
  const { state, trouble } = now.parcel;
  if (!told.has(state) && trouble === undefined) return false;
  return before?.parcel.state !== state || before.parcel.trouble !== trouble;
}
