import { createCipheriv, createDecipheriv, hash, hkdfSync, timingSafeEqual } from 'node:crypto';
import type { Random } from '#base';
import { invariant, TellerlineError } from '#base';

/**
 * AES-256-GCM with key commitment. GCM alone lets one ciphertext open under two keys; a commitment
 * derived from the key and checked before opening closes that (Albertini et al., "How to Abuse and Fix
 * Authenticated Encryption Without Key Commitment", USENIX Security 2022).
 *
 * Bytes: version 1 (1) | commitment (32) | nonce (12) | ciphertext | tag (16)
 */
const version = 1;
const commitmentBytes = 32;
const nonceBytes = 12;
const tagBytes = 16;
const headerBytes = 1 + commitmentBytes + nonceBytes;

/** A data key, split once into what encrypts and what commits. Never leaves this folder. */
export interface DataKey {
  readonly encryption: Buffer;
  readonly commitment: Buffer;
}

/** The first byte of a secret whose parts are hashes of it: at the speed of events HKDF costs more than sealing does. */
const hashed = 2;
/** Bytes of a secret made today. */
const secretBytes = 33;

/** A new secret of 256 bits, as it is wrapped. */
export function newSecret(random: Random): Buffer {
  return Buffer.concat([Buffer.of(hashed), random.bytes(secretBytes - 1)]);
}

/**
 * Splits a secret into what encrypts and what commits. Of one made by `newSecret` its 32 random bytes encrypt,
 * and SHA-256 of a domain and these commits; one of 32 bytes, from before, is split by HKDF-SHA-256 (RFC 5869).
 * The secret is taken over: its bytes are overwritten, so that it stands nowhere in memory but wrapped.
 */
export function dataKey(secret: Buffer): DataKey {
  try {
    if (isHashed(secret)) {
      const encryption = Buffer.from(secret.subarray(1));
      return { encryption, commitment: hashOf('tellerline commitment v2', encryption) };
    }
    const derived = Buffer.from(hkdfSync('sha256', secret, '', 'tellerline sealing v1', 64));
    return { encryption: derived.subarray(0, 32), commitment: derived.subarray(32) };
  } finally {
    secret.fill(0);
  }
}

/** What the salts of a ledger's commitments derive from: docs/proof-log.md. The secret stays as it is. */
export function saltKeyOf(secret: Buffer): Buffer {
  return isHashed(secret)
    ? hashOf('tellerline ledger salts v2', secret.subarray(1))
    : Buffer.from(hkdfSync('sha256', secret, '', 'tellerline ledger salts v1', 32));
}

const isHashed = (secret: Buffer): boolean => secret.length === secretBytes && secret[0] === hashed;

/** SHA-256 over a domain and 32 random bytes, which a hash hides as HMAC would: nothing can be put behind them. */
function hashOf(domain: string, bytes: Buffer): Buffer {
  const joined = Buffer.concat([Buffer.from(domain), bytes]);
  try {
    return hash('sha256', joined, 'buffer');
  } finally {
    joined.fill(0);
  }
}

/** Overwrites a key that is used no more: with it neither sealing nor opening works again. */
export function forgetKey({ encryption, commitment }: DataKey): void {
  encryption.fill(0);
  commitment.fill(0);
}

/** Seals `plaintext`; `context` names the place it belongs to and must be the same to open it. */
export function seal(key: DataKey, context: string, plaintext: Buffer, random: Random): Buffer {
  invariant(isThere(key), 'nothing is sealed under a key that was forgotten');
  const nonce = random.bytes(nonceBytes);
  const cipher = createCipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: tagBytes });
  cipher.setAAD(Buffer.from(context));
  const body = cipher.update(plaintext);
  cipher.final();
  return Buffer.concat([Buffer.of(version), key.commitment, nonce, body, cipher.getAuthTag()]);
}

/**
 * Opens what `seal` made.
 *
 * @throws TellerlineError `sealed_unreadable` when the key, the place or a single bit is another
 */
export function open(key: DataKey, context: string, sealed: Buffer): Buffer {
  if (sealed.length < headerBytes + tagBytes || sealed[0] !== version) throw unreadable('form');
  if (!timingSafeEqual(sealed.subarray(1, 1 + commitmentBytes), key.commitment)) throw unreadable('key');
  const nonce = sealed.subarray(1 + commitmentBytes, headerBytes);
  const decipher = createDecipheriv('aes-256-gcm', key.encryption, nonce, { authTagLength: tagBytes });
  decipher.setAAD(Buffer.from(context));
  decipher.setAuthTag(sealed.subarray(sealed.length - tagBytes));
  try {
    const body = decipher.update(sealed.subarray(headerBytes, sealed.length - tagBytes));
    decipher.final();
    return body;
  } catch (error) {
    throw unreadable('content', error);
  }
}

const forgotten = Buffer.alloc(commitmentBytes);

function isThere({ commitment }: DataKey): boolean {
  return !commitment.equals(forgotten);
}

/** The refusal for what does not open. It says why by a word, and never what stands there. */
export function unreadable(why: string, cause?: unknown): TellerlineError {
  return new TellerlineError('sealed_unreadable', 500, 'This could not be read.', { why }, { cause });
}
