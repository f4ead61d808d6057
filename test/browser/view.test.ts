import assert from 'node:assert/strict';
import { test } from 'node:test';
import { systemRandom, type CustomerId, type IdentityId } from '#base';
import type { Locale } from '#contract';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import { mintView } from '../../src/delivery/views.ts';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { setStage } from './stage.ts';

// The secure view in a real Chromium: another browser of the same person, which has to show who it is first.

const stage = setStage();

const names = {
  en: {
    open: 'Open',
    first: 'First, show that it is you',
    over: 'This address is no longer good',
    outside: 'Open it in your own browser',
    copy: 'Copy the address',
    none: 'There is nothing to open here',
    chat: 'Open the whole chat',
  },
  es: {
    open: 'Abrir',
    first: 'Primero, muestra que eres tú',
    over: 'Esta dirección ya no sirve',
    outside: 'Ábrelo en tu propio navegador',
    copy: 'Copiar la dirección',
    none: 'Aquí no hay nada que abrir',
    chat: 'Abrir el chat entero',
  },
} as const satisfies Record<Locale, unknown>;

const messenger = 'Mozilla/5.0 (iPhone; CPU iPhone OS 19_0) AppleWebKit/605.1.15 [FBAN/MessengerForiOS;FBAV/519.0]';

/** Somebody who linked a bank and has just bought something, and what mints addresses for them. */
async function withPurchase(
  locale: Locale,
  customer: string,
): Promise<{ person: Person; mint: () => Promise<string> }> {
  const person = await stage().person(locale);
  await person.link('Citi', customer);
  await stage().purchase('citi', customer, { online: false });
  await person.cards('$65.70').first().waitFor();
  const { database } = stage().hub.db;
  const [row] = await database.query<{ customerId: CustomerId }>(
    sql`select customer_id as "customerId" from links order by created_at desc limit 1`,
  );
  assert.ok(row);
  const { customerId } = row;
  const identityId = await database.transaction<IdentityId>((tx) =>
    enterIdentity(tx, customerId, 'messenger', Date.now()),
  );
  return { person, mint: () => mintView(database, systemRandom, { customerId, identityId }, Date.now()) };
}

for (const [locale, customer] of [
  ['en', 'customer-1'],
  ['es', 'customer-2'],
] as const) {
  const say = names[locale];
  test(`a new browser shows who it is at the bank, comes back, and is shown the purchase once (${locale})`, async () => {
    const { person, mint } = await withPurchase(locale, customer);
    const other = await stage().ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US' });
    const page = await other.context.newPage();
    stage().forgive(/403|410/);
    await page.goto(`${stage().hub.url}/v#${await mint()}`);
    const open = page.getByRole('button', { name: say.open, exact: true });
    await open.waitFor();
    assert.ok(!page.url().includes('#'), 'the token leaves the address bar');
    await assertAccessible(page, 'asked');
    await open.press('Enter');
    await page.getByRole('heading', { name: say.first }).waitFor();
    assert.equal(await page.getByText('Stroman').count(), 0);
    await assertAccessible(page, 'who it is');
    await page.getByRole('button', { name: 'Citi' }).click();
    await page.getByRole('textbox', { name: person.names.username }).fill(customer);
    await page.getByLabel(person.names.password).fill('sandbox');
    await page.getByRole('button', { name: person.names.signIn }).click();
    await page.getByRole('article').filter({ hasText: '$65.70' }).waitFor();
    assert.equal(new URL(page.url()).pathname, '/v');
    await assertAccessible(page, 'shown');
    assert.equal(await page.getByRole('link', { name: say.chat }).getAttribute('href'), '/');
    await page.reload();
    await page.getByRole('heading', { name: say.none }).waitFor();
    await assertAccessible(page, 'nothing left');
  });

  test(`the person’s own browser opens it with one tap; what was used up says how to get a fresh one (${locale})`, async () => {
    const { person, mint } = await withPurchase(locale, `customer-${locale === 'en' ? 3 : 4}`);
    const { page } = person;
    stage().forgive(/410/);
    const address = `${stage().hub.url}/v#${await mint()}`;
    for (const shown of [true, false]) {
      await page.goto('about:blank');
      await page.goto(address);
      await page.getByRole('button', { name: say.open, exact: true }).click();
      if (shown) await page.getByRole('article').filter({ hasText: '$65.70' }).waitFor();
      else await page.getByRole('heading', { name: say.over }).waitFor();
    }
    await assertAccessible(page, 'over');
  });

  test(`an app’s own browser opens nothing, and says how to leave it (${locale})`, async () => {
    const { mint } = await withPurchase(locale, `customer-${locale === 'en' ? 5 : 6}`);
    const token = await mint();
    const inApp = await stage().ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US', userAgent: messenger });
    const page = await inApp.context.newPage();
    await page.goto(`${stage().hub.url}/v#${token}`);
    await page.getByRole('heading', { name: say.outside }).waitFor();
    assert.equal(await page.getByRole('button').count(), 1);
    assert.ok(page.url().endsWith(`#${token}`), 'the app’s own menu opens the whole address');
    await assertAccessible(page, 'outside');
    await inApp.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await page.getByRole('button', { name: say.copy }).click();
    await page.getByRole('status').filter({ hasText: /\S/ }).waitFor();
    assert.equal(await page.evaluate<string>('navigator.clipboard.readText()'), page.url());
  });
}
