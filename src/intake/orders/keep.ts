import type { RecordId } from '#base';
import type { Route } from '#linking';
import {
  findOrderRoute,
  isSame,
  isWorthSaying,
  keepEarlyRefund,
  keepOrderRoutes,
  mergeParcel,
  mergeReceipt,
  orderRoute,
  shipmentRoute,
  shopSourceId,
  takeEarlyRefunds,
  trackingRoute,
  withParcel,
  type KeptParcel,
  type KeptReceipt,
  type ReadParcel,
  type ReadReceipt,
} from '#orders';
import type { LinkSealer, StandingRecord } from '#vault';
import { invariant } from '#base';
import type { Storing } from './store.ts';

/** A receipt or a parcel as it was stored just now. */
export interface Kept {
  readonly recordId: RecordId;
  readonly content: KeptReceipt | KeptParcel;
  /** It is worth a word wherever the customer is. */
  readonly isLoud: boolean;
}

/** Stores what a shop tells of an order, with what stands; nothing when that says nothing new. */
export async function keepReceipt(storing: Storing, route: Route, told: ReadReceipt): Promise<Kept[]> {
  const { parts, teller } = storing;
  const { shop } = teller;
  const key = told.orderId ?? told.number;
  if (!shop || key === undefined) return [];
  const sealer = sealerOf(storing, route);
  const subjectIndex = parts.vault.index('order', `${route.linkId}|${key}`);
  const standing = await parts.vault.standing(storing.tx, sealer, subjectIndex);
  const before = receiptIn(standing);
  const index = orderRoute(parts.vault, shop.id, key);
  let content = mergeReceipt(shared(before, route), told, shop);
  if (!content && told.told === 'refund') await keepEarlyRefund(storing.tx, sealer, index, told, storing.nowMs);
  if (!content || isSame(before, content)) return [];
  if (!before)
    for (const early of await takeEarlyRefunds(storing.tx, sealer, index))
      content = mergeReceipt(content, early, shop) ?? content;
  const kept = await put(storing, route, { subjectIndex, standing, content, day: content.receipt.orderedAt });
  await keepOrderRoutes(storing.tx, { linkId: route.linkId, subjectIndex }, [index]);
  const was = before?.receipt;
  const { refunded, cancelledAt } = content.receipt;
  const isLoud = !was || was.refunded !== refunded || was.cancelledAt !== cancelledAt;
  return [{ ...kept, content, isLoud }];
}

/** Without its parcels, once those are no longer shared. */
function shared(kept: KeptReceipt | undefined, { purposes }: Route): KeptReceipt | undefined {
  if (!kept?.receipt.parcels || purposes.has('shipping')) return kept;
  const { parcels: _parcels, ...receipt } = kept.receipt;
  return { ...kept, receipt, order: { ...kept.order, parcels: [] } };
}

/** Stores what is told of a parcel, with what stands, and shows it on the receipt that it belongs to. */
export async function keepParcel(storing: Storing, route: Route, told: ReadParcel): Promise<Kept[]> {
  const { tx, parts } = storing;
  const { vault } = parts;
  const sealer = sealerOf(storing, route);
  const { linkId } = route;
  const source = sealer.bankId;
  const tracking = told.trackingNumber === undefined ? undefined : trackingRoute(vault, told.trackingNumber);
  const shipment = told.shipmentId === undefined ? undefined : shipmentRoute(vault, source, told.shipmentId);
  const subjectIndex = await subjectOf(storing, route, told, { tracking, shipment });
  if (!subjectIndex) return [];
  const standing = await vault.standing(tx, sealer, subjectIndex);
  const before = parcelIn(standing);
  const orderId = told.orderId ?? before?.shipment.orderId;
  const order = await orderOf(storing, route, orderId);
  const subject = subjectIndex.toString('hex');
  const content = mergeParcel(before, told, {
    bank: source,
    shop: order?.content.receipt.shop ?? before?.parcel.shop ?? storing.teller.shop?.name ?? shopNamed(storing, source),
    orderNumber: order?.content.receipt.number,
    part: order && partOf(order.content, subject),
  });
  if (isSame(before, content)) return [];
  const kept = await put(storing, route, { subjectIndex, standing, content, day: content.parcel.steps[0]?.at });
  await keepOrderRoutes(tx, { linkId, subjectIndex }, [tracking, shipment]);
  const parcel: Kept = { ...kept, content, isLoud: isWorthSaying(before, content) };
  if (!order) return [parcel];
  const receipt = withParcel(order.content, subject, content.parcel);
  if (isSame(order.content, receipt)) return [parcel];
  const shown = await put(storing, route, { ...order, content: receipt, day: undefined });
  return [{ ...shown, content: receipt, isLoud: false }, parcel];
}

