import type { LinkId, RecordId } from '#base';
import { limits, newId, type MessageId } from '#base';
import { isCarrierId, type Purpose } from '#contract';
import type { Transaction } from '#db';
import type { Change } from '#delivery';
import type { Route } from '#linking';
import {
  codeForm,
  findFollowed,
  findOrderRoutes,
  holdOrders,
  orderRoute,
  shipmentRoute,
  trackingRoute,
  type ReadParcel,
  type ReadReceipt,
} from '#orders';
import type { BankId } from '#base';
import { taskActor, type LinkSealer } from '#vault';
import { enterKeysOf } from '../dedupe.ts';
import type { Fate } from '../fate.ts';
import type { ParsedEvent } from '../parse.ts';
import type { IntakeParts } from '../parts.ts';
import { keepParcel, keepReceipt, type Kept } from './keep.ts';

/** Who tells: a shop, by its id among those who give data, or a carrier, which knows nobody but parcels. */
export interface Teller {
  /** As its keys and counts are named: `shop:northwind`. */
  readonly sender: string;
  readonly shop?: { readonly id: BankId; readonly name: string };
  /** By its id among those who give data. */
  readonly carrier?: BankId;
}

/** Something that was told. */
export type Thing =
  | { readonly kind: 'receipt'; readonly receipt: ReadReceipt }
  | { readonly kind: 'parcel'; readonly parcel: ReadParcel };

/** One event, or one body, with what it tells. */
export interface Telling {
  readonly key: ParsedEvent<{ readonly id: string }>;
  readonly things: readonly Thing[];
}

/** What every part of the storing works with. */
export interface Storing {
  readonly tx: Transaction;
  readonly parts: IntakeParts;
  readonly teller: Teller;
  readonly sealers: ReadonlyMap<LinkId, LinkSealer>;
  readonly nowMs: number;
}

/**
 * Stores what was told, in one transaction: where it leads, the keys of the events that are new, receipts and parcels
 * put together with what stands, their messages, and the uses. Answers what became of each telling. An order that
 * names no customer of ours, or one who has not allowed it, is dropped: nothing of it is stored.
 */
export async function storeTellings(
  tx: Transaction,
  parts: IntakeParts,
  teller: Teller,
  tellings: readonly Telling[],
  nowMs: number,
): Promise<Fate[]> {
  const led = await leadsOf(tx, parts, teller, tellings);
  const { routes, sealers } = await parts.linking.routes(tx, led.accountIndexes);
  await holdOrders(
    tx,
    routes.map((route) => route.linkId),
  );
  const hasOrder = await ordersThere(tx, parts, teller, tellings);
  const to = (thing: Thing): readonly Route[] =>
    routes.filter(
      (route) =>
        led.of(thing, route) &&
        (led.isNamed(thing) || hasOrder(thing, route)) &&
        (!isCarriers(sealers, route) || led.isFollowed(thing, route)),
    );
  const wanted = tellings.filter(({ things }) => things.some((thing) => to(thing).some((one) => allows(one, thing))));
  const fresh = await enterKeysOf(
    tx,
    teller.sender,
    wanted.map((one) => one.key),
    nowMs,
  );
  const storing: Storing = { tx, parts, teller, sealers, nowMs };
  const kept: (Kept & { readonly route: Route })[] = [];
  for (const { things } of wanted.filter((one) => fresh.has(one.key)))
    for (const thing of [...things.filter((one) => !isRefund(one)), ...things.filter(isRefund)])
      for (const route of to(thing).filter((one) => allows(one, thing)))
        kept.push(...(await keep(storing, route, thing)).map((one) => ({ ...one, route })));
  await tell(storing, kept);
  return tellings.map((one): Fate => {
    if (fresh.has(one.key)) return 'accepted';
    if (wanted.includes(one)) return 'duplicate';
    return one.things.some((thing) => to(thing).length > 0) ? 'notAllowed' : 'unlinked';
  });
}

/**
 * A number leads to a connection with a carrier only while its customer follows it there: a carrier uses numbers again,
 * and what one carrier tells does not go under the consent that was given to another.
 */
const isCarriers = (sealers: Storing['sealers'], { linkId }: Route): boolean =>
  isCarrierId(sealers.get(linkId)?.bankId ?? '');

