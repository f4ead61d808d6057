import type { DeliveryId, NodeId } from '#base';
import { sql, type Database } from '#db';
import type { KeptPlatformId, PlatformIds } from './platform-ids.ts';
import {
  closedCode,
  closedWaitMs,
  countsAgainst,
  failedPauseMs,
  failuresMax,
  type Settled,
  type Settling,
} from './store.ts';

/** `settle` of the store. Of several words on one delivery in one call the first counts; the others come after it. */
export async function settleDeliveries(
  database: Database,
  ids: PlatformIds,
  node: NodeId,
  settlings: readonly Settling[],
  now: Date | null,
): Promise<(Settled | undefined)[]> {
  const settled: (Settled | undefined)[] = settlings.map(() => undefined);
  let open = [...settlings.keys()];
  while (open.length > 0) {
    const together = new Map<DeliveryId, number>();
    const later: number[] = [];
    for (const place of open) {
      const { deliveryId } = settlings[place] as Settling;
      if (together.has(deliveryId)) later.push(place);
      else together.set(deliveryId, place);
    }
    const some = [...together.values()].map((place) => settlings[place] as Settling);
    const columns = columnsOf(some, await keptOf(database, ids, some));
    for (const row of await database.query<Settled>(settleStatement(columns, node, now)))
      settled[together.get(row.deliveryId) as number] = row;
    open = later;
  }
  return settled;
}

/** The messengers' own ids among what is known, as they are kept. */
async function keptOf(
  database: Database,
  ids: PlatformIds,
  settlings: readonly Settling[],
): Promise<ReadonlyMap<DeliveryId, KeptPlatformId>> {
  const named = settlings.flatMap((one) =>
    one.as === 'delivered' && one.platformId !== undefined
      ? [{ deliveryId: one.deliveryId, platformId: one.platformId }]
      : [],
  );
  const kept = await ids.keep(database, named);
  return new Map(named.flatMap(({ deliveryId }, n) => (kept[n] ? [[deliveryId, kept[n]]] : [])));
}

/** What is known of each delivery, as columns. */
function columnsOf(settlings: readonly Settling[], kept: ReadonlyMap<DeliveryId, KeptPlatformId>) {
  const of = <Value>(value: (one: Settling) => Value | undefined): (Value | null)[] =>
    settlings.map((one) => value(one) ?? null);
  return {
    ids: settlings.map((one) => one.deliveryId),
    states: settlings.map((one) => (one.as === 'failed' ? one.becomes : one.as)),
    fences: of((one) => ('fence' in one ? one.fence : undefined)),
    attempts: of((one) => (one.as === 'delivered' ? one.attempt : 'attempts' in one ? one.attempts : undefined)),
    codes: of((one) => (one.as === 'delivered' ? undefined : one.code)),
    inMs: of((one) => ('inMs' in one ? one.inMs : undefined)),
    failed: settlings.map((one) => (one.as === 'failed' ? countsAgainst(one) : 'failed' in one && one.failed)),
    windowOver: settlings.map((one) => ('windowOver' in one && one.windowOver) ?? false),
    parts: of((one) => (one.as === 'unknown' ? one.part : undefined)),
    platformIndexes: of((one) => kept.get(one.deliveryId)?.index),
    sealedIds: of((one) => kept.get(one.deliveryId)?.sealed ?? undefined),
    shownRevisions: of((one) => (one.as === 'delivered' ? one.shownRevision : undefined)),
    lostIndexes: of((one) => (one.as === 'failed' ? one.platformIndex : undefined)),
  };
}

