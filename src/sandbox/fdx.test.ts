import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as oauth from 'openid-client';
import { bankById, fdxBase, sandboxBanks } from './banks.ts';
import { linkCustomer, startTrial, usualConsent, type Linked, type Trial } from './stand-in-hub.fixture.ts';

let trial: Trial;
const linked = new Map<string, Linked>();
before(async () => {
  trial = await startTrial();
  for (const bank of sandboxBanks) linked.set(bank.id, await linkCustomer(trial, bank.id));
});
after(() => trial.close());

function at(bank: string): Linked {
  const found = linked.get(bank);
  assert.ok(found);
  return found;
}

interface Account {
  accountId: string;
  accountType: string;
  currentBalance: number;
}

async function accountsAt(bank: string): Promise<Account[]> {
  const { body } = await at(bank).fdx('GET', '/accounts');
  return body['accounts'].map(
    (account: Record<string, Account>) => account['depositAccount'] ?? account['locAccount'] ?? account,
  );
}

async function accountAt(bank: string, accountType: string): Promise<Account> {
  const account = (await accountsAt(bank)).find((candidate) => candidate.accountType === accountType);
  assert.ok(account);
  return account;
}

const today = new Date().toISOString().slice(0, 10);
const yearAgo = new Date(Date.now() - 366 * 86_400_000).toISOString().slice(0, 10);
const tomorrow = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10);

interface Row {
  transactionId: string;
  amount: number;
  debitCreditMemo?: string;
  transactionTimestamp: string;
  status: string;
  description: string;
  payee?: string;
  transactionPayee?: { merchantName: string; address?: { city: string } };
  fiAttributes?: { name: string; value: string }[];
}

/** Every transaction of an account, by the bank's own paging. */
async function everyTransaction(
  bank: string,
  accountId: string,
  query = `startTime=${yearAgo}&endTime=${tomorrow}`,
): Promise<{ rows: Row[]; pages: number }> {
  const rows: Row[] = [];
  let more = '';
  for (let pages = 1; ; pages += 1) {
    const { status, body } = await at(bank).fdx('GET', `/accounts/${accountId}/transactions?${query}${more}`);
    assert.equal(status, 200);
    rows.push(...body['transactions']);
    const { nextPageKey, nextOffset } = body['page'];
    if (!nextPageKey && !nextOffset) {
      assert.deepEqual(body['links'], {});
      return { rows, pages };
    }
    assert.ok(body['links'].next.href.startsWith(fdxBase(trial.sandbox.url, bankById(bank))));
    more = nextPageKey ? `&pageKey=${encodeURIComponent(nextPageKey)}` : `&offset=${nextOffset}`;
  }
}

/** Cents from the holder's side, by the sign convention of the quirks table. */
function signedCents(bank: string, accountType: string, row: Row): number {
  const cents = Math.round(row.amount * 100);
  if (bank === 'wells-fargo') return cents;
  if (bank === 'us-bank') return accountType === 'CREDITCARD' ? -cents : cents;
  assert.ok(cents > 0);
  return row.debitCreditMemo === 'DEBIT' ? -cents : cents;
}

test('paging covers every transaction once, in both styles, and opening plus all posted is the balance', async () => {
  for (const bank of sandboxBanks) {
    const view = (await trial.control('GET', `/${bank.id}/customers/customer-1`)).body as {
      accounts: { id: string; opening: string; balance: { current: string }; transactions: { count: number } }[];
    };
    for (const account of await accountsAt(bank.id)) {
      const { rows, pages } = await everyTransaction(bank.id, account.accountId);
      const known = view.accounts.find(({ id }) => id === account.accountId);
      assert.ok(known);
      assert.equal(new Set(rows.map((row) => row.transactionId)).size, rows.length);
      assert.equal(rows.length, known.transactions.count);
      assert.equal(pages, Math.max(1, Math.ceil(rows.length / bank.pageSizeMax)));

      const posted = rows
        .filter((row) => row.status === 'POSTED')
        .reduce((sum, row) => sum + signedCents(bank.id, account.accountType, row), 0);
      assert.equal(Math.round(Number(known.opening) * 100) + posted, Math.round(Number(known.balance.current) * 100));
      const owed = account.accountType === 'CREDITCARD' ? -1 : 1;
      assert.equal(Math.round(account.currentBalance * 100) * owed, Math.round(Number(known.balance.current) * 100));
    }
  }
});

