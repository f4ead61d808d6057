import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, suite, test } from 'node:test';
import type { BankId } from '#base';
import type { BankSession, BankTokens } from '#linking';
import type { FdxCall, FdxReply, HostileBank } from './hostile-bank.ts';
import type { Banks } from './index.ts';
import { banksAt, linkedSession, openHostileBank, refusedWith } from './test-bank-client.ts';

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

const checking = {
  accountCategory: 'DEPOSIT_ACCOUNT',
  accountId: 'a-1',
  accountType: 'CHECKING',
  accountNumberDisplay: '************1234',
  nickname: 'Everyday',
  currency: { currencyCode: 'USD' },
  currentBalance: 2431.6,
  availableBalance: 2400,
  balanceAsOf: '2026-11-20T09:30:00-05:00',
  unknownField: { ignored: true },
};
const card = {
  accountCategory: 'LOC_ACCOUNT',
  accountId: 'a-2',
  accountType: 'CREDITCARD',
  accountNumberDisplay: 'xxxx-9876',
  productName: 'Rewards Card',
  currency: { currencyCode: 'USD' },
  currentBalance: 812.35,
  availableCredit: 9187.65,
  balanceAsOf: '2026-11-20T09:30:00-05:00',
};
const purchase = {
  transactionId: 't-1',
  amount: 65.7,
  debitCreditMemo: 'DEBIT',
  status: 'POSTED',
  transactionTimestamp: '2026-10-31T23:30:00-04:00',
  postedTimestamp: '2026-11-02T03:00:00-05:00',
  description: 'SUNLINE FUEL',
  transactionPayee: { merchantName: 'Sunline Fuel', address: { city: 'Oakland', region: 'CA', country: 'US' } },
  fiAttributes: [
    { name: 'merchantCategoryCode', value: '5541' },
    { name: 'latitude', value: '37.8' },
    { name: 'longitude', value: '-122.27' },
    { name: 'cardLast4', value: '9876' },
    { name: 'cardPresent', value: 'true' },
  ],
};
const window = { accountId: 'a-1', from: '2026-10-01', to: '2026-10-31' } as const;

/** Answers each path as given; whatever is not named is an account that does not exist. */
function answering(replies: Record<string, FdxReply | ((call: FdxCall) => FdxReply)>): void {
  bank.fdx = (call) => {
    const reply = replies[call.path];
    if (reply === undefined) return { status: 404, json: { code: '701', message: 'not found' } };
    return typeof reply === 'function' ? reply(call) : reply;
  };
}

const withTransactions = (...transactions: readonly unknown[]) =>
  answering({
    '/accounts/a-1': { json: checking },
    '/accounts/a-2': { json: card },
    '/accounts/a-1/transactions': { json: { transactions } },
  });

suite('accounts', () => {
  test('a deposit account and a card arrive with balances from the holder’s side', async () => {
    answering({ '/accounts': { json: { page: {}, accounts: [checking, card] } } });
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
      answering({ '/accounts/a-1': { json: { ...checking, accountType } } });
      assert.equal((await banks.api.account(session, 'a-1')).kind, kind, accountType);
    }
  });

  test('an account whose balance the consent does not open has none', async () => {
    const { currentBalance: _current, availableBalance: _available, ...bare } = checking;
    answering({ '/accounts/a-1': { json: bare } });
    assert.equal((await banks.api.account(session, 'a-1')).balance, undefined);
  });

  test('a list of accounts over several pages is read to its end', async () => {
    answering({
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
    answering({
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
      answering({ '/accounts': { json: { accounts: [account] } } });
      await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field }), field);
    }
    answering({ '/accounts': { json: {} } });
    await assert.rejects(
      banks.api.accounts(session),
      refusedWith('bank_answer_unreadable', { field: 'accounts', why: 'missing' }),
    );
  });

  test('another account than the one asked for is refused', async () => {
    answering({ '/accounts/a-1': { json: card } });
    await assert.rejects(
      banks.api.account(session, 'a-1'),
      refusedWith('bank_answer_unreadable', { field: 'accountId' }),
    );
  });
});

