import type { DeliveryId, IdentityId } from '#base';
import { sql, type Database, type Queryable } from '#db';
import type { Evidence } from '../channel.ts';
import type { Thread } from '../change.ts';
import type { ToldFailed } from '../sending/sender.ts';

type Status = Extract<Evidence, { kind: 'status' }>['status'];

/** What a messenger said of a message of ours. */
export interface StatusOf {
  readonly channel: string;
  /** The keyed hash of the messenger's own id of the message (`PlatformIds`). */
  readonly platformIndex: Buffer;
  readonly status: Status;
  readonly code: number | undefined;
}

/** They only move forward; who has read a message was not failed to be shown it. */
const order: readonly Status[] = ['sent', 'failed', 'delivered', 'read'];

/**
 * Enters a status; false when one as far or further stands already. It waits until it is marked as applied.
 *
 * @param deliveryId the delivery that the messenger names by our reference: one that is gone leaves no status
 */
export async function enterStatus(
  db: Queryable,
  { channel, platformIndex, status, code }: StatusOf,
  deliveryId: DeliveryId | undefined,
): Promise<boolean> {
  const named = deliveryId ?? null;
  const entered = await db.execute(sql`
    insert into channel_statuses (channel, platform_index, status, code, applied, at, delivery_id)
    select ${channel}, ${platformIndex}, ${status}, ${code ?? null}::integer, ${status === 'sent'}, clock_timestamp(), ${named}::uuid
    where ${named}::uuid is null or exists (select from deliveries where delivery_id = ${named}::uuid)
    on conflict (channel, platform_index) do update set status = excluded.status, code = excluded.code,
      applied = excluded.applied, at = excluded.at,
      delivery_id = coalesce(channel_statuses.delivery_id, excluded.delivery_id)
    where array_position(${[...order]}::text[], channel_statuses.status) < array_position(${[...order]}::text[], excluded.status)`);
  return entered > 0;
}

/** It has had its effect on this delivery, and goes with it. */
export async function markApplied(
  db: Queryable,
  { channel, platformIndex, status }: StatusOf,
  deliveryId: DeliveryId,
): Promise<void> {
  await db.execute(sql`update channel_statuses set applied = true, delivery_id = ${deliveryId}
    where channel = ${channel} and platform_index = ${platformIndex} and status = ${status}`);
}

/** It is of this delivery, and goes with it also when the messenger's id stands with the delivery no more. */
export async function nameDelivery(
  db: Queryable,
  { channel, platformIndex }: Pick<StatusOf, 'channel' | 'platformIndex'>,
  deliveryId: DeliveryId,
): Promise<void> {
  await db.execute(sql`update channel_statuses set delivery_id = ${deliveryId}
    where channel = ${channel} and platform_index = ${platformIndex} and delivery_id is null`);
}

/**
 * A messenger has taken something of a delivery under an id that does not stand with the delivery, as when it took it
 * twice: a status of it that names no reference of ours is known by this to be of that delivery.
 */
export async function enterCopy(
  db: Queryable,
  { channel, platformIndex }: Pick<StatusOf, 'channel' | 'platformIndex'>,
  deliveryId: DeliveryId,
): Promise<void> {
  await db.execute(sql`
    insert into channel_statuses (channel, platform_index, status, applied, at, delivery_id)
    select ${channel}, ${platformIndex}, 'sent', true, clock_timestamp(), delivery_id from deliveries
    where delivery_id = ${deliveryId} and platform_index is distinct from ${platformIndex}
      and not exists (select from delivery_parts p where p.platform_index = ${platformIndex})
    on conflict (channel, platform_index) do update set delivery_id = excluded.delivery_id
    where channel_statuses.delivery_id is null`);
}

/** A status without effect after this was of a message of somebody else's. */
const waitsMinutes = 60;

/** Statuses that came before what they are of was known, and are of something that is known now. */
export function waitingStatuses(database: Database): Promise<StatusOf[]> {
  return database.query<StatusOf>(sql`
    select s.channel, s.platform_index as "platformIndex", s.status, s.code from channel_statuses s
    where not s.applied and s.at > clock_timestamp() - ${waitsMinutes} * interval '1 minute'
      and (exists (select from deliveries d where d.channel = s.channel and d.platform_index = s.platform_index)
        or exists (select from delivery_parts p where p.platform_index = s.platform_index))
    order by s.at limit 500`);
}

/** What a person has seen: their conversation, and how far. */
export type SeenSoFar = Thread & { readonly seq: number };

/** A delivery of which a messenger told something. */
export interface ToldOf extends SeenSoFar, Omit<ToldFailed, 'account' | 'code'> {
  readonly deliveryId: DeliveryId;
  /** The page or the number that it went from; undefined where nobody is met any more. */
  readonly account: string | undefined;
  readonly state: string;
}

/** Where a message of ours stands, by the messenger's id of it or of a part of it; undefined while that is not known. */
export async function deliveredAs(
  db: Queryable,
  { channel, platformIndex }: Pick<StatusOf, 'channel' | 'platformIndex'>,
): Promise<ToldOf | undefined> {
  const [row] = await db.query<Omit<ToldOf, 'seq'> & { seq: bigint }>(sql`
    select d.delivery_id as "deliveryId", d.customer_id as "customerId", d.conversation_id as "conversationId",
      d.identity_id as "identityId", d.seq, d.attempts as attempt, d.window_over as "windowOver", d.state, a.account
    from deliveries d left join channel_addresses a on a.identity_id = d.identity_id
    where d.delivery_id in (
      select delivery_id from deliveries where channel = ${channel} and platform_index = ${platformIndex}
      union all
      select p.delivery_id from delivery_parts p join deliveries using (delivery_id)
      where channel = ${channel} and p.platform_index = ${platformIndex})
    order by d.seq desc limit 1`);
  return row && { ...row, seq: Number(row.seq), account: row.account ?? undefined };
}

/** The newest that was brought to an identity up to then; undefined when nothing was. */
export async function deliveredUpTo(
  db: Queryable,
  { conversationId, identityId }: Thread & { readonly identityId: IdentityId },
  upToMs: number,
): Promise<SeenSoFar | undefined> {
  const [row] = await db.query<Thread & { seq: bigint }>(sql`
    select customer_id as "customerId", conversation_id as "conversationId", seq from deliveries
    where conversation_id = ${conversationId} and identity_id = ${identityId} and state = 'delivered' and at <= ${new Date(upToMs)}
    order by seq desc limit 1`);
  return row && { ...row, seq: Number(row.seq) };
}
