import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { IdentityId } from '#base';
import type { ChannelChange, ChannelPreview, Channels, LooseningAct, Problem } from '#contract';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import type { Thread } from '#delivery';
import { putDestination } from '../src/delivery/sending/destinations.ts';
import { testHub, type TestHub } from './hub.ts';
import { SoftwarePasskey, type Options } from './software-passkey.ts';
import { Visitor } from './visitor.ts';

// Where a customer is told, how much, and who may change that.

let hub: TestHub;
let ana: Visitor;
let passkey: SoftwarePasskey;
let thread: Thread;

before(async () => {
  hub = await testHub();
  ana = await Visitor.arrive(hub);
  await ana.link('citi', 'customer-1');
  const options = await ana.call<Options>('POST', '/api/passkeys/options');
  passkey = new SoftwarePasskey(hub.url);
  assert.equal((await ana.call('POST', '/api/passkeys', passkey.create(options.body))).status, 200);
  const [row] = await hub.db.database.query<Thread>(sql`
    select customer_id as "customerId", conversation_id as "conversationId" from conversations`);
  assert.ok(row);
  thread = row;
});
after(() => hub.close());

const bringTo = (channel: string): Promise<IdentityId> =>
  hub.db.database.transaction(async (tx) => {
    const identityId = await enterIdentity(tx, thread.customerId, channel, Date.now());
    await putDestination(tx, thread, { identityId, channel, detail: 'pointer' }, Date.now());
    return identityId;
  });
const read = async (): Promise<Channels> => (await ana.call<Channels>('GET', '/api/channels')).body;
const change = (of: Visitor, id: string, wanted: ChannelChange) =>
  of.call<Channels & Problem>('PUT', `/api/channels/${id}`, wanted);

async function prove(act: LooseningAct): Promise<void> {
  const options = await ana.call<Options>('POST', '/api/proofs/options', act);
  const proven = await ana.call('POST', '/api/proofs', { ...act, answer: passkey.get(options.body) });
  assert.equal(proven.status, 204, JSON.stringify(proven.body));
}

const textOf = ({ previews }: Channels, channel: string, purpose: string, detail: string): string =>
  JSON.stringify(previews.filter((one) => one.channel === channel && one.purpose === purpose && one.detail === detail));

test('previews show what would stand there, and nothing above their level', async () => {
  const [messenger, whatsApp, push] = [
    await bringTo('messenger'),
    await bringTo('whatsapp'),
    await bringTo('web-push'),
  ];
  const channels = await read();
  assert.deepEqual(
    channels.channels.map(({ id, detail, otherwise }) => [id, detail, otherwise]),
    [messenger, whatsApp, push].map((id) => [id, 'pointer', 'wait']),
  );
  assert.deepEqual(channels.purposes, ['balances', 'transactions']);
  for (const channel of ['messenger', 'whatsapp']) {
    assert.match(textOf(channels, channel, 'balances', 'full'), /2,318\.42/);
    assert.match(textOf(channels, channel, 'transactions', 'full'), /65\.70/);
    assert.match(textOf(channels, channel, 'transactions', 'masked'), /\$66.*Stroman & Hudson/);
    for (const hidden of [
      textOf(channels, channel, 'balances', 'masked'),
      textOf(channels, channel, 'balances', 'pointer'),
      textOf(channels, channel, 'transactions', 'pointer'),
    ]) {
      assert.match(hidden, /something new from your bank/);
      assert.doesNotMatch(hidden, /318|4417|65|66|Stroman|Citi/);
    }
    assert.doesNotMatch(textOf(channels, channel, 'transactions', 'masked'), /65\.70|2291|Westerville|Citi/);
  }
  for (const detail of ['full', 'masked', 'pointer'])
    assert.doesNotMatch(textOf(channels, 'web-push', 'transactions', detail), /Stroman|65|66|318/);
});

test('a preview is what the messenger shows: the reference, the picture, the small print, and the set form of later', async () => {
  const channels = await read();
  const at = (channel: string, purpose: string, detail: string): ChannelPreview => {
    const found = channels.previews.find(
      (one) => one.channel === channel && one.purpose === purpose && one.detail === detail,
    );
    assert.ok(found, `${channel} ${purpose} ${detail}`);
    return found;
  };
  for (const channel of ['messenger', 'whatsapp']) {
    for (const purpose of ['balances', 'transactions']) {
      const full = at(channel, purpose, 'full');
      assert.match(JSON.stringify(full.parts), /Ref\. [0-9A-F]{6}/);
      const { picture } = full.parts.find((part) => part.picture !== undefined) ?? {};
      const drawn = await ana.open(picture ?? '');
      assert.deepEqual([drawn.status, drawn.page.slice(1, 4)], [200, 'PNG'], `${channel} ${purpose}`);
      for (const detail of ['masked', 'pointer'])
        assert.ok(at(channel, purpose, detail).parts.every((part) => part.picture === undefined));
    }
    const later = (detail: string) => at(channel, 'transactions', detail).later;
    assert.deepEqual(later('pointer'), {
      parts: [{ text: 'There is something new from your bank. The link below opens once and shows it.' }],
      buttons: ['Open'],
    });
    assert.match(
      later('masked')?.parts[0]?.text ?? '',
      /^A purchase on your account: About \$66 at Stroman & Hudson\. The/,
    );
    assert.match(later('full')?.parts[0]?.text ?? '', /\$65\.70 at Stroman & Hudson/);
  }
  assert.match(at('whatsapp', 'transactions', 'masked').parts[0]?.footer ?? '', /write “show”/);
  assert.equal(at('web-push', 'transactions', 'full').later, undefined);
  assert.equal((await fetch(`${hub.url}/api/channels/examples/balances`)).status, 401);
});

