import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes, type KeyObject } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { after, before, test } from 'node:test';
import { exportJWK, generateKeyPair, type CryptoKey } from 'jose';
import { sql } from '#db';
import { challengeOf, freshCode, issuerOf, newPair, push, redeemBy } from './fapi-client.fixture.ts';
import {
  assertionFields,
  authorizationRequest,
  clientAssertion,
  getWithProof,
  postWithProof,
  type Answer,
} from './raw-protocol.fixture.ts';
import { clientAt, linkCustomer, pushRequest, startTrial, TestBrowser, type Trial } from './stand-in-hub.fixture.ts';

// The checks that the OpenID conformance suite makes of a server (FAPI2-SP-FINAL), by the suite's own names.

let trial: Trial;
let issuer: string;
/** A recipient that is registered beside the hub, with an elliptic and an RSA key. */
let other: { privateKey: CryptoKey; rsaKey: KeyObject };

before(async () => {
  trial = await startTrial();
  issuer = issuerOf(trial);
  const pair = await generateKeyPair('ES256', { extractable: true });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  other = { privateKey: pair.privateKey, rsaKey: rsa.privateKey };
  const keys = [
    { ...(await exportJWK(pair.publicKey)), kid: 'another', use: 'sig', alg: 'ES256' },
    // It names no algorithm: which ones it may sign with is the profile's to say.
    { ...(await exportJWK(rsa.publicKey)), kid: 'another-rsa', use: 'sig' },
  ];
  await trial.database.execute(sql`
    insert into sandbox.recipients (client_id, name, redirect_uri, events_origin, jwks)
    values ('another', 'Another recipient', ${`${trial.hub.url}/another/return`}, ${trial.hub.url},
      ${JSON.stringify({ keys })})`);
});
after(() => trial.close());

test('AttemptReuseAuthorizationCodeAfterOneSecond: a code redeemed twice is refused, and ends the grant that it made', async () => {
  const code = await freshCode(trial);
  const first = await redeemBy(trial, code);
  assert.equal(first.status, 200);
  await sleep(1000);
  const second = await redeemBy(trial, code);
  assert.equal(second.status, 400);
  assert.equal(second.body['error'], 'invalid_grant');

  const accounts = await getWithProof(`${issuer}/fdx/v6/accounts`, first.body['access_token'], code.pair);
  assert.equal(accounts.status, 401);
  const listed = await trial.control('GET', '/citi/consents?customer=customer-1');
  const consents = (listed.body as { consents: { id: string; status: string }[] }).consents;
  assert.equal(consents.find(({ id }) => id === first.body['grant_id'])?.status, 'REVOKED');
});

test('a code redeemed twice at the same moment gives tokens once', async () => {
  const code = await freshCode(trial);
  const answers = await Promise.all([redeemBy(trial, code), redeemBy(trial, code), redeemBy(trial, code)]);
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
});

test('EnsureAuthorizationCodeIsBoundToClient: another client cannot redeem the code', async () => {
  const answer = await redeemBy(trial, await freshCode(trial), {
    key: other.privateKey,
    kid: 'another',
    clientId: 'another',
    redirectUri: `${trial.hub.url}/another/return`,
  });
  assert.equal(answer.status, 400);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('AttemptToUseExpiredAuthCode: a code is good for a minute at most', async () => {
  const code = await freshCode(trial);
  const [stored] = await trial.database.query<{ seconds: number }>(sql`
    select (payload->>'exp')::int - (payload->>'iat')::int as seconds from sandbox.authorization_state where model = 'AuthorizationCode' and id = ${code.code}`);
  assert.ok((stored?.seconds ?? 61) <= 60);
  await trial.database.execute(sql`
    update sandbox.authorization_state set payload = payload || jsonb_build_object('exp', extract(epoch from now())::int - 1)
    where model = 'AuthorizationCode' and id = ${code.code}`);
  const answer = await redeemBy(trial, code);
  assert.equal(answer.body['error'], 'invalid_grant');
});

test('EnsureClientAssertionWithWrongAudFails: the audience is the issuer, as one string', async () => {
  for (const aud of [`${trial.sandbox.url}/wells-fargo`, `${issuer}/token`, [issuer, `${issuer}/token`]]) {
    const answer = await push(trial, {
      form: async () => assertionFields(await clientAssertion(trial.hub.privateKey, issuer, { aud })),
    });
    assert.equal(answer.status, 401, JSON.stringify(aud));
    assert.equal(answer.body['error'], 'invalid_client');
  }
});

test('PAREndpointAsAudienceFails: the address that is called is no audience', async () => {
  const answer = await push(trial, {
    form: async () => assertionFields(await clientAssertion(trial.hub.privateKey, issuer, { aud: `${issuer}/par` })),
  });
  assert.equal(answer.status, 401);
  assert.equal(answer.body['error'], 'invalid_client');
});

test('EnsureSignedClientAssertionWithRS256Fails: of one and the same RSA key, PS256 is a signature here and RS256 is none', async () => {
  const pushSigned = (alg: string): Promise<Answer> =>
    push(trial, {
      parameters: { client_id: 'another', redirect_uri: `${trial.hub.url}/another/return` },
      form: async () =>
        assertionFields(await clientAssertion(other.rsaKey, issuer, { alg, kid: 'another-rsa', clientId: 'another' })),
    });
  const byPs256 = await pushSigned('PS256');
  assert.equal(byPs256.status, 201, JSON.stringify(byPs256.body));
  const byRs256 = await pushSigned('RS256');
  assert.equal(byRs256.status, 401);
  assert.equal(byRs256.body['error'], 'invalid_client');
});

test('EnsureClientAssertionWithExpIs5MinutesInPastFails, and a replayed assertion too', async () => {
  const stale = await push(trial, {
    form: async () =>
      assertionFields(
        await clientAssertion(trial.hub.privateKey, issuer, { exp: Math.floor(Date.now() / 1000) - 300 }),
      ),
  });
  assert.equal(stale.body['error'], 'invalid_client');

  // The assertion is to be sent once: so the nonce is asked for beforehand, with another one.
  const nonce = (await push(trial, { proof: { claims: { nonce: 'none yet' } } })).headers.get('dpop-nonce');
  const assertion = await clientAssertion(trial.hub.privateKey, issuer);
  const pushIt = (): Promise<Answer> =>
    push(trial, { form: async () => assertionFields(assertion), proof: { claims: { nonce } } });
  const first = await pushIt();
  assert.equal(first.status, 201, JSON.stringify(first.body));
  const replayed = await pushIt();
  assert.equal(replayed.status, 401);
  assert.equal(replayed.body['error'], 'invalid_client');
});

test('a client that authenticates with nothing, or with a secret, is refused', async () => {
  const forms: Record<string, string>[] = [{}, { client_secret: 'secret' }];
  for (const form of forms) {
    const answer = await push(trial, { form: async () => form });
    assert.equal(answer.status, 401);
    assert.equal(answer.body['error'], 'invalid_client');
  }
});

test('PAREnsurePlainPKCERejected', async () => {
  const answer = await push(trial, { parameters: { code_challenge_method: 'plain' } });
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
  const pushed = await push(trial);
  const shown = await new TestBrowser().open(
    `${issuer}/authorize?client_id=another&request_uri=${encodeURIComponent(pushed.body['request_uri'])}`,
  );
  assert.equal(shown.status, 400);
  assert.match(shown.text, /invalid_re/);
  assert.doesNotMatch(shown.text, /name="password"/);
});

test('PARAttemptToUseExpiredRequestUri, and its lifetime is below 600 s', async () => {
  const pushed = await push(trial);
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
