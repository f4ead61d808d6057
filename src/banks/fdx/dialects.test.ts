import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemClock, type BankId } from '#base';
import { readAccount } from './accounts.ts';
import type { BankConnection, FdxDialect } from './connection.ts';
import { nextPlace, pageQuery, readPlace, writePlace } from './paging.ts';
import { readTransaction } from './transactions.ts';

/** FDX 5.2 as U.S. Bank's entry has it: wrapped accounts, offsets, signs by account. */
const olderDialect: FdxDialect = {
  version: '5.2',
  paging: 'offset',
  signs: 'signed-by-account',
  accountForm: 'wrapped',
  pageSize: 100,
  callsAtOnceMax: 1,
  allowance: { callsMax: 240, windowMinutes: 1, keptForCustomer: 60 },
};

async function connectionWith(dialect: FdxDialect): Promise<BankConnection> {
  const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
    'sign',
    'verify',
  ]);
  return {
    bank: { id: 'us-bank' as BankId, name: 'U.S. Bank' },
    issuer: 'https://bank.example',
    baseUrl: 'https://bank.example/fdx/v5',
    origins: [],
    clientId: 'tellerline',
    clientKey: { key: privateKey, kid: 'k' },
    scope: 'openid',
    dialect,
    fetch: () => Promise.reject(new Error('nothing is called here')),
  };
}
const older = await connectionWith(olderDialect);

const inner = {
  accountId: 'a',
  accountType: 'CREDITCARD',
  accountNumberDisplay: '********0042',
  currency: { currencyCode: 'USD' },
  currentBalance: 80.5,
};

test('a wrapped account is told by its wrapper, and what is owed is negative', () => {
  const read = readAccount(older, { locAccount: inner }, 'accounts.0', systemClock);
  assert.deepEqual(read?.facts, { currency: 'USD', borrowed: true });
  assert.equal(read?.account.balance?.current, '-80.50');
  const deposit = readAccount(
    older,
    { depositAccount: { ...inner, accountType: 'CHECKING' } },
    'accounts.0',
    systemClock,
  );
  assert.equal(deposit?.account.balance?.current, '80.50');
});

test('an overpaid card has a positive balance', () => {
  const read = readAccount(older, { locAccount: { ...inner, currentBalance: -12 } }, '', systemClock);
  assert.equal(read?.account.balance?.current, '12.00');
});

test('a wrapped bank’s flat account is not guessed at', () => {
  assert.throws(() => readAccount(older, inner, 'accounts.0', systemClock), { code: 'bank_answer_unreadable' });
});

test('a wrong field inside a wrapper is named with the wrapper', () => {
  assert.throws(() => readAccount(older, { locAccount: { ...inner, accountId: 1 } }, 'accounts.3', systemClock), {
    detail: { bank: 'us-bank', field: 'accounts.3.locAccount.accountId', why: 'not of type string' },
  });
});

const transaction = {
  transactionId: 't',
  status: 'POSTED',
  postedTimestamp: '2026-03-01T00:10:00-06:00',
  payee: 'BLUEBIRD DINER  ST PAUL MN',
};

test('the same sign means the opposite on a card and on a deposit account', () => {
  const onCard = readTransaction(older, { ...transaction, amount: 20 }, 't', { currency: 'USD', borrowed: true });
  const onDeposit = readTransaction(older, { ...transaction, amount: 20 }, 't', { currency: 'USD', borrowed: false });
  assert.deepEqual([onCard.direction, onDeposit.direction], ['debit', 'credit']);
  assert.deepEqual([onCard.amount, onDeposit.amount], ['20.00', '20.00']);
});

test('payee text gives merchant and place where FDX 5 has nothing better', () => {
  const read = readTransaction(older, { depositTransaction: { ...transaction, amount: -20 } }, 't', {
    currency: 'USD',
    borrowed: false,
  });
  assert.deepEqual(read.merchant, {
    name: 'Bluebird Diner',
    address: { city: 'St Paul', region: 'MN', country: 'US' },
  });
  assert.equal(read.localDate, '2026-03-01');
  assert.equal(read.description, 'BLUEBIRD DINER  ST PAUL MN');
});

test('an amount is read in its account’s currency', () => {
  const read = readTransaction(older, { ...transaction, amount: -500 }, 't', { currency: 'JPY', borrowed: false });
  assert.deepEqual([read.amount, read.currency], ['500', 'JPY']);
  assert.throws(() =>
    readTransaction(older, { ...transaction, amount: -0.5 }, 't', { currency: 'JPY', borrowed: false }),
  );
});

test('offsets are followed from 0, as text or number, and a repeated one is refused', () => {
  assert.deepEqual(pageQuery(olderDialect, undefined), { limit: '100', offset: '0' });
  const second = nextPlace(older.bank, olderDialect, { page: { nextOffset: '100' } }, undefined);
  const kept = readPlace(writePlace(second ?? assert.fail()));
  assert.deepEqual(pageQuery(olderDialect, kept), { limit: '100', offset: '100' });
  assert.equal(nextPlace(older.bank, olderDialect, { page: { nextOffset: 200 } }, kept)?.key, '200');
  assert.throws(() => nextPlace(older.bank, olderDialect, { page: { nextOffset: 100 } }, kept), {
    code: 'bank_answer_unreadable',
  });
  assert.equal(nextPlace(older.bank, olderDialect, { page: {} }, kept), undefined);
});

test('a list that never ends is refused', () => {
  const paged = (offset: number) => ({ page: { nextOffset: offset } });
  let place = nextPlace(older.bank, olderDialect, paged(0), undefined);
  assert.throws(
    () => {
      for (let offset = 1; offset < 10_000; offset += 1)
        place = nextPlace(older.bank, olderDialect, paged(offset), place);
    },
    { code: 'bank_answer_unreadable' },
  );
});