test('each bank keeps to its own form of account', async () => {
  for (const bank of sandboxBanks) {
    const { body } = await at(bank.id).fdx('GET', '/accounts');
    const forms = body['accounts'].map(
      (account: Record<string, unknown>) => account['accountCategory'] ?? Object.keys(account).join(),
    );
    assert.deepEqual(
      forms,
      bank.accountForm === 'flat'
        ? ['DEPOSIT_ACCOUNT', 'DEPOSIT_ACCOUNT', 'LOC_ACCOUNT']
        : ['depositAccount', 'depositAccount', 'locAccount'],
    );
    const card = await accountAt(bank.id, 'CREDITCARD');
    const one = await at(bank.id).fdx('GET', `/accounts/${card.accountId}`);
    assert.equal((one.body['locAccount'] ?? one.body).accountId, card.accountId);
  }
});

test('each bank tells the place of a purchase in its own way', async () => {
  const inShop = async (bank: string): Promise<Row> => {
    const { rows } = await everyTransaction(bank, (await accountAt(bank, 'CREDITCARD')).accountId);
    const row = rows.find((candidate) => candidate.transactionPayee?.address ?? candidate.payee?.includes('  '));
    assert.ok(row, bank);
    return row;
  };
  const names = (row: Row): string[] => (row.fiAttributes ?? []).map(({ name }) => name);

  for (const bank of ['jpmorgan-chase', 'wells-fargo']) {
    const row = await inShop(bank);
    assert.ok(row.transactionPayee?.address?.city);
    for (const name of ['merchantCategoryCode', 'latitude', 'longitude']) assert.ok(names(row).includes(name));
  }
  const citi = await inShop('citi');
  assert.ok(citi.transactionPayee?.address?.city);
  assert.ok(names(citi).includes('merchantCategoryCode'));
  assert.equal(names(citi).includes('latitude'), false);

  const usBank = await inShop('us-bank');
  assert.match(usBank.payee ?? '', /^[^a-z]+ {2}[^a-z]+ [A-Z]{2}$/);
  assert.equal(usBank.transactionPayee, undefined);
  assert.deepEqual(names(usBank), ['merchantCategoryCode']);
});

test('both ends of the window are included, and without one the last seven days are told', async () => {
  const { accountId } = await accountAt('citi', 'CREDITCARD');
  const all = (await everyTransaction('citi', accountId)).rows;
  const days = [...new Set(all.map((row) => row.transactionTimestamp.slice(0, 10)))].toSorted();
  const [from, to] = [days[40], days[80]];
  assert.ok(from && to);
  const { rows } = await everyTransaction('citi', accountId, `startTime=${from}&endTime=${to}`);
  const inside = all.filter(
    (row) => row.transactionTimestamp.slice(0, 10) >= from && row.transactionTimestamp.slice(0, 10) <= to,
  );
  assert.deepEqual(
    rows.map((row) => row.transactionId),
    inside.map((row) => row.transactionId),
  );

  const usual = await at('citi').fdx('GET', `/accounts/${accountId}/transactions`);
  const weekAgo = new Date(Date.now() - 9 * 86_400_000).toISOString().slice(0, 10);
  assert.ok(usual.body['transactions'].length > 0);
  assert.ok(usual.body['transactions'].every((row: Row) => row.transactionTimestamp.slice(0, 10) >= weekAgo));
});

test('history goes back as far as the consent looks, and no further', async () => {
  const { fdx } = await linkCustomer(trial, 'wells-fargo', 'customer-1', {
    consentRequest: { ...usualConsent, lookbackPeriod: 30 },
  });
  const { accountId } = await accountAt('wells-fargo', 'CREDITCARD');
  const { body } = await fdx('GET', `/accounts/${accountId}/transactions?startTime=${yearAgo}&endTime=${tomorrow}`);
  const earliest = new Date(Date.now() - 32 * 86_400_000).toISOString().slice(0, 10);
  assert.ok(body['transactions'].length > 5);
  assert.ok(body['transactions'].every((row: Row) => row.transactionTimestamp.slice(0, 10) >= earliest));
});

