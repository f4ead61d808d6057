import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import type { FromPerson } from '#delivery';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type TestHub } from './hub.ts';
import { walkToCode } from './chat-side.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// Linking and joining as a person does it at a messenger: by its webhook alone.

const channel = fakeChannel('chatter', { nameOf: () => 'Example Help' });
let hub: TestHub;
before(async () => {
  hub = await testHub({ channels: [channel] });
});
after(() => hub.close());

type Who = FromPerson['person'];
const says = (who: Who, text: string, key?: string) => tell(hub.url, [did(who, { kind: 'text', text }, key)]);
const presses = (who: Who, payload: string) => tell(hub.url, [did(who, { kind: 'press', payload, title: payload })]);
const sentTo = async (from: number, what: (text: string) => boolean) =>
  until('an answer in the messenger', async () =>
    channel.sent.slice(from).find(({ message }) => message !== undefined && what(message.content.text)),
  );

/** The one-time address that is behind the button of a message. */
async function addressIn(from: number): Promise<string> {
  const dispatch = await sentTo(from, (text) => /address is good once/.test(text));
  const address = dispatch.message?.waysOn?.find((way) => way.address)?.address ?? '';
  assert.ok(address.startsWith(`${hub.url}/m#`), address);
  return address.split('#')[1] ?? '';
}

async function links(identityId: string): Promise<string[]> {
  const rows = await hub.db.database.query<{ bank: string }>(sql`
    select l.bank_id as bank from links l join channel_identities i using (customer_id)
    where i.identity_id = ${identityId} and l.state = 'linked'`);
  return rows.map(({ bank }) => bank);
}

test('a button, an address, the bank, six digits: linked, told at the level chosen, and stopped', async () => {
  const ana = { id: 'ana' };
  await says(ana, 'hello');
  await sentTo(0, () => true);
  await presses(ana, 'way|link-bank|');
  const which = await sentTo(0, (text) => text === 'Which bank?');
  assert.equal(which.message?.waysOn?.length, 4);
  const from = channel.sent.length;
  await presses(ana, 'way|link-bank|citi');
  const token = await addressIn(from);
  const browser = new Visitor(hub);
  const { code } = await walkToCode(browser, token, 'customer-1', { balances: 'full', transactions: 'masked' });
  await says(ana, code);
  const said = await sentTo(from, (text) => /Citi is linked to this chat/.test(text));
  assert.deepEqual(await links(said.identityId), ['citi']);
  await says(ana, 'balance');
  const balance = await sentTo(from, (text) => /available/.test(text));
  assert.equal(balance.detail, 'full');

  await says(ana, 'stop');
  const asked = await sentTo(from, (text) => text.startsWith('Stop Citi'));
  const at = asked.message?.actions?.findIndex(({ act }) => act === 'stop-link') ?? -1;
  assert.ok(at >= 0, JSON.stringify(asked.message));
  await presses(ana, `act|${asked.message?.id}|${at}`);
  await until('the link to end', async () => (await links(said.identityId)).length === 0);
});

test('what was linked is told once in the chat that asked: which bank, how much of it, and no pointers besides', async () => {
  const gina = { id: 'gina' };
  const from = channel.sent.length;
  await presses(gina, 'way|link-bank|wells-fargo');
  const token = await addressIn(from);
  const { code } = await walkToCode(new Visitor(hub), token, 'customer-4');
  const later = channel.sent.length;
  await says(gina, code);
  const said = await sentTo(later, (text) => /Wells Fargo is linked to this chat/.test(text));
  assert.match(
    said.message?.content.text ?? '',
    /Of balances and purchases you only read here that there is something/,
  );
  // Of the card that this chat was not shown there is nothing to change either, when the look-back is done.
  const unasked = () =>
    hub.db.database.query<{ purpose: string | null }>(sql`
      select purpose from deliveries where identity_id = ${said.identityId} and not asked and entry = 'message'`);
  await until('the look-back to be read', async () => {
    const rows = await hub.db.database.query<{ state: string }>(sql`
      select b.state from lookbacks b join links l using (link_id) join channel_identities i using (customer_id)
      where i.identity_id = ${said.identityId}`);
    return rows.length > 0 && rows.every(({ state }) => state === 'done');
  });
  assert.deepEqual(await unasked(), []);
});

