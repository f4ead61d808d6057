import { limits, type ConversationId, type IdentityId } from '#base';
import { sql, type Queryable, type Transaction } from '#db';
import type { Purpose } from '#contract';
import type { Thread } from '../change.ts';
import type { Detail } from './sender.ts';
import type { Otherwise } from './store.ts';

/** What a customer chooses of a destination. */
export interface DestinationChoice {
  /** Of whatever has no level of its own. */
  readonly detail: Detail;
  /** Levels by purpose; `off`: nothing is told there for it, and what is asked there is answered with a pointer. */
  readonly details: Readonly<Partial<Record<Purpose, Detail | 'off'>>>;
  /** When its messenger may not be written to: it waits for its person, goes to the spare ones, or is left out. */
  readonly otherwise: Otherwise;
  /** Used only when another may not be written to. */
  readonly spare: boolean;
}

/** Where else a conversation is brought to. */
export interface Destination extends Partial<DestinationChoice> {
  readonly identityId: IdentityId;
  readonly channel: string;
  readonly detail: Detail;
}

/** A destination as it stands. */
export type KeptDestination = DestinationChoice & Pick<Destination, 'identityId' | 'channel'>;

/**
 * From now on what is entered in the conversation is brought to this channel identity of its customer too,
 * at this level of detail; named again, it changes the level for what comes. What is not said of the choice is
 * as for everybody: no levels of their own, waiting, not spare.
 */
export async function putDestination(tx: Transaction, thread: Thread, to: Destination, nowMs: number): Promise<void> {
  await tx.execute(sql`
    insert into destinations (conversation_id, identity_id, customer_id, channel, detail, details, otherwise, spare, created_at)
    values (${thread.conversationId}, ${to.identityId}, ${thread.customerId}, ${to.channel}, ${to.detail},
      ${JSON.stringify(to.details ?? {})}::jsonb, ${to.otherwise ?? 'wait'}, ${to.spare ?? false}, ${new Date(nowMs)})
    on conflict (conversation_id, identity_id) do update set detail = excluded.detail, details = excluded.details,
      otherwise = excluded.otherwise, spare = excluded.spare`);
}

/** Where a conversation is brought to, in the order in which that was begun. */
export async function destinationsOf(db: Queryable, { conversationId }: Thread): Promise<KeptDestination[]> {
  return db.query<KeptDestination>(sql`
    select identity_id as "identityId", channel, detail, details, otherwise, spare from destinations
    where conversation_id = ${conversationId} order by created_at, identity_id`);
}

/**
 * Changes what is chosen of a destination; what is not named stays. It holds from the next call to its messenger
 * on, for what is on its way too. Answers false when there is no such destination.
 */
export async function changeDestination(
  tx: Transaction,
  { conversationId }: Thread,
  identityId: IdentityId,
  { detail, details, otherwise, spare }: Partial<DestinationChoice>,
): Promise<boolean> {
  const changed = await tx.execute(sql`
    update destinations set detail = coalesce(${detail ?? null}, detail),
      details = coalesce(${details ? JSON.stringify(details) : null}::jsonb, details),
      otherwise = coalesce(${otherwise ?? null}, otherwise), spare = coalesce(${spare ?? null}::boolean, spare)
    where conversation_id = ${conversationId} and identity_id = ${identityId}`);
  return changed > 0;
}

/** Nothing more is brought there; what was on its way is not sent. */
export async function removeDestination(tx: Transaction, thread: Thread, identityId: IdentityId): Promise<void> {
  const { conversationId } = thread;
  await tx.execute(
    sql`delete from destinations where conversation_id = ${conversationId} and identity_id = ${identityId}`,
  );
  await removeSent(tx, conversationId, identityId);
}

/** Removes all that stands here of a conversation. */
export async function removeDeliveries(
  tx: Transaction,
  { conversationId }: Pick<Thread, 'conversationId'>,
): Promise<void> {
  await tx.execute(sql`delete from destinations where conversation_id = ${conversationId}`);
  await removeSent(tx, conversationId, undefined);
}

/** Deliveries of a conversation, to one identity or to all, and what their messengers said of them. */
async function removeSent(
  tx: Transaction,
  conversationId: ConversationId,
  identityId: IdentityId | undefined,
): Promise<void> {
  await tx.execute(sql`
    with gone as (
      select delivery_id, channel, platform_index from deliveries where conversation_id = ${conversationId}
        and (${identityId ?? null}::uuid is null or identity_id = ${identityId ?? null}::uuid)
    ), ids as (
      select channel, platform_index from gone where platform_index is not null
      union select g.channel, p.platform_index from gone g join delivery_parts p using (delivery_id)
        where p.platform_index is not null
    )
    delete from channel_statuses s using ids i where s.channel = i.channel and s.platform_index = i.platform_index`);
  await tx.execute(sql`delete from deliveries where conversation_id = ${conversationId}
    and (${identityId ?? null}::uuid is null or identity_id = ${identityId ?? null}::uuid)`);
}

/** Forgets what was settled long ago. What is parked stays until somebody has looked. */
export async function forgetOldDeliveries(db: Queryable, nowMs: number): Promise<void> {
  const before = new Date(nowMs - limits.deliveryDaysKept * 86_400_000);
  await db.execute(sql`delete from deliveries where state in ('delivered', 'skipped') and at < ${before}`);
}
