import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { ConversationId, CustomerId } from '#base';
import type { Channels, Locale } from '#contract';
import { enterIdentity } from '#customers';
import { sql } from '#db';
import { putDestination } from '../../src/delivery/sending/destinations.ts';
import { assertAccessible } from './axe.ts';
import { holdPasskeys } from './device.ts';
import type { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// "Where you are told", in a real Chromium.

const stage = setStage();

const names = {
  en: {
    more: 'needs your passkey',
    remove: 'Take Facebook Messenger away',
    saved: 'Saved.',
    addPasskey: 'Add a passkey',
    passkey: 'Continue with a passkey',
    masked: 'Shop and about how much',
    nothing: 'Nothing',
    none: 'Besides the chat you are told nowhere.',
    pointer: 'There is something new from your bank.',
    maskedWords: 'About $66 at Stroman & Hudson.',
  },
  es: {
    more: 'hace falta tu llave de acceso',
    remove: 'Quitar Facebook Messenger',
    saved: 'Guardado.',
    addPasskey: 'Añadir una llave de acceso',
    passkey: 'Continuar con una llave de acceso',
    masked: 'El comercio y cuánto, más o menos',
    nothing: 'Nada',
    none: 'Fuera del chat no se te avisa en ningún sitio.',
    pointer: 'Hay algo nuevo de tu banco.',
    maskedWords: 'Cerca de $66 en Stroman & Hudson.',
  },
} as const satisfies Record<Locale, unknown>;

/** A person with a linked bank, told in Messenger that there is something, in front of that section. */
async function opened(person: Person, customer: string): Promise<{ page: Page; section: Locator }> {
  const { page } = person;
  await person.link('Citi', customer);
  const { database } = stage().hub.db;
  const [thread] = await database.query<{ customerId: CustomerId; conversationId: ConversationId }>(sql`
    select l.customer_id as "customerId", c.conversation_id as "conversationId"
    from links l join conversations c using (customer_id) order by l.created_at desc limit 1`);
  assert.ok(thread);
  await database.transaction(async (tx) => {
    const identityId = await enterIdentity(tx, thread.customerId, 'messenger', Date.now());
    await putDestination(tx, thread, { identityId, channel: 'messenger', detail: 'pointer' }, Date.now());
  });
  await page.goto(`${stage().hub.url}/privacy`);
  const section = page.locator('section[aria-labelledby=told]');
  await section.getByRole('button', { name: 'Facebook Messenger' }).first().click();
  return { page, section };
}

const channelsOf = (page: Page): Promise<Channels> =>
  page.evaluate(async () => (await fetch('/api/channels')).json() as Promise<Channels>);

for (const [locale, customer] of [
  ['en', 'customer-1'],
  ['es', 'customer-2'],
] as const) {
  const say = names[locale];
  test(`more is shown there only with a passkey, less at once; axe finds nothing (${locale})`, async () => {
    const person = await stage().person(locale);
    stage().forgive(/403/);
    const { page, section } = await opened(person, customer);
    await holdPasskeys(page);
    await person.button(say.addPasskey).click();
    await page.getByRole('button', { name: /^(Remove the passkey|Quitar la llave)/ }).waitFor();
    const purchases = section.locator('fieldset').nth(1);
    assert.match((await purchases.locator('figure').first().textContent()) ?? '', new RegExp(say.pointer));
    await purchases.getByRole('radio', { name: say.masked }).check();
    await section.getByText(say.more).waitFor();
    assert.ok(((await purchases.locator('figure').first().textContent()) ?? '').includes(say.maskedWords));
    assert.deepEqual((await channelsOf(page)).channels[0]?.details, {});
    await assertAccessible(page, 'where one is told', 'section[aria-labelledby=told]');
    await section.getByRole('button', { name: say.passkey }).press('Enter');
    await section.getByText(say.saved).waitFor();
    assert.deepEqual((await channelsOf(page)).channels[0]?.details, { transactions: 'masked' });
    await purchases.getByRole('radio', { name: say.nothing }).check();
    await until('less', async () => (await channelsOf(page)).channels[0]?.details.transactions === 'off');
    await until('no words of it', async () => (await purchases.locator('figure').count()) === 0);
  });

  test(`a channel is taken away with a second press (${locale})`, async () => {
    const person = await stage().person(locale);
    const { page, section } = await opened(person, `customer-${locale === 'en' ? 3 : 4}`);
    await section.getByRole('button', { name: say.remove }).click();
    await page.getByRole('dialog').getByRole('button', { name: say.remove }).click();
    await section.getByText(say.none).waitFor();
    assert.deepEqual((await channelsOf(page)).channels, []);
  });
}
