import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Privacy } from '#contract';
import { until } from '../until.ts';
import { assertAccessible } from './axe.ts';
import { setStage } from './stage.ts';

// What staff may see, chosen on the linking page and taken back in the privacy centre, in a real Chromium.

const stage = setStage();
const phone = { viewport: { width: 390, height: 844 } };

/** Keeps a picture in both themes where TEST_PICTURES names a folder. */
async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env['TEST_PICTURES'];
  if (folder === undefined) return;
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${name}-${colorScheme}.png`), fullPage: true });
  }
}

test('each field is ticked by itself with the keyboard, where its purpose is on, and taken back by a switch', async () => {
  const person = await stage().person('en', phone);
  const { page } = person;
  await person.beginToLink('Citi');
  const talking = page.getByRole('switch', { name: 'Talk to Citi’s staff' });
  const field = (name: string) => page.getByRole('checkbox', { name, exact: true });
  assert.equal(await page.getByRole('checkbox').count(), 0);
  await person.tabTo(talking);
  await page.keyboard.press('Space');
  await page.getByRole('group', { name: 'What Citi’s staff may see when you write to them' }).waitFor();
  assert.equal(await field('Your accounts').isChecked(), true);
  for (const name of ['Balances', 'The last five purchases', 'Your cards', 'Disputes'])
    assert.deepEqual([await field(name).isDisabled(), await field(name).isChecked()], [true, false], name);
  await picture(page, 'linking-talking-alone');

  await page.getByRole('switch', { name: 'Balances', exact: true }).check();
  await page.getByRole('switch', { name: 'Purchases', exact: true }).check();
  await person.tabTo(field('Balances'));
  await page.keyboard.press('Space');
  await field('The last five purchases').check();
  await assertAccessible(page, 'the linking page with what staff may see');
  await picture(page, 'linking-ticked');
  // What is no longer shared is not shown to staff either.
  await page.getByRole('switch', { name: 'Balances', exact: true }).uncheck();
  assert.equal(await field('Balances').isChecked(), false);

  await page.getByRole('textbox').fill('A. Customer');
  await person.button('Continue to Citi').click();
  await page.getByLabel('Username').waitFor();
  await person.signIn('customer-2');
  await person.button('Allow').click();
  await person.cards('Citi is linked').waitFor();
  const shared = async () => (await person.api<Privacy>('privacy')).links[0]?.chatFields;
  assert.deepEqual(await shared(), ['accounts', 'purchases']);

  await page.goto(`${stage().hub.url}/privacy`);
  await page.getByRole('heading', { name: 'What Citi’s staff may see when you write to them' }).waitFor();
  await assertAccessible(page, 'the privacy centre with what staff may see');
  await picture(page, 'privacy-staff');
  const seen = page.getByRole('switch', { name: 'The last five purchases', exact: true });
  await seen.click();
  await picture(page, 'privacy-staff-asked');
  await person.button('Switch it off').click();
  await until('the tick to be gone', async () => (await shared())?.join() === 'accounts');
  await until('the switch to be off', async () => (await seen.getAttribute('aria-checked')) === 'false');
});

test('the same in Spanish', async () => {
  const person = await stage().person('es', phone);
  await person.beginToLink('Citi');
  await person.page.getByRole('switch', { name: 'Hablar con el personal de Citi' }).check();
  await person.page.getByRole('group', { name: 'Lo que el personal de Citi puede ver cuando le escribes' }).waitFor();
  await picture(person.page, 'linking-es');
});
