import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import { decodeJwt, decodeProtectedHeader } from 'jose';
import type { BankId } from '#base';
import type { HostileBank } from './hostile-bank.fixture.ts';
import type { Banks } from './index.ts';
import {
  banksAt,
  citi,
  linkedSession,
  loginRequest,
  openHostileBank,
  redirectUri,
  refusedWith,
} from './bank-client.fixture.ts';

let bank: HostileBank;
let banks: Banks;

before(async () => {
  bank = await openHostileBank();
});
after(() => bank.close());
beforeEach(() => {
  banks = banksAt(bank.url);
});
afterEach(() => {
  for (const fault of Object.keys(bank.faults)) delete bank.faults[fault as keyof typeof bank.faults];
  bank.requests.length = 0;
});

function begin() {
  return banks.api.beginAuthorization(citi, loginRequest);
}

suite('the login as it should be', () => {
  test('the request is pushed, and the browser carries client_id and request_uri alone', async () => {
    const { continueTo } = await begin();
    assert.equal(continueTo.origin + continueTo.pathname, `${bank.issuer}/authorize`);
    assert.deepEqual([...continueTo.searchParams.keys()].toSorted(), ['client_id', 'request_uri']);

    const form = bank.requests.findLast(({ path }) => path === '/citi/par')?.form;
    assert.ok(form);
    assert.equal(form.get('redirect_uri'), redirectUri);
    assert.equal(form.get('ui_locales'), 'es');
    assert.deepEqual(JSON.parse(form.get('authorization_details') ?? ''), [
      {
        type: 'fdx_v1.0',
        consentRequest: {
          durationType: 'TIME_BOUND',
          durationPeriod: 90,
          lookbackPeriod: 365,
          resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_DETAILED', 'TRANSACTIONS'] }],
          chat: 'Tellerline chat',
        },
      },
    ]);
  });

  test('the client assertion is for the issuer alone, as one string', async () => {
    await begin();
    const assertion = bank.requests.findLast(({ path }) => path === '/citi/par')?.form.get('client_assertion') ?? '';
    assert.equal(decodeJwt(assertion).aud, bank.issuer);
    assert.equal(decodeProtectedHeader(assertion).alg, 'ES256');
    assert.equal(decodeProtectedHeader(assertion).kid, banks.clientJwks().keys[0]?.kid);
  });

  test('a demanded DPoP nonce is answered by a second push, and later links start with it', async () => {
    await begin();
    await begin();
    const pushes = bank.requests.filter(({ path }) => path === '/citi/par').map(({ status }) => status);
    assert.deepEqual(pushes, [400, 201, 201]);
  });

  test('each link has a DPoP key of its own', async () => {
    const [one, other] = [await begin(), await begin()];
    assert.notDeepEqual(one.pending.dpopKey, other.pending.dpopKey);
  });

  test('the code is redeemed for tokens bound to the link’s key', async () => {
    const { continueTo, pending } = await begin();
    const { grantId, tokens } = await banks.api.finishAuthorization(citi, bank.allow(continueTo), pending);
    assert.equal(grantId, 'grant-1');
    assert.deepEqual(tokens.dpopKey, pending.dpopKey);
    assert.equal(typeof tokens.refreshToken, 'string');
  });

  test('what is remembered of a login survives being sealed as JSON', async () => {
    const { continueTo, pending } = await begin();
    const sealed = JSON.parse(JSON.stringify(pending)) as typeof pending;
    assert.equal((await banks.api.finishAuthorization(citi, bank.allow(continueTo), sealed)).grantId, 'grant-1');
  });

  test('tokens are never in an address', async () => {
    const { continueTo, pending } = await begin();
    const { tokens } = await banks.api.finishAuthorization(citi, bank.allow(continueTo), pending);
    for (const { path, query } of bank.requests) {
      assert.equal(`${path}?${query.toString()}`.includes(tokens.accessToken), false);
      assert.equal(query.has('access_token') || query.has('client_assertion'), false);
    }
  });
});

/** A login in which the bank's answer to the browser is changed on its way. */
async function returnWith(changes: (returned: URLSearchParams) => void) {
  const { continueTo, pending } = await begin();
  return banks.api.finishAuthorization(citi, bank.allow(continueTo, changes), pending);
}

