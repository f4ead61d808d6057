import assert from 'node:assert/strict';
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { sql } from '#db';
import {
  assertionFields,
  authorizationRequest,
  clientAssertion,
  dpopProof,
  getWithProof,
  postForm,
  postWithProof,
  type Answer,
  type KeyPair,
  type ProofChanges,
} from './raw-protocol.fixture.ts';
import { clientAt, linkCustomer, pushRequest, startTrial, TestBrowser, type Trial } from './stand-in-hub.fixture.ts';

// The checks that the OpenID conformance suite makes of a server (FAPI2-SP-FINAL), by the suite's own names.

let trial: Trial;
let issuer: string;
let other: { privateKey: CryptoKey };

before(async () => {
  trial = await startTrial();
  issuer = `${trial.sandbox.url}/citi`;
  const pair = await generateKeyPair('ES256', { extractable: true });
  other = pair;
  await trial.database.execute(sql`
    insert into sandbox.recipients (client_id, name, redirect_uri, events_origin, jwks)
    values ('another', 'Another recipient', ${`${trial.hub.url}/another/return`}, ${trial.hub.url},
      ${JSON.stringify({ keys: [{ ...(await exportJWK(pair.publicKey)), kid: 'another', use: 'sig', alg: 'ES256' }] })})`);
});
after(() => trial.close());

const newPair = (): Promise<KeyPair> => generateKeyPair('ES256', { extractable: true });
const challengeOf = (verifier: string): string => createHash('sha256').update(verifier).digest('base64url');

/** Pushes a request by hand. */
function push(
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
    ...(changes.form ? await changes.form() : assertionFields(await clientAssertion(trial.hub.privateKey, issuer))),
  });
  return (async () => postWithProof(`${issuer}/par`, form, changes.pair ?? (await newPair()), changes.proof))();
}

interface Code {
  readonly code: string;
  readonly verifier: string;
  readonly pair: KeyPair;
}

/** A code, fresh from the bank's pages. */
async function freshCode(parameters: Record<string, string> = {}, pair?: KeyPair): Promise<Code> {
  const verifier = randomBytes(32).toString('base64url');
  const used = pair ?? (await newPair());
  const pushed = await push({ verifier, pair: used, parameters });
  assert.equal(pushed.status, 201, JSON.stringify(pushed.body));
  const returned = await new TestBrowser().signInAndAllow(
    `${issuer}/authorize?client_id=tellerline&request_uri=${encodeURIComponent(pushed.body['request_uri'])}`,
    'customer-1',
  );
  const code = returned.searchParams.get('code');
  assert.ok(code, returned.href);
  assert.equal(returned.searchParams.get('iss'), issuer);
  return { code, verifier, pair: used };
}

function redeemBy(
  code: Code,
  options: {
    key?: CryptoKey;
    kid?: string;
    clientId?: string;
    pair?: KeyPair;
    proof?: ProofChanges;
    redirectUri?: string;
  } = {},
): Promise<Answer> {
  const { key = trial.hub.privateKey, kid = 'hub', clientId = 'tellerline' } = options;
  return postWithProof(
    `${issuer}/token`,
    async () => ({
      grant_type: 'authorization_code',
      code: code.code,
      code_verifier: code.verifier,
      redirect_uri: options.redirectUri ?? `${trial.hub.url}/link/return`,
      ...assertionFields(await clientAssertion(key, issuer, { kid, clientId })),
    }),
    options.pair ?? code.pair,
    options.proof,
  );
}

test('AttemptReuseAuthorizationCodeAfterOneSecond: a code redeemed twice is refused, and ends the grant that it made', async () => {
  const code = await freshCode();
  const first = await redeemBy(code);
  assert.equal(first.status, 200);
  await sleep(1000);
  const second = await redeemBy(code);
  assert.equal(second.status, 400);
  assert.equal(second.body['error'], 'invalid_grant');

  const accounts = await getWithProof(`${issuer}/fdx/v6/accounts`, first.body['access_token'], code.pair);
  assert.equal(accounts.status, 401);
  const listed = await trial.control('GET', '/citi/consents?customer=customer-1');
  const consents = (listed.body as { consents: { id: string; status: string }[] }).consents;
  assert.equal(consents.find(({ id }) => id === first.body['grant_id'])?.status, 'REVOKED');
});

test('a code redeemed twice at the same moment gives tokens once', async () => {
  const code = await freshCode();
  const answers = await Promise.all([redeemBy(code), redeemBy(code), redeemBy(code)]);
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
});

