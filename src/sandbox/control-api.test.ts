import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as oauth from 'openid-client';
import { sandboxBanks } from './banks.ts';
import { linkCustomer, startTrial, type Trial } from './stand-in-hub.fixture.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial.close());

interface View {
  accounts: {
    kind: string;
    opening: string;
    balance: { current: string; available: string };
    transactions: { count: number; debits: string; credits: string; authorized: number };
  }[];
}

async function view(bank: string, customer: string, kind: string): Promise<View['accounts'][number]> {
  const { status, body } = await trial.control('GET', `/${bank}/customers/${customer}`);
  assert.equal(status, 200);
  const account = (body as View).accounts.find((candidate) => candidate.kind === kind);
  assert.ok(account);
  return account;
}

const cents = (amount: string): number => Math.round(Number(amount) * 100);

test('opening, credits and debits add up to the balance less what is held, for every account at every bank', async () => {
  for (const bank of sandboxBanks) {
    for (const customer of ['customer-1', 'customer-30']) {
      for (const kind of ['checking', 'savings', 'card']) {
        const { opening, balance, transactions } = await view(bank.id, customer, kind);
        const line = kind === 'card' ? 1_200_000 : 0;
        assert.equal(
          cents(opening) + cents(transactions.credits) - cents(transactions.debits) + line,
          cents(balance.available),
          `${bank.id} ${customer} ${kind}`,
        );
        assert.ok(transactions.count > 0);
      }
    }
  }
});

test('an authorized purchase holds money back, a posted one moves the balance', async () => {
  const start = await view('citi', 'customer-2', 'card');
  await trial.control('POST', '/citi/purchases', {
    customer: 'customer-2',
    purchases: [{ id: 'held', amount: '65.70' }],
  });
  const held = await view('citi', 'customer-2', 'card');
  assert.equal(held.balance.current, start.balance.current);
  assert.equal(cents(held.balance.available), cents(start.balance.available) - 6570);
  await trial.control('POST', '/citi/settle', { customer: 'customer-2', to: 'posted', ids: ['held'] });
  const posted = await view('citi', 'customer-2', 'card');
  assert.equal(cents(posted.balance.current), cents(start.balance.current) - 6570);
  assert.equal(posted.balance.available, held.balance.available);
});

test('a purchase sent twice is booked once', async () => {
  const start = await view('citi', 'customer-2', 'card');
  const twice = {
    customer: 'customer-2',
    purchases: [
      { id: 'once', amount: '10.00', status: 'posted' },
      { id: 'once', amount: '10.00', status: 'posted' },
    ],
  };
  await Promise.all([1, 2, 3].map(() => trial.control('POST', '/citi/purchases', twice)));
  const after = await view('citi', 'customer-2', 'card');
  assert.equal(after.transactions.count, start.transactions.count + 1);
  assert.equal(cents(after.balance.current), cents(start.balance.current) - 1000);
});

test('a thousand purchases are booked at once, and their sum is exact', async () => {
  const start = await view('wells-fargo', 'customer-2', 'card');
  const purchases = Array.from({ length: 1000 }, (_, number) => ({
    amount: (0.01 * (number + 1)).toFixed(2),
    status: 'posted',
  }));
  assert.deepEqual(
    (await trial.control('POST', '/wells-fargo/purchases', { customer: 'customer-2', purchases })).body,
    { accepted: 1000, events: 0 },
  );
  const after = await view('wells-fargo', 'customer-2', 'card');
  assert.equal(cents(start.balance.current) - cents(after.balance.current), (1000 * 1001) / 2);
});

test('purchases of one customer from two sides at once lose nothing', async () => {
  const start = await view('us-bank', 'customer-2', 'checking');
  await Promise.all(
    Array.from({ length: 20 }, () =>
      trial.control('POST', '/us-bank/purchases', {
        customer: 'customer-2',
        account: 'checking',
        purchases: [{ amount: '1.01', status: 'posted' }],
      }),
    ),
  );
  assert.equal(
    cents(start.balance.current) - cents((await view('us-bank', 'customer-2', 'checking')).balance.current),
    2020,
  );
});