const purposeOf = (thing: Pick<Thing, 'kind'>): Purpose => (thing.kind === 'receipt' ? 'receipts' : 'shipping');

/** An order with parcels is of use to whoever allows either. */
function allows({ purposes }: Route, thing: Thing): boolean {
  if (purposes.has(purposeOf(thing))) return true;
  return thing.kind === 'receipt' && thing.receipt.parcels.length > 0 && purposes.has('shipping');
}

interface Leads {
  /** Of every link that anything may go to. */
  readonly accountIndexes: readonly Buffer[];
  /** Whether a thing goes to a link. */
  of(thing: Thing, route: Route): boolean;
  /** Whether it names its customer itself. */
  isNamed(thing: Thing): boolean;
  /** Whether it is about a number that the link's customer follows at the carrier that tells. */
  isFollowed(thing: Thing, route: Route): boolean;
}

/** Where things lead: by the code that names the customer, by the order, by what was sent, or by the tracking number. */
async function leadsOf(
  tx: Transaction,
  parts: IntakeParts,
  teller: Teller,
  tellings: readonly Telling[],
): Promise<Leads> {
  const { linking, vault } = parts;
  const named = new Map<Thing, Buffer>();
  const hints = new Map<Thing, readonly Buffer[]>();
  for (const thing of tellings.flatMap((one) => one.things)) {
    const told = thing.kind === 'receipt' ? thing.receipt : thing.parcel;
    if (teller.shop && told.reference !== undefined)
      named.set(thing, linking.accountIndex(teller.shop.id, codeForm(told.reference)));
    // Who is named decides alone: an order that another customer had is not told to them under a foreign name.
    hints.set(thing, named.has(thing) ? [] : hintsOf(vault, teller, thing));
  }
  const indexes = [...hints.values()].flat();
  // A carrier also tells of what its own customers asked it to, before anything of the parcel stands.
  const followed = teller.carrier ? await findFollowed(tx, teller.carrier, indexes) : [];
  const found = [...(await findOrderRoutes(tx, indexes)), ...followed];
  const byHint = Map.groupBy(found, (one) => one.index.toString('hex'));
  const follows = new Set(followed.map(({ index, linkId }) => `${index.toString('hex')}|${linkId}`));
  const linksOf = (thing: Thing): readonly LinkId[] =>
    (hints.get(thing) ?? []).flatMap((hint) => (byHint.get(hint.toString('hex')) ?? []).map((one) => one.linkId));
  const linkIds = [...hints.keys()].flatMap(linksOf);
  const known = linkIds.length === 0 ? [] : await linking.accountIndexesOf(tx, [...new Set(linkIds)]);
  return {
    accountIndexes: [...named.values(), ...known],
    isNamed: (thing) => named.has(thing),
    isFollowed: (thing, { linkId }) =>
      (hints.get(thing) ?? []).some((hint) => follows.has(`${hint.toString('hex')}|${linkId}`)),
    of: (thing, route) =>
      named.get(thing)?.equals(route.accountIndex) === true || linksOf(thing).includes(route.linkId),
  };
}

/** A refund alone: it is shown on its order and nowhere else. */
const isRefund = (thing: Thing): boolean => thing.kind === 'receipt' && thing.receipt.told === 'refund';

/**
 * Whether the order of a refund that names nobody stands in a link, or is told in the same body. One that came before
 * its order is not taken and its key is not entered, so that it is taken when it is sent again; one that names its
 * customer waits for its order under that customer's key (`keepEarlyRefund`). Asked once the links' orders are held:
 * an order that is just being stored counts.
 */
async function ordersThere(
  tx: Transaction,
  { vault }: IntakeParts,
  { shop }: Teller,
  tellings: readonly Telling[],
): Promise<(thing: Thing, route: Route) => boolean> {
  const things = tellings.flatMap((one) => one.things);
  const indexOf = (thing: Thing): string | undefined => {
    if (!shop || thing.kind !== 'receipt') return undefined;
    const key = thing.receipt.orderId ?? thing.receipt.number;
    return key === undefined ? undefined : orderRoute(vault, shop.id, key).toString('hex');
  };
  const wanted = things.filter(isRefund).flatMap((thing) => indexOf(thing) ?? []);
  if (wanted.length === 0) return () => true;
  const led = await findOrderRoutes(
    tx,
    wanted.map((one) => Buffer.from(one, 'hex')),
  );
  const standing = new Set(led.map(({ index, linkId }) => `${index.toString('hex')}|${linkId}`));
  const beside = (thing: Thing): boolean =>
    tellings.some((one) => one.things.includes(thing) && one.things.some((other) => isOrderOf(other, thing)));
  const isOrderOf = (other: Thing, refund: Thing): boolean => !isRefund(other) && indexOf(other) === indexOf(refund);
  return (thing, { linkId }) => !isRefund(thing) || standing.has(`${indexOf(thing) ?? ''}|${linkId}`) || beside(thing);
}

