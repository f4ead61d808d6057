import type { DeliveryId, NodeId } from '#base';
import { sql, type Database } from '#db';
import type { KeptPlatformId, PlatformIds } from './platform-ids.ts';
import { closedCode, closedWaitMs, type Settled, type Settling } from './store.ts';

type ByReference = Exclude<Settling, { as: 'failed' }>;
type Failed = Extract<Settling, { as: 'failed' }>;

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
      const name = (settlings[place] as Settling).deliveryId;
      if (together.has(name)) later.push(place);
      else together.set(name, place);
    }
    const some = [...together.values()].map((place) => settlings[place] as Settling);
    const changed = new Map([
      ...(await byReference(
        database,
        ids,
        node,
        some.filter((one) => one.as !== 'failed'),
        now,
      )),
      ...(await failedLater(
        database,
        some.filter((one) => one.as === 'failed'),
      )),
    ]);
    for (const [name, place] of together) settled[place] = changed.get(name);
    open = later;
  }
  return settled;
}

/** What is known of each delivery, as columns. */
function columnsOf(settlings: readonly ByReference[], kept: ReadonlyMap<DeliveryId, KeptPlatformId>) {
  const own = <Value>(of: (one: Exclude<ByReference, { as: 'delivered' }>) => Value): (Value | null)[] =>
    settlings.map((one) => (one.as === 'delivered' ? null : of(one)));
  return {
    ids: settlings.map((one) => one.deliveryId),
    states: settlings.map((one) => one.as),
    fences: own((one) => one.fence),
    attempts: own((one) => one.attempts),
    codes: own((one) => one.code),
    inMs: own((one) => ('inMs' in one ? one.inMs : null)),
    failed: own((one) => 'failed' in one && one.failed),
    platformIndexes: settlings.map((one) => kept.get(one.deliveryId)?.index ?? null),
    sealedIds: settlings.map((one) => kept.get(one.deliveryId)?.sealed ?? null),
    shownRevisions: settlings.map((one) => (one.as === 'delivered' ? (one.shownRevision ?? null) : null)),
  };
}

/** The messengers' own ids among what is known, as they are kept. */
async function keptOf(
  database: Database,
  ids: PlatformIds,
  settlings: readonly ByReference[],
): Promise<ReadonlyMap<DeliveryId, KeptPlatformId>> {
  const named = settlings.flatMap((one) =>
    one.as === 'delivered' && one.platformId !== undefined
      ? [{ deliveryId: one.deliveryId, platformId: one.platformId }]
      : [],
  );
  const kept = await ids.keep(database, named);
  return new Map(named.flatMap(({ deliveryId }, n) => (kept[n] ? [[deliveryId, kept[n]]] : [])));
}

async function byReference(
  database: Database,
  ids: PlatformIds,
  node: NodeId,
  settlings: readonly ByReference[],
  now: Date | null,
): Promise<[DeliveryId, Settled][]> {
  if (settlings.length === 0) return [];
  const kept = await keptOf(database, ids, settlings);
  const rows = await database.query<Settled>(settleStatement(columnsOf(settlings, kept), node, now));
  return rows.map((row) => [row.deliveryId, row]);
}

function settleStatement(columns: ReturnType<typeof columnsOf>, node: NodeId, now: Date | null) {
  return sql`
    with t as (select coalesce(${now}::timestamptz, clock_timestamp()) as now), s as (
      select * from unnest(
        ${columns.ids}::uuid[], ${columns.states}::text[], ${columns.fences}::integer[], ${columns.attempts}::integer[],
        ${columns.codes}::text[], ${columns.inMs}::double precision[], ${columns.failed}::boolean[],
        ${columns.platformIndexes}::bytea[], ${columns.sealedIds}::bytea[], ${columns.shownRevisions}::integer[]
      ) as s (delivery_id, state, fence, attempts, code, in_ms, failed, platform_index, sealed_id, shown_revision)
    ), reopened as (
      -- What was taken back without knowing that it stands there, or as what, is taken back again.
      select distinct r.delivery_id from s join deliveries d using (delivery_id)
      join deliveries r on r.conversation_id = d.conversation_id and r.identity_id = d.identity_id and r.seq > d.seq
        and r.message_id = d.message_id and r.entry = 'removal'
      where s.state = 'delivered' and s.platform_index is not null and d.attempts > 0 and d.state <> 'delivered'
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
        s.fence, s.attempts, case o.otherwise when 'wait' then ${closedCode} else s.code end as code, s.in_ms, s.failed,
        s.platform_index, s.sealed_id, s.shown_revision, r.delivery_id is not null as reopened, o.otherwise
      from s left join reopened r using (delivery_id) left join otherwise o using (delivery_id)
      union all
      select r.delivery_id, 'waiting', null, null, null, 0, null, null, null, null, true, null
      from reopened r where not exists (select from s where s.delivery_id = r.delivery_id)
    ), settled as (
      update deliveries d set state = case when w.reopened then 'waiting' else w.state end,
        code = case when w.reopened then null else w.code end,
        platform_index = coalesce(w.platform_index, d.platform_index),
        sealed_platform_id = case when w.platform_index is null then d.sealed_platform_id else w.sealed_id end,
        shown_revision = coalesce(w.shown_revision, d.shown_revision),
        failures = d.failures + case when w.failed then 1 else 0 end,
        next_at = case when w.reopened then t.now
          when w.otherwise = 'wait' then least(d.at + ${closedWaitMs.most} * interval '1 millisecond',
            t.now + greatest(${closedWaitMs.least} * interval '1 millisecond', t.now - d.at))
          when w.in_ms is null then d.next_at
          else t.now + w.in_ms * interval '1 millisecond' end
      from t, words w
      where d.delivery_id = w.delivery_id and case
          when w.reopened then true
          when w.state = 'delivered' then d.attempts > 0 and d.state <> 'delivered'
          else d.state = 'attempted' and d.attempts = w.attempts and d.fence = w.fence and exists (
            select from delivery_leases l join delivery_nodes o on o.node_id = l.node_id
            where l.shard = d.shard and l.fence = w.fence and l.node_id = ${node} and o.until > t.now)
        end
      returning d.delivery_id, d.shard, d.channel, w.reopened, w.otherwise, d.conversation_id, d.identity_id, d.seq,
        d.entry, d.message_id, d.revision, d.purpose, d.asked, d.state
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
    select delivery_id as "deliveryId", shard, channel, state in ('waiting', 'unknown') as "isOpen"
    from settled where not reopened`;
}

async function failedLater(database: Database, settlings: readonly Failed[]): Promise<[DeliveryId, Settled][]> {
  if (settlings.length === 0) return [];
  const rows = await database.query<Settled>(sql`
    update deliveries d set state = 'parked', code = s.code
    from unnest(
      ${settlings.map((one) => one.deliveryId)}::uuid[], ${settlings.map((one) => one.code)}::text[]
    ) as s (delivery_id, code)
    where d.delivery_id = s.delivery_id and d.state = 'delivered'
    returning d.delivery_id as "deliveryId", d.shard, d.channel, false as "isOpen"`);
  return rows.map((row) => [row.deliveryId, row]);
}
