import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import type { BankId } from '#base';
import type { BankSession, BankTokens } from '#linking';
import { banksAt, linkedSession, openHostileBank, refusedWith } from './bank-client.fixture.ts';
import { answering, card, checking } from './fdx-answers.fixture.ts';
import type { FdxReply, HostileBank } from './hostile-bank.fixture.ts';
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

suite('accounts', () => {
  test('a deposit account and a card arrive with balances from the holder’s side', async () => {
    answering(bank, { '/accounts': { json: { page: {}, accounts: [checking, card] } } });
    assert.deepEqual(await banks.api.accounts(session), [
      {
        accountId: 'a-1',
        kind: 'checking',
        last4: '1234',
        nickname: 'Everyday',
        currency: 'USD',
        balance: { current: '2431.60', available: '2400.00', currency: 'USD', asOf: '2026-11-20T09:30:00-05:00' },
      },
      {
        accountId: 'a-2',
        kind: 'card',
        last4: '9876',
        nickname: 'Rewards Card',
        currency: 'USD',
        balance: { current: '-812.35', available: '9187.65', currency: 'USD', asOf: '2026-11-20T09:30:00-05:00' },
      },
    ]);
  });

  test('every kind of account has its word', async () => {
    const kinds = {
      CHECKING: 'checking',
      SAVINGS: 'savings',
      MONEYMARKET: 'savings',
      CREDITCARD: 'card',
      CHARGE: 'card',
      MORTGAGE: 'other',
      SOMETHING: 'other',
    };
    for (const [accountType, kind] of Object.entries(kinds)) {
      answering(bank, { '/accounts': { json: { accounts: [{ ...checking, accountType }] } } });
      assert.equal((await banks.api.accounts(session))[0]?.kind, kind, accountType);
    }
  });

  test('an account whose balance the consent does not open has none', async () => {
    const { currentBalance: _current, availableBalance: _available, ...bare } = checking;
    answering(bank, { '/accounts': { json: { accounts: [bare] } } });
    const [account] = await banks.api.accounts(session);
    assert.equal(account?.accountId, 'a-1');
    assert.equal(account.balance, undefined);
  });

  test('a list of accounts over several pages is read to its end', async () => {
    answering(bank, {
      '/accounts': ({ query }) =>
        query.get('pageKey') === 'two'
          ? { json: { accounts: [card] } }
          : { json: { accounts: [checking], page: { nextPageKey: 'two' } } },
    });
    assert.deepEqual(
      (await banks.api.accounts(session)).map(({ accountId }) => accountId),
      ['a-1', 'a-2'],
    );
  });

  test('in a partial answer the accounts that could be read are given', async () => {
    answering(bank, {
      '/accounts': { status: 206, json: { accounts: [{ accountId: 'a-9', error: { code: '701' } }, checking] } },
    });
    assert.deepEqual(
      (await banks.api.accounts(session)).map(({ accountId }) => accountId),
      ['a-1'],
    );
  });

  test('a missing or wrong field is named, and nothing is made up for it', async () => {
    const rows: [string, unknown][] = [
      ['accounts.0.accountId', { ...checking, accountId: undefined }],
      ['accounts.0.accountId', { ...checking, accountId: 7 }],
      ['accounts.0.accountType', { ...checking, accountType: undefined }],
      ['accounts.0.accountNumberDisplay', { ...checking, accountNumberDisplay: undefined }],
      ['accounts.0.accountNumberDisplay', { ...checking, accountNumberDisplay: '****' }],
      ['accounts.0.currency', { ...checking, currency: undefined }],
      ['accounts.0.currency.currencyCode', { ...checking, currency: {} }],
      ['accounts.0.currency.currencyCode', { ...checking, currency: { currencyCode: 'ABC' } }],
      ['accounts.0.currentBalance', { ...checking, currentBalance: '2431.60' }],
      ['accounts.0.currentBalance', { ...checking, currentBalance: 0.1 + 0.2 }],
      ['accounts.0.balanceAsOf', { ...checking, balanceAsOf: 'yesterday' }],
      ['accounts.0', 'an account'],
    ];
    for (const [field, account] of rows) {
      answering(bank, { '/accounts': { json: { accounts: [account] } } });
      await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field }), field);
    }
    answering(bank, { '/accounts': { json: {} } });
    await assert.rejects(
      banks.api.accounts(session),
      refusedWith('bank_answer_unreadable', { field: 'accounts', why: 'missing' }),
    );
  });
});

