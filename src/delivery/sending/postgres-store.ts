import type { DeliveryId, IdentityId, NodeId } from '#base';
import { sql, type Database, type Transaction } from '#db';
import type { Written } from '../change.ts';
import { beginAttempts } from './postgres-begin.ts';
import { settleDeliveries } from './postgres-settle.ts';
import type { PlatformIds } from './platform-ids.ts';
import { shardCount, shardOf } from './shard.ts';
import { isTold, isWorthSaying, purposeOf } from './put.ts';
import {
  closedCode,
  type Abilities,
  type Backlog,
  type Claim,
  type DeliveryStore,
  type Lease,
  type OpenDelivery,
  type PutDelivery,
  type Settled,
} from './store.ts';

/**
 * The engine's store in PostgreSQL, whose clock is the one that counts.
 *
 * @param ids how messengers' own ids are kept
 * @param nowOf for a test that owns the time; PostgreSQL's own clock otherwise
 */
export function postgresStore(database: Database, ids: PlatformIds, nowOf?: () => Date): DeliveryStore<Transaction> {
  const now = (): Date | null => nowOf?.() ?? null;
  let made: Promise<number> | undefined;
  const make = (): Promise<number> =>
    database.execute(sql`insert into delivery_leases (shard, fence)
      select shard, 0 from generate_series(0, ${shardCount - 1}::integer) as shard on conflict do nothing`);
  return {
    lease: async (node, forMs) => {
      // No migration makes them: a backup goes into a database whose tables are empty.
      made ??= make();
      await made.catch((error: unknown) => {
        made = undefined;
        throw error;
      });
      return lease(database, node, forMs, now());
    },
    put: (tx, written, abilities) => put(tx, written, abilities, now()),
    claim: (wanted) => claim(database, wanted, now()),
    begin: (node, attempts) => beginAttempts(database, ids, node, attempts, now()),
    settle: (node, settlings) => settleDeliveries(database, ids, node, settlings, now()),
    release: (identityId) => release(database, identityId, now()),
    backlog: () => backlog(database, now()),
  };
}

async function lease(database: Database, node: NodeId, forMs: number, now: Date | null): Promise<Lease> {
  const [row] = await database.query<{ others: number; shards: number[]; fences: number[] }>(sql`
    with t as (select coalesce(${now}::timestamptz, clock_timestamp()) as now),
    beat as (
      insert into delivery_nodes (node_id, until) select ${node}::uuid, now + ${forMs} * interval '1 millisecond' from t
      on conflict (node_id) do update set until = excluded.until
    ), forgotten as (
      delete from delivery_nodes n using t where n.until < t.now - interval '1 hour' and n.node_id <> ${node}
    ), others as (
      select count(*)::integer as n from delivery_nodes o, t where o.until > t.now and o.node_id <> ${node}
    ), share as (
      select case when ${forMs} > 0 then ceil(${shardCount}::numeric / (n + 1))::integer else 0 end as n from others
    ), mine as (
      select shard, fence, row_number() over (order by shard) as place from delivery_leases where node_id = ${node}
    ), given as (
      update delivery_leases l set node_id = null from mine, share
      where l.shard = mine.shard and mine.place > share.n and l.node_id = ${node} returning l.shard
    ), free as (
      select l.shard from delivery_leases l
      where l.node_id is distinct from ${node}
        and not exists (select from delivery_nodes o, t where o.node_id = l.node_id and o.until > t.now)
      order by l.shard limit greatest(0, (select n from share) - (select count(*) from mine))
      for update of l skip locked
    ), taken as (
      update delivery_leases l set node_id = ${node}, fence = l.fence + 1
      from free where l.shard = free.shard returning l.shard, l.fence
    ), held as (
      select shard, fence from mine where shard not in (select shard from given)
      union all select shard, fence from taken
    )
    select others.n as others,
      coalesce((select array_agg(shard order by shard) from held), '{}') as shards,
      coalesce((select array_agg(fence order by shard) from held), '{}') as fences
    from others`);
  const { others = 0, shards = [], fences = [] } = row ?? {};
  return { nodes: others + 1, shards: new Map(shards.map((shard, n) => [shard, fences[n] ?? 0])) };
}

