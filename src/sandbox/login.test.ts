import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import * as oauth from 'openid-client';
import { sandboxBanks } from './banks.ts';
import {
  clientAt,
  linkCustomer,
  pushRequest,
  redeem,
  startTrial,
  TestBrowser,
  usualConsent,
  type Trial,
} from './stand-in-hub.fixture.ts';

let trial: Trial;
before(async () => {
  trial = await startTrial();
});
after(() => trial.close());

test('a hub links at each of the four banks: push, login, consent, code, tokens that name the grant', async () => {
  for (const bank of sandboxBanks) {
    const { tokens, grantId, fdx } = await linkCustomer(trial, bank.id);
    assert.equal(tokens.token_type, 'dpop');
    assert.ok((tokens.expires_in ?? 0) <= 900);
    assert.ok(tokens.refresh_token);
    assert.match(grantId, /^grant_/);
    const consent = await fdx('GET', `/consents/${grantId}`);
    assert.equal(consent.body['status'], 'ACTIVE', bank.id);
  }
});

test('a refresh gives a new access token and leaves the refresh token as it is', async () => {
  const { login, tokens, grantId, fdx } = await linkCustomer(trial, 'citi');
  for (let round = 0; round < 2; round += 1) {
    const renewed = await oauth.refreshTokenGrant(login.configuration, tokens.refresh_token ?? '', undefined, {
      DPoP: login.dpop,
    });
    assert.notEqual(renewed.access_token, tokens.access_token);
    assert.equal(renewed.refresh_token ?? tokens.refresh_token, tokens.refresh_token);
    assert.equal(renewed['grant_id'], grantId);
  }
  assert.equal((await fdx('GET', '/accounts')).status, 200);
});

test('a revoked refresh token ends the grant', async () => {
  const { login, tokens, grantId, fdx } = await linkCustomer(trial, 'citi');
  await oauth.tokenRevocation(login.configuration, tokens.refresh_token ?? '');
  await assert.rejects(
    oauth.refreshTokenGrant(login.configuration, tokens.refresh_token ?? '', undefined, { DPoP: login.dpop }),
    { error: 'invalid_grant' },
  );
  assert.equal((await fdx('GET', '/accounts')).status, 401);
  const { body } = await trial.control('GET', '/citi/consents?customer=customer-1');
  assert.equal(
    (body as { consents: { id: string; status: string }[] }).consents.find(({ id }) => id === grantId)?.status,
    'REVOKED',
  );
});

test('tokens outlive a restart of the sandbox', async () => {
  const linked = await linkCustomer(trial, 'us-bank');
  await trial.restart();
  assert.equal((await linked.fdx('GET', '/accounts')).status, 200);
  const renewed = await oauth.refreshTokenGrant(
    linked.login.configuration,
    linked.tokens.refresh_token ?? '',
    undefined,
    { DPoP: linked.login.dpop },
  );
  assert.ok(renewed.access_token);
});

test('a wrong password or unknown name is told plainly, and the right one still gets in', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'wells-fargo'));
  const browser = new TestBrowser();
  const page = await browser.open(login.address.href);
  for (const entry of [
    { username: 'customer-1', password: 'guess' },
    { username: 'customer-9999', password: 'sandbox' },
    { username: '<b>"', password: 'sandbox' },
  ]) {
    const refused = await browser.open(`${page.url}/login`, new URLSearchParams(entry));
    assert.equal(refused.status, 401);
    assert.match(refused.text, /role="alert">That username and password do not match/);
    assert.doesNotMatch(refused.text, /<b>"/);
  }
  const entered = await browser.open(
    `${page.url}/login`,
    new URLSearchParams({ username: ' Customer-1 ', password: 'sandbox' }),
  );
  assert.match(entered.text, /asks to see your accounts/);
});

test('the consent page says who asks, for what, how long, and which chat it is joined to', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'wells-fargo'), {
    ...usualConsent,
    durationPeriod: 90,
    lookbackPeriod: 30,
    chat: 'Chat <of> Lucia',
  });
  const browser = new TestBrowser();
  const page = await browser.open(login.address.href);
  const consent = await browser.open(
    `${page.url}/login`,
    new URLSearchParams({ username: 'customer-1', password: 'sandbox' }),
  );
  for (const words of [
    'Tellerline asks to see your accounts',
    'Wells Fargo',
    'Chat &lt;of&gt; Lucia',
    'Balances',
    'Transactions: amount, merchant, time and place',
    '(90 days)',
    'last 30 days',
  ]) {
    assert.ok(consent.text.includes(words), words);
  }
  assert.equal(consent.text.match(/type="checkbox"[^>]* checked/g)?.length, 3);
});