function settleStatement(columns: ReturnType<typeof columnsOf>, node: NodeId, now: Date | null) {
  return sql`
    with ${words(columns, now)},
    settled as (
      update deliveries d set state = case when w.reopened then 'waiting'
          -- What a messenger could not show again and again is tried no more.
          when w.lost is not null and w.failed and d.failures + 1 >= ${failuresMax} then 'parked'
          else w.state end,
        code = case when w.reopened then null else w.code end,
        platform_index = case when w.lost is null then coalesce(w.platform_index, d.platform_index) end,
        sealed_platform_id = case when w.lost is not null then null
          when w.platform_index is null then d.sealed_platform_id else w.sealed_id end,
        shown_revision = case when w.lost is null then coalesce(w.shown_revision, d.shown_revision) end,
        failures = d.failures + case when w.failed then 1 else 0 end,
        window_over = d.window_over or w.window_over,
        -- What is known by now was not unknown the last time; of a part that is still not known this says nothing.
        unknowns = case when w.reopened or w.state = 'delivered' or (w.lost is not null and d.state <> 'unknown') then 0
          when w.state <> 'unknown' then d.unknowns when d.unknown_part = w.part then d.unknowns + 1 else 1 end,
        unknown_part = case when w.state = 'unknown' then w.part else d.unknown_part end,
        failed_attempt = case when w.lost is null then d.failed_attempt else d.attempts end,
        -- An echo of what nobody knows of yet may still come: it is waited for as long.
        next_at = greatest(case when w.lost is not null and d.state = 'unknown' then d.next_at end,
          case when w.reopened then t.now
          when w.otherwise = 'wait' then least(d.at + ${closedWaitMs.most} * interval '1 millisecond',
            t.now + greatest(${closedWaitMs.least} * interval '1 millisecond', t.now - d.at))
          when w.in_ms is not null then t.now + w.in_ms * interval '1 millisecond'
          when w.lost is not null then t.now + least(${failedPauseMs.most},
            ${failedPauseMs.first} * power(2, least(d.attempts, 20) - 1)) * interval '1 millisecond'
          else d.next_at end)
      from t, words w
      where d.delivery_id = w.delivery_id and case
          when w.reopened then true
          when w.lost is not null then d.state in ('delivered', 'waiting', 'unknown') and (d.platform_index = w.lost
            or exists (select from delivery_parts p where p.delivery_id = d.delivery_id and p.platform_index = w.lost))
          when w.state = 'delivered' then d.attempts > 0 and d.state <> 'delivered'
            and coalesce(w.attempts > d.failed_attempt, true)
          else d.state = 'attempted' and d.attempts = w.attempts and d.fence = w.fence and exists (
            select from delivery_leases l join delivery_nodes o on o.node_id = l.node_id
            where l.shard = d.shard and l.fence = w.fence and l.node_id = ${node} and o.until > t.now)
        end
      returning d.delivery_id, d.shard, d.channel, w.reopened, w.otherwise, d.conversation_id, d.identity_id, d.seq,
        d.entry, d.message_id, d.revision, d.purpose, d.asked, d.state, w.lost, d.attempts
    ), missing as (
      -- It is sent again, and what was said of earlier attempts says nothing of it.
      update delivery_parts p set platform_index = null, sealed_platform_id = null, since_attempt = d.attempts + 1
      from settled d where p.delivery_id = d.delivery_id and p.platform_index = d.lost
    ), elsewhere as (
      insert into deliveries (conversation_id, identity_id, seq, delivery_id, shard, customer_id, channel, entry,
        message_id, revision, purpose, asked, state, at, next_at)
      select e.conversation_id, e.identity_id, d.seq, gen_random_uuid(), d.shard, e.customer_id, e.channel, d.entry,
        d.message_id, d.revision, d.purpose, d.asked, 'waiting', t.now, t.now
      from t, settled d join destinations e on e.conversation_id = d.conversation_id and e.spare
        and e.identity_id <> d.identity_id and delivery_detail(e.detail, e.details, d.purpose, d.asked) is not null
      where d.otherwise = 'elsewhere' and not d.reopened
      on conflict do nothing
    )
    select delivery_id as "deliveryId", shard, channel, state in ('waiting', 'unknown') as "isOpen",
      state = 'parked' as "isParked"
    from settled where not reopened`;
}

/** The first half of the statement: what each of these says (`words`), as it stands with the deliveries at `t.now`. */
const words = (columns: ReturnType<typeof columnsOf>, now: Date | null) => sql`
    t as (select coalesce(${now}::timestamptz, clock_timestamp()) as now), s as (
      select * from unnest(
        ${columns.ids}::uuid[], ${columns.states}::text[], ${columns.fences}::integer[], ${columns.attempts}::integer[],
        ${columns.codes}::text[], ${columns.inMs}::double precision[], ${columns.failed}::boolean[],
        ${columns.windowOver}::boolean[], ${columns.parts}::smallint[], ${columns.platformIndexes}::bytea[],
        ${columns.sealedIds}::bytea[], ${columns.shownRevisions}::integer[], ${columns.lostIndexes}::bytea[]
      ) as s (delivery_id, state, fence, attempts, code, in_ms, failed, window_over, part, platform_index, sealed_id,
        shown_revision, lost)
    ), reopened as (
      -- What was taken back without knowing that it stands there, or as what, is taken back again.
      select distinct r.delivery_id from s join deliveries d using (delivery_id)
      join deliveries r on r.conversation_id = d.conversation_id and r.identity_id = d.identity_id and r.seq > d.seq
        and r.message_id = d.message_id and r.entry = 'removal'
      where s.state = 'delivered' and s.platform_index is not null and d.attempts > 0 and d.state <> 'delivered'
        and coalesce(s.attempts > d.failed_attempt, true)
    ), otherwise as (
      -- What is done where the person may not be written to now, as their customer chose; with nothing to go to it waits.
      select s.delivery_id, case when x.otherwise = 'elsewhere' and exists (
          select from destinations e where e.conversation_id = d.conversation_id and e.spare and e.identity_id <> d.identity_id
            and delivery_detail(e.detail, e.details, d.purpose, d.asked) is not null
        ) then 'elsewhere'
        when x.otherwise = 'drop' or t.now >= d.at + ${closedWaitMs.most} * interval '1 millisecond' then 'drop'
        else 'wait' end as otherwise
      from t, s join deliveries d using (delivery_id)
      join destinations x on x.conversation_id = d.conversation_id and x.identity_id = d.identity_id
      where s.state = 'closed'
    ), words as (
      select s.delivery_id, case s.state when 'closed' then case o.otherwise when 'wait' then 'waiting' else 'skipped' end
          else s.state end as state,
        s.fence, s.attempts, case o.otherwise when 'wait' then ${closedCode} else s.code end as code, s.in_ms,
        s.failed, s.window_over, s.part, s.platform_index, s.sealed_id, s.shown_revision, s.lost,
        r.delivery_id is not null as reopened, o.otherwise
      from s left join reopened r using (delivery_id) left join otherwise o using (delivery_id)
      union all
      select r.delivery_id, 'waiting', null, null, null, 0, false, false, null, null, null, null, null, true, null
      from reopened r where not exists (select from s where s.delivery_id = r.delivery_id)
    )`;
