import type { LinkId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { Vault } from '#vault';
import { compact } from './tracking/index.ts';

/** A record that something leads to. */
export interface Led {
  readonly linkId: LinkId;
  readonly subjectIndex: Buffer;
}

type Index = Pick<Vault, 'index'>;

/** The keyed hash of an order of a shop. */
export const orderRoute = ({ index }: Index, shop: string, orderId: string): Buffer =>
  index('shop-order', `${shop}|${orderId}`);

/** The keyed hash of what a shop sent, by the shop's own id. */
export const shipmentRoute = ({ index }: Index, shop: string, shipmentId: string): Buffer =>
  index('shop-shipment', `${shop}|${shipmentId}`);

/** The keyed hash of a tracking number, however its groups are written. */
export const trackingRoute = ({ index }: Index, trackingNumber: string): Buffer =>
  index('tracking', compact(trackingNumber));

/** Where these lead: to several links, where several people follow one parcel. */
export async function findOrderRoutes(db: Queryable, indexes: readonly Buffer[]): Promise<(Led & { index: Buffer })[]> {
  if (indexes.length === 0) return [];
  return db.query(sql`select route_index as index, link_id as "linkId", subject_index as "subjectIndex"
    from order_routes where route_index = any(${[...indexes]}::bytea[])`);
}

/** Where one of these leads within one link. */
export async function findOrderRoute(
  db: Queryable,
  linkId: LinkId,
  index: Buffer | undefined,
): Promise<Buffer | undefined> {
  if (!index) return undefined;
  const [row] = await db.query<{ subjectIndex: Buffer }>(sql`select subject_index as "subjectIndex" from order_routes
    where route_index = ${index} and link_id = ${linkId}`);
  return row?.subjectIndex;
}

/** Remembers what leads to a record; what leads somewhere else already stays. */
export async function keepOrderRoutes(
  tx: Transaction,
  led: Led,
  indexes: readonly (Buffer | undefined)[],
): Promise<void> {
  const known = indexes.filter((one) => one !== undefined);
  if (known.length === 0) return;
  await tx.execute(sql`insert into order_routes (route_index, link_id, subject_index)
    select i, ${led.linkId}, ${led.subjectIndex} from unnest(${known}::bytea[]) as u (i) on conflict do nothing`);
}

/** Within one link this leads nowhere any more. */
export async function forgetOrderRoute(tx: Transaction, linkId: LinkId, index: Buffer): Promise<void> {
  await tx.execute(sql`delete from order_routes where route_index = ${index} and link_id = ${linkId}`);
}

/**
 * Holds the orders of these links until the transaction ends: two bodies that tell of one order at once are put
 * together one after the other. Taken after the links' keys, in the order of their ids.
 */
export async function holdOrders(tx: Transaction, linkIds: readonly LinkId[]): Promise<void> {
  for (const linkId of [...new Set(linkIds)].toSorted())
    await tx.query(sql`select pg_advisory_xact_lock(hashtextextended(${`orders ${linkId}`}, 0))`);
}
