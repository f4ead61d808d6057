import assert from 'node:assert/strict';
import { generateKeyPairSync, verify } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, suite, test } from 'node:test';
import { createBanks, type Banks } from '#banks';
import { createLog, formatDecimal, isTellerlineError, parseMoney, sumMoney, systemClock, type BankId } from '#base';
import type { BankAccount, BankSession, BankTokens, BankTransaction } from '#linking';
import { createSandbox, type Sandbox } from '#sandbox';
import { testDatabase, type TestDatabase } from '#test/database';
import { callControl } from './control-api.ts';

// The directory's client against the sandbox's banks: everything real but the browser.

interface Delivered {
  readonly id: string;
  readonly timestamp: string;
  readonly signature: string;
  readonly body: string;
  readonly path: string;
}

let database: TestDatabase;
let sandbox: Sandbox;
let banks: Banks;
let hub: Server;
let hubUrl = '';
const delivered: Delivered[] = [];
let onDelivery: (() => void) | undefined;

before(async () => {
  hub = createServer((request, response) => {
    if (request.url === '/.well-known/jwks.json') {
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(banks.clientJwks()));
      return;
    }
    let body = '';
    request.on('data', (part) => {
      body += String(part);
    });
    request.on('end', () => {
      const { headers } = request;
      delivered.push({
        id: String(headers['webhook-id']),
        timestamp: String(headers['webhook-timestamp']),
        signature: String(headers['webhook-signature']),
        body,
        path: request.url ?? '',
      });
      response.writeHead(202, { 'content-type': 'application/json' }).end('{"accepted":1,"duplicates":0,"dropped":0}');
      onDelivery?.();
    });
  });
  await new Promise<void>((listening) => hub.listen(0, '127.0.0.1', listening));
  hubUrl = `http://localhost:${(hub.address() as AddressInfo).port}`;
  database = await testDatabase();
  const log = createLog(process.env['TEST_LOG'] ?? 'silent');
  sandbox = await createSandbox({ databaseUrl: database.sandboxUrl, port: 0, hubUrl, clock: systemClock, log });
  banks = createBanks({
    environment: 'sandbox',
    sandboxUrl: () => sandbox.url,
    live: {},
    // Each can push; which of them are asked instead is the directory's to say, and another test's.
    news: Object.fromEntries(bankIds.map((bank) => [bank, 'push'])),
    clientKey: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }),
    redirectUri: () => `${hubUrl}/link/return`,
    eventsUrl: (bank) => `${hubUrl}/v1/banks/${bank}/events`,
    staffRedirectUri: () => 'http://localhost:7071/desk/return',
    clock: systemClock,
    log,
  });
});

after(async () => {
  await sandbox.close();
  hub.closeAllConnections();
  await new Promise<void>((closed) => hub.close(() => closed()));
  await database.close();
});

const bankIds = ['jpmorgan-chase', 'wells-fargo', 'citi', 'us-bank'] as const;

/** A browser without a screen: keeps cookies, follows redirects at the bank, and stops at the return. */
class Browser {
  readonly #cookies = new Map<string, string>();

  /** Answers the page that a request ends at, or the return to the hub. */
  async open(
    address: URL,
    form?: URLSearchParams,
  ): Promise<{ readonly page: string; readonly at: URL } | { readonly returned: URL }> {
    let at = address;
    let body = form;
    for (let hops = 0; hops < 10; hops += 1) {
      const cookie = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
      const response = await fetch(at, {
        method: body ? 'POST' : 'GET',
        headers: { cookie },
        redirect: 'manual',
        ...(body ? { body } : {}),
      });
      for (const line of response.headers.getSetCookie()) {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        if (name !== undefined && value !== undefined) this.#cookies.set(name, value);
      }
      const page = await response.text();
      const location = response.headers.get('location');
      if (location === null) return { page, at };
      at = new URL(location, at);
      body = undefined;
      if (at.origin === hubUrl) return { returned: at };
    }
    throw new Error('the bank redirects in circles');
  }
}