test('the first balances are told in the chat that asked where they may stand there in full', async () => {
  const hana = { id: 'hana' };
  const from = channel.sent.length;
  await presses(hana, 'way|link-bank|us-bank');
  const { code } = await walkToCode(new Visitor(hub), await addressIn(from), 'customer-6', {
    balances: 'full',
    transactions: 'pointer',
  });
  const later = channel.sent.length;
  await says(hana, code);
  const said = await sentTo(later, (text) => /Shown here in full: balances\. Of purchases you only read/.test(text));
  await until('the first balances', async () =>
    channel.sent.some(
      ({ identityId, message }) => identityId === said.identityId && /available/.test(message?.content.text ?? ''),
    ),
  );
  const told = await hub.db.database.query<{ purpose: string | null }>(sql`
    select purpose from deliveries where identity_id = ${said.identityId} and not asked`);
  assert.deepEqual(told, [{ purpose: 'balances' }]);
});

test('the address stands in no browser of the customer', async () => {
  const own = await Visitor.arrive(hub);
  const { body } = await own.call<{ code: string }>('POST', '/api/channels/code');
  const person = { id: 'bea' };
  await says(person, 'hello');
  await says(person, `join-${body.code}`);
  await until('the chat to be joined', async () =>
    (await own.conversation()).some(({ content }) =>
      /This chat now belongs/.test(content.kind === 'text' ? content.text : ''),
    ),
  );
  const from = channel.sent.length;
  await presses(person, 'way|link-bank|citi');
  const token = await addressIn(from);
  assert.ok(!JSON.stringify(await own.entries()).includes(token));
});

test('a joining code moves the chat to whoever made it, once, and deletes what was said there before', async () => {
  const own = await Visitor.arrive(hub);
  await own.link('citi', 'customer-2');
  const person = { id: 'carla' };
  const from = channel.sent.length;
  await says(person, 'hello');
  const before = await sentTo(from, () => true);
  const customers = async (): Promise<string[]> =>
    (
      await hub.db.database.query<{ id: string }>(sql`
        select customer_id as id from channel_identities where identity_id = ${before.identityId}`)
    ).map(({ id }) => id);
  const [old] = await customers();
  const { body } = await own.call<{ code: string }>('POST', '/api/channels/code');
  assert.match(body.code, /^[0-9A-Z]{4}-[0-9A-Z]{4}$/);
  await says(person, body.code.toLowerCase());
  await sentTo(from, (text) => /This chat now belongs/.test(text));
  const [now] = await customers();
  assert.notEqual(now, old);
  assert.equal((await hub.db.database.query(sql`select from customers where customer_id = ${old ?? ''}`)).length, 0);
  await says(person, 'balance');
  const pointer = await sentTo(from, (text) => /something new from your bank/.test(text));
  assert.equal(pointer.identityId, before.identityId);

  await says({ id: 'dora' }, `join-${body.code}`);
  await sentTo(from, (text) => /not good, or no longer/.test(text));
});

test('a chat in which a bank was linked stays its own', async () => {
  const own = await Visitor.arrive(hub);
  const person = { id: 'elena' };
  const from = channel.sent.length;
  await presses(person, 'way|link-bank|citi');
  const { code } = await walkToCode(new Visitor(hub), await addressIn(from), 'customer-3');
  await says(person, code);
  await sentTo(from, (text) => /Citi is linked/.test(text));
  const { body } = await own.call<{ code: string }>('POST', '/api/channels/code');
  await says(person, body.code);
  await sentTo(from, (text) => /stays a chat of its own/.test(text));
});

test('after "delete my account" the chat gets nothing more, and whoever writes there is somebody new', async () => {
  const person = { id: 'flora' };
  const from = channel.sent.length;
  await says(person, 'hello');
  await says(person, 'delete my account');
  const asked = await sentTo(from, (text) => /delete/i.test(text));
  const at = asked.message?.actions?.findIndex(({ act }) => act === 'delete-account') ?? -1;
  assert.ok(at >= 0, JSON.stringify(asked.message));
  await presses(person, `act|${asked.message?.id}|${at}`);
  await until('the identity to be gone', async () => {
    const found = await hub.db.database.query(
      sql`select from channel_addresses where identity_id = ${asked.identityId}`,
    );
    return found.length === 0;
  });
  const later = channel.sent.length;
  await says(person, 'hello again');
  const greeted = await sentTo(later, () => true);
  assert.notEqual(greeted.identityId, asked.identityId);
});