suite('transactions', () => {
  test('a purchase arrives in the shape of an event’s, dated by the bank’s own calendar', async () => {
    withTransactions(purchase);
    const { transactions, next } = await banks.api.transactions(session, window);
    assert.equal(next, undefined);
    assert.deepEqual(transactions, [
      {
        id: 't-1',
        status: 'posted',
        amount: '65.70',
        direction: 'debit',
        currency: 'USD',
        localDate: '2026-10-31',
        occurredAt: '2026-10-31T23:30:00-04:00',
        description: 'SUNLINE FUEL',
        merchant: {
          name: 'Sunline Fuel',
          category: '5541',
          address: { city: 'Oakland', region: 'CA', country: 'US' },
          location: { lat: 37.8, lon: -122.27 },
        },
        cardLast4: '9876',
        online: false,
      },
    ]);
  });

  test('window and page size are always said', async () => {
    withTransactions();
    await banks.api.transactions(session, window);
    const query = bank.requests.findLast(({ path }) => path.endsWith('/transactions'))?.query;
    assert.deepEqual(Object.fromEntries(query ?? []), { startTime: '2026-10-01', endTime: '2026-10-31', limit: '50' });
  });

  test('what is not yet posted is authorized', async () => {
    for (const status of ['AUTHORIZATION', 'MEMO', 'PENDING']) {
      withTransactions({ ...purchase, status, postedTimestamp: undefined });
      assert.equal((await banks.api.transactions(session, window)).transactions[0]?.status, 'authorized');
    }
  });

  test('pages follow the key, or the link when there is no key, and the address stays ours', async () => {
    const pages: Record<string, unknown> = {
      first: { transactions: [{ ...purchase, transactionId: 't-1' }], page: { nextPageKey: 'k2' } },
      k2: {
        transactions: [{ ...purchase, transactionId: 't-2' }],
        links: { next: { href: 'https://attacker.example/steal?limit=1&pageKey=k3' } },
      },
      k3: { transactions: [{ ...purchase, transactionId: 't-3' }], page: {}, links: {} },
    };
    answering({
      '/accounts/a-1': { json: checking },
      '/accounts/a-1/transactions': ({ query }) => ({ json: pages[query.get('pageKey') ?? 'first'] }),
    });
    assert.deepEqual(await readAll(), ['t-1', 't-2', 't-3']);
  });

  test('a list that names a page again is refused instead of read for ever', async () => {
    for (const keys of [['a'], ['a', 'b'], ['a', 'b', 'c', 'd', 'e']]) {
      answering({
        '/accounts/a-1': { json: checking },
        '/accounts/a-1/transactions': ({ query }) => {
          const at = keys.indexOf(query.get('pageKey') ?? '');
          return { json: { transactions: [], page: { nextPageKey: keys[(at + 1) % keys.length] } } };
        },
      });
      await assert.rejects(readAll(), refusedWith('bank_answer_unreadable', { field: 'page.nextPageKey' }));
    }
  });

  test('“no data” is an empty window', async () => {
    answering({
      '/accounts/a-1': { json: checking },
      '/accounts/a-1/transactions': { status: 404, json: { code: '1107', message: 'No data' } },
    });
    assert.deepEqual(await banks.api.transactions(session, window), { transactions: [] });
  });

  test('a missing or wrong field is named with its place in the list', async () => {
    const rows: [string, unknown][] = [
      ['transactions.1.transactionId', { ...purchase, transactionId: undefined }],
      ['transactions.1.amount', { ...purchase, amount: undefined }],
      ['transactions.1.amount', { ...purchase, amount: '65.70' }],
      ['transactions.1.amount', { ...purchase, amount: null }],
      ['transactions.1.amount', { ...purchase, amount: 65.705 }],
      ['transactions.1.amount', { ...purchase, amount: -65.7 }],
      ['transactions.1.debitCreditMemo', { ...purchase, debitCreditMemo: undefined }],
      ['transactions.1.debitCreditMemo', { ...purchase, debitCreditMemo: 'MEMO' }],
      ['transactions.1.status', { ...purchase, status: 'DONE' }],
      ['transactions.1.status', { ...purchase, status: undefined }],
      [
        'transactions.1.transactionTimestamp',
        { ...purchase, transactionTimestamp: undefined, postedTimestamp: undefined },
      ],
      ['transactions.1.transactionTimestamp', { ...purchase, transactionTimestamp: '2026-13-31T23:30:00Z' }],
      ['transactions.1.transactionTimestamp', { ...purchase, transactionTimestamp: '2026-10-31T23:30:00' }],
      ['transactions.1.description', { ...purchase, description: undefined, transactionPayee: undefined }],
      ['transactions.1', null],
    ];
    for (const [field, broken] of rows) {
      withTransactions(purchase, broken);
      await assert.rejects(
        banks.api.transactions(session, window),
        refusedWith('bank_answer_unreadable', { field }),
        field,
      );
    }
  });
});

/** The ids of all transactions of the window, page by page. */
async function readAll(): Promise<string[]> {
  const ids: string[] = [];
  let next: string | undefined;
  do {
    const page = await banks.api.transactions(session, { ...window, ...(next === undefined ? {} : { next }) });
    ids.push(...page.transactions.map(({ id }) => id));
    next = page.next;
  } while (next !== undefined);
  return ids;
}

