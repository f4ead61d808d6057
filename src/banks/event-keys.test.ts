import assert from 'node:assert/strict';
import { generateKeyPairSync, sign, verify, type KeyObject } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, beforeEach, test } from 'node:test';
import type { Clock } from '#base';
import type { Banks } from './index.ts';
import { banksAt, citi, refusedWith } from './bank-client.fixture.ts';

/** A bank's key set as it stands, and how often it was asked for. */
let published: { status: number; body: string };
let asked = 0;
let nowMs = 0;
let banks: Banks;
let url = '';
const clock: Clock = { nowMs: () => Date.now(), monotonicMs: () => nowMs };
const server = createServer((request, response) => {
  assert.equal(request.url, '/citi/event-keys');
  asked += 1;
  response.writeHead(published.status, { 'content-type': 'application/json' }).end(published.body);
});

before(async () => {
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
after(() => server.close());
beforeEach(() => {
  asked = 0;
  nowMs = 0;
  banks = banksAt(url, { clock });
});

const keyPair = () => generateKeyPairSync('ed25519');
const jwkOf = (key: KeyObject, more: Record<string, unknown> = {}) => ({ ...key.export({ format: 'jwk' }), ...more });
function publish(...keys: readonly unknown[]): void {
  published = { status: 200, body: JSON.stringify({ keys }) };
}
const xOf = async (keys: Promise<readonly KeyObject[] | undefined>) =>
  (await keys)?.map((key) => key.export({ format: 'jwk' }).x);
const old = keyPair();
const fresh = keyPair();

test('keys verify what the bank signed, both of them while it rotates', async () => {
  publish(jwkOf(old.publicKey, { kid: 'old', use: 'sig' }), jwkOf(fresh.publicKey, { kid: 'new' }));
  const keys = await banks.eventKeys(citi);
  assert.equal(keys.length, 2);
  const body = Buffer.from('id.0.{}');
  assert.deepEqual(
    keys.map((key) => verify(null, body, key, sign(null, body, fresh.privateKey))),
    [false, true],
  );
});

test('keys are kept for five minutes and shared by everybody who asks meanwhile', async () => {
  publish(jwkOf(old.publicKey));
  await Promise.all([banks.eventKeys(citi), banks.eventKeys(citi), banks.eventKeys(citi)]);
  nowMs = 5 * 60_000 - 1;
  await banks.eventKeys(citi);
  assert.equal(asked, 1);
  nowMs = 5 * 60_000;
  await banks.eventKeys(citi);
  assert.equal(asked, 2);
});

test('a signature that does not verify leads to one new reading in 30 seconds', async () => {
  publish(jwkOf(old.publicKey));
  await banks.eventKeys(citi);
  nowMs = 1000;
  publish(jwkOf(fresh.publicKey));
  assert.deepEqual(await xOf(banks.refreshEventKeys(citi)), [old.publicKey.export({ format: 'jwk' }).x]);
  nowMs = 30_000;
  assert.deepEqual(await xOf(banks.refreshEventKeys(citi)), [fresh.publicKey.export({ format: 'jwk' }).x]);
  for (let forged = 0; forged < 100; forged += 1) await banks.refreshEventKeys(citi);
  assert.equal(asked, 2);
});

test('only Ed25519 signing keys are taken, and of a private key only its public half', async () => {
  publish(
    generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' }),
    generateKeyPairSync('x25519').publicKey.export({ format: 'jwk' }),
    { kty: 'oct', k: 'AAAA' },
    jwkOf(fresh.publicKey, { use: 'enc' }),
    'a key',
    jwkOf(old.privateKey),
  );
  const keys = await banks.eventKeys(citi);
  assert.deepEqual(
    keys.map(({ type, asymmetricKeyType }) => [type, asymmetricKeyType]),
    [['public', 'ed25519']],
  );
});

test('a set that is empty, broken, too long or not there is refused', async () => {
  const bodies: [string, number, string][] = [
    ['bank_answer_unreadable', 200, '{"keys":[]}'],
    ['bank_answer_unreadable', 200, '{"keys":'],
    ['bank_answer_unreadable', 200, '<h1>Maintenance</h1>'],
    ['bank_answer_unreadable', 200, JSON.stringify({ keys: Array.from({ length: 17 }, () => jwkOf(old.publicKey)) })],
    ['bank_answer_unreadable', 200, JSON.stringify({ keys: [jwkOf(old.publicKey)], filler: 'x'.repeat(70_000) })],
    ['bank_unreachable', 503, '{}'],
    ['bank_answer_unreadable', 302, ''],
  ];
  for (const [code, status, body] of bodies) {
    published = { status, body };
    banks = banksAt(url, { clock });
    await assert.rejects(banks.eventKeys(citi), refusedWith(code), body.slice(0, 40));
  }
});

test('while the bank cannot be asked the last keys serve, for an hour and no longer', async () => {
  publish(jwkOf(old.publicKey));
  await banks.eventKeys(citi);
  published = { status: 503, body: '' };
  nowMs = 6 * 60_000;
  assert.equal((await banks.eventKeys(citi)).length, 1);
  assert.equal((await banks.eventKeys(citi)).length, 1);
  assert.equal(asked, 2);
  nowMs = 60 * 60_000;
  await assert.rejects(banks.eventKeys(citi), refusedWith('bank_unreachable'));
});

test('a live bank’s keys may stand in its settings', async () => {
  const inline = (eventKeys: string) => banksAt(url, { environment: { citi: 'live' }, live: { citi: { eventKeys } } });
  assert.equal((await inline(JSON.stringify({ keys: [jwkOf(old.publicKey)] })).eventKeys(citi)).length, 1);
  await assert.rejects(inline('http://127.0.0.1/keys').eventKeys(citi), refusedWith('bank_not_configured'));
  assert.equal(asked, 0);
});
