import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from '#db';
import { claimFetches } from '../src/linking/fetches.ts';
import { callControl } from './control-api.ts';
import { testHub, type HubProcess, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';
import { until } from './until.ts';

// Fetches by hubs in processes of their own over one database, which are killed, paused and doubled. The bank
// says nothing and is asked; each link shares its card alone, so that it has one window.

const bank = 'us-bank';
const people = 12;
let hub: TestHub;
const visitors: { readonly visitor: Visitor; readonly customer: string }[] = [];
const running = new Set<HubProcess>();

before(async () => {
  hub = await testHub();
  for (let n = 1; n <= people; n += 1) {
    const visitor = await Visitor.arrive(hub);
    const customer = `customer-${n}`;
    await visitor.link(bank, customer, ['transactions'], (label) => /card/i.test(label));
    visitors.push({ visitor, customer });
  }
  await until('the first fetches', async () => (await counts()).unread === 0);
  await hub.stop();
});
beforeEach(async () => {
  await fault('none');
  await passLease();
  await idle();
});
after(async () => {
  for (const one of running) await one.end('SIGKILL');
  await hub.close();
});

async function start(port?: number): Promise<HubProcess> {
  const one = await hub.process(port);
  running.add(one);
  return one;
}

async function end(one: HubProcess, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  running.delete(one);
  await one.end(signal);
}

/** Nothing is due any more, until a test says so. */
async function idle(): Promise<void> {
  await hub.db.database.execute(sql`update fetches set due_at = null, unread_since = null, unread_why = null`);
}

/** Makes fetches due, as time does. */
async function due(among: readonly string[] | null = null): Promise<void> {
  await hub.db.database.execute(sql`update fetches set due_at = now(), told = told + 1
    where link_id = any(coalesce(${among}::uuid[], array(select link_id from fetches)))`);
}

/** Lets the lease of a process that is no more run out, as time does. */
async function passLease(): Promise<void> {
  await hub.db.database.execute(sql`update fetches set lease_until = now()`);
}

async function fault(kind: string, seconds?: number): Promise<void> {
  await control('fault', { kind, ...(seconds !== undefined && { seconds }) });
}

const control = (path: string, body: unknown): Promise<void> => callControl(hub, 'POST', `banks/${bank}/${path}`, body);

async function buy(customer: string, count = 1): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  const purchases = ids.map((id) => ({ id, amount: '4.20', merchant: { name: 'Kiosk' } }));
  await control('purchases', { customer, purchases });
  return ids;
}

interface Counts {
  /** Links that were never fetched. */
  readonly unread: number;
  readonly underWay: number;
  readonly due: number;
  /** Times that a fetch was taken up. */
  readonly taken: number;
  /** Fetches that came to an end, and those of them that another process had taken up. */
  readonly ended: number;
  readonly fenced: number;
  /** Transactions that were fetched, new or not. */
  readonly fetched: number;
}

/** What all processes have done so far, as one moment sees it. */
async function counts(): Promise<Counts> {
  const [row] = await hub.db.database.query<Counts>(sql`
    with c as (select
      coalesce(sum(count) filter (where what like 'fetch-%'), 0)::integer as ended,
      coalesce(sum(count) filter (where what = 'fetch-fenced'), 0)::integer as fenced,
      coalesce(sum(count) filter (where what in ('fetched', 'fetched-again')), 0)::integer as fetched
      from intake_counts)
    select count(*) filter (where read_at is null)::integer as unread,
      count(*) filter (where lease_until > now())::integer as "underWay",
      count(*) filter (where due_at <= now())::integer as due, sum(fence)::integer as taken,
      min(ended) as ended, min(fenced) as fenced, min(fetched) as fetched
    from fetches, c`);
  assert.ok(row);
  return row;
}

/** Waits until nothing is due and every fetch that was taken up has ended. */
const quiet = () =>
  until('the fetches to end', async () => {
    const now = await counts();
    return now.due === 0 && now.underWay === 0 && now;
  });

async function linkOf(visitor: Visitor): Promise<string> {
  return (await visitor.me()).links[0]?.id ?? '';
}

async function untilShown(visitor: Visitor, ids: readonly string[]): Promise<void> {
  const shown = await until('the cards', async () => {
    const now = cardsOf(await visitor.conversation(), 'transaction').map((card) => card.transaction.id);
    return ids.every((id) => now.includes(id)) && now;
  });
  assert.equal(new Set(shown).size, shown.length, 'none is shown twice');
}

/** Calls that were entered for a link's bank lately. */
async function callsOf(link: string): Promise<number> {
  const [row] = await hub.db.database.query<{ calls: number }>(
    sql`select (select sum(one) from unnest(calls) as c (one))::integer as calls from call_ledgers where link_id = ${link}`,
  );
  return row?.calls ?? 0;
}

