import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { newId, type ConversationId, type CustomerId, type IdentityId, type MessageId, type NodeId } from '#base';
import type { Purpose } from '#contract';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import type { Audience, Written } from '../change.ts';
import { putDestination, type Destination } from './destinations.ts';
import { clearIds } from './clear-ids.fixture.ts';
import { postgresStore } from './postgres-store.ts';
import { closedCode, type OpenDelivery } from './store.ts';

// Where a delivery goes, at which level, and what becomes of it when its person may not be written to. That the
// model answers alike, the commands of store.test.ts see to.

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
});
after(() => db.close());

const node = newId<NodeId>();
const dayMs = 86_400_000;

/** A conversation with these destinations, and what a process does with its deliveries. */
async function conversationWith(...wanted: Omit<Destination, 'identityId'>[]) {
  const { database } = db;
  const time = { ms: Date.now() };
  const store = postgresStore(database, clearIds, () => new Date(time.ms));
  const thread = { customerId: newId<CustomerId>(), conversationId: newId<ConversationId>() };
  const identities = wanted.map(() => newId<IdentityId>());
  await database.execute(sql`insert into customers (customer_id, locale, time_zone, created_at)
    values (${thread.customerId}, 'en', 'America/New_York', now())`);
  for (const [n, destination] of wanted.entries()) {
    const identityId = identities[n] as IdentityId;
    await database.execute(sql`insert into channel_identities (identity_id, customer_id, channel, created_at)
      values (${identityId}, ${thread.customerId}, ${destination.channel}, now())`);
    await database.transaction((tx) => putDestination(tx, thread, { ...destination, identityId }, time.ms));
  }
  let seq = 0;
  const say = async (options: { purpose?: Purpose; to?: Audience; edits?: MessageId; worthSaying?: true } = {}) => {
    const messageId = options.edits ?? newId<MessageId>();
    const said = { content: { kind: 'text', text: '' } } as const;
    const change: Written['change'] = {
      ...thread,
      messageId,
      author: 'bank',
      atMs: time.ms,
      body: options.purpose
        ? { from: 'link', linkId: randomUUID() as string as never, purpose: options.purpose, said }
        : { from: 'customer', said },
      ...(options.to && { to: options.to }),
      ...(options.edits
        ? { entry: 'edit', ...(options.worthSaying && { worthSaying: true as const }) }
        : { entry: 'message' }),
    };
    seq += 1;
    const put = await database.transaction(async (tx) => {
      if (!options.edits)
        await tx.execute(sql`insert into messages (conversation_id, message_id, revision, author, at, sealed)
          values (${thread.conversationId}, ${messageId}, 1, 'bank', now(), '')`);
      return store.put(tx, [{ change, seq, revision: seq }], { removing: [], unchanging: ['messenger'] });
    });
    return { messageId, put, where: put.map(({ channel, detail }) => `${channel} ${detail}`).toSorted() };
  };
  const open = async (channel: string): Promise<OpenDelivery[]> => {
    const { shards } = await store.lease(node, 60_000);
    return store
      .claim({ node, channel, shards: [...shards.keys()], limit: 9 })
      .then((rows) => rows.filter(({ conversationId }) => conversationId === thread.conversationId));
  };
  /** Attempts the oldest, which its messenger says is closed. */
  const closed = async (channel: string) => {
    const { shards } = await store.lease(node, 60_000);
    const [oldest] = await open(channel);
    assert.ok(oldest);
    const { deliveryId, shard, detail, attempts } = oldest;
    const held = { deliveryId, shard, fence: shards.get(shard) ?? 0, attempts };
    const [begun] = await store.begin(node, [{ ...held, content: 'read', detail, forMs: 1_000 }]);
    assert.equal(begun?.begun, 'attempted');
    const [settled] = await store.settle(node, [{ ...held, attempts: attempts + 1, as: 'closed', code: 'made' }]);
    return settled?.isOpen;
  };
  const states = () =>
    database.query<{
      channel: string;
      state: string;
      code: string | null;
    }>(sql`select channel, state, code from deliveries
      where conversation_id = ${thread.conversationId} order by channel, seq`);
  return { thread, identities, time, store, say, open, closed, states };
}

