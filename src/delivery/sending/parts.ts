import type { DeliveryId } from '#base';
import { sql, type Queryable } from '#db';
import type { PlatformIds } from './platform-ids.ts';
import type { CallReference } from './reference.ts';
import type { Settling } from './store.ts';

/** A delivery that is about to be sent in several parts. */
export interface PartsBegun {
  readonly deliveryId: DeliveryId;
  /** How many there are. */
  readonly parts: number;
  /** Of the message that was cut. */
  readonly revision: number;
  readonly attempt: number;
}

/** Which parts of deliveries their messenger has: a port, so that senders know nothing of tables. */
export interface Parts {
  /**
   * Before the first call of an attempt, where there are several or it is not the first: it may have been cut
   * otherwise before. Answers the parts that the messenger has, from earlier attempts, by number.
   */
  begin(begun: PartsBegun): Promise<ReadonlyMap<number, string>>;
  /** The messenger has one, under this id of its own. */
  taken(reference: CallReference, platformId: string): Promise<void>;
}

/** The parts in PostgreSQL. */
export function partsIn(db: Queryable, ids: PlatformIds): Parts {
  return {
    begin: async ({ deliveryId, parts, revision, attempt }) => {
      if (parts === 1) {
        // One that was never more than one has no row: any attempt's echo settles it.
        const cutAnew = await db.execute(sql`
          update delivery_parts set parts = 1, revision = ${revision}, since_attempt = ${attempt}, platform_index = null,
            sealed_platform_id = null
          where delivery_id = ${deliveryId} and (parts <> 1 or revision <> ${revision})`);
        if (cutAnew > 0) await forgetUnknowns(db, deliveryId);
        return new Map();
      }
      const rows = await db.query<{ part: number; isTaken: boolean; sealed: Buffer | null; since: number }>(sql`
        insert into delivery_parts (delivery_id, part, parts, revision, since_attempt)
        select ${deliveryId}, part, ${parts}, ${revision}, ${attempt} from generate_series(0, ${parts - 1}::integer) part
        on conflict (delivery_id, part) do update set parts = excluded.parts, revision = excluded.revision,
          -- Cut anew: what was taken of the other revision says nothing of this one.
          since_attempt = case when delivery_parts.revision = excluded.revision and delivery_parts.parts = excluded.parts
            then delivery_parts.since_attempt else excluded.since_attempt end,
          platform_index = case when delivery_parts.revision = excluded.revision and delivery_parts.parts = excluded.parts
            then delivery_parts.platform_index end,
          sealed_platform_id = case when delivery_parts.revision = excluded.revision
            and delivery_parts.parts = excluded.parts then delivery_parts.sealed_platform_id end
        returning part, platform_index is not null as "isTaken", sealed_platform_id as sealed,
          since_attempt as since`);
      if (attempt > 1 && rows.every(({ since }) => since === attempt)) await forgetUnknowns(db, deliveryId);
      const taken = rows.filter(({ isTaken }) => isTaken);
      return new Map(
        await Promise.all(
          taken.map(async ({ part, sealed }) => [part, (await opened(db, ids, deliveryId, sealed)) ?? ''] as const),
        ),
      );
    },
    taken: async (reference, platformId) => {
      await markTaken(db, ids, reference, platformId);
    },
  };
}

/** Cut anew its parts are others, and nobody has failed to know of them yet. */
async function forgetUnknowns(db: Queryable, deliveryId: DeliveryId): Promise<void> {
  await db.execute(sql`update deliveries set unknowns = 0 where delivery_id = ${deliveryId} and unknowns > 0`);
}

/**
 * Stores that a messenger has what carries a reference, under this id of its own.
 *
 * @returns what settles the delivery; undefined while parts of it are missing
 */
export async function takenBy(
  db: Queryable,
  ids: PlatformIds,
  reference: CallReference,
  platformId: string,
): Promise<Extract<Settling, { as: 'delivered' }> | undefined> {
  const { deliveryId, attempt } = reference;
  const marked = await markTaken(db, ids, reference, platformId);
  const rows = await db.query<{ isTaken: boolean; sealed: Buffer | null; revision: number }>(sql`
    select platform_index is not null as "isTaken", sealed_platform_id as sealed, revision from delivery_parts
    where delivery_id = ${deliveryId} and part < parts order by part`);
  const last = rows.at(-1);
  if (!last) return { as: 'delivered', deliveryId, platformId, shownRevision: undefined, attempt };
  if (!marked || rows.some((row) => !row.isTaken)) return undefined;
  const lastId = (await opened(db, ids, deliveryId, last.sealed)) ?? platformId;
  return { as: 'delivered', deliveryId, platformId: lastId, shownRevision: last.revision, attempt };
}

/** False: the delivery has no parts, or was cut otherwise when that call was made. */
async function markTaken(
  db: Queryable,
  ids: PlatformIds,
  { deliveryId, part, attempt }: CallReference,
  platformId: string,
): Promise<boolean> {
  const [kept] = await ids.keep(db, [{ deliveryId, platformId }]);
  const marked = await db.execute(sql`
    update delivery_parts set platform_index = ${kept?.index ?? null}, sealed_platform_id = ${kept?.sealed ?? null}
    where delivery_id = ${deliveryId} and part = ${part} and part < parts and since_attempt <= ${attempt}`);
  return marked > 0;
}

async function opened(
  db: Queryable,
  ids: PlatformIds,
  deliveryId: DeliveryId,
  sealed: Buffer | null,
): Promise<string | undefined> {
  return sealed === null ? undefined : ids.open(db, deliveryId, sealed);
}