test('alerts, orders and acts on cards have examples of their own, at each level what may stand there', async () => {
  await bringTo('messenger');
  await bringTo('whatsapp');
  const channels = await read();
  for (const channel of ['messenger', 'whatsapp']) {
    const at = (purpose: string, detail: string): string => textOf(channels, channel, purpose, detail);
    assert.match(at('fraud-alerts', 'full'), /Was this you\? Citi holds \$1,284\.00 at Joyería Ocampo, Guadalajara/);
    assert.match(at('fraud-alerts', 'masked'), /\$1,284.*Joyería Ocampo/);
    assert.match(at('fraud-alerts', 'full'), /No, freeze my card.*Yes, it was me/);
    assert.doesNotMatch(at('fraud-alerts', 'masked'), /freeze my card|1,284\.00|Guadalajara|2291|Citi/);
    assert.match(at('receipts', 'full'), /18842.*\$50\.40/s);
    assert.match(at('receipts', 'masked'), /about \$50/);
    assert.doesNotMatch(at('receipts', 'masked'), /50\.40|18842|Atlas/);
    assert.match(at('shipping', 'full'), /Your parcel from Northwind Books is on its way\. Expected /);
    assert.match(at('shipping', 'masked'), /A parcel is on its way\./);
    assert.doesNotMatch(at('shipping', 'masked'), /7127|UPS|Northwind/);
    assert.match(at('account-management', 'full'), /Card 2291 is frozen/);
    for (const purpose of ['fraud-alerts', 'receipts', 'shipping', 'account-management']) {
      assert.doesNotMatch(at(purpose, 'pointer'), /1,284|Ocampo|50|18842|way|7127|2291|frozen/, purpose);
      const full = channels.previews.find(
        (one) => one.channel === channel && one.purpose === purpose && one.detail === 'full',
      );
      const picture = full?.parts.find((part) => part.picture !== undefined)?.picture;
      const drawn = await ana.open(picture ?? '');
      assert.deepEqual([drawn.status, drawn.page.slice(1, 4)], [200, 'PNG'], `${channel} ${purpose}`);
    }
    const later = (purpose: string, detail: string): string | undefined =>
      channels.previews.find((one) => one.channel === channel && one.purpose === purpose && one.detail === detail)
        ?.later?.parts[0]?.text;
    assert.match(later('fraud-alerts', 'masked') ?? '', /^Your bank asks about a payment: /);
    for (const purpose of ['receipts', 'shipping'])
      assert.doesNotMatch(later(purpose, 'masked') ?? '', /purchase on your account/, purpose);
  }
});

test('a channel can be kept for when another may not be written to, without a proof', async () => {
  const id = await bringTo('web-push');
  for (const spare of [true, false]) {
    assert.equal((await change(ana, id, { spare })).status, 200);
    assert.equal((await read()).channels.find((one) => one.id === id)?.spare, spare);
  }
});

test('less is chosen freely and kept by purpose; what to do when it may not be written to as well', async () => {
  const id = await bringTo('messenger');
  const { status, body } = await change(ana, id, { details: { balances: 'off' }, otherwise: 'elsewhere' });
  assert.equal(status, 200, JSON.stringify(body));
  const kept = (await read()).channels.find((one) => one.id === id);
  assert.deepEqual(kept?.details, { balances: 'off' });
  assert.equal(kept?.otherwise, 'elsewhere');
  assert.equal(kept?.detail, 'pointer');
});

test('more takes a passkey, for this channel, once', async () => {
  const [id, other] = [await bringTo('messenger'), await bringTo('messenger')];
  const more = { details: { transactions: 'masked' } } as const;
  assert.equal((await change(ana, id, more)).body.code, 'proof_needed');
  await prove({ act: 'raise-detail', subject: other });
  assert.equal((await change(ana, id, more)).body.code, 'proof_needed');
  await prove({ act: 'raise-detail', subject: id });
  assert.equal((await change(ana, id, more)).status, 200);
  assert.equal((await change(ana, id, { details: { transactions: 'full' } })).body.code, 'proof_needed');
  // From nothing at all to a pointer is more, too.
  assert.equal((await change(ana, id, { details: { transactions: 'off' } })).status, 200);
  assert.equal((await change(ana, id, { details: { transactions: 'pointer' } })).body.code, 'proof_needed');
  assert.deepEqual((await read()).channels.find((one) => one.id === id)?.details, { transactions: 'off' });
});

test('somebody else neither sees nor changes nor takes away a channel', async () => {
  const id = await bringTo('messenger');
  const bob = await Visitor.arrive(hub);
  assert.deepEqual((await bob.call<Channels>('GET', '/api/channels')).body.channels, []);
  assert.equal((await change(bob, id, { details: { balances: 'off' } })).body.code, 'channel_unknown');
  assert.equal((await bob.call('DELETE', `/api/channels/${id}`)).body.code, 'channel_unknown');
  assert.ok((await read()).channels.some((one) => one.id === id));
});

test('a channel that is taken away is gone with its identity; a browser is not taken away by it', async () => {
  const id = await bringTo('whatsapp');
  const { status, body } = await ana.call<Channels>('DELETE', `/api/channels/${id}`);
  assert.equal(status, 200);
  assert.ok(!body.channels.some((one) => one.id === id));
  const left = await hub.db.database.query(sql`
    select identity_id from channel_identities where identity_id = ${id}
    union all select identity_id from destinations where identity_id = ${id}`);
  assert.deepEqual(left, []);
  const [browser] = await hub.db.database.query<{ id: string }>(sql`
    select identity_id as id from sessions where customer_id = ${thread.customerId}`);
  assert.equal((await ana.call('DELETE', `/api/channels/${browser?.id}`)).body.code, 'channel_unknown');
  assert.equal((await ana.call('GET', '/api/me')).status, 200);
});