test('EnsureAuthorizationCodeIsBoundToClient: another client cannot redeem the code', async () => {
  const answer = await redeemBy(await freshCode(), {
    key: other.privateKey,
    kid: 'another',
    clientId: 'another',
    redirectUri: `${trial.hub.url}/another/return`,
  });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('AttemptToUseExpiredAuthCode: a code is good for a minute at most', async () => {
  const code = await freshCode();
  const [stored] = await trial.database.query<{ seconds: number }>(sql`
    select (payload->>'exp')::int - (payload->>'iat')::int as seconds from sandbox.authorization_state where model = 'AuthorizationCode' and id = ${code.code}`);
  assert.ok((stored?.seconds ?? 61) <= 60);
  await trial.database.execute(sql`
    update sandbox.authorization_state set payload = payload || jsonb_build_object('exp', extract(epoch from now())::int - 1)
    where model = 'AuthorizationCode' and id = ${code.code}`);
  const answer = await redeemBy(code);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('EnsureClientAssertionWithWrongAudFails: the audience is the issuer, as one string', async () => {
  for (const aud of [`${trial.sandbox.url}/wells-fargo`, `${issuer}/token`, [issuer, `${issuer}/token`]]) {
    const answer = await push({
      form: async () => assertionFields(await clientAssertion(trial.hub.privateKey, issuer, { aud })),
    });
    assert.equal(answer.status, 401, JSON.stringify(aud));
    assert.equal(answer.body['error'], 'invalid_client');
  }
});

test('PAREndpointAsAudienceFails: the address that is called is no audience', async () => {
  const answer = await push({
    form: async () => assertionFields(await clientAssertion(trial.hub.privateKey, issuer, { aud: `${issuer}/par` })),
  });
  assert.equal(answer.status, 401);
  assert.equal(answer.body['error'], 'invalid_client');
});

test('EnsureSignedClientAssertionWithRS256Fails: RS256 is not a signature here', async () => {
  const { privateKey } = await generateKeyPair('RS256');
  const answer = await push({
    form: async () => assertionFields(await clientAssertion(privateKey, issuer, { alg: 'RS256' })),
  });
  assert.equal(answer.status, 401);
  assert.equal(answer.body['error'], 'invalid_client');
});

test('EnsureClientAssertionWithExpIs5MinutesInPastFails, and a replayed assertion too', async () => {
  const stale = await push({
    form: async () =>
      assertionFields(
        await clientAssertion(trial.hub.privateKey, issuer, { exp: Math.floor(Date.now() / 1000) - 300 }),
      ),
  });
  assert.equal(stale.body['error'], 'invalid_client');

  const assertion = await clientAssertion(trial.hub.privateKey, issuer);
  const answers = [
    await push({ form: async () => assertionFields(assertion) }),
    await push({ form: async () => assertionFields(assertion) }),
  ];
  assert.ok(answers.some((answer) => answer.status >= 400));
});

test('a client that authenticates with nothing, or with a secret, is refused', async () => {
  const bare = await push({ form: async () => ({}) });
  assert.ok([400, 401].includes(bare.status));
  const secret = await push({ form: async () => ({ client_secret: 'secret' }) });
  assert.ok([400, 401].includes(secret.status));
});

test('PAREnsurePlainPKCERejected', async () => {
  const answer = await push({ parameters: { code_challenge_method: 'plain' } });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_request');
});

test('PAREnsurePKCERequired', async () => {
  const answer = await postWithProof(
    `${issuer}/par`,
    async () => {
      const { code_challenge: _challenge, code_challenge_method: _method, ...rest } = authorizationRequest(trial, 'x');
      return { ...rest, ...assertionFields(await clientAssertion(trial.hub.privateKey, issuer)) };
    },
    await newPair(),
  );
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_request');
});

test('EnsureUnsignedAuthorizationRequestWithoutUsingParFails: the request is pushed, or there is none', async () => {
  const query = new URLSearchParams(authorizationRequest(trial, challengeOf(randomBytes(32).toString('base64url'))));
  const shown = await new TestBrowser().open(`${issuer}/authorize?${query.toString()}`);
  const told = new URL(shown.url).searchParams.get('error') ?? shown.text;
  assert.match(told, /invalid_request/);
});

test('PAREnsureRequestUriIsBoundToClient: another client cannot use the request', async () => {
  const pushed = await push();
  const shown = await new TestBrowser().open(
    `${issuer}/authorize?client_id=another&request_uri=${encodeURIComponent(pushed.body['request_uri'])}`,
  );
  assert.equal(shown.status, 400);
  assert.match(shown.text, /invalid_re/);
  assert.doesNotMatch(shown.text, /name="password"/);
});

test('PARAttemptToUseExpiredRequestUri, and its lifetime is below 600 s', async () => {
  const pushed = await push();
  assert.ok(pushed.body['expires_in'] < 600);
  const id = String(pushed.body['request_uri']).replace('urn:ietf:params:oauth:request_uri:', '');
  const expired = await trial.database.execute(sql`
    update sandbox.authorization_state set payload = payload || jsonb_build_object('exp', extract(epoch from now())::int - 1)
    where model = 'PushedAuthorizationRequest' and id = ${id}`);
  assert.equal(expired, 1);
  const shown = await new TestBrowser().open(
    `${issuer}/authorize?client_id=tellerline&request_uri=${encodeURIComponent(pushed.body['request_uri'])}`,
  );
  assert.equal(shown.status, 400);
  assert.match(shown.text, /invalid_request_uri/);
});

test('a request_uri that was completed is not good a second time', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'citi'));
  await new TestBrowser().signInAndAllow(login.address.href, 'customer-1');
  const again = await new TestBrowser().open(login.address.href);
  assert.equal(again.status, 400);
});

test('EnsureMismatchedDpopJktFails: a proof by another key than dpop_jkt names is refused when pushed', async () => {
  const answer = await push({
    parameters: { dpop_jkt: createHash('sha256').update('another key').digest('base64url') },
  });
  assert.equal(answer.status, 400);
});

test('EnsureTokenEndpointFailsWithMismatchedDpopJkt: the code is bound to the key it was asked with', async () => {
  const answer = await redeemBy(await freshCode(), { pair: await newPair() });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('a token request without a proof is refused', async () => {
  const code = await freshCode();
  const answer = await postForm(`${issuer}/token`, {
    grant_type: 'authorization_code',
    code: code.code,
    code_verifier: code.verifier,
    redirect_uri: `${trial.hub.url}/link/return`,
    ...assertionFields(await clientAssertion(trial.hub.privateKey, issuer)),
  });
  assert.equal(answer.status, 400);
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
      const answer = await redeemBy(await freshCode(), { proof: await changes() });
      assert.equal(answer.status, 400);
      assert.match(answer.body['error'], /^(invalid_dpop_proof|use_dpop_nonce)$/);
    });
  }
});

