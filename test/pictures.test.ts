import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog, systemClock, systemRandom, type IdentityId } from '#base';
import { createPictureAddresses, createPictures, type PictureAddresses } from '#channels/pictures';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import type { Dispatch, Sender, Thread } from '#delivery';
import { conversationOf } from '../src/delivery/conversations.ts';
import { changeDestination, destinationsOf, putDestination } from '../src/delivery/sending/destinations.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// A messenger fetches the picture of a card that goes there in full: once, and only while it may be shown.

let hub: TestHub;
let ana: Visitor;
let thread: Thread;
let identityId: IdentityId;
let addresses: PictureAddresses;
let purchase: Dispatch;

before(async () => {
  const told: Dispatch[] = [];
  const sender: Sender = {
    channel: 'fake',
    removes: false,
    concurrencyMax: 4,
    timeoutMs: 5000,
    settleMs: 5000,
    send: async (dispatch) => {
      told.push(dispatch);
      return { outcome: 'sent', platformId: dispatch.reference };
    },
  };
  hub = await testHub({ senders: [sender] });
  const { database } = hub.db;
  // Mints beside the hub, as its senders do within it; what is fetched is drawn by the hub.
  addresses = createPictureAddresses({
    database,
    delivery: () => ({ conversationOf, destinations: destinationsOf, readFor: async () => new Map() }),
    pictures: createPictures({ log: createLog('silent') }),
    faces: () => [],
    clock: systemClock,
    random: systemRandom,
  });
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  const [row] = await database.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations`);
  assert.ok(row);
  thread = row;
  await database.transaction(async (tx) => {
    identityId = await enterIdentity(tx, thread.customerId, 'fake', Date.now());
    await putDestination(tx, thread, { identityId, channel: 'fake', detail: 'full' }, Date.now());
  });
  const bank = await BankSigner.of(hub, 'citi');
  const { status } = await bank.send([purchaseOn(await bank.accountId('customer-1', 'card'))]);
  assert.equal(status, 202);
  purchase = await until('the purchase', async () => told.find(({ message }) => message?.content.kind === 'card'));
});
after(async () => {
  await addresses.close();
  await hub.close();
});

const mint = async (): Promise<string> => {
  assert.ok(purchase.message);
  const { customerId, message } = purchase;
  const token = await addresses.mint({ customerId, identityId, message, purpose: 'transactions' });
  assert.ok(token);
  return `${hub.url}/pictures/${token}`;
};
const codeOf = async (response: Response): Promise<string> => ((await response.json()) as { code: string }).code;
const pngBegins = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);

test('a picture is fetched once, is a PNG that nobody may keep, and is gone after that', async () => {
  const address = await mint();
  const first = await fetch(address);
  assert.equal(first.status, 200);
  assert.equal(first.headers.get('content-type'), 'image/png');
  assert.equal(first.headers.get('cache-control'), 'no-store');
  assert.equal(first.headers.get('x-content-type-options'), 'nosniff');
  assert.deepEqual(Buffer.from(await first.arrayBuffer()).subarray(0, 8), pngBegins);
  const second = await fetch(address);
  assert.deepEqual([second.status, await codeOf(second)], [410, 'picture_gone']);
});

test('a look by HEAD uses nothing up', async () => {
  const address = await mint();
  for (let n = 0; n < 3; n += 1) assert.equal((await fetch(address, { method: 'HEAD' })).status, 200);
  assert.equal((await fetch(address)).status, 200);
  assert.equal((await fetch(address, { method: 'HEAD' })).status, 410);
});

test('fifty who fetch it at once are one who gets it', async () => {
  const address = await mint();
  const answers = await Promise.all(Array.from({ length: 50 }, () => fetch(address)));
  const statuses = answers.map(({ status }) => status).toSorted((a, b) => a - b);
  assert.deepEqual(statuses, [200, ...Array.from({ length: 49 }, () => 410)]);
});

test('an address that was never given is unknown, however it is asked for', async () => {
  for (const method of ['GET', 'HEAD']) {
    const { status } = await fetch(`${hub.url}/pictures/AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`, { method });
    assert.equal(status, 404);
  }
});

test('fetching is a delivery in the ledger, in full, to the identity that it was sent to', async () => {
  const shown = async (): Promise<number> => {
    // An export tells what has its place in the log.
    await until('the log', async () => {
      const waiting = await hub.db.database.query(sql`select 1 from log_leaves where leaf_index is null`);
      return waiting.length === 0;
    });
    const { body } = await ana.call<{ entries: { record: Record<string, unknown> }[] }>('GET', '/api/log-export');
    return body.entries.filter(({ record }) => record['channel'] === 'fake' && record['detail'] === 'full').length;
  };
  const before = await shown();
  assert.equal((await fetch(await mint())).status, 200);
  assert.equal(await shown(), before + 1);
});

test('after ten minutes it is gone', async () => {
  const address = await mint();
  await hub.db.database.execute(
    sql`update picture_addresses set expires_at = expires_at - interval '10 minutes' where used_at is null`,
  );
  assert.equal((await fetch(address)).status, 410);
});

test('a picture is refused once its customer lowered the level, and what lies behind another purpose is not asked', async () => {
  const address = await mint();
  await hub.db.database.transaction((tx) =>
    changeDestination(tx, thread, identityId, { details: { transactions: 'pointer' } }),
  );
  assert.deepEqual([(await fetch(address)).status], [410]);
  await hub.db.database.transaction((tx) => changeDestination(tx, thread, identityId, { details: {} }));
  assert.equal((await fetch(await mint())).status, 200);
});

test('a message without a figure has no picture', async () => {
  assert.ok(purchase.message);
  const { customerId } = purchase;
  const message = { ...purchase.message, content: { kind: 'text', text: 'Hello.' } } as const;
  assert.equal(await addresses.mint({ customerId, identityId, message, purpose: null }), undefined);
});

test('after the link is revoked a picture that was still to be fetched is refused', async () => {
  const address = await mint();
  await ana.ask('stop citi');
  await ana.press('stop-link');
  assert.equal((await fetch(address)).status, 410);
});
