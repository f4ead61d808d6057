import assert from 'node:assert/strict';
import { createPublicKey, verify } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import type { Channels, PushState } from '#contract';
import { sql } from '#db';
import { isPushService } from '../src/channels/push/push-services.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { PushReceiver, PushService } from './push-side.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// A browser that asked for it is told by web push that there is something new, and never what.

const service = new PushService();
const { pushed } = service;

let hub: TestHub;
let ana: Visitor;
let bank: BankSigner;
let card: string;
let address: string;
const browser = new PushReceiver();

before(async () => {
  address = await service.start();
  hub = await testHub();
  ana = await Visitor.arrive(hub, 'es');
  await ana.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(async () => {
  await hub.close();
  service.close();
});
beforeEach(() => {
  service.answer = { status: 201 };
  pushed.length = 0;
});

const subscribe = (endpoint: string, of = browser, who = ana) =>
  who.call('PUT', '/api/push', { subscription: of.subscription(endpoint) });
const buy = async (): Promise<void> => {
  const { status } = await bank.send([purchaseOn(card)]);
  assert.equal(status, 202);
};
const rows = async (): Promise<number> => (await hub.db.database.query(sql`select 1 from push_subscriptions`)).length;
const states = async (): Promise<string[]> =>
  (
    await hub.db.database.query<{ state: string }>(
      sql`select state from deliveries where channel = 'web-push' order by seq`,
    )
  ).map(({ state }) => state);

test('a browser is told in its customer’s language that there is something new, and nothing else', async () => {
  assert.equal((await subscribe(`${address}a`)).status, 204);
  await buy();
  const [one] = await until('the push', async () => pushed.length > 0 && pushed);
  assert.ok(one);
  assert.deepEqual(browser.open(one.body), { text: 'Hay algo nuevo de tu banco.', locale: 'es' });
  assert.equal(one.headers['content-encoding'], 'aes128gcm');
  assert.equal(one.headers['topic'], 'new');
  assert.equal(one.headers['ttl'], '86400');
  await until('it is delivered', async () => (await states()).at(-1) === 'delivered');
});

test('the service can check that it comes from us, by the key that the browser was given (RFC 8292)', async () => {
  await buy();
  const [one] = await until('the push', async () => pushed.length > 0 && pushed);
  const [, token = '', key = ''] = /^vapid t=([^,]+), k=(.+)$/.exec(one?.headers['authorization'] ?? '') ?? [];
  const { body } = await ana.call<{ publicKey: string }>('GET', '/api/push');
  assert.equal(key, body.publicKey);
  const [head = '', claims = '', signature = ''] = token.split('.');
  const point = Buffer.from(key, 'base64url');
  const jwk = {
    kty: 'EC',
    crv: 'P-256',
    x: point.subarray(1, 33).toString('base64url'),
    y: point.subarray(33).toString('base64url'),
  };
  const signed = Buffer.from(`${head}.${claims}`);
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  assert.ok(
    verify('sha256', signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')),
  );
  const said = JSON.parse(Buffer.from(claims, 'base64url').toString()) as { aud: string; sub: string };
  assert.equal(said.aud, new URL(address).origin);
  assert.match(said.sub, /^mailto:/);
});

test('a browser that names itself again is told once, and one that another customer uses now is theirs alone', async () => {
  assert.equal((await subscribe(`${address}a`)).status, 204);
  assert.equal(await rows(), 1);
  const ben = await Visitor.arrive(hub);
  assert.equal((await subscribe(`${address}a`, browser, ben)).status, 204);
  assert.equal(await rows(), 1);
  await buy();
  await until('the purchase in the chat', async () => (await ana.conversation()).length > 0);
  assert.deepEqual(pushed, []);
  assert.equal((await subscribe(`${address}a`)).status, 204);
});

test('each browser that is told goes by its name, to its customer alone', async () => {
  const eve = await Visitor.arrive(hub);
  const laptop = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };
  await eve.call('PUT', '/api/push', { subscription: browser.subscription(`${address}e`) }, laptop);
  const { body } = await eve.call<PushState>('GET', '/api/push');
  const channels = await eve.call<Channels>('GET', '/api/channels');
  assert.deepEqual(body.browsers, [
    { id: channels.body.channels[0]?.id, endpoint: `${address}e`, browser: 'Firefox', system: 'Linux' },
  ]);
  const others = await ana.call<PushState>('GET', '/api/push');
  assert.ok(others.body.browsers.every(({ endpoint }) => endpoint !== `${address}e`));
  assert.equal((await eve.call('DELETE', `/api/channels/${channels.body.channels[0]?.id}`)).status, 200);
  assert.deepEqual((await eve.call<PushState>('GET', '/api/push')).body.browsers, []);
});

test('what is not a push service’s address is refused, and nothing is called', async () => {
  for (const endpoint of [
    'https://evil.example/push',
    'https://fcm.googleapis.com.evil.example/x',
    'https://user:word@fcm.googleapis.com/x',
    'https://169.254.169.254/latest',
    'http://fcm.googleapis.com/x',
    'https://fcm.googleapis.com:8443/x',
    'https://notify.windows.com/x',
    'file:///etc/passwd',
  ]) {
    const { status } = await subscribe(endpoint);
    assert.equal(status, 422, endpoint);
  }
});

test('push services are the few that there are; this machine is one for the sandbox alone', () => {
  for (const endpoint of [
    'https://fcm.googleapis.com/fcm/send/abc',
    'https://updates.push.services.mozilla.com/wpush/v2/abc',
    'https://web.push.apple.com/abc',
    'https://wns2-par02p.notify.windows.com/w/?token=abc',
  ])
    assert.ok(isPushService(endpoint, false), endpoint);
  for (const endpoint of [address, 'https://localhost/x', 'https://[::1]/x', 'https://127.0.0.1/x', 'no address'])
    assert.equal(isPushService(endpoint, false), false, endpoint);
  assert.ok(isPushService(address, true));
});

test('when the service asks to wait it is told later, once', async () => {
  service.answer = { status: 429, headers: { 'retry-after': '1' } };
  await buy();
  await until('the refusal', async () => pushed.length > 0);
  service.answer = { status: 201 };
  await until('it is delivered', async () => (await states()).at(-1) === 'delivered');
  assert.equal(pushed.length, 2);
});

test('a subscription that the service knows no more is removed, and nothing is pushed there again', async () => {
  service.answer = { status: 410 };
  await buy();
  await until('the subscription is gone', async () => (await rows()) === 0);
  const before = pushed.length;
  service.answer = { status: 201 };
  await buy();
  await until('nothing is open', async () => (await states()).length === 0);
  assert.equal(pushed.length, before);
});

test('a browser that wants no more is told no more, and what it was told with is sealed', async () => {
  const endpoint = `${address}planted-endpoint`;
  assert.equal((await subscribe(endpoint)).status, 204);
  const [row] = await hub.db.database.query<{ text: string }>(
    sql`select push_subscriptions::text as text from push_subscriptions`,
  );
  assert.ok(row && !row.text.includes(Buffer.from('planted-endpoint').toString('hex')));
  for (const again of [1, 2]) {
    const { status } = await ana.call('DELETE', '/api/push', { endpoint });
    assert.equal(status, 204, String(again));
  }
  assert.equal(await rows(), 0);
  assert.doesNotMatch(hub.logged(), /planted-endpoint/);
});
