import assert from 'node:assert/strict';
import { createHash, randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair } from 'jose';
import { freshCode, issuerOf, newPair, push, redeemBy } from './fapi-client.fixture.ts';
import {
  assertionFields,
  clientAssertion,
  dpopProof,
  getWithProof,
  postForm,
  type ProofChanges,
} from './raw-protocol.fixture.ts';
import { startTrial, type Trial } from './stand-in-hub.fixture.ts';

// What the OpenID conformance suite checks of DPoP (RFC 9449), by the suite's own names.

let trial: Trial;
let issuer: string;

before(async () => {
  trial = await startTrial();
  issuer = issuerOf(trial);
});
after(() => trial.close());

test('EnsureMismatchedDpopJktFails: a proof by another key than dpop_jkt names is refused when pushed', async () => {
  const answer = await push(trial, {
    parameters: { dpop_jkt: createHash('sha256').update('another key').digest('base64url') },
  });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_request');
});

test('EnsureTokenEndpointFailsWithMismatchedDpopJkt: the code is bound to the key it was asked with', async () => {
  const answer = await redeemBy(trial, await freshCode(trial), { pair: await newPair() });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('a token request without a proof is refused', async () => {
  const code = await freshCode(trial);
  const answer = await postForm(`${issuer}/token`, {
    grant_type: 'authorization_code',
    code: code.code,
    code_verifier: code.verifier,
    redirect_uri: `${trial.hub.url}/link/return`,
    ...assertionFields(await clientAssertion(trial.hub.privateKey, issuer)),
  });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_grant');
});

const wrongProofs: readonly (readonly [string, () => ProofChanges | Promise<ProofChanges>])[] = [
  ['no jti', () => ({ claims: { jti: undefined } })],
  ['no iat', () => ({ claims: { iat: undefined } })],
  ['another method', () => ({ claims: { htm: 'PUT' } })],
  ['another address', () => ({ claims: { htu: 'https://attacker.example/token' } })],
  ['another typ', () => ({ header: { typ: 'jwt' } })],
  ['an invalid signature', async () => ({ signWith: (await newPair()).privateKey })],
  [
    'a private key in the header',
    async () => ({
      header: { jwk: await exportJWK((await generateKeyPair('ES256', { extractable: true })).privateKey) },
    }),
  ],
  ['a nonce that was never given', () => ({ claims: { nonce: 'made-up' } })],
];

test('DpopNegativeTests: each wrong proof is refused at the token endpoint', async (t) => {
  for (const [name, changes] of wrongProofs) {
    await t.test(name, async () => {
      const answer = await redeemBy(trial, await freshCode(trial), { proof: await changes() });
      assert.equal(answer.status, 400);
      assert.match(answer.body['error'], /^(invalid_dpop_proof|use_dpop_nonce)$/);
    });
  }
});

test('DpopNegativeTests: each wrong proof is refused at the resource', async (t) => {
  const code = await freshCode(trial);
  const token = (await redeemBy(trial, code)).body['access_token'];
  const accounts = `${issuer}/fdx/v6/accounts`;
  assert.equal((await getWithProof(accounts, token, code.pair)).status, 200);

  const moreWrong: typeof wrongProofs = [
    ...wrongProofs,
    ['no ath', () => ({ claims: { ath: undefined } })],
    [
      'the ath of another token',
      () => ({ claims: { ath: createHash('sha256').update('another').digest('base64url') } }),
    ],
    ['an iat of an hour ago', () => ({ claims: { iat: Math.floor(Date.now() / 1000) - 3600 } })],
    ['an iat in an hour', () => ({ claims: { iat: Math.floor(Date.now() / 1000) + 3600 } })],
    [
      'signed with RS256',
      async () => {
        const rsa = await generateKeyPair('RS256', { extractable: true });
        return { header: { alg: 'RS256', jwk: await exportJWK(rsa.publicKey) }, signWith: rsa.privateKey };
      },
    ],
  ];
  for (const [name, changes] of moreWrong) {
    await t.test(name, async () => {
      const answer = await getWithProof(accounts, token, code.pair, await changes());
      assert.equal(answer.status, 401);
      assert.match(answer.headers.get('www-authenticate') ?? '', /^DPoP error="(invalid_dpop_proof|use_dpop_nonce)"/);
      assert.equal(answer.body['code'], '603');
    });
  }
  await t.test('a proof by another key', async () => {
    const answer = await getWithProof(accounts, token, await newPair());
    assert.match(answer.headers.get('www-authenticate') ?? '', /invalid_dpop_proof/);
  });
  await t.test('a proof that was used before', async () => {
    const probe = await getWithProof(accounts, token, code.pair);
    const proof = await dpopProof(
      code.pair,
      { method: 'GET', url: accounts, nonce: probe.headers.get('dpop-nonce') ?? '', accessToken: token },
      { claims: { jti: randomUUID() } },
    );
    assert.equal((await getWithProof(accounts, token, code.pair, { proof })).status, 200);
    const replayed = await getWithProof(accounts, token, code.pair, { proof });
    assert.equal(replayed.status, 401);
    assert.match(replayed.headers.get('www-authenticate') ?? '', /invalid_dpop_proof/);
  });
  await t.test('a Bearer token', async () => {
    assert.equal((await getWithProof(accounts, token, code.pair, { scheme: 'Bearer' })).status, 401);
  });
  await t.test('a token in the query', async () => {
    const answer = await fetch(`${accounts}?access_token=${token}`, {
      headers: { 'x-fapi-interaction-id': randomUUID() },
    });
    assert.equal(answer.status, 400);
  });
});

test('CheckDpopProofNbfExp: a proof may carry nbf and exp, and is held to them', async () => {
  const seconds = Math.floor(Date.now() / 1000);
  const good = { claims: { nbf: seconds, exp: seconds + 300 } };
  const code = await freshCode(trial);
  const tokens = await redeemBy(trial, code, { proof: good });
  assert.equal(tokens.status, 200);
  const accounts = `${issuer}/fdx/v6/accounts`;
  assert.equal((await getWithProof(accounts, tokens.body['access_token'], code.pair, good)).status, 200);
  const ended = await getWithProof(accounts, tokens.body['access_token'], code.pair, {
    claims: { exp: seconds - 120 },
  });
  assert.equal(ended.status, 401);
});

test('AccessTokenTypeHeaderCaseSensitivity: the scheme is read in any case', async () => {
  const code = await freshCode(trial);
  const { access_token: token } = (await redeemBy(trial, code)).body;
  assert.equal((await getWithProof(`${issuer}/fdx/v6/accounts`, token, code.pair, { scheme: 'dpop' })).status, 200);
});