test('killed after each page it goes on from the page that was committed last', async (t) => {
  const [{ visitor, customer }] = visitors as [(typeof visitors)[0]];
  let one = await start();
  const link = await linkOf(visitor);
  const ids = await buy(customer, 350);
  const before = await counts();
  await fault('slow', 1);
  await due([link]);
  let place: Buffer | null = null;
  let kills = 0;
  for (;;) {
    const next = await until('the next page', async () => {
      const [row] = await hub.db.database.query<{ cursor: Buffer | null; due: boolean }>(sql`
        select sealed_cursor as cursor, due_at <= now() as due from fetches join fetch_accounts using (link_id)
        where link_id = ${link}`);
      if (!row || (row.cursor ?? Buffer.of()).equals(place ?? Buffer.of())) return undefined;
      return row;
    });
    // The last page has no place to go on from.
    if (next.cursor === null) break;
    place = next.cursor;
    await end(one);
    kills += 1;
    await passLease();
    one = await start();
  }
  await fault('none');
  await untilShown(visitor, ids);
  const killed = (await quiet()).fetched - before.fetched;
  await idle();
  await due([link]);
  const whole = (await quiet()).fetched - before.fetched - killed;
  assert.ok(kills >= 3);
  assert.equal(killed, whole, 'no page was stored twice, and none was left out');
  t.diagnostic(`${kills} kills, ${ids.length} purchases, ${killed} transactions fetched as without a kill`);
  await end(one);
});

test('two processes share what is due, and no link is fetched by both', async () => {
  const before = await counts();
  const bought = await Promise.all(visitors.map(async ({ customer }) => buy(customer)));
  await fault('slow', 1);
  await due();
  const both = [await start(), await start(0)];
  // One process takes up eight at once.
  await until('both to fetch', async () => (await counts()).underWay > 8);
  await fault('none');
  await quiet();
  for (const [n, { visitor }] of visitors.entries()) await untilShown(visitor, bought[n] ?? []);
  for (const one of both) await end(one, 'SIGTERM');
  // Whoever takes a fetch up while another has it leaves the other fenced off, or with an end that does not count.
  const after = await counts();
  assert.ok(after.taken - before.taken >= people);
  assert.deepEqual([after.ended - before.ended, after.fenced - before.fenced], [after.taken - before.taken, 0]);
});

test('a process that was paused for longer than its lease stores nothing and asks nothing more', async () => {
  const [, { visitor, customer }] = visitors as [(typeof visitors)[0], (typeof visitors)[0]];
  const two = await start();
  const link = await linkOf(visitor);
  await end(two, 'SIGTERM');
  const paused = await start(0);
  const ids = await buy(customer, 120);
  const before = { ...(await counts()), calls: await callsOf(link) };
  await fault('slow', 5);
  await due([link]);
  await until('its call', async () => (await callsOf(link)) > before.calls);
  paused.process.kill('SIGSTOP');
  await passLease();
  await fault('none');
  const other = await start();
  await untilShown(visitor, ids);
  const after = await quiet();
  await idle();
  const calls = await callsOf(link);
  paused.process.kill('SIGCONT');
  const fenced = await until('it to give up', async () => {
    const now = await counts();
    return now.fenced > before.fenced && now;
  });
  assert.deepEqual([fenced.fetched, await callsOf(link)], [after.fetched, calls]);
  await untilShown(visitor, ids);
  await end(paused);
  await end(other);
});

test('a bank that is asked too often is asked no more: for as long as it said, for other links neither', async (t) => {
  const one = await start();
  const bought = await Promise.all(visitors.map(async ({ customer }) => buy(customer)));
  const quietBefore = await hub.db.database.query(sql`select link_id, quiet, read_at from fetches order by link_id`);
  await fault('rate-limit', 600);
  const askedAt = Date.now();
  await due();
  const pauses = () =>
    hub.db.database.query<{ due: Date; why: string }>(sql`
      select due_at as due, unread_why as why from fetches where unread_since is not null`);
  // With three pauses nobody is taken up any more; once none is under way either, there will be no further one.
  await until('the pauses', async () => (await pauses()).length >= 3 && (await counts()).underWay === 0);
  const paused = await pauses();
  t.diagnostic(`${paused.length} of ${people} links were asked`);
  assert.ok(paused.length <= 10, 'eight at once, and what was taken up before the third pause');
  assert.ok(paused.every(({ due: at, why }) => why === 'rate-limited' && at.getTime() >= askedAt + 600_000));
  assert.equal(new Set(paused.map(({ due: at }) => at.getTime())).size, paused.length, 'each waits a while of its own');
  assert.equal((await counts()).due, people - paused.length, 'the others stay due');
  assert.deepEqual(await claimFetches(hub.db.database, new Date(), 100), [], 'and nobody takes them up');
  // A pause is not "nothing new".
  assert.deepEqual(
    await hub.db.database.query(sql`select link_id, quiet, read_at from fetches order by link_id`),
    quietBefore,
  );
  await fault('none');
  await hub.db.database.execute(sql`update fetches set due_at = now() where due_at > now()`);
  await quiet();
  for (const [n, { visitor }] of visitors.entries()) await untilShown(visitor, bought[n] ?? []);
  await end(one);
});
