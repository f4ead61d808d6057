import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import { isTellerlineError } from '#base';
import { verifyEasyPost, verifyShopify, verifyStandard, verifyWooCommerce, type SentHeaders } from './signatures.ts';

const vectors = resolve(import.meta.dirname, '../../../../shared/data/webhooks/hmac-vectors.json');
const body = Buffer.from('{"id":1}');
const hmac = (secret: string | Buffer, of: Buffer = body): Buffer => createHmac('sha256', secret).update(of).digest();

const doors = [
  {
    verify: verifyShopify,
    header: 'x-shopify-hmac-sha256',
    signed: (secret: string) => hmac(secret).toString('base64'),
  },
  {
    verify: verifyWooCommerce,
    header: 'x-wc-webhook-signature',
    signed: (secret: string) => hmac(secret).toString('base64'),
  },
  {
    verify: verifyEasyPost,
    header: 'x-hmac-signature',
    signed: (secret: string) => `hmac-sha256-hex=${hmac(secret.normalize('NFKD')).toString('hex')}`,
  },
] as const;

const refuses = (work: () => void): void =>
  assert.throws(work, (error) => isTellerlineError(error, 'webhook_signature_invalid'));

test('each platform’s signature fits its own body and secret, either of two, and no other', () => {
  for (const { verify, header, signed } of doors) {
    const headers = { [header]: signed('sécret ½') };
    verify(headers, body, ['another', 'sécret ½']);
    refuses(() => verify(headers, Buffer.from('{"id":1} '), ['sécret ½']));
    refuses(() => verify(headers, body, ['another']));
    refuses(() => verify(headers, body, []));
    for (const wrong of [undefined, '', 'hmac-sha256-hex=', [signed('sécret ½')]])
      refuses(() => verify({ [header]: wrong }, body, ['sécret ½']));
  }
});

test('a signature in which anything is changed is refused', () => {
  fc.assert(
    fc.property(fc.constantFrom(...doors), fc.nat(255), ({ verify, header, signed }, bit) => {
      const right = signed('secret');
      const isHex = right.startsWith('hmac-');
      const bytes = isHex ? Buffer.from(right.slice(16), 'hex') : Buffer.from(right, 'base64');
      bytes[bit >> 3] = (bytes[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const changed = isHex ? `hmac-sha256-hex=${bytes.toString('hex')}` : bytes.toString('base64');
      refuses(() => verify({ [header]: changed }, body, ['secret']));
    }),
    { numRuns: 2_000 },
  );
});

test('the published vector of Standard Webhooks fits, at its time and at no other', (context) => {
  if (!existsSync(vectors)) return context.skip(`${vectors} is not here`);
  const [vector] = JSON.parse(readFileSync(vectors, 'utf8')) as Record<string, string>[];
  assert.ok(vector);
  const headers: SentHeaders = {
    'webhook-id': vector['webhook-id'],
    'webhook-timestamp': vector['webhook-timestamp'],
    'webhook-signature': vector['expected'],
  };
  const raw = Buffer.from(vector['payload'] ?? '');
  const keys = [`whsec_${vector['secret_base64'] ?? ''}`];
  const atMs = Number(vector['webhook-timestamp']) * 1000;
  verifyStandard(headers, raw, keys, atMs);
  refuses(() => verifyStandard(headers, Buffer.concat([raw, Buffer.from(' ')]), keys, atMs));
  assert.throws(
    () => verifyStandard(headers, raw, keys, atMs + 301_000),
    (error) => isTellerlineError(error, 'webhook_timestamp_stale'),
  );
});

test('Standard Webhooks by Ed25519, the public key as PEM or as whpk_', () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const signed = (id: string): SentHeaders => ({
    'webhook-id': id,
    'webhook-timestamp': '1795000000',
    'webhook-signature': `v1a,${sign(null, Buffer.from(`msg.1795000000.${body.toString()}`), privateKey).toString('base64')}`,
  });
  const raw = publicKey.export({ type: 'spki', format: 'der' }).subarray(-32);
  const keys = [`whpk_${raw.toString('base64')}`, publicKey.export({ type: 'spki', format: 'pem' })];
  for (const key of keys) verifyStandard(signed('msg'), body, [key], 1_795_000_000_000);
  refuses(() => verifyStandard(signed('other'), body, keys, 1_795_000_000_000));
});
