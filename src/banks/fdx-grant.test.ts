import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import type { BankSession, BankTokens } from '#linking';
import { banksAt, linkedSession, openHostileBank, refusedWith } from './bank-client.fixture.ts';
import { answering, checking } from './fdx-answers.fixture.ts';
import type { HostileBank } from './hostile-bank.fixture.ts';
import type { Banks } from './index.ts';

let bank: HostileBank;
let banks: Banks;
let session: BankSession & { saved: BankTokens[] };

before(async () => {
  bank = await openHostileBank();
});
after(() => bank.close());
beforeEach(async () => {
  banks = banksAt(bank.url);
  session = await linkedSession(bank, banks);
  bank.requests.length = 0;
});
afterEach(() => {
  for (const fault of Object.keys(bank.faults)) delete bank.faults[fault as keyof typeof bank.faults];
});

suite('tokens', () => {
  test('a refused token is renewed once, saved before use, and the call repeated', async () => {
    answering(bank, { '/accounts': { json: { accounts: [checking] } } });
    const before = session.tokens();
    bank.endAccess();
    assert.equal((await banks.api.accounts(session)).length, 1);
    assert.equal(session.saved.length, 2);
    assert.notEqual(session.tokens().accessToken, before.accessToken);
    assert.equal(session.tokens().refreshToken, before.refreshToken);
  });

  test('a token near its end is renewed before it is used', async () => {
    answering(bank, { '/accounts': { json: { accounts: [] } } });
    await session.save({ ...session.tokens(), accessExpiresAtMs: Date.now() + 1000 });
    await banks.api.accounts(session);
    const paths = bank.requests.map(({ path }) => path).filter((path) => /token|accounts/.test(path));
    assert.deepEqual(paths, ['/citi/token', '/citi/fdx/v6/accounts']);
  });

  test('a bank that rotates refresh tokens is followed', async () => {
    answering(bank, { '/accounts': { json: { accounts: [] } } });
    bank.faults.rotateRefresh = true;
    for (let times = 0; times < 3; times += 1) {
      bank.endAccess();
      await banks.api.accounts(session);
    }
    assert.equal(new Set(session.saved.map(({ refreshToken }) => refreshToken)).size, 4);
  });

  test('calls at the same time renew once', async () => {
    answering(bank, { '/accounts': { json: { accounts: [] } } });
    bank.faults.rotateRefresh = true;
    bank.endAccess();
    await Promise.all([1, 2, 3, 4].map(() => banks.api.accounts(session)));
    assert.equal(bank.requests.filter(({ path, status }) => path === '/citi/token' && status === 200).length, 1);
  });

  test('a grant that is not renewed any more is a lost consent', async () => {
    bank.endAccess();
    bank.faults.tokenError = { status: 400, error: 'invalid_grant' };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_consent_lost'));
  });

  test('trouble while renewing is the bank’s, and the link stays', async () => {
    bank.endAccess();
    bank.faults.tokenError = { status: 503, error: 'temporarily_unavailable' };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_unreachable'));
    bank.faults.tokenError = { status: 401, error: 'invalid_client' };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_refused', { bankCode: 'invalid_client' }));
  });

  test('a renewed token that is not bound to our key is refused', async () => {
    bank.endAccess();
    bank.faults.tokenAnswer = { token_type: 'Bearer' };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field: 'token_type' }));
    assert.equal(session.saved.length, 1);
  });

  test('a proof that the bank does not take is our fault, not the customer’s consent', async () => {
    answering(bank, {
      '/accounts': { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' } },
    });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_refused', { bankCode: 'invalid_dpop_proof' }));
  });
});

suite('the grant', () => {
  test('events are asked for at our address, and asking again is fine', async () => {
    const bodies: unknown[] = [];
    answering(bank, {
      '/notification-subscriptions': ({ body }) => {
        bodies.push(JSON.parse(body));
        return bodies.length === 1
          ? { status: 201, json: { subscriptionId: 's-1' } }
          : { status: 409, json: { code: '409' } };
      },
    });
    await banks.api.subscribe(session);
    await banks.api.subscribe(session);
    assert.deepEqual(bodies[0], {
      type: 'CUSTOM',
      category: 'NEW_DATA',
      callbackUrl: 'http://localhost:7070/v1/banks/citi/events',
      subscriber: { name: 'Tellerline', type: 'DATA_RECIPIENT' },
    });
  });

  test('revoking ends the grant and then the refresh token, and may be repeated', async () => {
    let body: unknown;
    answering(bank, {
      '/consents/grant-1/revocation': (call) => {
        body = [call.method, JSON.parse(call.body)];
        return { status: 204 };
      },
    });
    await banks.api.revoke(session);
    assert.deepEqual(body, ['PUT', { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' }]);
    assert.equal(bank.requests.at(-1)?.path, '/citi/revocation');
    assert.equal(bank.requests.at(-1)?.form.get('token'), session.tokens().refreshToken);
    answering(bank, { '/consents/grant-1/revocation': { status: 409, json: { code: '409' } } });
    await banks.api.revoke(session);
  });

  test('a revocation that the bank did not take is not called done', async () => {
    answering(bank, { '/consents/grant-1/revocation': { status: 503 } });
    await assert.rejects(banks.api.revoke(session), refusedWith('bank_unreachable'));
    bank.endAccess();
    bank.faults.tokenError = { status: 400, error: 'invalid_grant' };
    await assert.rejects(banks.api.revoke(session), refusedWith('bank_consent_lost'));
  });
});
