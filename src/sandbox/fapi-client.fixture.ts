import assert from 'node:assert/strict';
import { createHash, randomBytes, type KeyObject } from 'node:crypto';
import { generateKeyPair, type CryptoKey } from 'jose';
import {
  assertionFields,
  authorizationRequest,
  clientAssertion,
  postWithProof,
  type Answer,
  type KeyPair,
  type ProofChanges,
} from './raw-protocol.fixture.ts';
import { TestBrowser, type Trial } from './stand-in-hub.fixture.ts';

/** For tests alone: the hub's part of a login at Citi, put together by hand so that each step can be made wrong. */

export const newPair = (): Promise<KeyPair> => generateKeyPair('ES256', { extractable: true });
export const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** The bank that these logins are at. */
export const issuerOf = (trial: Trial): string => `${trial.sandbox.url}/citi`;

/** Pushes a request by hand. */
export function push(
  trial: Trial,
  changes: {
    parameters?: Record<string, string>;
    form?: () => Promise<Record<string, string>>;
    pair?: KeyPair;
    proof?: ProofChanges;
    verifier?: string;
  } = {},
): Promise<Answer> {
  const verifier = changes.verifier ?? randomBytes(32).toString('base64url');
  const form = async (): Promise<Record<string, string>> => ({
    ...authorizationRequest(trial, challengeOf(verifier)),
    ...changes.parameters,
    ...(changes.form
      ? await changes.form()
      : assertionFields(await clientAssertion(trial.hub.privateKey, issuerOf(trial)))),
  });
  return (async () =>
    postWithProof(`${issuerOf(trial)}/par`, form, changes.pair ?? (await newPair()), changes.proof))();
}

/** A code and what it can be redeemed with. */
export interface Code {
  readonly code: string;
  readonly verifier: string;
  readonly pair: KeyPair;
}

/** A code, fresh from the bank's pages. */
export async function freshCode(trial: Trial): Promise<Code> {
  const verifier = randomBytes(32).toString('base64url');
  const pair = await newPair();
  const pushed = await push(trial, { verifier, pair });
  assert.equal(pushed.status, 201, JSON.stringify(pushed.body));
  const returned = await new TestBrowser().signInAndAllow(
    `${issuerOf(trial)}/authorize?client_id=tellerline&request_uri=${encodeURIComponent(pushed.body['request_uri'])}`,
    'customer-1',
  );
  const code = returned.searchParams.get('code');
  assert.ok(code, returned.href);
  assert.equal(returned.searchParams.get('iss'), issuerOf(trial));
  return { code, verifier, pair };
}

/** Redeems a code by hand. */
export function redeemBy(
  trial: Trial,
  code: Code,
  options: {
    key?: CryptoKey | KeyObject;
    kid?: string;
    clientId?: string;
    pair?: KeyPair;
    proof?: ProofChanges;
    redirectUri?: string;
  } = {},
): Promise<Answer> {
  const { key = trial.hub.privateKey, kid = 'hub', clientId = 'tellerline' } = options;
  return postWithProof(
    `${issuerOf(trial)}/token`,
    async () => ({
      grant_type: 'authorization_code',
      code: code.code,
      code_verifier: code.verifier,
      redirect_uri: options.redirectUri ?? `${trial.hub.url}/link/return`,
      ...assertionFields(await clientAssertion(key, issuerOf(trial), { kid, clientId })),
    }),
    options.pair ?? code.pair,
    options.proof,
  );
}