test('wrong windows, limits and page keys are refused in FDX words', async () => {
  const { accountId } = await accountAt('citi', 'CREDITCARD');
  const { accountId: checking } = await accountAt('citi', 'CHECKING');
  const ask = async (query: string, id = accountId) => at('citi').fdx('GET', `/accounts/${id}/transactions?${query}`);
  for (const query of [`startTime=${today}&endTime=${yearAgo}`, 'startTime=2026-02-30', 'endTime=yesterday']) {
    const { status, body } = await ask(query);
    assert.equal(status, 400, query);
    assert.equal(body['code'], '703');
    assert.ok(body['message'] && body['debugMessage']);
  }
  for (const query of ['limit=0', 'limit=many', 'pageKey=nonsense'])
    assert.equal((await ask(query)).status, 400, query);

  const window = `startTime=${yearAgo}&endTime=${tomorrow}`;
  const { nextPageKey } = (await ask(`${window}&limit=5`)).body['page'];
  assert.equal((await ask(`${window}&limit=5&pageKey=${nextPageKey}`)).status, 200);
  assert.equal((await ask(`startTime=${today}&endTime=${tomorrow}&pageKey=${nextPageKey}`)).status, 400);
  assert.equal((await ask(`${window}&pageKey=${nextPageKey}`, checking)).status, 400);
  assert.equal(
    (
      await at('us-bank').fdx(
        'GET',
        `/accounts/${(await accountAt('us-bank', 'CHECKING')).accountId}/transactions?offset=-1`,
      )
    ).status,
    400,
  );
});

test('an account that the consent does not open is not found', async () => {
  const foreign = await accountAt('us-bank', 'CHECKING');
  for (const path of [
    '/accounts/acc_none',
    `/accounts/${foreign.accountId}`,
    `/accounts/${foreign.accountId}/transactions`,
  ]) {
    const { status, body } = await at('citi').fdx('GET', path);
    assert.equal(status, 404);
    assert.equal(body['code'], '701');
  }
});

