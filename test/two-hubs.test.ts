import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { enterIdentity } from '#customers';
import type { Entry, ServerFrame } from '#contract';
import { sql } from '#db';
import type { Thread } from '#delivery';
import { putDestination } from '../src/delivery/sending/destinations.ts';
import { shardOf } from '../src/delivery/sending/shard.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { senderTo, startFakeMessenger, type FakeMessenger } from './faults/fake-messenger.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// Two hubs on one database, as two processes of one operator: what one commits is shown by whoever is
// connected to the other, and each delivery goes out from the one that works on its shard.

let messenger: FakeMessenger;
let hub: TestHub;
let second: { readonly url: string; close(): Promise<void> };
let ana: Visitor;
let bank: BankSigner;
let card: string;

before(async () => {
  messenger = await startFakeMessenger();
  hub = await testHub({ senders: [senderTo('fake', messenger.url)] });
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
  second = await hub.another();
  await until('equal shares', async () => {
    const rows = await hub.db.database.query<{ n: bigint }>(sql`
      select count(*) as n from delivery_leases where node_id is not null group by node_id`);
    return rows.map(({ n }) => Number(n)).join() === '512,512';
  });
});
after(async () => {
  await second.close();
  await hub.close();
  await messenger.close();
});

const buy = async (count = 1): Promise<void> => {
  const { status } = await bank.send(Array.from({ length: count }, () => purchaseOn(card)));
  assert.equal(status, 202);
};

/** A window that is connected to the second hub, from the newest number on. */
async function window(): Promise<{ entries: () => Entry[]; close: () => void }> {
  const cookie = `tellerline_session=${ana.cookie('tellerline_session')}`;
  const socket = new WebSocket(`${second.url.replace('http', 'ws')}/ws`, { headers: { origin: second.url, cookie } });
  const frames: ServerFrame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as ServerFrame));
  await until('the socket', async () => socket.readyState === WebSocket.OPEN);
  socket.send(JSON.stringify({ frame: 'resume', after: (await ana.me()).lastSeq }));
  await until('the hello', async () => frames.some((frame) => frame.frame === 'hello'));
  return {
    entries: () => frames.flatMap((frame) => (frame.frame === 'entries' ? frame.entries : [])),
    close: () => socket.close(),
  };
}

test('what one hub commits is shown in a window of the other, each once and in order', async (t) => {
  const from = (await ana.me()).lastSeq;
  const shown = await window();
  const startedMs = performance.now();
  await buy();
  await until('the first', async () => shown.entries().length > 0);
  t.diagnostic(`shown after ${Math.round(performance.now() - startedMs)} ms`);
  await Promise.all(Array.from({ length: 20 }, () => buy(3)));
  const end = (await ana.me()).lastSeq;
  await until('all', async () => shown.entries().at(-1)?.seq === end);
  assert.deepEqual(
    shown.entries().map(({ seq }) => seq),
    Array.from({ length: end - from }, (_, n) => from + n + 1),
  );
  shown.close();
});

test('hints that are lost, and connections for them that are cut, cost seconds and no entry', async () => {
  const shown = await window();
  const cut = () =>
    hub.db.database.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and (query ilike 'listen%' or query like '%pg_notify%') and pid <> pg_backend_pid()`);
  await cut();
  await buy(5);
  await cut();
  const end = (await ana.me()).lastSeq;
  await until('all', async () => shown.entries().at(-1)?.seq === end);
  assert.equal(shown.entries().length, 5);
  shown.close();
});

test('a hint that no process can have said ends none of them, and what is new is shown', async () => {
  const shown = await window();
  // The test runner keeps the process alive after what would have ended it.
  const ending: unknown[] = [];
  const note = (error: unknown): void => void ending.push(error);
  process.on('uncaughtException', note);
  await until('both to listen again', async () => {
    const rows = await hub.db.database.query(sql`select from pg_stat_activity
      where datname = current_database() and query ilike 'listen%'`);
    return rows.length === 2;
  });
  for (const said of ['', '{', 'null', '{"n":"x"}', '{"n":"x","c":[1],"s":["a"]}'])
    await hub.db.database.query(sql`select pg_notify('tellerline_hints', ${said})`);
  await buy();
  await until('the entry', async () => shown.entries().length === 1);
  process.off('uncaughtException', note);
  assert.deepEqual(ending, []);
  shown.close();
});

test('deliveries go out once each, from whichever hub works on their shard', async () => {
  // What is asked in a browser is answered there; what a bank tells goes to every messenger of whoever linked it.
  const others = await Promise.all(Array.from({ length: 11 }, () => Visitor.arrive(hub)));
  for (const visitor of others) await visitor.link('citi', 'customer-1');
  const threads = await hub.db.database.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations`);
  await hub.db.database.transaction(async (tx) => {
    for (const thread of threads) {
      const identityId = await enterIdentity(tx, thread.customerId, 'fake', Date.now());
      await putDestination(tx, thread, { identityId, channel: 'fake', detail: 'full' }, Date.now());
    }
  });
  const halves = new Set(threads.map(({ conversationId }) => shardOf(conversationId) < 512));
  assert.equal(halves.size, 2, 'conversations of both');
  await buy();
  await until('it to reach all', async () => new Set(messenger.shown.map(({ to }) => to)).size === threads.length);
  const [row] = await hub.db.database.query<{ most: number }>(sql`
    select max(attempts) as most from deliveries where state = 'delivered'`);
  assert.equal(row?.most, 1);
  assert.equal(new Set(messenger.shown.map(({ reference }) => reference)).size, messenger.shown.length);
});
