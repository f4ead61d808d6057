import { createHash, randomUUID, type KeyObject } from 'node:crypto';
import { exportJWK, SignJWT, type CryptoKey } from 'jose';
import type { Trial } from './stand-in-hub.fixture.ts';

/** For tests alone: requests of the protocol put together by hand, so that each part can be made wrong. */

export interface KeyPair {
  readonly privateKey: CryptoKey;
  readonly publicKey: CryptoKey;
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/** A client assertion (RFC 7523) as it should be, but for what a test changes. */
export function clientAssertion(
  key: CryptoKey | KeyObject,
  issuer: string,
  changes: { alg?: string; kid?: string; clientId?: string; aud?: string | string[]; exp?: number } = {},
): Promise<string> {
  const { alg = 'ES256', kid = 'hub', clientId = 'tellerline', aud = issuer, exp = nowSeconds() + 60 } = changes;
  return new SignJWT({})
    .setProtectedHeader({ alg, kid })
    .setIssuer(clientId)
    .setSubject(clientId)
    .setAudience(aud)
    .setJti(randomUUID())
    .setIssuedAt()
    .setNotBefore('0s')
    .setExpirationTime(exp)
    .sign(key);
}

/** Claims and header of a DPoP proof that a test may change; `undefined` leaves one out. */
export interface ProofChanges {
  readonly claims?: Readonly<Record<string, unknown>>;
  readonly header?: Readonly<Record<string, unknown>>;
  /** Signs with this key instead, while the header still shows the other. */
  readonly signWith?: CryptoKey;
}

/** A DPoP proof (RFC 9449) as it should be, but for what a test changes. */
export async function dpopProof(
  pair: KeyPair,
  call: { method: string; url: string; nonce?: string | undefined; accessToken?: string },
  changes: ProofChanges = {},
): Promise<string> {
  const claims = {
    jti: randomUUID(),
    htm: call.method,
    htu: call.url,
    iat: nowSeconds(),
    ...(call.nonce !== undefined && { nonce: call.nonce }),
    ...(call.accessToken !== undefined && { ath: createHash('sha256').update(call.accessToken).digest('base64url') }),
    ...changes.claims,
  };
  return new SignJWT(claims)
    .setProtectedHeader({ alg: 'ES256', typ: 'dpop+jwt', jwk: await exportJWK(pair.publicKey), ...changes.header })
    .sign(changes.signWith ?? pair.privateKey);
}

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  // The tests assert what is in it; naming every member here would say nothing.
  // oxlint-disable-next-line typescript/no-explicit-any
  readonly body: Record<string, any>;
}

async function answerOf(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.startsWith('application/json');
  return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : { text } };
}

/** Posts a form with a proof; asks once without a nonce, as one is always demanded first. */
export async function postWithProof(
  url: string,
  form: () => Promise<Record<string, string>>,
  pair: KeyPair,
  changes: ProofChanges = {},
): Promise<Answer> {
  const send = async (nonce: string | undefined): Promise<Answer> =>
    answerOf(
      await fetch(url, {
        method: 'POST',
        headers: { dpop: await dpopProof(pair, { method: 'POST', url, nonce }, changes) },
        body: new URLSearchParams(await form()),
      }),
    );
  const first = await send(undefined);
  return first.body['error'] === 'use_dpop_nonce' ? send(first.headers.get('dpop-nonce') ?? undefined) : first;
}

/** Posts a form without a proof. */
export async function postForm(url: string, form: Record<string, string>): Promise<Answer> {
  return answerOf(await fetch(url, { method: 'POST', body: new URLSearchParams(form) }));
}

/** Calls a protected resource with a proof and the nonce that it wants. */
export async function getWithProof(
  url: string,
  accessToken: string,
  pair: KeyPair,
  changes: ProofChanges & { scheme?: string; proof?: string } = {},
): Promise<Answer> {
  const send = async (nonce: string | undefined): Promise<Answer> =>
    answerOf(
      await fetch(url, {
        headers: {
          authorization: `${changes.scheme ?? 'DPoP'} ${accessToken}`,
          dpop:
            changes.proof ??
            (await dpopProof(pair, { method: 'GET', url: url.split('?')[0] ?? url, nonce, accessToken }, changes)),
          'x-fapi-interaction-id': randomUUID(),
        },
      }),
    );
  const first = await send(undefined);
  const wantsNonce = first.headers.get('www-authenticate')?.includes('use_dpop_nonce') === true;
  return wantsNonce ? send(first.headers.get('dpop-nonce') ?? undefined) : first;
}

/** Parameters of an authorization request as they should be. */
export function authorizationRequest(trial: Trial, challenge: string): Record<string, string> {
  return {
    response_type: 'code',
    client_id: 'tellerline',
    redirect_uri: `${trial.hub.url}/link/return`,
    scope: 'openid offline_access',
    prompt: 'consent',
    state: 'state-of-test',
    code_challenge: challenge,
    code_challenge_method: 'S256',
    authorization_details: JSON.stringify([
      {
        type: 'fdx_v1.0',
        consentRequest: {
          durationType: 'TIME_BOUND',
          durationPeriod: 30,
          lookbackPeriod: 30,
          resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC'] }],
        },
      },
    ]),
  };
}

/** The form fields by which a client authenticates. */
export function assertionFields(assertion: string): Record<string, string> {
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: assertion,
  };
}
