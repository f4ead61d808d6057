import type { DeliveryId, NodeId } from '#base';
import { sql, type Database } from '#db';
import type { PlatformIds } from './platform-ids.ts';
import { unknownsMax, type Attempt, type Begun } from './store.ts';

/**
 * `begin` of the store, in one statement: the lease is this process's own under this fence, the delivery is
 * where the caller believes it to be, and it is the oldest open one to its identity. That the message still
 * stands is looked at here, as the last thing before the call: what a revocation has deleted is not sent (P5).
 */
export async function beginAttempts(
  database: Database,
  ids: PlatformIds,
  node: NodeId,
  attempts: readonly Attempt[],
  now: Date | null,
): Promise<Begun[]> {
  if (attempts.length === 0) return [];
  const rows = await database.query<BegunRow>(sql`
    with t as (select coalesce(${now}::timestamptz, clock_timestamp()) as now),
    wanted as (
      select w.* from unnest(
        ${attempts.map((one) => one.deliveryId)}::uuid[], ${attempts.map((one) => one.shard)}::smallint[],
        ${attempts.map((one) => one.fence)}::integer[], ${attempts.map((one) => one.attempts)}::integer[],
        ${attempts.map((one) => one.content)}::text[], ${attempts.map((one) => one.detail)}::text[],
        ${attempts.map((one) => one.forMs)}::double precision[]
      ) as w (delivery_id, shard, fence, attempts, content, detail, for_ms)
      join delivery_leases l on l.shard = w.shard and l.fence = w.fence and l.node_id = ${node}
      join delivery_nodes o on o.node_id = l.node_id and o.until > (select now from t)
    ), judged as (
      select w.*, d.conversation_id, d.identity_id, d.seq, case
          when d.entry <> 'removal' and not exists (
            select from messages m where m.conversation_id = d.conversation_id and m.message_id = d.message_id
          ) then 'gone'
          when delivery_detail(x.detail, x.details, d.purpose, d.asked) is null then 'gone'
          when d.entry = 'edit' and exists (
            select from deliveries p where p.conversation_id = d.conversation_id and p.identity_id = d.identity_id
              and p.message_id = d.message_id and p.shown_revision >= d.revision
          ) then 'shown'
          when d.entry <> 'message' and exists (
            select from deliveries p where p.conversation_id = d.conversation_id and p.identity_id = d.identity_id
              and p.message_id = d.message_id and p.state = 'parked' and p.seq < d.seq
          ) and (d.entry = 'edit' or not exists (
            -- An earlier revision stands there all the same: what was taken back has to go.
            select from deliveries p where p.conversation_id = d.conversation_id and p.identity_id = d.identity_id
              and p.message_id = d.message_id and p.platform_index is not null
          )) then 'parked-before'
          when d.state = 'unknown' and d.unknowns >= ${unknownsMax} then 'unknown-twice'
          when d.entry <> 'removal' and w.content <> 'read' then w.content
          else 'attempted'
        end as verdict
      from wanted w join deliveries d using (delivery_id)
      left join destinations x on x.conversation_id = d.conversation_id and x.identity_id = d.identity_id
      where coalesce(delivery_detail(x.detail, x.details, d.purpose, d.asked) = w.detail, true)
        and d.shard = w.shard and d.attempts = w.attempts and d.state in ('waiting', 'attempted', 'unknown')
        and not exists (
          select from deliveries f where f.channel = d.channel and f.shard = d.shard
            and f.conversation_id = d.conversation_id and f.identity_id = d.identity_id and f.seq < d.seq
            and f.state in ('waiting', 'attempted', 'unknown')
        )
    )
    update deliveries d set
      state = case j.verdict when 'gone' then 'skipped' when 'shown' then 'skipped'
        when 'parked-before' then 'parked' when 'given-up' then 'parked' when 'unknown-twice' then 'parked'
        when 'unreadable' then d.state else 'attempted' end,
      code = case j.verdict when 'attempted' then null else j.verdict end,
      attempts = d.attempts + case j.verdict when 'attempted' then 1 else 0 end,
      failures = d.failures + case when j.verdict in ('unreadable', 'given-up') then 1 else 0 end,
      fence = j.fence,
      next_at = t.now + j.for_ms * interval '1 millisecond'
    from judged j, t
    where d.conversation_id = j.conversation_id and d.identity_id = j.identity_id and d.seq = j.seq
      and d.attempts = j.attempts and d.state in ('waiting', 'attempted', 'unknown')
    returning d.delivery_id as "deliveryId", j.verdict, (
      select p.delivery_id from deliveries p where p.conversation_id = d.conversation_id and p.identity_id = d.identity_id
        and p.message_id = d.message_id and p.platform_index is not null order by p.seq desc limit 1
    ) as "sentBy"`);
  return begunAs(attempts, rows, await replacedBy(database, ids, rows));
}

function begunAs(
  attempts: readonly Attempt[],
  rows: readonly BegunRow[],
  replaced: ReadonlyMap<DeliveryId, string>,
): Begun[] {
  const byId = new Map(rows.map((row) => [row.deliveryId, row]));
  return attempts.map(({ deliveryId }) => begunOf(byId.get(deliveryId), replaced.get(deliveryId)));
}

interface BegunRow {
  readonly deliveryId: DeliveryId;
  readonly verdict: string;
  /** The delivery by which the message stands at the messenger. */
  readonly sentBy: DeliveryId | null;
}

/** What the messages of attempts were sent as before. */
async function replacedBy(
  database: Database,
  ids: PlatformIds,
  rows: readonly BegunRow[],
): Promise<ReadonlyMap<DeliveryId, string>> {
  const sentBy = rows.flatMap((row) => (row.verdict === 'attempted' && row.sentBy ? [row.sentBy] : []));
  if (sentBy.length === 0) return new Map();
  const sealed = await database.query<{ sentBy: DeliveryId; sealed: Buffer | null }>(sql`
    select delivery_id as "sentBy", sealed_platform_id as sealed from deliveries
    where delivery_id = any(${sentBy}::uuid[])`);
  const opened = new Map(
    await Promise.all(
      sealed.map(
        async (one) =>
          [one.sentBy, one.sealed === null ? undefined : await ids.open(database, one.sentBy, one.sealed)] as const,
      ),
    ),
  );
  return new Map(
    rows.flatMap(({ deliveryId, sentBy: of }) => {
      const platformId = of === null ? undefined : opened.get(of);
      return platformId === undefined ? [] : [[deliveryId, platformId] as const];
    }),
  );
}

function begunOf(row: BegunRow | undefined, replaces: string | undefined): Begun {
  switch (row?.verdict) {
    case 'attempted':
      return { begun: 'attempted', replaces };
    case 'gone':
    case 'shown':
    case 'parked-before':
    case 'given-up':
    case 'unknown-twice':
      return { begun: 'closed', code: row.verdict };
    case 'unreadable':
      return { begun: 'unreadable' };
    default:
      return { begun: 'stale' };
  }
}
