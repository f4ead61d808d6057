import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Webhook } from 'standardwebhooks';
import { isTellerlineError } from '#base';
import { verifyWebhook, type WebhookHeaders } from './signature.ts';

const ours = generateKeyPairSync('ed25519');
const next = generateKeyPairSync('ed25519');
const foreign = generateKeyPairSync('ed25519');
const now = 1_795_000_000_000;
const body = Buffer.from('{"events":[]}');

function signed(key = ours.privateKey, at = now, id = 'msg_1', bytes = body): WebhookHeaders & { signature: string } {
  const timestamp = String(Math.floor(at / 1000));
  const value = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), bytes]), key);
  return { id, timestamp, signature: `v1a,${value.toString('base64')}` };
}

const refuses = (headers: WebhookHeaders, code: string, bytes = body, keys = [ours.publicKey]): void =>
  assert.throws(
    () => verifyWebhook(headers, bytes, keys, now),
    (error) => isTellerlineError(error, code),
  );

test('a batch signed by a key of the sender passes, also while keys rotate', () => {
  verifyWebhook(signed(), body, [ours.publicKey], now);
  verifyWebhook(signed(next.privateKey), body, [ours.publicKey, next.publicKey], now);
  const both = `${signed(foreign.privateKey).signature} ${signed().signature}`;
  verifyWebhook({ ...signed(), signature: both }, body, [ours.publicKey], now);
});

test('another key, another body, another id or another time is refused', () => {
  refuses(signed(foreign.privateKey), 'webhook_signature_invalid');
  refuses(signed(), 'webhook_signature_invalid', Buffer.from('{"events":[] }'));
  refuses({ ...signed(), id: 'msg_2' }, 'webhook_signature_invalid');
  refuses({ ...signed(), timestamp: String(Math.floor(now / 1000) - 1) }, 'webhook_signature_invalid');
  refuses(signed(), 'webhook_signature_invalid', body, []);
});

test('five minutes either way is the tolerance', () => {
  const minute = 60_000;
  for (const at of [now - 5 * minute, now + 5 * minute])
    verifyWebhook(signed(ours.privateKey, at), body, [ours.publicKey], now);
  for (const at of [now - 5 * minute - 1000, now + 5 * minute + 1000, 0]) {
    refuses(signed(ours.privateKey, at), 'webhook_timestamp_stale');
  }
  for (const timestamp of ['', 'soon', '1e10', '-5', ' 1795000000', '1795000000.5']) {
    refuses({ ...signed(), timestamp }, timestamp === '' ? 'webhook_headers_missing' : 'webhook_timestamp_stale');
  }
});

test('missing headers, other schemes and mutated signatures are refused', () => {
  refuses({ ...signed(), id: undefined }, 'webhook_headers_missing');
  refuses({ ...signed(), signature: undefined }, 'webhook_headers_missing');
  refuses({ ...signed(), signature: signed().signature.replace('v1a,', 'v1,') }, 'webhook_signature_invalid');
  const genuine = Buffer.from(signed().signature.slice(4), 'base64');
  fc.assert(
    fc.property(fc.nat(genuine.length * 8 - 1), (bit) => {
      const changed = Buffer.from(genuine);
      changed[bit >> 3] = (changed[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      refuses({ ...signed(), signature: `v1a,${changed.toString('base64')}` }, 'webhook_signature_invalid');
    }),
    { numRuns: 300 },
  );
});

test('a symmetric signature of the reference library is not taken for a key of ours', () => {
  const secret = randomBytes(32).toString('base64');
  const signature = new Webhook(secret).sign('msg_1', new Date(now), body.toString());
  refuses({ id: 'msg_1', timestamp: String(Math.floor(now / 1000)), signature }, 'webhook_signature_invalid');
});
