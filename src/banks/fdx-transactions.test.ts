import assert from 'node:assert/strict';
import { after, before, beforeEach, suite, test } from 'node:test';
import type { BankSession, BankTokens } from '#linking';
import { banksAt, linkedSession, openHostileBank, refusedWith } from './bank-client.fixture.ts';
import { answering, card, checking, purchase, window } from './fdx-answers.fixture.ts';
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

const withTransactions = (...transactions: readonly unknown[]) =>
  answering(bank, {
    '/accounts/a-1': { json: checking },
    '/accounts/a-1/transactions': { json: { transactions } },
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

  test('what is pending without an id is left out until it is posted', async () => {
    for (const transactionId of [undefined, null, '', '  ']) {
      withTransactions({ ...purchase, transactionId, status: 'PENDING' });
      assert.deepEqual((await banks.api.transactions(session, window)).transactions, []);
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
    answering(bank, {
      '/accounts/a-1': { json: checking },
      '/accounts/a-1/transactions': ({ query }) => ({ json: pages[query.get('pageKey') ?? 'first'] }),
    });
    assert.deepEqual(await readAll(), ['t-1', 't-2', 't-3']);
  });

  test('a list that names a page again is refused instead of read for ever', async () => {
    for (const keys of [['a'], ['a', 'b'], ['a', 'b', 'c', 'd', 'e']]) {
      answering(bank, {
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
    answering(bank, {
      '/accounts/a-1': { json: checking },
      '/accounts/a-1/transactions': { status: 404, json: { code: '1107', message: 'No data' } },
    });
    assert.deepEqual(await banks.api.transactions(session, window), { transactions: [] });
  });

  test('a missing or wrong field is named with its place in the list', async () => {
    const rows: [string, unknown][] = [
      ['transactions.1.transactionId', { ...purchase, transactionId: undefined }],
      ['transactions.1.transactionId', { ...purchase, transactionId: ' ' }],
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

  test('an account that is not the one asked for is refused', async () => {
    answering(bank, { '/accounts/a-1': { json: card } });
    await assert.rejects(
      banks.api.transactions(session, window),
      refusedWith('bank_answer_unreadable', { field: 'accountId' }),
    );
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