test('what was not consented to is refused with 602, and balances are left out', async () => {
  const { fdx } = await linkCustomer(trial, 'citi', 'customer-1', {
    consentRequest: { ...usualConsent, resources: [{ resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC'] }] },
  });
  const { body } = await fdx('GET', '/accounts');
  assert.equal(body['accounts'].length, 3);
  assert.ok(body['accounts'].every((account: Account) => account.currentBalance === undefined));
  for (const path of [
    `/accounts/${body['accounts'][0].accountId}/transactions`,
    '/customers/current',
    `/accounts/${body['accounts'][0].accountId}/payment-networks`,
  ]) {
    const refused = await fdx('GET', path);
    assert.equal(refused.status, 403, path);
    assert.equal(refused.body['code'], '602');
  }
});

test('the customer and the payment networks are told to whom they were consented', async () => {
  const { fdx } = await linkCustomer(trial, 'citi', 'customer-1', {
    consentRequest: {
      ...usualConsent,
      resources: [
        { resourceType: 'ACCOUNT', dataClusters: ['ACCOUNT_BASIC', 'ACCOUNT_PAYMENTS'] },
        { resourceType: 'CUSTOMER', dataClusters: ['CUSTOMER_CONTACT'] },
      ],
    },
  });
  const customer = await fdx('GET', '/customers/current');
  assert.equal(customer.body['customerId'], 'customer-1');
  assert.ok(customer.body['name'].first);
  const { body } = await fdx('GET', '/accounts');
  const [checking, , card] = body['accounts'];
  assert.equal((await fdx('GET', `/accounts/${checking.accountId}/payment-networks`)).status, 200);
  assert.equal((await fdx('GET', `/accounts/${card.accountId}/payment-networks`)).body['code'], '704');
});

test('x-fapi-interaction-id is required and comes back, and the actor is USER or BATCH', async () => {
  const id = randomUUID();
  const answer = await at('citi').fdx('GET', '/accounts', { headers: { 'x-fapi-interaction-id': id } });
  assert.equal(answer.headers.get('x-fapi-interaction-id'), id);
  assert.equal((await at('citi').fdx('GET', '/accounts', { headers: { 'x-fapi-interaction-id': '' } })).status, 400);
  assert.equal((await at('citi').fdx('GET', '/accounts', { headers: { 'fdx-api-actor-type': 'ROBOT' } })).status, 400);
  const missing = await at('citi').fdx('GET', '/accounts/acc_none', { headers: { 'x-fapi-interaction-id': id } });
  assert.equal(missing.headers.get('x-fapi-interaction-id'), id);
});

test('who is not the holder of a token gets 603', async () => {
  const base = fdxBase(trial.sandbox.url, bankById('citi'));
  for (const headers of [{}, { authorization: 'DPoP made-up' }, { authorization: 'Bearer made-up' }]) {
    const response = await fetch(`${base}/accounts`, {
      headers: { 'x-fapi-interaction-id': randomUUID(), ...headers },
    });
    const body = (await response.json()) as { code: string };
    assert.equal(response.status, 401);
    assert.equal(body.code, '603');
    assert.match(response.headers.get('www-authenticate') ?? '', /^DPoP error="invalid_token"/);
  }
});

test('a grant that has used up its quota gets 429 with 1207 and is told how long to wait; USER has more than BATCH', async () => {
  const { fdx } = await linkCustomer(trial, 'wells-fargo');
  const { quota } = bankById('wells-fargo');
  assert.ok(quota.BATCH < quota.USER);
  let answer = await fdx('GET', '/notification-subscriptions', { headers: { 'fdx-api-actor-type': 'BATCH' } });
  for (let calls = 1; calls <= quota.BATCH * 2 && answer.status === 200; calls += 1) {
    answer = await fdx('GET', '/notification-subscriptions', { headers: { 'fdx-api-actor-type': 'BATCH' } });
  }
  assert.equal(answer.status, 429);
  assert.equal(answer.body['code'], '1207');
  assert.ok(Number(answer.headers.get('retry-after')) >= 1);
  assert.equal(
    (await fdx('GET', '/notification-subscriptions', { headers: { 'fdx-api-actor-type': 'USER' } })).status,
    200,
  );
  assert.equal(
    (await at('wells-fargo').fdx('GET', '/accounts', { headers: { 'fdx-api-actor-type': 'BATCH' } })).status,
    200,
  );
});

test('a revoked grant is refused at the next request; its own state it still tells', async () => {
  const { fdx, grantId, login, tokens } = await linkCustomer(trial, 'citi');
  const revocation = { reason: 'USER_ACTION', initiator: 'INDIVIDUAL' };
  assert.equal((await fdx('GET', `/consents/${grantId}/revocation`)).status, 404);
  assert.equal((await fdx('PUT', `/consents/${grantId}/revocation`, { body: { reason: 'BORED' } })).status, 400);
  assert.equal((await fdx('PUT', `/consents/${grantId}/revocation`, { body: revocation })).status, 204);
  for (const path of ['/accounts', '/notification-subscriptions']) {
    const refused = await fdx('GET', path);
    assert.equal(refused.status, 401);
    assert.match(refused.headers.get('www-authenticate') ?? '', /invalid_token/);
  }
  assert.equal((await fdx('PUT', `/consents/${grantId}/revocation`, { body: revocation })).status, 204);
  assert.equal((await fdx('GET', `/consents/${grantId}`)).body['status'], 'REVOKED');
  assert.equal((await fdx('GET', `/consents/${grantId}/revocation`)).body['initiator'], 'INDIVIDUAL');
  await assert.rejects(
    oauth.refreshTokenGrant(login.configuration, tokens.refresh_token ?? '', undefined, { DPoP: login.dpop }),
    { error: 'invalid_grant' },
  );
});

test('a token tells of its own consent only', async () => {
  const { status, body } = await at('citi').fdx('GET', `/consents/${at('us-bank').grantId}`);
  assert.equal(status, 404);
  assert.equal(body['code'], '1107');
});

test('events are subscribed to once, at the recipient’s own address alone', async () => {
  const { fdx } = await linkCustomer(trial, 'citi');
  const subscription = {
    type: 'CUSTOM',
    category: 'NEW_DATA',
    callbackUrl: `${trial.hub.url}/v1/banks/citi/events`,
    subscriber: { name: 'Tellerline', type: 'DATA_RECIPIENT' },
  };
  const made = await fdx('POST', '/notification-subscriptions', { body: subscription });
  assert.equal(made.status, 201);
  const again = await fdx('POST', '/notification-subscriptions', { body: subscription });
  assert.equal(again.body['subscriptionId'], made.body['subscriptionId']);
  assert.equal(
    (await fdx('GET', `/notification-subscriptions/${made.body['subscriptionId']}`)).body['callbackUrl'],
    subscription.callbackUrl,
  );

  const elsewhere = await fdx('POST', '/notification-subscriptions', {
    body: { ...subscription, callbackUrl: 'http://attacker.example/events' },
  });
  assert.equal(elsewhere.status, 403);
  assert.equal(
    (await fdx('POST', '/notification-subscriptions', { body: { ...subscription, type: 'ANY' } })).status,
    400,
  );
  assert.equal((await fdx('DELETE', `/notification-subscriptions/${made.body['subscriptionId']}`)).status, 204);
  assert.equal((await fdx('DELETE', `/notification-subscriptions/${made.body['subscriptionId']}`)).status, 404);
});

test('anybody may ask whether the API is up and what it can do', async () => {
  for (const bank of sandboxBanks) {
    const base = fdxBase(trial.sandbox.url, bank);
    const headers = { 'x-fapi-interaction-id': randomUUID() };
    assert.equal((await fetch(`${base}/availability`, { headers })).status, 200);
    const capability = (await (await fetch(`${base}/capability`, { headers })).json()) as { paging: string };
    assert.equal(capability.paging, bank.paging);
  }
});