test('only the accounts that stay ticked are opened', async () => {
  const { fdx } = await linkCustomer(trial, 'citi', 'customer-1', { choose: (row) => row.includes('Savings') });
  const { body } = await fdx('GET', '/accounts');
  assert.deepEqual(
    body['accounts'].map((account: { accountType: string }) => account.accountType),
    ['SAVINGS'],
  );
});

test('with no account ticked the page asks for one, and nothing is granted', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'citi'));
  const browser = new TestBrowser();
  const page = await browser.open(login.address.href);
  await browser.open(`${page.url}/login`, new URLSearchParams({ username: 'customer-1', password: 'sandbox' }));
  const asked = await browser.open(`${page.url}/consent`, new URLSearchParams({ account: 'acc_of_somebody_else' }));
  assert.equal(asked.status, 422);
  assert.match(asked.text, /Choose at least one account/);
});

test('cancel, before or after the login, returns access_denied with state and iss', async () => {
  for (const signIn of [false, true]) {
    const login = await pushRequest(trial, await clientAt(trial, 'citi'));
    const browser = new TestBrowser();
    const page = await browser.open(login.address.href);
    if (signIn)
      await browser.open(`${page.url}/login`, new URLSearchParams({ username: 'customer-1', password: 'sandbox' }));
    const returned = new URL((await browser.open(`${page.url}/cancel`, new URLSearchParams())).url);
    assert.equal(returned.origin, trial.hub.url);
    assert.deepEqual(Object.fromEntries(returned.searchParams), {
      error: 'access_denied',
      error_description: 'the customer did not allow it',
      state: 'state-of-test',
      iss: `${trial.sandbox.url}/citi`,
    });
  }
});

test('each linking asks for the password again, and another customer may sign in', async () => {
  const browser = new TestBrowser();
  for (const customer of ['customer-1', 'customer-2']) {
    const login = await pushRequest(trial, await clientAt(trial, 'citi'));
    const returned = await browser.signInAndAllow(login.address.href, customer);
    assert.ok((await redeem(login, returned)).access_token);
  }
});

test('a login belongs to the browser that began it', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'citi'));
  const page = await new TestBrowser().open(login.address.href);
  const stranger = await new TestBrowser().open(page.url);
  assert.equal(stranger.status, 410);
  assert.doesNotMatch(stranger.text, /name="password"/);
});

test('the pages speak Spanish when they are asked to', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'citi'), usualConsent, { ui_locales: 'es' });
  const browser = new TestBrowser();
  const page = await browser.open(login.address.href);
  assert.match(page.text, /<html lang="es">/);
  for (const words of ['Usuario', 'Contraseña', 'Iniciar sesión']) assert.ok(page.text.includes(words), words);
  const consent = await browser.open(
    `${page.url}/login`,
    new URLSearchParams({ username: 'customer-1', password: 'sandbox' }),
  );
  for (const words of ['Permitir', 'Cancelar', 'Los saldos']) assert.ok(consent.text.includes(words), words);
});

test('the pages run no script and may not be framed', async () => {
  const login = await pushRequest(trial, await clientAt(trial, 'citi'));
  const page = await new TestBrowser().open(login.address.href);
  const policy = page.headers.get('content-security-policy') ?? '';
  assert.match(policy, /default-src 'none'/);
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /unsafe|script-src/);
  assert.doesNotMatch(page.text, /<script| style=/);
});

test('a consent request that FDX does not know is refused when it is pushed', async () => {
  const wrong: readonly object[] = [
    { ...usualConsent, durationType: 'FOREVER' },
    { ...usualConsent, durationPeriod: 366 },
    { ...usualConsent, durationPeriod: undefined },
    { ...usualConsent, lookbackPeriod: 0 },
    { ...usualConsent, resources: [] },
    { ...usualConsent, resources: [{ resourceType: 'ACCOUNT', dataClusters: ['EVERYTHING'] }] },
    { ...usualConsent, purpose: 'advertising' },
  ];
  for (const consentRequest of wrong) {
    await assert.rejects(pushRequest(trial, await clientAt(trial, 'citi'), consentRequest), {
      error: 'invalid_authorization_details',
    });
  }
});