type Choice = (account: { readonly label: string }) => boolean;

/** Logs in and presses "Allow" with the accounts chosen (all unless told), or "Cancel". */
async function atTheBank(
  continueTo: URL,
  customer: string,
  decision: 'allow' | 'cancel',
  choose: Choice = () => true,
): Promise<URL> {
  const browser = new Browser();
  const login = await browser.open(continueTo);
  assert.ok('page' in login, 'the login page is shown');
  const consent = await browser.open(
    actionIn(login, 'login'),
    new URLSearchParams({ username: customer, password: 'sandbox' }),
  );
  assert.ok('page' in consent, 'the consent page is shown');
  assert.match(consent.page, /Chat on localhost/, 'the bank names the chat');
  const ticked = [...consent.page.matchAll(/name="account" value="([^"]+)"[^]*?<span class="strong">([^<]+)/g)]
    .filter(([, , label]) => choose({ label: label ?? '' }))
    .map(([, id]) => ['account', id ?? '']);
  const end =
    decision === 'allow'
      ? await browser.open(actionIn(consent, 'consent'), new URLSearchParams(ticked))
      : await browser.open(actionIn(consent, 'cancel'), new URLSearchParams());
  assert.ok('returned' in end, 'the browser is sent back');
  return end.returned;
}

function actionIn({ page, at }: { readonly page: string; readonly at: URL }, step: string): URL {
  const action = new RegExp(`action="([^"]+/${step})"`).exec(page)?.[1];
  assert.ok(action, `the page has a form for ${step}`);
  return new URL(action, at);
}

const request = {
  state: 'a-state-of-this-test',
  purposes: ['balances', 'transactions'],
  durationDays: 365,
  lookbackDays: 365,
  chat: 'Chat on localhost',
  locale: 'en',
} as const;

type Linked = BankSession & { current: BankTokens };

async function link(
  bank: string,
  customer: string,
  changes: { purposes?: ('balances' | 'transactions')[]; choose?: Choice } = {},
): Promise<Linked> {
  const id = bank as BankId;
  const { continueTo, pending } = await banks.api.beginAuthorization(id, {
    ...request,
    purposes: changes.purposes ?? request.purposes,
  });
  const returned = await atTheBank(continueTo, customer, 'allow', changes.choose);
  const { grantId, tokens } = await banks.api.finishAuthorization(id, returned, pending);
  const session: Linked = {
    bank: id,
    grantId,
    actor: 'USER',
    current: tokens,
    tokens: () => session.current,
    save: (renewed) => {
      session.current = renewed;
      return Promise.resolve();
    },
  };
  return session;
}

/** All history of an account. */
async function history(session: BankSession, account: BankAccount): Promise<BankTransaction[]> {
  const today = Temporal.Now.plainDateISO('UTC').add({ days: 1 });
  const window = { accountId: account.accountId, from: today.subtract({ days: 400 }).toString(), to: today.toString() };
  const transactions: BankTransaction[] = [];
  let next: string | undefined;
  do {
    const page = await banks.api.transactions(session, { ...window, ...(next === undefined ? {} : { next }) });
    transactions.push(...page.transactions);
    next = page.next;
  } while (next !== undefined);
  return transactions;
}

function total(transactions: readonly BankTransaction[], direction: 'debit' | 'credit'): string {
  const amounts = transactions
    .filter((one) => one.direction === direction)
    .map(({ amount, currency }) => parseMoney(amount, currency));
  return formatDecimal(sumMoney(amounts, 'USD'));
}

interface ControlView {
  accounts: {
    id: string;
    kind: string;
    last4: string;
    balance: { current: string; available: string };
    transactions: { count: number; debits: string; credits: string };
  }[];
}

const control = <Answer>(path: string, body?: unknown): Promise<Answer> =>
  callControl({ sandboxUrl: sandbox.url }, body === undefined ? 'GET' : 'POST', `banks/${path}`, body);