/**
 * A parcel is known by its number, or by the shop's own id until it has one: the first number that is told of what
 * the shop sent belongs to the parcel that stands there, any further one is a parcel of its own.
 */
async function subjectOf(
  storing: Storing,
  route: Route,
  { trackingNumber, shipmentId }: ReadParcel,
  { tracking, shipment }: { readonly tracking: Buffer | undefined; readonly shipment: Buffer | undefined },
): Promise<Buffer | undefined> {
  const { tx, parts } = storing;
  const { vault } = parts;
  const { linkId } = route;
  const known = await findOrderRoute(tx, linkId, tracking);
  if (known) return known;
  const sent = await findOrderRoute(tx, linkId, shipment);
  if (sent && (trackingNumber === undefined || (await isUnnumbered(storing, route, sent)))) return sent;
  if (trackingNumber !== undefined && tracking) return vault.index('parcel', `${linkId}|${tracking.toString('hex')}`);
  return shipmentId === undefined ? undefined : vault.index('parcel', `${linkId}|shipment ${shipmentId}`);
}

async function isUnnumbered(storing: Storing, route: Route, subjectIndex: Buffer): Promise<boolean> {
  const { tx, parts } = storing;
  const parcel = parcelIn(await parts.vault.standing(tx, sealerOf(storing, route), subjectIndex));
  return parcel !== undefined && parcel.shipment.trackingNumber === undefined;
}

interface StandingOrder {
  readonly subjectIndex: Buffer;
  readonly standing: StandingRecord;
  readonly content: KeptReceipt;
}

async function orderOf(
  storing: Storing,
  route: Route,
  orderId: string | undefined,
): Promise<StandingOrder | undefined> {
  if (orderId === undefined || !route.purposes.has('receipts')) return undefined;
  const { tx, parts } = storing;
  const sealer = sealerOf(storing, route);
  const index = orderRoute(parts.vault, sealer.bankId, orderId);
  const subjectIndex = await findOrderRoute(tx, route.linkId, index);
  const standing = subjectIndex && (await parts.vault.standing(tx, sealer, subjectIndex));
  const content = receiptIn(standing);
  return subjectIndex && standing && content && { subjectIndex, standing, content };
}

/** Which of several it is; of one alone nothing is said. */
function partOf({ order }: KeptReceipt, subject: string): { number: number; of: number } | undefined {
  const known = order.parcels.indexOf(subject);
  const of = order.parcels.length + (known === -1 ? 1 : 0);
  return of < 2 ? undefined : { number: known === -1 ? of : known + 1, of };
}

interface Put {
  readonly subjectIndex: Buffer;
  readonly standing: StandingRecord | undefined;
  readonly content: KeptReceipt | KeptParcel;
  /** On which day it stands in the book; of one that is there already, the day that it had. */
  readonly day: string | undefined;
}

async function put(storing: Storing, route: Route, { subjectIndex, standing, content, day }: Put) {
  const { tx, parts, sealers, nowMs } = storing;
  const { linkId, accountRef } = route;
  const occurredAt = standing?.occurredAt ?? new Date(day ?? nowMs);
  const localDate = standing?.localDate ?? occurredAt.toISOString().slice(0, 10);
  const draft = { linkId, accountRef, subjectIndex, localDate, occurredAt, stage: 0, content };
  const [stored] = await parts.vault.storeRecords(tx, sealers, [draft], 'event');
  invariant(stored, 'what is stored is answered');
  return { recordId: stored.recordId };
}

function sealerOf({ sealers }: Storing, { linkId }: Route): LinkSealer {
  const sealer = sealers.get(linkId);
  invariant(sealer, 'a route leads to a link whose key is there');
  return sealer;
}

const receiptIn = (standing: StandingRecord | undefined): KeptReceipt | undefined =>
  standing?.content.kind === 'receipt' ? standing.content : undefined;
const parcelIn = (standing: StandingRecord | undefined): KeptParcel | undefined =>
  standing?.content.kind === 'parcel' ? standing.content : undefined;

/** Undefined of a carrier: who sent a parcel that is followed by its number nobody says. */
function shopNamed({ parts }: Storing, source: string): string | undefined {
  return parts.orderSenders.shops.find(({ id }) => shopSourceId(id) === source)?.name;
}