suite('each call', () => {
  test('carries the token in its header, a fresh interaction id and who asks', async () => {
    answering(bank, { '/accounts': { json: { accounts: [checking] } } });
    await banks.api.accounts(session);
    await banks.api.accounts({ ...session, actor: 'BATCH' });
    const [user, batch] = bank.requests.filter(({ path }) => path.endsWith('/accounts'));
    assert.equal(user?.headers.authorization, `DPoP ${session.tokens().accessToken}`);
    assert.equal(user?.headers['fdx-api-actor-type'], 'USER');
    assert.equal(batch?.headers['fdx-api-actor-type'], 'BATCH');
    assert.notEqual(user?.headers['x-fapi-interaction-id'], batch?.headers['x-fapi-interaction-id']);
    assert.equal(String(user?.query).includes(session.tokens().accessToken), false);
  });

  test('an answer to another call is refused', async () => {
    answering(bank, {
      '/accounts': { json: { accounts: [] }, headers: { 'x-fapi-interaction-id': 'of-somebody-else' } },
    });
    await assert.rejects(
      banks.api.accounts(session),
      refusedWith('bank_answer_unreadable', { field: 'x-fapi-interaction-id' }),
    );
  });

  test('HTML, broken JSON, too much, a redirect: unreadable, and said why', async () => {
    const rows: [string, FdxReply][] = [
      ['content-type', { text: '<h1>Maintenance</h1>' }],
      ['body', { text: '{"accounts":[', headers: { 'content-type': 'application/json' } }],
      ['body', { json: { accounts: [], filler: 'x'.repeat(70_000) } }],
      ['status', { status: 302, headers: { location: 'https://attacker.example/' } }],
      ['status', { status: 307, headers: { location: '/citi/fdx/v6/accounts/a-1' } }],
    ];
    banks = banksAt(bank.url, { answerBytesMax: 64 * 1024 });
    for (const [field, reply] of rows) {
      answering(bank, { '/accounts': reply });
      await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field }));
    }
  });

  test('an endless answer is cut off at the limit although it announced no length', async () => {
    banks = banksAt(bank.url, { answerBytesMax: 64 * 1024 });
    bank.faults.takeOver = {
      path: '/accounts',
      answer: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        const more = (): void => {
          if (!response.destroyed && response.write(' '.repeat(8192))) setImmediate(more);
          else response.once('drain', more);
        };
        more();
      },
    };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field: 'body' }));
  });

  test('a bank that does not answer in time is slow, one that begins and stops too', async () => {
    banks = banksAt(bank.url, { callMsMax: 60 });
    bank.faults.takeOver = { path: '/accounts', answer: () => undefined };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_slow'));
    bank.faults.takeOver = {
      path: '/accounts',
      answer: (response) => {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.write('{"accounts":[');
      },
    };
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_slow'));
  });

  test('errors of the bank are told apart', async () => {
    const rows: [string, Record<string, string | number>, FdxReply][] = [
      [
        'bank_rate_limited',
        { retryAfterSeconds: 30 },
        { status: 429, json: { code: '1207' }, headers: { 'retry-after': '30' } },
      ],
      ['bank_rate_limited', { retryAfterSeconds: 60 }, { status: 429, text: 'slow down' }],
      [
        'bank_rate_limited',
        { retryAfterSeconds: 3600 },
        { status: 429, text: '', headers: { 'retry-after': '999999' } },
      ],
      ['bank_unreachable', {}, { status: 503, text: '<h1>down</h1>' }],
      ['bank_unreachable', {}, { status: 500, json: { code: '500' } }],
      ['bank_refused', { bankCode: '701', httpStatus: 404 }, { status: 404, json: { code: '701' } }],
      ['bank_refused', { bankCode: '705' }, { status: 409, json: { code: 705 } }],
      ['bank_refused', { bankCode: 'http-400' }, { status: 400, text: '<h1>?</h1>' }],
      ['bank_consent_lost', {}, { status: 404, json: { code: '601' } }],
      ['bank_consent_lost', {}, { status: 403, json: { code: '603' } }],
    ];
    for (const [code, detail, reply] of rows) {
      answering(bank, { '/accounts': reply });
      await assert.rejects(banks.api.accounts(session), refusedWith(code, detail), JSON.stringify(reply));
    }
  });

  test('a pause may be asked for by date', async () => {
    const at = new Date(Date.now() + 120_000).toUTCString();
    answering(bank, { '/accounts': { status: 429, headers: { 'retry-after': at } } });
    await assert.rejects(banks.api.accounts(session), (error: unknown) => {
      const { detail } = error as { detail: { retryAfterSeconds: number } };
      return detail.retryAfterSeconds > 60 && detail.retryAfterSeconds <= 120;
    });
  });

  test('“not authorised” is a lost consent only when the grant itself is over', async () => {
    const refusal = { status: 403, json: { code: '602', message: 'not authorised' } };
    answering(bank, { '/accounts': refusal, '/consents/grant-1': { json: { id: 'grant-1', status: 'ACTIVE' } } });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_refused', { bankCode: '602' }));
    for (const status of ['REVOKED', 'EXPIRED']) {
      answering(bank, { '/accounts': refusal, '/consents/grant-1': { json: { id: 'grant-1', status } } });
      await assert.rejects(banks.api.accounts(session), refusedWith('bank_consent_lost'), status);
    }
    answering(bank, { '/accounts': refusal, '/consents/grant-1': { json: { id: 'grant-1', status: 'SLEEPING' } } });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field: 'status' }));
  });

  test('a bank that is down is unreachable', async () => {
    const other = await openHostileBank();
    const down = banksAt(other.url);
    const lost = await linkedSession(other, down);
    await other.close();
    await assert.rejects(down.api.accounts(lost), refusedWith('bank_unreachable'));
  });
});

test('an unknown bank is refused', async () => {
  await assert.rejects(banks.api.accounts({ ...session, bank: 'no-bank' as BankId }), refusedWith('bank_unknown'));
});