const messenger = { channel: 'messenger', detail: 'masked' } as const;

test('a purpose has its own level, off is nothing, and what was asked there is answered all the same', async () => {
  const details = { balances: 'off', transactions: 'full' } as const;
  const { say, identities } = await conversationWith({ ...messenger, details });
  assert.deepEqual((await say()).where, ['messenger masked']);
  assert.deepEqual((await say({ purpose: 'receipts' })).where, ['messenger masked']);
  assert.deepEqual((await say({ purpose: 'transactions' })).where, ['messenger full']);
  assert.deepEqual((await say({ purpose: 'balances' })).where, []);
  const [to] = identities;
  assert.ok(to);
  assert.deepEqual((await say({ purpose: 'balances', to })).where, ['messenger pointer']);
});

test('an answer goes to whoever asked alone, one asked for in a browser to no messenger, and a spare one gets nothing', async () => {
  const { say, identities } = await conversationWith(
    messenger,
    { channel: 'whatsapp', detail: 'full' },
    { channel: 'email', detail: 'pointer', spare: true },
  );
  assert.deepEqual((await say()).where, ['messenger masked', 'whatsapp full']);
  assert.deepEqual((await say({ to: 'browsers' })).where, []);
  const [, to] = identities;
  assert.ok(to);
  assert.deepEqual((await say({ to })).where, ['whatsapp full']);
});

test('a messenger that cannot change what it has shown is brought only changes worth a message', async () => {
  const { say } = await conversationWith(messenger, { channel: 'other', detail: 'full' });
  const { messageId: edits } = await say();
  assert.deepEqual((await say({ edits })).where, ['other full']);
  assert.deepEqual((await say({ edits, worthSaying: true })).where, ['messenger masked', 'other full']);
});

test('what may not be said waits in order until its person writes, or for seven days', async () => {
  const { say, closed, open, states, store, identities, time } = await conversationWith(messenger);
  await say();
  await say();
  assert.equal(await closed('messenger'), true);
  assert.deepEqual(await open('messenger'), [], 'what comes behind it waits as well');
  const [identityId] = identities;
  assert.ok(identityId);
  assert.equal((await store.release(identityId)).length, 1);
  assert.equal((await open('messenger')).length, 2);
  assert.equal(await closed('messenger'), true);
  time.ms += 7 * dayMs;
  assert.equal(await closed('messenger'), false);
  assert.deepEqual(
    (await states()).map(({ state, code }) => [state, code]),
    [
      ['skipped', 'made'],
      ['waiting', null],
    ],
  );
});

test('what may not be said goes to the spare ones, once, where the customer wants that', async () => {
  const { say, closed, states } = await conversationWith(
    { ...messenger, otherwise: 'elsewhere' },
    { channel: 'whatsapp', detail: 'masked', otherwise: 'elsewhere' },
    { channel: 'email', detail: 'pointer', spare: true },
    { channel: 'web-push', detail: 'pointer', details: { transactions: 'off' }, spare: true },
  );
  await say({ purpose: 'transactions' });
  assert.equal(await closed('messenger'), false);
  assert.equal(await closed('whatsapp'), false);
  assert.deepEqual(
    (await states()).map(({ channel, state }) => [channel, state]),
    [
      ['email', 'waiting'],
      ['messenger', 'skipped'],
      ['whatsapp', 'skipped'],
    ],
  );
});

test('with nowhere else to go it waits; where the customer wants that, it is dropped', async () => {
  const alone = await conversationWith({ ...messenger, otherwise: 'elsewhere' });
  await alone.say();
  assert.equal(await alone.closed('messenger'), true);
  assert.deepEqual(
    (await alone.states()).map(({ code }) => code),
    [closedCode],
  );
  const dropping = await conversationWith({ ...messenger, otherwise: 'drop' });
  await dropping.say();
  assert.equal(await dropping.closed('messenger'), false);
});