test('a salary arrives on checking', async () => {
  const start = await view('citi', 'customer-2', 'checking');
  assert.equal(
    (await trial.control('POST', '/citi/salary', { customer: 'customer-2', amount: '2500.00' })).status,
    202,
  );
  assert.equal(
    cents((await view('citi', 'customer-2', 'checking')).balance.current) - cents(start.balance.current),
    250_000,
  );
});

test('the local day is the one of the customer’s own calendar, unless the purchase says it', async () => {
  const linked = await linkCustomer(trial, 'citi', 'customer-1');
  await trial.control('POST', '/citi/purchases', {
    customer: 'customer-1',
    purchases: [{ id: 'late', amount: '1.00', occurredAt: '2026-08-02T03:30:00Z', status: 'posted' }],
  });
  const { body } = await linked.fdx('GET', '/accounts');
  const card = body['accounts'][2].accountId;
  const found = await linked.fdx('GET', `/accounts/${card}/transactions?startTime=2026-08-01&endTime=2026-08-01`);
  assert.ok(
    found.body['transactions'].some(
      (row: { transactionId: string; transactionTimestamp: string }) =>
        row.transactionId === 'late' && row.transactionTimestamp.startsWith('2026-08-01T'),
    ),
  );
});

test('what cannot be booked is refused with a code, and nothing of it is booked', async () => {
  const { transactions } = await view('citi', 'customer-1', 'card');
  const good = { amount: '1.00' };
  const wrong: readonly (readonly [number, string, object])[] = [
    [422, 'amount_invalid', { customer: 'customer-1', purchases: [good, { amount: '1.005' }] }],
    [422, 'amount_invalid', { customer: 'customer-1', purchases: [good, { amount: '-5.00' }] }],
    [422, 'amount_invalid', { customer: 'customer-1', purchases: [good, { amount: '0.00' }] }],
    [422, 'currency_unknown', { customer: 'customer-1', purchases: [good, { amount: '1', currency: 'XXQ' }] }],
    [422, 'account_currency', { customer: 'customer-1', purchases: [good, { amount: '1', currency: 'EUR' }] }],
    [
      422,
      'body_invalid',
      {
        customer: 'customer-1',
        purchases: [good, { amount: '1', merchant: { name: 'X', location: { lat: 91, lon: 0 } } }],
      },
    ],
    [422, 'body_invalid', { customer: 'customer-1', purchases: [good, { amount: '1', localDate: '2026-02-30' }] }],
    [422, 'body_invalid', { customer: 'customer-1', purchases: [] }],
    [404, 'customer_unknown', { customer: 'customer-2001', purchases: [good] }],
    [404, 'customer_unknown', { customer: 'robert', purchases: [good] }],
  ];
  for (const [status, code, body] of wrong) {
    const answer = await trial.control('POST', '/citi/purchases', body);
    assert.deepEqual([answer.status, (answer.body as { code: string }).code], [status, code], JSON.stringify(body));
  }
  assert.equal(
    (await trial.control('POST', '/first-bank/salary', { customer: 'customer-1', amount: '1' })).status,
    404,
  );
  assert.equal((await view('citi', 'customer-1', 'card')).transactions.count, transactions.count);
});

test('consents are listed with their state', async () => {
  const { grantId } = await linkCustomer(trial, 'wells-fargo', 'customer-1');
  const { body } = await trial.control('GET', '/wells-fargo/consents?customer=customer-1');
  const [consent] = (body as { consents: Record<string, unknown>[] }).consents;
  assert.deepEqual(
    [consent?.['id'], consent?.['status'], consent?.['subscribed'], consent?.['recipient']],
    [grantId, 'ACTIVE', false, 'tellerline'],
  );
  assert.equal((await trial.control('POST', '/citi/consents/grant_none/revoke')).status, 404);
  assert.equal((await trial.control('POST', `/citi/consents/${grantId}/revoke`)).status, 404);
});