/** What the bank's own books say of a grant. */
async function statusAtTheBank({ bank, grantId }: BankSession, customer: string): Promise<string | undefined> {
  const { consents } = await control<{ consents: { id: string; status: string }[] }>(
    `${bank}/consents?customer=${customer}`,
  );
  return consents.find(({ id }) => id === grantId)?.status;
}

const failsWith = (code: string) => (error: unknown) => isTellerlineError(error, code);

for (const bank of bankIds) {
  suite(`${bank}, linked`, () => {
    let session: Linked;
    before(async () => {
      session = await link(bank, 'customer-1');
    });

    test('accounts and balances are what the bank says of them', async () => {
      const accounts = await banks.api.accounts(session);
      const { accounts: told } = await control<ControlView>(`${bank}/customers/customer-1`);
      assert.deepEqual(
        accounts.map(({ accountId, kind, last4, balance }) => [
          accountId,
          kind,
          last4,
          balance?.current,
          balance?.available,
        ]),
        told.map(({ id, kind, last4, balance }) => [id, kind, last4, balance.current, balance.available]),
      );
      assert.equal(accounts.length, 3);
    });

    test('a year of history, page by page, adds up to the bank’s own sums', async () => {
      const { accounts: told } = await control<ControlView>(`${bank}/customers/customer-1`);
      for (const account of await banks.api.accounts(session)) {
        const transactions = await history({ ...session, actor: 'BATCH' }, account);
        const expected = told.find(({ id }) => id === account.accountId)?.transactions;
        assert.deepEqual(
          { count: transactions.length, debits: total(transactions, 'debit'), credits: total(transactions, 'credit') },
          { count: expected?.count, debits: expected?.debits, credits: expected?.credits },
          account.kind,
        );
        assert.equal(new Set(transactions.map(({ id }) => id)).size, transactions.length, 'no transaction twice');
        if (account.kind === 'card') checkPlaces(bank, transactions);
      }
    });

    test('a card purchase is pushed, signed by a key that the bank publishes', async () => {
      await banks.api.subscribe(session);
      await banks.api.subscribe(session);
      const arrived = new Promise<void>((resolve) => {
        onDelivery = resolve;
      });
      delivered.length = 0;
      const purchase = { amount: '65.70', merchant: { name: 'Sunline Fuel', category: '5541' } };
      await control(`${bank}/purchases`, { customer: 'customer-1', account: 'card', purchases: [purchase] });
      await arrived;
      const [batch] = delivered;
      assert.ok(batch);
      assert.equal(batch.path, `/v1/banks/${bank}/events`);
      const keys = await banks.eventKeys(bank as BankId);
      const signed = Buffer.from(`${batch.id}.${batch.timestamp}.${batch.body}`);
      const signatures = batch.signature.split(' ').map((one) => Buffer.from(one.replace('v1a,', ''), 'base64'));
      assert.ok(keys.some((key) => signatures.some((signature) => verify(null, signed, key, signature))));
    });

    test('the access token is renewed without the customer', async () => {
      const before = session.current;
      session.current = { ...before, accessExpiresAtMs: 0 };
      await banks.api.accounts(session);
      assert.notEqual(session.current.accessToken, before.accessToken);
    });

    test('revoking ends it at the bank, and nothing can be read any more', async () => {
      const ended = await link(bank, 'customer-2');
      assert.equal(await statusAtTheBank(ended, 'customer-2'), 'ACTIVE');
      await banks.api.revoke(ended);
      await banks.api.revoke(ended);
      assert.equal(await statusAtTheBank(ended, 'customer-2'), 'REVOKED');
      await assert.rejects(banks.api.accounts(ended), failsWith('bank_consent_lost'));
    });
  });
}

