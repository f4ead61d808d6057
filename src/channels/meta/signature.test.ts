import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { test } from 'node:test';
import { takenOfAltered } from './altered-signatures.fixture.ts';
import { answerHandshake, appSecretProof, verifySignature } from './signature.ts';

const secret = 'an app’s secret';
const body = Buffer.from('{"object":"page","entry":[{"id":"1","messaging":[]}],"caf\\u00e9":true}');

const signed = `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;

test('a body holds by its signature, and by no other body’s, secret’s or header’s', () => {
  assert.equal(verifySignature(body, signed, secret), true);
  assert.equal(verifySignature(Buffer.from(JSON.stringify(JSON.parse(body.toString()))), signed, secret), false);
  assert.equal(verifySignature(body, signed, `${secret} `), false);
  assert.equal(verifySignature(body, [signed, signed], secret), false);
  assert.equal(verifySignature(body, undefined, secret), false);
  assert.equal(verifySignature(body, '', secret), false);
  assert.equal(verifySignature(body, `sha256=${'0'.repeat(64)}`, secret), false);
});

test('nobody signs for an app without a secret', () => {
  const empty = `sha256=${createHmac('sha256', '').update(body).digest('hex')}`;
  assert.equal(verifySignature(body, empty, ''), false);
});

test('a SHA-1 signature proves nothing', () => {
  const sha1 = createHmac('sha1', secret).update(body).digest('hex');
  for (const header of [`sha1=${sha1}`, `sha256=${sha1}`, sha1])
    assert.equal(verifySignature(body, header, secret), false);
});

test('of 20,000 altered signatures and bodies none is taken', () => {
  assert.equal(takenOfAltered(20_000), 0);
});

test('the challenge comes back to whoever names our token, and to nobody else', () => {
  const query = { 'hub.mode': 'subscribe', 'hub.verify_token': 'ours', 'hub.challenge': '1158201444' };
  assert.equal(answerHandshake(query, 'ours'), '1158201444');
  assert.equal(answerHandshake(query, 'another'), undefined);
  assert.equal(answerHandshake({ ...query, 'hub.verify_token': '' }, ''), undefined);
  assert.equal(answerHandshake({ ...query, 'hub.verify_token': ['ours'] }, 'ours'), undefined);
  assert.equal(answerHandshake({ ...query, 'hub.mode': 'unsubscribe' }, 'ours'), undefined);
  assert.equal(answerHandshake({ ...query, 'hub.challenge': '<script>' }, 'ours'), undefined);
  assert.equal(answerHandshake({}, 'ours'), undefined);
});

test('the proof of an app’s secret is the HMAC of the token, in hex', () => {
  // RFC 4231, test case 2.
  assert.equal(
    appSecretProof('what do ya want for nothing?', 'Jefe'),
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  );
});
