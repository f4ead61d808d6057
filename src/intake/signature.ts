import { hash, verify, type KeyObject } from 'node:crypto';
import { limits, TellerlineError } from '#base';

/** The headers of Standard Webhooks (standardwebhooks.com), as they arrived. */
export interface WebhookHeaders {
  readonly id: string | undefined;
  readonly timestamp: string | undefined;
  readonly signature: string | undefined;
}

const signatureBytes = 64;
/** During rotation a sender signs with two keys; more is noise that would be verified for nothing. */
const signaturesMax = 2;

/**
 * Verifies a batch over its raw bytes, before anything in it is read: Ed25519 (`v1a,` base64) over
 * `id.timestamp.body`, by any of the sender's keys. Answers by which.
 *
 * @throws TellerlineError `webhook_headers_missing`, `webhook_timestamp_stale` (five minutes either
 *   way), `webhook_signature_invalid`
 */
export function verifyWebhook(
  headers: WebhookHeaders,
  body: Buffer,
  keys: readonly KeyObject[],
  nowMs: number,
): KeyObject {
  const { id, timestamp, signature } = checkWebhookHead(headers, nowMs);
  const signed = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const given = signature
    .split(' ')
    .slice(0, signaturesMax)
    .filter((part) => part.startsWith('v1a,'))
    .map((part) => Buffer.from(part.slice('v1a,'.length), 'base64'))
    .filter((bytes) => bytes.length === signatureBytes);
  const by = keys.find((key) => given.some((bytes) => verify(null, signed, key, bytes)));
  if (by) return by;
  throw new TellerlineError('webhook_signature_invalid', 401, 'The signature is not by a key of this sender.');
}

/**
 * The headers, when all are there and of this time.
 *
 * @throws TellerlineError `webhook_headers_missing`, `webhook_timestamp_stale`
 */
export function checkWebhookHead(
  headers: WebhookHeaders,
  nowMs: number,
): { readonly id: string; readonly timestamp: string; readonly signature: string } {
  const { id, timestamp, signature } = headers;
  if (!id || !timestamp || !signature || id.length > 200 || signature.length > 2000) {
    throw new TellerlineError(
      'webhook_headers_missing',
      401,
      'webhook-id, webhook-timestamp and webhook-signature are required.',
    );
  }
  const seconds = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) : Number.NaN;
  if (!(Math.abs(nowMs - seconds * 1000) <= limits.webhookAgeMsMax)) {
    throw new TellerlineError('webhook_timestamp_stale', 401, 'The timestamp is more than five minutes off.');
  }
  return { id, timestamp, signature };
}

/** What a key is called by whoever compares it with the sender's own list: its JWK thumbprint (RFC 7638). */
export function thumbprintOf(key: KeyObject): string {
  const known = thumbprints.get(key);
  if (known !== undefined) return known;
  const { x = '' } = key.export({ format: 'jwk' });
  const thumbprint = hash('sha256', `{"crv":"Ed25519","kty":"OKP","x":"${x}"}`, 'base64url');
  thumbprints.set(key, thumbprint);
  return thumbprint;
}

/** A key signs thousands of batches. */
const thumbprints = new WeakMap<KeyObject, string>();
