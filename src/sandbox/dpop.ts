import { createHash, hkdfSync, timingSafeEqual } from 'node:crypto';
import { calculateJwkThumbprint, EmbeddedJWK, jwtVerify, type JWTPayload } from 'jose';

/** Algorithms that a proof may be signed with (FAPI 2.0 5.4). */
export const DPOP_ALGORITHMS = ['ES256', 'PS256', 'EdDSA', 'Ed25519'] as const;

/** A proof is good for this long, and its jti is remembered for as long. */
const PROOF_SECONDS_MAX = 300;
const NONCE_STEP_SECONDS = 60;

/** Why a proof was refused, in the words of RFC 9449. */
export class DpopRefusal extends Error {
  readonly error: 'use_dpop_nonce' | 'invalid_dpop_proof';

  constructor(error: 'use_dpop_nonce' | 'invalid_dpop_proof', description: string) {
    super(description);
    this.error = error;
  }
}

/**
 * Nonces that need no memory: each is derived from a secret and the minute, and is taken for two minutes
 * to either side. Derived as the authorization server's library does it, so that a nonce given by one
 * server of a bank is good at the other.
 */
export function dpopNonces(secret: Buffer) {
  const nonceOf = (step: number): string => {
    const salt = Buffer.alloc(8);
    salt.writeBigInt64BE(BigInt(step));
    return Buffer.from(hkdfSync('sha256', secret, salt, 'DPoP', 32)).toString('base64url');
  };
  const stepNow = (): number => Math.floor(Date.now() / 1000 / NONCE_STEP_SECONDS);
  return {
    next: (): string => nonceOf(stepNow() + 1),
    isGood: (nonce: string): boolean => [-2, -1, 0, 1, 2].some((away) => sameText(nonceOf(stepNow() + away), nonce)),
  };
}

/** Remembers proofs that were used, by key and jti, until they would be too old anyway. */
export function proofMemory() {
  const used = new Map<string, number>();
  return {
    /** Whether this proof is new; it no longer is afterwards. */
    take: (thumbprint: string, jti: string, nowSeconds: number): boolean => {
      for (const [key, until] of used) {
        if (until > nowSeconds) break;
        used.delete(key);
      }
      const key = `${thumbprint} ${jti}`;
      if (used.has(key)) return false;
      used.set(key, nowSeconds + 2 * PROOF_SECONDS_MAX);
      return true;
    },
  };
}

/** What a proof has to fit: the call that it came with, the token, and what was seen before. */
export interface ProofExpectations {
  readonly method: string;
  /** The address that was called, without query and fragment. */
  readonly url: string;
  readonly accessToken: string;
  /** Thumbprint (RFC 7638) of the key that the token is bound to. */
  readonly thumbprint: string;
  readonly nonces: ReturnType<typeof dpopNonces>;
  readonly memory: ReturnType<typeof proofMemory>;
}

/**
 * Checks the proof that came with an access token at a protected resource (RFC 9449 4.3, 7.1). Counts in
 * the machine's time, as the authorization server's library does: both must take the same proofs.
 *
 * @throws DpopRefusal
 */
export async function checkProof(proof: string | undefined, expected: ProofExpectations): Promise<void> {
  if (!proof) throw new DpopRefusal('invalid_dpop_proof', 'a DPoP proof is missing');
  const { payload, thumbprint } = await openProof(proof);
  const nowSeconds = Math.floor(Date.now() / 1000);

  const refuseUnless = (holds: boolean, description: string): void => {
    if (!holds) throw new DpopRefusal('invalid_dpop_proof', description);
  };
  refuseUnless(
    typeof payload.jti === 'string' && payload.jti.length > 0 && payload.jti.length <= 256,
    'jti is missing',
  );
  refuseUnless(typeof payload.iat === 'number', 'iat is missing');
  refuseUnless(payload['htm'] === expected.method, 'htm is not the method that was used');
  refuseUnless(addressOf(payload['htu']) === addressOf(expected.url), 'htu is not the address that was called');
  refuseUnless(
    sameText(String(payload['ath']), sha256(expected.accessToken)),
    'ath is not the hash of the access token',
  );
  refuseUnless(Math.abs(nowSeconds - (payload.iat ?? 0)) <= PROOF_SECONDS_MAX, 'iat is too far from now');
  refuseUnless(sameText(thumbprint, expected.thumbprint), 'the access token is bound to another key');

  const nonce = payload['nonce'];
  if (typeof nonce !== 'string' || !expected.nonces.isGood(nonce)) {
    throw new DpopRefusal('use_dpop_nonce', 'use the nonce from this answer');
  }
  refuseUnless(expected.memory.take(thumbprint, payload.jti ?? '', nowSeconds), 'this proof was used before');
}

async function openProof(proof: string): Promise<{ payload: JWTPayload; thumbprint: string }> {
  try {
    const { payload, protectedHeader } = await jwtVerify(proof, EmbeddedJWK, {
      algorithms: [...DPOP_ALGORITHMS],
      typ: 'dpop+jwt',
      clockTolerance: 10,
    });
    return { payload, thumbprint: await calculateJwkThumbprint(protectedHeader.jwk ?? {}) };
  } catch (cause) {
    throw new DpopRefusal(
      'invalid_dpop_proof',
      `the proof cannot be read: ${cause instanceof Error ? cause.message : ''}`,
    );
  }
}

function addressOf(value: unknown): string | undefined {
  const url = typeof value === 'string' ? URL.parse(value) : null;
  return url ? `${url.origin}${url.pathname}` : undefined;
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}

function sameText(one: string, other: string): boolean {
  const [left, right] = [Buffer.from(one), Buffer.from(other)];
  return left.length === right.length && timingSafeEqual(left, right);
}