test('DpopNegativeTests: each wrong proof is refused at the resource', async (t) => {
  const code = await freshCode();
  const token = (await redeemBy(code)).body['access_token'];
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
  const code = await freshCode();
  const tokens = await redeemBy(code, { proof: good });
  assert.equal(tokens.status, 200);
  const accounts = `${issuer}/fdx/v6/accounts`;
  assert.equal((await getWithProof(accounts, tokens.body['access_token'], code.pair, good)).status, 200);
  const ended = await getWithProof(accounts, tokens.body['access_token'], code.pair, {
    claims: { exp: seconds - 120 },
  });
  assert.equal(ended.status, 401);
});

test('AccessTokenTypeHeaderCaseSensitivity: the scheme is read in any case', async () => {
  const code = await freshCode();
  const { access_token: token } = (await redeemBy(code)).body;
  assert.equal((await getWithProof(`${issuer}/fdx/v6/accounts`, token, code.pair, { scheme: 'dpop' })).status, 200);
});

test('the metadata promises the profile', async () => {
  const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as Record<
    string,
    unknown
  >;
  assert.equal(metadata['issuer'], issuer);
  assert.equal(metadata['require_pushed_authorization_requests'], true);
  assert.equal(metadata['authorization_response_iss_parameter_supported'], true);
  assert.deepEqual(metadata['code_challenge_methods_supported'], ['S256']);
  assert.deepEqual(metadata['response_types_supported'], ['code']);
  assert.deepEqual(metadata['token_endpoint_auth_methods_supported'], ['private_key_jwt']);
  assert.deepEqual(metadata['authorization_details_types_supported'], ['fdx_v1.0']);
  assert.equal(JSON.stringify(metadata).includes('RS256'), false);
  const byRfc8414 = await (await fetch(`${trial.sandbox.url}/.well-known/oauth-authorization-server/citi`)).json();
  assert.deepEqual(byRfc8414, metadata);
});

test('one bank does not take what another bank gave', async () => {
  const linked = await linkCustomer(trial, 'citi');
  const pair = linked.login.dpopKeys;
  const answer = await getWithProof(
    `${trial.sandbox.url}/wells-fargo/fdx/v6/accounts`,
    linked.tokens.access_token,
    pair,
  );
  assert.equal(answer.status, 401);
});
