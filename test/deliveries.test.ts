import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IdentityId } from '#base';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import type { Sender, Thread } from '#delivery';
import { putDestination, removeDestination } from '../src/delivery/sending/destinations.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { senderTo, startFakeMessenger, type FakeMessenger } from './faults/fake-messenger.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// From a bank's signed batch to another messenger: what arrives there, at which level of detail, what is
// entered of it, and what no longer arrives.

let messenger: FakeMessenger;
let hub: TestHub;
let bank: BankSigner;
let ana: Visitor;
let thread: Thread;
let card: string;
const identities = new Map<string, IdentityId>();
const dispatched: Parameters<Sender['send']>[0][] = [];

before(async () => {
  messenger = await startFakeMessenger();
  const sender = senderTo('fake', messenger.url);
  const send: Sender['send'] = (dispatch, signal) => {
    dispatched.push(dispatch);
    return sender.send(dispatch, signal);
  };
  hub = await testHub({ senders: [{ ...sender, send }] });
  ana = await Visitor.arrive(hub, 'es');
  await ana.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
  const [row] = await hub.db.database.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations`);
  assert.ok(row);
  thread = row;
  for (const detail of ['full', 'masked', 'pointer'] as const)
    await hub.db.database.transaction(async (tx) => {
      const identityId = await enterIdentity(tx, thread.customerId, 'fake', Date.now());
      identities.set(detail, identityId);
      await putDestination(tx, thread, { identityId, channel: 'fake', detail }, Date.now());
    });
});
after(async () => {
  await hub.close();
  await messenger.close();
});

const buy = async (merchant: string, amount = '41.37') => {
  const event = purchaseOn(card);
  const transaction = { ...event.transaction, amount, merchant: { name: merchant } };
  const { status } = await bank.send([{ ...event, transaction }]);
  assert.equal(status, 202);
};
const shownTo = (detail: string) =>
  messenger.shown.filter(({ to }) => to === identities.get(detail)).map(({ text }) => text);
const uses = async () => {
  const { body } = await ana.call<{ entries: { record: Record<string, unknown> }[] }>('GET', '/api/log-export');
  return body.entries.map(({ record }) => record);
};

test('a purchase is brought to each channel identity at its own level of detail, in the customer’s language', async () => {
  await buy('Stroman & Hudson');
  await until('all three', async () => messenger.shown.length === 3);
  assert.deepEqual(shownTo('full'), ['$41.37 en Stroman & Hudson.']);
  assert.deepEqual(shownTo('masked'), ['Cerca de $41 en Stroman & Hudson.']);
  assert.deepEqual(shownTo('pointer'), ['Hay algo nuevo de tu banco.']);
});

test('what is brought somewhere is a use and a delivery in the ledger, with the identity and the level of detail', async () => {
  const records = await until('the ledger', async () => {
    const some = (await uses()).filter((one) => one['channel'] === 'fake' || one['actor'] === 'task:deliver');
    return some.length >= 6 && some;
  });
  for (const [detail, identity] of identities)
    assert.ok(
      records.some((one) => one['type'] === 'delivery' && one['identity'] === identity && one['detail'] === detail),
      detail,
    );
  const use = records.find((one) => one['type'] === 'access');
  assert.equal(use?.['purpose'], 'transactions');
});

test('a messenger is told what came in quiet hours, at every level of detail', async () => {
  const choose = (from: string | null, to: string | null) =>
    hub.db.database.execute(sql`update customers set quiet_from = ${from}::time, quiet_to = ${to}::time`);
  await choose('00:00', '23:59:59');
  const before = dispatched.length;
  await buy('Night Owl');
  await until('all three', async () => dispatched.length === before + 3);
  assert.deepEqual(
    dispatched.slice(before).map(({ message }) => message?.quiet),
    [true, true, true],
  );
  await choose(null, null);
});

test('what the customer asks in a browser is said back nowhere, and answered there alone', async () => {
  await until('quiet', isQuiet);
  const before = messenger.shown.length;
  await ana.ask('hola');
  // The next thing that everybody is told comes behind it.
  await buy('After the answer');
  await until('all three', async () => messenger.shown.length >= before + 3);
  assert.equal(messenger.shown.length, before + 3);
  assert.ok(!messenger.shown.some(({ text }) => text === 'hola'));
});

test('another level of detail holds for what was written before as well', async () => {
  const identityId = identities.get('full');
  assert.ok(identityId);
  await until('quiet', isQuiet);
  messenger.behave(() => 'answers 500');
  const before = shownTo('full').length;
  await buy('Quillworks');
  await until('a try', async () => (await failedOnce()) === 3);
  await hub.db.database.transaction((tx) =>
    putDestination(tx, thread, { identityId, channel: 'fake', detail: 'pointer' }, Date.now()),
  );
  messenger.behave(() => 'takes');
  await until('the message', async () => shownTo('full').length > before);
  assert.deepEqual(shownTo('full').slice(before), ['Hay algo nuevo de tu banco.']);
});

/** How many wait after a call that failed: none of these is under way. */
const failedOnce = async (): Promise<number> => {
  const [row] = await hub.db.database.query<{ n: bigint }>(sql`
    select count(*) as n from deliveries where state = 'waiting' and attempts > 0`);
  return Number(row?.n);
};
const isQuiet = async (): Promise<boolean> => {
  const [row] = await hub.db.database.query<{ n: bigint }>(sql`
    select count(*) as n from deliveries where state in ('waiting', 'attempted', 'unknown')`);
  return Number(row?.n) === 0;
};

test('a destination that is taken away gets nothing more, also of what was on its way', async () => {
  await until('quiet', isQuiet);
  messenger.behave(() => 'answers 500');
  const before = messenger.shown.length;
  await buy('Nobody');
  await until('a try', async () => (await failedOnce()) === 3);
  await hub.db.database.transaction(async (tx) => {
    for (const identityId of identities.values()) await removeDestination(tx, thread, identityId);
  });
  messenger.behave(() => 'takes');
  await buy('Nobody');
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  assert.equal(messenger.shown.length, before);
});

test('a revoked consent holds for what waits: it is never sent, and nothing of it is left to send', async () => {
  const identityId = await hub.db.database.transaction(async (tx) => {
    const made = await enterIdentity(tx, thread.customerId, 'fake', Date.now());
    await putDestination(tx, thread, { identityId: made, channel: 'fake', detail: 'full' }, Date.now());
    return made;
  });
  identities.set('late', identityId);
  messenger.behave(() => 'answers 500');
  await buy('Withheld');
  await until('a try', async () => (await failedOnce()) === 1);
  await ana.ask('stop');
  await ana.press('stop-link');
  await until('the end of the link', async () => (await ana.me()).links.length === 0);
  messenger.behave(() => 'takes');
  await until('what is said of the stop', async () => shownTo('late').length > 0);
  assert.ok(!messenger.shown.some(({ text }) => text.includes('Withheld')));
  const [row] = await hub.db.database.query<{ states: string[] }>(sql`
    select array_agg(distinct code) as states from deliveries where identity_id = ${identityId} and state = 'skipped'`);
  assert.ok(row?.states.includes('gone'));
});

test('with the account its destinations and deliveries are gone', async () => {
  await ana.ask('delete my account');
  await ana.press('delete-account');
  await until('the end', async () => {
    const [row] = await hub.db.database.query<{ n: bigint }>(sql`
      select (select count(*) from destinations) + (select count(*) from deliveries)
        + (select count(*) from channel_identities where customer_id = ${thread.customerId}) as n`);
    return Number(row?.n) === 0;
  });
});

test('no log line names what was brought', () => {
  for (const secret of ['Stroman', 'Quillworks', '41.37']) assert.ok(!hub.logged().includes(secret), secret);
});
