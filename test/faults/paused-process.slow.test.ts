import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId, type ConversationId, type CustomerId, type IdentityId, type MessageId } from '#base';
import { enterIdentity, createCustomer } from '#customers';
import { sql } from '#db';
import type { Written } from '../../src/delivery/change.ts';
import { putDestination } from '../../src/delivery/sending/destinations.ts';
import { clearIds } from '../../src/delivery/sending/clear-ids.fixture.ts';
import { postgresStore } from '../../src/delivery/sending/postgres-store.ts';
import { testDatabase, type TestDatabase } from '#test/database';
import { until } from '../until.ts';
import type { Begin } from './delivery-process.fixture.ts';
import { startFakeMessenger, type FakeMessenger } from './fake-messenger.ts';

// Two processes share deliveries; one is stopped in the middle of its calls (SIGSTOP), the other takes over
// what it had, and when it comes back (SIGCONT) it sends and stores nothing that is another's now. Another
// one is killed.

let db: TestDatabase;
let messenger: FakeMessenger;
const children: ChildProcess[] = [];
const people: { conversationId: ConversationId; customerId: CustomerId; identityId: IdentityId; said: MessageId[] }[] =
  [];

before(async () => {
  db = await testDatabase();
  messenger = await startFakeMessenger();
  messenger.behave(() => ({ slowMs: 40 }));
  await db.database.transaction(async (tx) => {
    for (let n = 0; n < 60; n += 1) {
      const customerId = newId<CustomerId>();
      const conversationId = newId<ConversationId>();
      await createCustomer(tx, { customerId, locale: 'en', timeZone: 'UTC' }, Date.now());
      const identityId = await enterIdentity(tx, customerId, 'fake', Date.now());
      await putDestination(
        tx,
        { customerId, conversationId },
        { identityId, channel: 'fake', detail: 'full' },
        Date.now(),
      );
      people.push({ customerId, conversationId, identityId, said: [] });
    }
  });
});
after(async () => {
  for (const child of children) child.kill('SIGKILL');
  await messenger.close();
  await db.close();
});

async function start(name: string): Promise<ChildProcess> {
  const child = fork(new URL('delivery-process.fixture.ts', import.meta.url));
  children.push(child);
  child.send({ url: db.url, messenger: messenger.url, name } satisfies Begin);
  await once(child, 'message');
  return child;
}

/** Writes one message to everybody, as intake does. */
async function sayToAll(): Promise<void> {
  const store = postgresStore(db.database, clearIds);
  await db.database.transaction(async (tx) => {
    const written = people.map(({ conversationId, customerId, said }): Written => {
      const messageId = newId<MessageId>();
      said.push(messageId);
      const body = { from: 'customer', said: { content: { kind: 'text', text: '' } } } as const;
      return {
        change: { conversationId, customerId, messageId, atMs: 0, entry: 'message', author: 'bank', body },
        seq: said.length,
        revision: 1,
      };
    });
    await tx.execute(sql`insert into messages (conversation_id, message_id, revision, author, at, sealed)
      select conversation_id, message_id, 1, 'bank', now(), '' from unnest(
        ${written.map(({ change }) => change.conversationId)}::uuid[],
        ${written.map(({ change }) => change.messageId)}::uuid[]) as u (conversation_id, message_id)`);
    await store.put(tx, written, { removing: [], unchanging: [] });
  });
}

/** What of this is missing, out of order, or there twice without a second attempt that explains it. */
async function compare() {
  const attempts = await db.database.query<{ id: string; attempts: number }>(sql`
    select delivery_id as id, attempts from deliveries`);
  const tried = new Map(attempts.map((one) => [one.id, one.attempts]));
  let [missing, outOfOrder] = [0, 0];
  for (const { identityId, said } of people) {
    const first = [...new Set(messenger.shown.filter(({ to }) => to === identityId).map(({ text }) => text))];
    missing += said.filter((id) => !first.includes(id)).length;
    const places = first.map((text) => said.indexOf(text as MessageId));
    outOfOrder += places.filter((place, n) => n > 0 && place < Math.max(...places.slice(0, n))).length;
  }
  const twice = [...Map.groupBy(messenger.shown, ({ reference }) => reference)].filter(([, some]) => some.length > 1);
  return {
    missing,
    outOfOrder,
    twice: twice.length,
    unexplained: twice.filter(([id]) => (tried.get(id) ?? 0) < 2).length,
  };
}

const isSettled = async (): Promise<boolean> => {
  const [row] = await db.database.query<{ open: bigint }>(sql`
    select count(*) as open from deliveries where state in ('waiting', 'attempted', 'unknown')`);
  return Number(row?.open) === 0;
};
const shares = async (): Promise<number[]> => {
  const rows = await db.database.query<{ n: bigint }>(sql`
    select count(*) as n from delivery_leases where node_id is not null group by node_id`);
  return rows.map(({ n }) => Number(n));
};

test('a process that is stopped and goes on is fenced off, and one that is killed is followed within 30 s', async (t) => {
  const paused = await start('paused');
  const other = await start('other');
  await until('equal shares', async () => (await shares()).join() === '512,512');
  for (let n = 0; n < 3; n += 1) await sayToAll();
  await until('both to work', async () =>
    ['paused', 'other'].every((name) => messenger.calls.some(({ by }) => by === name)),
  );
  paused.kill('SIGSTOP');
  for (let n = 0; n < 3; n += 1) await sayToAll();
  await until('the other to have all of it', async () => (await shares()).join() === '1024', 40_000);
  const callsBefore = messenger.calls.filter(({ by }) => by === 'paused').length;
  const takenOver = messenger.shown.length;
  paused.kill('SIGCONT');
  await until('everything', isSettled, 60_000);
  const came = await compare();
  // What it had on the wire when it was stopped arrives with it; nothing that it begins anew does.
  const callsAfter = messenger.calls.filter(({ by }) => by === 'paused').length - callsBefore;
  assert.deepEqual([came.missing, came.outOfOrder, came.unexplained], [0, 0, 0]);
  t.diagnostic(`paused: ${JSON.stringify({ ...came, shown: messenger.shown.length, takenOver, callsAfter })}`);

  await until('equal shares again', async () => (await shares()).join() === '512,512', 40_000);
  messenger.behave(() => ({ slowMs: 200 }));
  for (let n = 0; n < 2; n += 1) await sayToAll();
  await sleep(500);
  other.kill('SIGKILL');
  const killedMs = performance.now();
  await until('everything', isSettled, 60_000);
  const end = await compare();
  assert.deepEqual([end.missing, end.outOfOrder, end.unexplained], [0, 0, 0]);
  t.diagnostic(
    `killed: ${JSON.stringify({ ...end, shown: messenger.shown.length })}, all of it there after ${Math.round((performance.now() - killedMs) / 1000)} s`,
  );
  paused.send('stop');
  await once(paused, 'exit');
});
