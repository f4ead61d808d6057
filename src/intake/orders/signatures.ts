import { createHmac, createPublicKey, timingSafeEqual, type KeyObject } from 'node:crypto';
import { TellerlineError } from '#base';
import { checkWebhookHead, verifyWebhook, type WebhookHeaders } from '../signature.ts';

/** The headers that a sender may sign in, as they arrived. */
export type SentHeaders = Readonly<Record<string, string | string[] | undefined>>;

const header = (headers: SentHeaders, name: string): string | undefined => {
  const value = headers[name];
  return Array.isArray(value) ? undefined : value;
};

const isSame = (given: Buffer, right: Buffer): boolean =>
  given.length === right.length && timingSafeEqual(given, right);

function requireOne(isRight: boolean): void {
  if (!isRight)
    throw new TellerlineError('webhook_signature_invalid', 401, 'The signature is not by a key of this sender.');
}

/** Base64 of HMAC-SHA-256 over the raw body; every secret is tried, so that time tells nothing of which fits. */
function isBase64Hmac(given: string | undefined, raw: Buffer, secrets: readonly string[]): boolean {
  const bytes = Buffer.from(given ?? '', 'base64');
  return secrets
    .map((secret) => isSame(bytes, createHmac('sha256', secret).update(raw).digest()))
    .some((isRight) => isRight);
}

/**
 * Shopify: `X-Shopify-Hmac-Sha256`, base64 of HMAC-SHA-256 by the app's client secret.
 *
 * @throws TellerlineError `webhook_signature_invalid` 401
 */
export function verifyShopify(headers: SentHeaders, raw: Buffer, secrets: readonly string[]): void {
  requireOne(isBase64Hmac(header(headers, 'x-shopify-hmac-sha256'), raw, secrets));
}

/**
 * WooCommerce: `X-WC-Webhook-Signature`, base64 of HMAC-SHA-256 by the webhook's secret.
 *
 * @throws TellerlineError `webhook_signature_invalid` 401
 */
export function verifyWooCommerce(headers: SentHeaders, raw: Buffer, secrets: readonly string[]): void {
  requireOne(isBase64Hmac(header(headers, 'x-wc-webhook-signature'), raw, secrets));
}

const easyPostPrefix = 'hmac-sha256-hex=';

/**
 * EasyPost: `X-Hmac-Signature`, `hmac-sha256-hex=` and hex of HMAC-SHA-256 by the webhook's secret in Unicode's form
 * NFKD.
 *
 * @throws TellerlineError `webhook_signature_invalid` 401
 */
export function verifyEasyPost(headers: SentHeaders, raw: Buffer, secrets: readonly string[]): void {
  const given = header(headers, 'x-hmac-signature') ?? '';
  const hex = given.startsWith(easyPostPrefix) ? given.slice(easyPostPrefix.length) : '';
  const bytes = /^[0-9a-f]{64}$/i.test(hex) ? Buffer.from(hex, 'hex') : Buffer.alloc(0);
  const rights = secrets.map((secret) =>
    isSame(
      bytes,
      createHmac('sha256', Buffer.from(secret.normalize('NFKD')))
        .update(raw)
        .digest(),
    ),
  );
  requireOne(rights.some((isRight) => isRight));
}

/**
 * Standard Webhooks: `webhook-signature`, `v1,` (HMAC-SHA-256 by a `whsec_` secret) or `v1a,` (Ed25519) over
 * `id.timestamp.body`, at most five minutes old.
 *
 * @throws TellerlineError `webhook_headers_missing`, `webhook_timestamp_stale`, `webhook_signature_invalid` 401
 */
export function verifyStandard(headers: SentHeaders, raw: Buffer, keys: readonly string[], nowMs: number): void {
  const head: WebhookHeaders = {
    id: header(headers, 'webhook-id'),
    timestamp: header(headers, 'webhook-timestamp'),
    signature: header(headers, 'webhook-signature'),
  };
  const { id, timestamp, signature } = checkWebhookHead(head, nowMs);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), raw]);
  const given = signature
    .split(' ')
    .slice(0, 4)
    .filter((part) => part.startsWith('v1,'))
    .map((part) => Buffer.from(part.slice('v1,'.length), 'base64'));
  const rights = keys.filter(isSecret).map((key) => createHmac('sha256', secretBytes(key)).update(signed).digest());
  if (rights.flatMap((right) => given.map((one) => isSame(one, right))).some((isRight) => isRight)) return;
  verifyWebhook(head, raw, publicKeys(keys), nowMs);
}

const isSecret = (key: string): boolean => key.startsWith('whsec_');
const secretBytes = (key: string): Buffer => Buffer.from(key.slice('whsec_'.length), 'base64');

/** DER of an Ed25519 public key, before its 32 bytes. */
const ed25519Head = Buffer.from('302a300506032b6570032100', 'hex');

function publicKeys(keys: readonly string[]): KeyObject[] {
  return keys.filter((key) => !isSecret(key)).map(publicKeyOf);
}

/** @throws Error when it is no public key */
export function publicKeyOf(key: string): KeyObject {
  if (!key.startsWith('whpk_')) return createPublicKey(key);
  const der = Buffer.concat([ed25519Head, Buffer.from(key.slice('whpk_'.length), 'base64')]);
  return createPublicKey({ key: der, format: 'der', type: 'spki' });
}