suite('each call', () => {
  test('carries the token in its header, a fresh interaction id and who asks', async () => {
    answering({ '/accounts': { json: { accounts: [checking] } } });
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
    answering({ '/accounts': { json: { accounts: [] }, headers: { 'x-fapi-interaction-id': 'of-somebody-else' } } });
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
      answering({ '/accounts': reply });
      await assert.rejects(banks.api.accounts(session), refusedWith('bank_answer_unreadable', { field }));
    }
  });

  test('an endless answer is cut off at the limit although it announced no length', async () => {
    await banks.api.grantStatus(session).catch(() => undefined);
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
      answering({ '/accounts/a-1': reply });
      await assert.rejects(banks.api.account(session, 'a-1'), refusedWith(code, detail), JSON.stringify(reply));
    }
  });

  test('a pause may be asked for by date', async () => {
    const at = new Date(Date.now() + 120_000).toUTCString();
    answering({ '/accounts/a-1': { status: 429, headers: { 'retry-after': at } } });
    await assert.rejects(banks.api.account(session, 'a-1'), (error: unknown) => {
      const { detail } = error as { detail: { retryAfterSeconds: number } };
      return detail.retryAfterSeconds > 60 && detail.retryAfterSeconds <= 120;
    });
  });

  test('“not authorised” is a lost consent only when the grant itself is over', async () => {
    const refusal = { status: 403, json: { code: '602', message: 'not authorised' } };
    answering({ '/accounts': refusal, '/consents/grant-1': { json: { id: 'grant-1', status: 'ACTIVE' } } });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_refused', { bankCode: '602' }));
    answering({ '/accounts': refusal, '/consents/grant-1': { json: { id: 'grant-1', status: 'REVOKED' } } });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_consent_lost'));
  });

  test('a bank that is down is unreachable', async () => {
    const other = await openHostileBank();
    const down = banksAt(other.url);
    const lost = await linkedSession(other, down);
    await other.close();
    await assert.rejects(down.api.accounts(lost), refusedWith('bank_unreachable'));
  });
});

suite('tokens', () => {
  test('a refused token is renewed once, saved before use, and the call repeated', async () => {
    answering({ '/accounts': { json: { accounts: [checking] } } });
    const before = session.tokens();
    bank.endAccess();
    assert.equal((await banks.api.accounts(session)).length, 1);
    assert.equal(session.saved.length, 2);
    assert.notEqual(session.tokens().accessToken, before.accessToken);
    assert.equal(session.tokens().refreshToken, before.refreshToken);
  });

  test('a token near its end is renewed before it is used', async () => {
    answering({ '/accounts': { json: { accounts: [] } } });
    await session.save({ ...session.tokens(), accessExpiresAtMs: Date.now() + 1000 });
    await banks.api.accounts(session);
    const paths = bank.requests.map(({ path }) => path).filter((path) => /token|accounts/.test(path));
    assert.deepEqual(paths, ['/citi/token', '/citi/fdx/v6/accounts']);
  });

  test('a bank that rotates refresh tokens is followed', async () => {
    answering({ '/accounts': { json: { accounts: [] } } });
    bank.faults.rotateRefresh = true;
    for (let times = 0; times < 3; times += 1) {
      bank.endAccess();
      await banks.api.accounts(session);
    }
    assert.equal(new Set(session.saved.map(({ refreshToken }) => refreshToken)).size, 4);
  });

  test('calls at the same time renew once', async () => {
    answering({ '/accounts': { json: { accounts: [] } } });
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
    answering({ '/accounts': { status: 401, headers: { 'www-authenticate': 'DPoP error="invalid_dpop_proof"' } } });
    await assert.rejects(banks.api.accounts(session), refusedWith('bank_refused', { bankCode: 'invalid_dpop_proof' }));
  });
});

suite('the grant', () => {
  test('its status is the bank’s', async () => {
    for (const status of ['ACTIVE', 'EXPIRED', 'REVOKED'] as const) {
      answering({ '/consents/grant-1': { json: { id: 'grant-1', status } } });
      assert.equal(await banks.api.grantStatus(session), status);
    }
    answering({ '/consents/grant-1': { json: { id: 'grant-1', status: 'SLEEPING' } } });
    await assert.rejects(banks.api.grantStatus(session), refusedWith('bank_answer_unreadable', { field: 'status' }));
  });

  test('events are asked for at our address, and asking again is fine', async () => {
    const bodies: unknown[] = [];
    answering({
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
    answering({
      '/consents/grant-1/revocation': (call) => {
        body = [call.method, JSON.parse(call.body)];
        return { status: 204 };
      },
    });
    await banks.api.revoke(session);
    assert.deepEqual(body, ['PUT', { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' }]);
    assert.equal(bank.requests.at(-1)?.path, '/citi/revocation');
    assert.equal(bank.requests.at(-1)?.form.get('token'), session.tokens().refreshToken);
    answering({ '/consents/grant-1/revocation': { status: 409, json: { code: '409' } } });
    await banks.api.revoke(session);
  });

  test('a revocation that the bank did not take is not called done', async () => {
    answering({ '/consents/grant-1/revocation': { status: 503 } });
    await assert.rejects(banks.api.revoke(session), refusedWith('bank_unreachable'));
    bank.endAccess();
    bank.faults.tokenError = { status: 400, error: 'invalid_grant' };
    await assert.rejects(banks.api.revoke(session), refusedWith('bank_consent_lost'));
  });
});

test('an unknown bank is refused', async () => {
  await assert.rejects(banks.api.accounts({ ...session, bank: 'no-bank' as BankId }), refusedWith('bank_unknown'));
});