test('a fault of one customer touches that customer alone; none heals it', async () => {
  const one = await linkCustomer(trial, 'citi', 'customer-1');
  const two = await linkCustomer(trial, 'citi', 'customer-2');
  const seen = async (): Promise<number[]> => [
    (await one.fdx('GET', '/accounts')).status,
    (await two.fdx('GET', '/accounts')).status,
  ];
  const suffer = (kind: string) => trial.control('POST', '/citi/fault', { customer: 'customer-1', kind });
  await suffer('down');
  assert.deepEqual(await seen(), [503, 200]);
  await suffer('rate-limit');
  assert.deepEqual(await seen(), [429, 200]);
  assert.equal((await one.fdx('GET', '/accounts')).headers.get('retry-after'), '30');
  await suffer('html');
  const page = await one.fdx('GET', '/accounts');
  assert.deepEqual([page.status, page.headers.get('content-type')], [200, 'text/html; charset=utf-8']);
  await suffer('none');
  assert.deepEqual(await seen(), [200, 200]);
});

test('a fault of the whole bank reaches its login too, and no other bank', async () => {
  await trial.control('POST', '/us-bank/fault', { kind: 'down' });
  assert.equal((await fetch(`${trial.sandbox.url}/us-bank/.well-known/openid-configuration`)).status, 503);
  assert.equal((await fetch(`${trial.sandbox.url}/citi/.well-known/openid-configuration`)).status, 200);
  await trial.control('POST', '/us-bank/fault', { kind: 'none' });
  assert.equal((await fetch(`${trial.sandbox.url}/us-bank/.well-known/openid-configuration`)).status, 200);
});

test('a slow bank answers after the time that was set', async () => {
  const linked = await linkCustomer(trial, 'us-bank', 'customer-1');
  await trial.control('POST', '/us-bank/fault', { customer: 'customer-1', kind: 'slow', seconds: 1 });
  assert.equal((await linked.fdx('GET', '/accounts')).status, 200);
  await trial.control('POST', '/us-bank/fault', { customer: 'customer-1', kind: 'none' });
});

test('a broken login refuses the tokens given out so far; a new login works', async () => {
  const old = await linkCustomer(trial, 'us-bank', 'customer-2');
  await trial.control('POST', '/us-bank/fault', { customer: 'customer-2', kind: 'broken-login' });
  const refused = await old.fdx('GET', '/accounts');
  assert.equal(refused.status, 401);
  assert.match(refused.headers.get('www-authenticate') ?? '', /invalid_token/);
  await assert.rejects(
    oauth.refreshTokenGrant(old.login.configuration, old.tokens.refresh_token ?? '', undefined, {
      DPoP: old.login.dpop,
    }),
    { error: 'invalid_grant' },
  );
  const fresh = await linkCustomer(trial, 'us-bank', 'customer-2');
  assert.equal((await fresh.fdx('GET', '/accounts')).status, 200);
  assert.equal((await old.fdx('GET', '/accounts')).status, 401);
});

test('the OpenAPI document describes every call, and the page shows them', async () => {
  const document = (await (await fetch(`${trial.sandbox.url}/control/openapi.json`)).json()) as {
    openapi: string;
    paths: Record<string, unknown>;
  };
  assert.equal(document.openapi, '3.1.0');
  assert.deepEqual(Object.keys(document.paths).toSorted(), [
    '/control/banks/{bank}/cards',
    '/control/banks/{bank}/cards/{card}/actions',
    '/control/banks/{bank}/consents',
    '/control/banks/{bank}/consents/{grantId}/revoke',
    '/control/banks/{bank}/control-fault',
    '/control/banks/{bank}/customers/{customer}',
    '/control/banks/{bank}/deliveries',
    '/control/banks/{bank}/fault',
    '/control/banks/{bank}/holds',
    '/control/banks/{bank}/play',
    '/control/banks/{bank}/purchases',
    '/control/banks/{bank}/rotate-keys',
    '/control/banks/{bank}/salary',
    '/control/banks/{bank}/settle',
    '/control/disputes/{dispute}',
    '/control/holds/{case}/answer',
    '/control/parcels/{tracking}/scan',
    '/control/shop/orders',
    '/control/shop/orders/{order}/again',
    '/control/shop/orders/{order}/cancel',
    '/control/shop/orders/{order}/pay',
    '/control/shop/orders/{order}/refund',
    '/control/shop/orders/{order}/ship',
  ]);
  const page = await (await fetch(`${trial.sandbox.url}/control`)).text();
  for (const path of Object.keys(document.paths)) assert.ok(page.includes(path), path);
});