async function put(
  tx: Transaction,
  written: readonly Written[],
  { removing, unchanging }: Abilities,
  now: Date | null,
): Promise<PutDelivery[]> {
  const told = written.filter(isTold);
  if (told.length === 0) return [];
  const rows = await tx.query<Row & { afterSeq: bigint | null }>(sql`
    with put as (
      insert into deliveries (conversation_id, identity_id, seq, delivery_id, shard, customer_id, channel, entry,
        message_id, revision, purpose, asked, state, at, next_at)
      select w.conversation_id, d.identity_id, w.seq, gen_random_uuid(), w.shard, d.customer_id, d.channel,
        w.entry, w.message_id, w.revision, w.purpose, w.only_to is not null, 'waiting', t.now, t.now
      from unnest(
        ${told.map(({ change }) => change.conversationId)}::uuid[], ${told.map(({ seq }) => seq)}::bigint[],
        ${told.map(({ change }) => shardOf(change.conversationId))}::smallint[],
        ${told.map(({ change }) => change.entry)}::text[], ${told.map(({ change }) => change.messageId)}::uuid[],
        ${told.map(({ revision }) => revision)}::integer[], ${told.map(({ change }) => purposeOf(change))}::text[],
        ${told.map(({ change }) => change.to ?? null)}::uuid[], ${told.map(({ change }) => isWorthSaying(change))}::boolean[],
        ${told.map(({ change }) => change.saidOtherwiseAt ?? null)}::uuid[]
      ) as w (conversation_id, seq, shard, entry, message_id, revision, purpose, only_to, worth_saying, said_otherwise_at)
      join destinations d on d.conversation_id = w.conversation_id
        and (d.identity_id = w.only_to or (w.only_to is null and not d.spare))
        and delivery_detail(d.detail, d.details, w.purpose, w.only_to is not null) is not null
        and (w.said_otherwise_at is distinct from d.identity_id
          or delivery_detail(d.detail, d.details, w.purpose, w.only_to is not null) = 'full')
        and (w.entry <> 'removal' or d.channel = any(${[...removing]}::text[]))
        and (w.worth_saying or not d.channel = any(${[...unchanging]}::text[]))
      cross join (select coalesce(${now}::timestamptz, clock_timestamp()) as now) t
      returning delivery_id, conversation_id, identity_id, seq, shard, customer_id, channel, entry, message_id, revision,
        purpose, asked
    )
    select p.delivery_id as "deliveryId", p.shard, p.channel, p.customer_id as "customerId",
      p.conversation_id as "conversationId", p.identity_id as "identityId",
      delivery_detail(d.detail, d.details, p.purpose, p.asked) as detail, p.seq, p.entry,
      p.message_id as "messageId", p.revision, 0 as attempts, 0 as failures, false as "windowOver",
      coalesce(
        lag(p.seq) over (partition by p.conversation_id, p.identity_id order by p.seq),
        (select max(o.seq) from deliveries o where o.channel = p.channel and o.shard = p.shard
          and o.conversation_id = p.conversation_id and o.identity_id = p.identity_id
          and o.state in ('waiting', 'attempted', 'unknown'))
      ) as "afterSeq"
    from put p join destinations d using (conversation_id, identity_id) order by p.seq`);
  return rows.map(({ afterSeq, ...row }) => ({
    ...openOf(row),
    afterSeq: afterSeq === null ? undefined : Number(afterSeq),
  }));
}

async function claim(database: Database, wanted: Claim, now: Date | null): Promise<OpenDelivery[]> {
  const { node, channel, after, limit } = wanted;
  // So that the index begins where the claim goes on.
  const shards = after ? wanted.shards.filter((shard) => shard >= after.shard) : wanted.shards;
  const rows = await database.query<Row>(sql`
    with t as materialized (select coalesce(${now}::timestamptz, clock_timestamp()) as now)
    select d.delivery_id as "deliveryId", d.shard, d.channel, d.customer_id as "customerId",
      d.conversation_id as "conversationId", d.identity_id as "identityId", 
      coalesce(delivery_detail(x.detail, x.details, d.purpose, d.asked), 'pointer') as detail, d.seq, d.entry,
      d.message_id as "messageId", d.revision, d.attempts, d.failures, d.window_over as "windowOver"
    from deliveries d left join destinations x on x.conversation_id = d.conversation_id and x.identity_id = d.identity_id
    where d.channel = ${channel} and d.state in ('waiting', 'attempted', 'unknown')
      and d.shard = any (array(
        select l.shard from delivery_leases l join delivery_nodes o on o.node_id = l.node_id
        where l.node_id = ${node} and l.shard = any (${[...shards]}::smallint[]) and o.until > (select now from t)
      ))
      and (${after === undefined} or (d.shard, d.conversation_id, d.identity_id, d.seq)
        > (${after?.shard ?? null}::smallint, ${after?.conversationId ?? null}::uuid, ${after?.identityId ?? null}::uuid, ${after?.seq ?? null}::bigint))
      and (
        select f.next_at from deliveries f
        where f.channel = d.channel and f.shard = d.shard and f.conversation_id = d.conversation_id
          and f.identity_id = d.identity_id and f.state in ('waiting', 'attempted', 'unknown')
        order by f.seq limit 1
      ) <= (select now from t)
    order by d.shard, d.conversation_id, d.identity_id, d.seq limit ${limit}`);
  return rows.map(openOf);
}

async function release(database: Database, identityId: IdentityId, now: Date | null): Promise<Settled[]> {
  return database.query<Settled>(sql`
    update deliveries d set next_at = coalesce(${now}::timestamptz, clock_timestamp()), window_over = false
    from destinations x
    where x.identity_id = ${identityId} and d.conversation_id = x.conversation_id and d.identity_id = x.identity_id
      and d.state = 'waiting' and d.code = ${closedCode}
    returning d.delivery_id as "deliveryId", d.shard, d.channel, true as "isOpen",
      false as "isParked"`);
}

async function backlog(database: Database, now: Date | null): Promise<Backlog[]> {
  const rows = await database.query<{
    channel: string;
    waiting: bigint;
    unknown: bigint;
    parked: bigint;
    oldest: number;
  }>(sql`
    with t as (select coalesce(${now}::timestamptz, clock_timestamp()) as now), open as (
      select channel, count(*) filter (where state = 'waiting') as waiting, count(*) filter (where state <> 'waiting') as unknown,
        min(at) as oldest
      from deliveries where state in ('waiting', 'attempted', 'unknown') group by channel
    ), parked as (
      select channel, count(*) as parked from deliveries where state = 'parked' group by channel
    )
    select channel, coalesce(waiting, 0) as waiting, coalesce(unknown, 0) as unknown, coalesce(parked, 0) as parked,
      greatest(0, coalesce(extract(epoch from t.now - oldest), 0))::double precision as oldest
    from open full join parked using (channel) cross join t order by channel`);
  return rows.map(({ channel, waiting, unknown, parked, oldest }) => ({
    channel,
    waiting: Number(waiting),
    unknown: Number(unknown),
    parked: Number(parked),
    oldestSeconds: oldest,
  }));
}

type Row = Omit<OpenDelivery, 'seq'> & { readonly deliveryId: DeliveryId; readonly seq: bigint };

const openOf = (row: Row): OpenDelivery => ({ ...row, seq: Number(row.seq) });
