import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from '#db';
import { setStage } from './stage.ts';

const stage = setStage();

test('“Not now” on the linking page leads back to the chat, and nothing is stored or told to the bank', async () => {
  const person = await stage().person();
  const before = await stored();
  await person.beginToLink('Citi');
  const address = person.page.url();
  await person.button('Not now').click();
  await person.field.waitFor();
  await person.button('Link a bank').waitFor();
  assert.deepEqual(await stored(), before);
  assert.deepEqual(await stage().consents('citi', 'customer-1'), []);

  await person.page.goto(address);
  await person.page.getByRole('heading', { name: 'This address is no longer good' }).waitFor();
});

test('the arrow on the linking page leads back to the chat as well', async () => {
  const person = await stage().person();
  const before = await stored();
  await person.beginToLink('Citi');
  await person.button('Back to the chat').click();
  await person.field.waitFor();
  assert.deepEqual(await stored(), before);
});

test('going on without a purpose or a name is refused on the spot, in words beside what is missing', async () => {
  const person = await stage().person();
  await person.beginToLink('Citi');
  await person.button('Continue to Citi').click();
  await person.page.getByText('Switch on at least one purpose first.').waitFor();
  await person.page.getByRole('switch', { name: 'Balances' }).check();
  await person.button('Continue to Citi').click();
  await person.page.getByText('Type your name first').waitFor();
  assert.ok(await person.page.getByRole('textbox').evaluate((field) => field.matches(':focus')));
});

test('“Cancel” at the bank’s login leads back to the chat, and nothing is stored', async () => {
  const person = await stage().person();
  const before = await stored();
  await person.beginToLink('Wells Fargo');
  await person.sign('Wells Fargo');
  await person.button('Cancel').click();
  await person.field.waitFor();
  await person.button('Link a bank').waitFor();
  assert.deepEqual(await stored(), before);
  assert.deepEqual(await stage().consents('wells-fargo', 'customer-1'), []);
});

test('“Cancel” at the bank’s consent leads back to the chat, and nothing is stored', async () => {
  const person = await stage().person();
  const before = await stored();
  await person.beginToLink('U.S. Bank');
  await person.sign('U.S. Bank');
  await person.signIn('customer-1');
  await person.button('Cancel').click();
  await person.field.waitFor();
  await person.button('Link a bank').waitFor();
  assert.deepEqual(await stored(), before);
  assert.deepEqual(await stage().consents('us-bank', 'customer-1'), []);
});

test('a wrong password is refused at the bank, and the right one goes on', async () => {
  const person = await stage().person();
  await person.beginToLink('Citi');
  await person.sign('Citi');
  await person.page.getByRole('textbox', { name: 'Username' }).fill('customer-3');
  await person.page.getByLabel('Password').fill('wrong');
  await person.button('Sign in').click();
  await person.page.getByRole('alert').getByText('do not match').waitFor();
  await person.signIn('customer-3');
  await person.button('Cancel').click();
  await person.field.waitFor();
});

test('only the accounts and purposes that were chosen are read', async () => {
  const person = await stage().person();
  await person.beginToLink('Citi');
  await person.page.getByRole('switch', { name: 'Balances' }).check();
  await person.page.getByRole('textbox').fill('A. Customer');
  await person.button('Continue to Citi').click();
  await person.signIn('customer-4');
  await person.page.getByRole('checkbox', { name: /^Savings/ }).uncheck();
  await person.page.getByRole('checkbox', { name: /^Credit card/ }).uncheck();
  await person.button('Allow').click();
  await person.cards('Citi is linked').waitFor();
  await person.cards('available').waitFor();
  assert.equal(await person.cards(/Savings|left to spend/).count(), 0);
  await person.say('recent purchases');
  await person.thread.getByText('You did not switch on purchases for Citi').waitFor();
});

test('a link’s address opens in no other browser, with a session or without', async () => {
  const person = await stage().person();
  const before = await stored();
  await person.beginToLink('JPMorgan Chase');
  const address = person.page.url();

  const empty = await (await stage().ownBrowser()).context.newPage();
  assert.equal((await empty.goto(address))?.status(), 401);
  await empty.getByRole('heading', { name: 'Open the chat first' }).waitFor();

  const other = await stage().person();
  await other.button('Link a bank').waitFor();
  assert.equal((await other.page.goto(address))?.status(), 403);
  await other.page.getByRole('heading', { name: 'This address belongs to another browser' }).waitFor();
  await other.page.getByRole('link', { name: 'Back to the chat' }).click();
  await other.field.waitFor();
  assert.deepEqual(await stored(), before);
});

test('the bank’s answer is taken by no other browser, and by the right one only once', async () => {
  const person = await stage().person();
  await person.beginToLink('JPMorgan Chase');
  await person.sign('JPMorgan Chase');
  await person.signIn('customer-5');
  // The network is held at this one request, as Playwright's own routes do not see redirects.
  const network = await person.page.context().newCDPSession(person.page);
  await network.send('Fetch.enable', { patterns: [{ urlPattern: '*/link/return?*' }] });
  const held = once<{ requestId: string; request: { url: string } }>((resolve) =>
    network.on('Fetch.requestPaused', resolve),
  );
  await person.button('Allow').click({ noWaitAfter: true });
  const { requestId, request } = await held;

  const other = await stage().person();
  await other.button('Link a bank').waitFor();
  assert.equal((await other.page.goto(request.url))?.status(), 403);
  await network.send('Fetch.continueRequest', { requestId });
  await person.cards('JPMorgan Chase is linked').waitFor();
  await network.send('Fetch.disable');
  const again = await person.page.goto(request.url);
  assert.ok([403, 404, 410].includes(again?.status() ?? 0), `answered ${again?.status()}`);
  await person.page.getByRole('link', { name: 'Back to the chat' }).click();
  await person.cards('JPMorgan Chase is linked').waitFor();
});

test('a revocation at the bank shows in the chat, with what was erased', async () => {
  const person = await stage().person();
  await person.link('Wells Fargo', 'customer-6');
  const [consent] = await stage().consents('wells-fargo', 'customer-6');
  await stage().control('POST', `wells-fargo/consents/${consent?.id}/revoke`);
  await person.cards('Wells Fargo ended it').waitFor();
});

/** The first word of an event, or a failure when it does not come. */
function once<Value>(listen: (resolve: (value: Value) => void) => void): Promise<Value> {
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error('it did not happen')), 45_000).unref();
    listen(resolve);
  });
}

/** How many consents, links, keys of links, accounts and records the hub keeps. */
async function stored(): Promise<Record<string, bigint>> {
  const [row] = await stage().hub.db.database.query<Record<string, bigint>>(sql`
    select (select count(*) from consents) as consents, (select count(*) from links) as links,
      (select count(*) from link_keys) as keys, (select count(*) from accounts) as accounts,
      (select count(*) from records) as records`);
  assert.ok(row);
  return row;
}