// Named after the OpenID conformance suite's tests of FAPI 2.0 clients, where there is one.
suite('FAPI2-SP-FINAL client', () => {
  test('ClientTestRemoveAuthorizationResponseIss: a return without iss is refused', async () => {
    await assert.rejects(
      returnWith((returned) => returned.delete('iss')),
      refusedWith('authorization_invalid'),
    );
    // Not even when the bank's metadata says that it sends none.
    bank.faults.metadata = { authorization_response_iss_parameter_supported: false };
    banks = banksAt(bank.url);
    await assert.rejects(
      returnWith((returned) => returned.delete('iss')),
      refusedWith('authorization_invalid'),
    );
    assert.equal(
      bank.requests.some(({ path }) => path === '/citi/token'),
      false,
    );
  });

  test('ClientTestInvalidAuthorizationResponseIss: another issuer’s return is refused', async () => {
    for (const iss of ['https://attacker.example', `${bank.issuer}/`, `${bank.url}/us-bank`, '']) {
      await assert.rejects(
        returnWith((returned) => returned.set('iss', iss)),
        refusedWith('authorization_invalid'),
      );
    }
    await assert.rejects(
      returnWith((returned) => returned.append('iss', 'https://attacker.example')),
      refusedWith('authorization_invalid'),
    );
    assert.equal(
      bank.requests.some(({ path }) => path === '/citi/token'),
      false,
    );
  });

  test('ClientTestDiscoveryIssuerMismatch: metadata of another issuer is refused', async () => {
    for (const issuer of ['https://attacker.example', `${bank.issuer}/`, bank.issuer.toUpperCase()]) {
      bank.faults.metadata = { issuer };
      banks = banksAt(bank.url);
      await assert.rejects(begin(), refusedWith('bank_metadata_mismatch', { field: 'issuer' }));
    }
  });

  test('an endpoint away from the bank’s own origins is refused before anything is sent there', async () => {
    let called = 0;
    const stranger = createServer((_request, response) => {
      called += 1;
      response.end();
    });
    await new Promise<void>((listening) => stranger.listen(0, '127.0.0.1', listening));
    const elsewhere = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
    for (const endpoint of ['authorization_endpoint', 'token_endpoint', 'pushed_authorization_request_endpoint']) {
      bank.faults.metadata = { [endpoint]: `${elsewhere}/x` };
      banks = banksAt(bank.url);
      await assert.rejects(begin(), refusedWith('bank_metadata_mismatch', { field: endpoint }));
    }
    bank.faults.metadata = { revocation_endpoint: `${elsewhere}/x` };
    bank.fdx = () => ({ status: 204 });
    banks = banksAt(bank.url);
    const session = await linkedSession(bank, banks);
    await banks.api.revoke(session);
    assert.equal(called, 0);
    stranger.close();
  });

  test('a bank without pushed authorization requests is refused', async () => {
    bank.faults.metadata = { pushed_authorization_request_endpoint: undefined };
    await assert.rejects(begin(), refusedWith('bank_metadata_mismatch'));
  });

  test('a wrong, missing or doubled state is refused', async () => {
    for (const change of [
      (returned: URLSearchParams) => returned.set('state', 'state-of-another-login'),
      (returned: URLSearchParams) => returned.delete('state'),
      (returned: URLSearchParams) => returned.append('state', loginRequest.state),
    ]) {
      await assert.rejects(returnWith(change), refusedWith('authorization_invalid'));
    }
  });

  test('a return without a code is refused', async () => {
    await assert.rejects(
      returnWith((returned) => returned.delete('code')),
      refusedWith('authorization_invalid'),
    );
  });

  test('a return that is replayed is refused', async () => {
    const { continueTo, pending } = await begin();
    const returned = bank.allow(continueTo);
    await banks.api.finishAuthorization(citi, returned, pending);
    await assert.rejects(banks.api.finishAuthorization(citi, returned, pending), refusedWith('authorization_invalid'));
  });

  test('a code of another login is refused: verifier and key are this login’s alone', async () => {
    const [victim, attacker] = [await begin(), await begin()];
    const returned = bank.allow(victim.continueTo);
    await assert.rejects(
      banks.api.finishAuthorization(citi, returned, attacker.pending),
      refusedWith('authorization_invalid'),
    );
  });

  test('a login begun at one bank cannot be finished at another', async () => {
    const { continueTo, pending } = await begin();
    const returned = bank.allow(continueTo);
    await assert.rejects(
      banks.api.finishAuthorization('us-bank' as BankId, returned, pending),
      refusedWith('authorization_invalid'),
    );
    await assert.rejects(banks.api.finishAuthorization(citi, returned, {}), refusedWith('authorization_invalid'));
  });

  test('a code that the bank refuses is said as an invalid authorization', async () => {
    bank.faults.tokenError = { status: 400, error: 'invalid_grant' };
    await assert.rejects(
      returnWith(() => undefined),
      refusedWith('authorization_invalid', { why: 'code refused' }),
    );
  });

  test('the code goes to the address that was pushed, whatever host the return came in by', async () => {
    const { continueTo, pending } = await begin();
    const returned = new URL(`http://10.0.0.7:9/somewhere${bank.allow(continueTo).search}`);
    await banks.api.finishAuthorization(citi, returned, pending);
    assert.equal(bank.requests.findLast(({ path }) => path === '/citi/token')?.form.get('redirect_uri'), redirectUri);
  });

  test('a token that is not bound to our key is refused', async () => {
    for (const type of ['Bearer', 'bearer', 'mac']) {
      bank.faults.tokenAnswer = { token_type: type };
      await assert.rejects(
        returnWith(() => undefined),
        refusedWith('bank_answer_unreadable'),
      );
    }
  });

  test('a token answer without its parts is refused', async () => {
    for (const [field, named] of [
      ['token_type', 'body'],
      ['access_token', 'body'],
      ['grant_id', 'grant_id'],
    ] as const) {
      bank.faults.tokenAnswer = { [field]: undefined };
      await assert.rejects(
        returnWith(() => undefined),
        refusedWith('bank_answer_unreadable', { field: named }),
      );
    }
  });

  test('an access token is never believed to live longer than 900 s', async () => {
    bank.faults.tokenAnswer = { expires_in: 86_400 };
    const before = Date.now();
    const { tokens } = await returnWith(() => undefined);
    assert.ok(tokens.accessExpiresAtMs <= Date.now() + 900_000);
    assert.ok(tokens.accessExpiresAtMs >= before + 900_000);
  });
});

