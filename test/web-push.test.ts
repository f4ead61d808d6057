import assert from 'node:assert/strict';
import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import { sql } from '#db';
import { isPushService } from '../src/channels/push/push-services.ts';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// A browser that asked for it is told by web push that there is something new, and never what.

interface Pushed {
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly path: string;
}

/** A push service of this test's own: keeps what comes, and answers as it is told. */
const pushed: Pushed[] = [];
let answer: { status: number; headers?: Record<string, string> };
const service = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    pushed.push({ headers: request.headers, body: Buffer.concat(chunks), path: request.url ?? '' });
    response.writeHead(answer.status, answer.headers).end();
  });
});

/** A browser's half of RFC 8291: its key pair and secret. */
class Browser {
  readonly #keys = createECDH('prime256v1');
  readonly #auth = randomBytes(16);
  readonly #own = this.#keys.generateKeys();

  subscription(endpoint: string) {
    return { endpoint, keys: { p256dh: this.#own.toString('base64url'), auth: this.#auth.toString('base64url') } };
  }

  /** Opens an `aes128gcm` body (RFC 8188) by the keys of RFC 8291. */
  open(body: Buffer): unknown {
    const salt = body.subarray(0, 16);
    const theirs = body.subarray(21, 21 + (body[20] ?? 0));
    const sealed = body.subarray(21 + theirs.length);
    const info = Buffer.concat([Buffer.from('WebPush: info\0'), this.#own, theirs]);
    const shared = Buffer.from(hkdfSync('sha256', this.#keys.computeSecret(theirs), this.#auth, info, 32));
    const derive = (name: string, bytes: number): Buffer =>
      Buffer.from(hkdfSync('sha256', shared, salt, Buffer.from(`Content-Encoding: ${name}\0`), bytes));
    const opening = createDecipheriv('aes-128-gcm', derive('aes128gcm', 16), derive('nonce', 12));
    opening.setAuthTag(sealed.subarray(-16));
    const padded = Buffer.concat([opening.update(sealed.subarray(0, -16)), opening.final()]);
    return JSON.parse(padded.subarray(0, padded.lastIndexOf(2)).toString()) as unknown;
  }
}

let hub: TestHub;
let ana: Visitor;
let bank: BankSigner;
let card: string;
let address: string;
const browser = new Browser();

before(async () => {
  service.listen(0, '127.0.0.1');
  await once(service, 'listening');
  address = `http://127.0.0.1:${(service.address() as AddressInfo).port}/push/`;
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
  answer = { status: 201 };
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
  answer = { status: 429, headers: { 'retry-after': '1' } };
  await buy();
  await until('the refusal', async () => pushed.length > 0);
  answer = { status: 201 };
  await until('it is delivered', async () => (await states()).at(-1) === 'delivered');
  assert.equal(pushed.length, 2);
});

test('a subscription that the service knows no more is removed, and nothing is pushed there again', async () => {
  answer = { status: 410 };
  await buy();
  await until('the subscription is gone', async () => (await rows()) === 0);
  const before = pushed.length;
  answer = { status: 201 };
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