/** An order by its id, what was sent by its own; a carrier names the tracking number alone. */
function hintsOf(vault: IntakeParts['vault'], { shop }: Teller, thing: Thing): Buffer[] {
  if (thing.kind === 'receipt') {
    const key = thing.receipt.orderId ?? thing.receipt.number;
    return shop && key !== undefined ? [orderRoute(vault, shop.id, key)] : [];
  }
  const { orderId, shipmentId, trackingNumber } = thing.parcel;
  if (!shop) return trackingNumber === undefined ? [] : [trackingRoute(vault, trackingNumber)];
  return [
    ...(orderId === undefined ? [] : [orderRoute(vault, shop.id, orderId)]),
    ...(shipmentId === undefined ? [] : [shipmentRoute(vault, shop.id, shipmentId)]),
  ];
}

async function keep(storing: Storing, route: Route, thing: Thing): Promise<Kept[]> {
  if (thing.kind === 'parcel') return keepParcel(storing, route, thing.parcel);
  const kept = route.purposes.has('receipts') ? await keepReceipt(storing, route, thing.receipt) : [];
  if (!route.purposes.has('shipping')) return kept;
  const { orderId, parcels } = thing.receipt;
  for (const parcel of parcels.slice(0, limits.orderParcelsMax))
    kept.push(...(await keepParcel(storing, route, { ...parcel, ...(orderId !== undefined && { orderId }) })));
  return kept;
}

/** Writes the messages, one a receipt and one a parcel however often either changed, and enters the uses. */
async function tell(
  { tx, parts, sealers, nowMs }: Storing,
  kept: readonly (Kept & { readonly route: Route })[],
): Promise<void> {
  if (kept.length === 0) return;
  const last = new Map<RecordId, (typeof kept)[number]>();
  for (const one of kept) {
    const { isLoud = false } = last.get(one.recordId) ?? {};
    last.set(one.recordId, { ...one, isLoud: one.isLoud || isLoud });
  }
  const shown = await parts.delivery.messagesShowing(tx, [...last.keys()]);
  const changes = [...last.values()].map(({ route, recordId, content, isLoud }): Change => {
    const { customerId, conversationId, linkId } = route;
    const earlier = shown.get(recordId);
    const body = { from: 'record', linkId, purpose: purposeOf(content), recordId, shown: content } as const;
    const said = { customerId, conversationId, author: 'bank', atMs: nowMs, body } as const;
    // Whoever looks sees every step; nobody is called for one that only passes by.
    const to = isLoud ? {} : { to: 'browsers' as const };
    if (earlier === undefined) return { ...said, ...to, messageId: newId<MessageId>(), entry: 'message' };
    return { ...said, ...to, messageId: earlier, entry: 'edit', ...(isLoud && { worthSaying: true }) };
  });
  // Before the messages: a receipt that is called off is shown without the purchase that it stood with.
  await parts.pairing.receiptsStored(
    tx,
    [...last.values()].flatMap(({ route: { linkId, customerId }, recordId, content }) =>
      content.kind === 'receipt' ? [{ linkId, customerId, recordId, content }] : [],
    ),
  );
  await parts.delivery.write(tx, changes, sealers);
  const uses = Map.groupBy(last.values(), ({ route, content }) => `${route.linkId}|${content.kind}`);
  await parts.vault.gate.enterWithin(
    tx,
    [...uses.values()].flatMap((some) => {
      const [first] = some;
      if (!first) return [];
      const { route, content } = first;
      const actor = taskActor('notify', route.customerId);
      const use = { actor, purpose: purposeOf(content), linkId: route.linkId, fields: [content.kind] };
      return [{ ...use, reason: 'order-shown', records: some.length }];
    }),
    nowMs,
  );
}