suite('what the bank’s login says', () => {
  const saying = (error: string) =>
    returnWith((returned) => {
      returned.delete('code');
      returned.set('error', error);
    });

  test('“no” is a declined authorization', async () => {
    await assert.rejects(saying('access_denied'), refusedWith('authorization_declined'));
  });

  test('a “no” of another issuer or login is not believed', async () => {
    await assert.rejects(
      returnWith((returned) => {
        returned.set('error', 'access_denied');
        returned.delete('iss');
      }),
      refusedWith('authorization_invalid'),
    );
  });

  test('trouble at the bank is trouble, anything else a refusal with its code', async () => {
    await assert.rejects(saying('temporarily_unavailable'), refusedWith('bank_unreachable'));
    await assert.rejects(
      saying('invalid_authorization_details'),
      refusedWith('bank_refused', { bankCode: 'invalid_authorization_details' }),
    );
    await assert.rejects(saying('<script>'), refusedWith('bank_refused', { bankCode: 'other' }));
  });

  test('a refused push is a refusal; a bank in trouble is unreachable', async () => {
    bank.faults.parError = { status: 400, error: 'invalid_authorization_details' };
    await assert.rejects(begin(), refusedWith('bank_refused', { bankCode: 'invalid_authorization_details' }));
    bank.faults.parError = { status: 503, error: 'temporarily_unavailable' };
    await assert.rejects(begin(), refusedWith('bank_unreachable'));
  });

  test('metadata that could not be read is read again at the next try', async () => {
    bank.faults.takeOver = {
      path: '.well-known',
      answer: (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Maintenance</h1>'),
    };
    await assert.rejects(begin(), refusedWith('bank_answer_unreadable'));
    delete bank.faults.takeOver;
    await begin();
  });

  test('a bank that is down, redirects, or sends too much is named as what it is', async () => {
    bank.faults.takeOver = {
      path: '.well-known',
      answer: (response) => response.writeHead(302, { location: 'http://127.0.0.1:1/' }).end(),
    };
    await assert.rejects(begin(), refusedWith('bank_answer_unreadable', { field: 'status' }));
    bank.faults.takeOver = { path: '.well-known', answer: (response) => response.writeHead(502).end() };
    await assert.rejects(begin(), refusedWith('bank_unreachable'));
    bank.faults.takeOver = {
      path: '.well-known',
      answer: (response) => response.writeHead(429, { 'retry-after': '30' }).end(),
    };
    await assert.rejects(begin(), refusedWith('bank_rate_limited', { retryAfterSeconds: 30 }));
    bank.faults.takeOver = { path: '.well-known', answer: (response) => response.destroy() };
    await assert.rejects(begin(), refusedWith('bank_unreachable'));
    bank.faults.takeOver = { path: '.well-known', answer: () => undefined };
    banks = banksAt(bank.url, { callMsMax: 50 });
    await assert.rejects(begin(), refusedWith('bank_slow'));
    bank.faults.takeOver = { path: '.well-known', answer: (response) => response.end('x'.repeat(5000)) };
    banks = banksAt(bank.url, { answerBytesMax: 4096 });
    await assert.rejects(begin(), refusedWith('bank_answer_unreadable', { field: 'body' }));
  });
});