/** How much of a purchase's place each bank's history tells. */
function checkPlaces(bank: string, transactions: readonly BankTransaction[]): void {
  const inShops = transactions.filter(({ merchant }) => merchant?.address?.city !== undefined);
  assert.ok(inShops.length > 50, `${bank} tells cities`);
  assert.ok(
    inShops.every(({ merchant }) => merchant?.address?.region !== undefined || merchant?.address?.country !== 'US'),
  );
  const withCoordinates = inShops.filter(({ merchant }) => merchant?.location !== undefined).length;
  assert.equal(withCoordinates > 0, bank === 'jpmorgan-chase' || bank === 'wells-fargo');
  assert.ok(transactions.some(({ merchant }) => merchant?.category === '5411'));
}

suite('at the bank', () => {
  test('saying no is told as a declined authorization, and nothing is stored', async () => {
    const { continueTo, pending } = await banks.api.beginAuthorization('citi' as BankId, request);
    const returned = await atTheBank(continueTo, 'customer-3', 'cancel');
    await assert.rejects(
      banks.api.finishAuthorization('citi' as BankId, returned, pending),
      failsWith('authorization_declined'),
    );
    assert.deepEqual(await control(`citi/consents?customer=customer-3`), { consents: [] });
  });

  test('a return that is replayed is refused', async () => {
    const { continueTo, pending } = await banks.api.beginAuthorization('citi' as BankId, request);
    const returned = await atTheBank(continueTo, 'customer-3', 'allow');
    await banks.api.finishAuthorization('citi' as BankId, returned, pending);
    await assert.rejects(
      banks.api.finishAuthorization('citi' as BankId, returned, pending),
      failsWith('authorization_invalid'),
    );
  });

  test('only the accounts that were ticked are there, and only for what was asked', async () => {
    const session = await link('us-bank', 'customer-3', {
      purposes: ['balances'],
      choose: ({ label }) => /check/i.test(label),
    });
    const accounts = await banks.api.accounts(session);
    assert.deepEqual(
      accounts.map(({ kind }) => kind),
      ['checking'],
    );
    const [{ accountId } = assert.fail()] = accounts;
    await assert.rejects(
      banks.api.transactions(session, { accountId, from: '2026-01-01', to: '2026-01-31' }),
      (error: unknown) => isTellerlineError(error, 'bank_refused') && error.detail['bankCode'] === '602',
    );
  });

  test('balances are not shown where only transactions were asked for', async () => {
    const session = await link('wells-fargo', 'customer-3', { purposes: ['transactions'] });
    assert.ok((await banks.api.accounts(session)).every(({ balance }) => balance === undefined));
  });
});

suite('a bank in trouble', () => {
  let session: Linked;
  before(async () => {
    session = await link('jpmorgan-chase', 'customer-3');
  });

  for (const [kind, code] of [
    ['down', 'bank_unreachable'],
    ['html', 'bank_answer_unreadable'],
    ['rate-limit', 'bank_rate_limited'],
  ] as const) {
    test(`${kind} is ${code}, and over when the trouble is over`, async () => {
      await control('jpmorgan-chase/fault', { customer: 'customer-3', kind });
      await assert.rejects(banks.api.accounts(session), failsWith(code));
      await control('jpmorgan-chase/fault', { customer: 'customer-3', kind: 'none' });
      assert.equal((await banks.api.accounts(session)).length, 3);
    });
  }

  test('a changed password at the bank is a lost consent', async () => {
    await control('jpmorgan-chase/fault', { customer: 'customer-3', kind: 'broken-login' });
    await assert.rejects(banks.api.accounts(session), failsWith('bank_consent_lost'));
    await control('jpmorgan-chase/fault', { customer: 'customer-3', kind: 'none' });
  });

  test('a consent that the customer revoked at the bank is lost', async () => {
    const other = await link('jpmorgan-chase', 'customer-3');
    await control(`jpmorgan-chase/consents/${other.grantId}/revoke`, {});
    await assert.rejects(banks.api.accounts(other), failsWith('bank_consent_lost'));
    assert.equal(await statusAtTheBank(other, 'customer-3'), 'REVOKED');
  });
});
