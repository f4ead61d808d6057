import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { assertAccessible } from './axe.ts';
import { signInAtDesk, Writer } from './desk-stage.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// What a supervisor sets, and to whom a case is handed, in a real Chromium.

const stage = setStage();

async function staff(name: string, width = 1440, locale = 'en-US'): Promise<Page> {
  const { context } = await stage().ownBrowser({ viewport: { width, height: 900 }, locale });
  const page = await context.newPage();
  await signInAtDesk(page, stage().hub, name);
  return page;
}
const widerThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

test('a supervisor sets hours and promises by keys, and reads who changed what', async () => {
  const page = await staff('supervisor-1');
  await page.locator('nav a[href="#settings"]').focus();
  await page.keyboard.press('Enter');
  const sunday = page.getByRole('checkbox', { name: 'Sunday' });
  await sunday.focus();
  await page.keyboard.press('Space');
  await page.getByRole('spinbutton', { name: 'Cards, min' }).focus();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('0');
  await page.keyboard.press('Enter');
  await page.getByText('Fill in each number').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('45');
  const day = page.getByLabel('Another closed day');
  const add = async (typed: string): Promise<void> => {
    // Come from elsewhere it begins with the month again, and not where the year was typed.
    await sunday.focus();
    await day.focus();
    await page.keyboard.type(typed);
    await page.keyboard.press('Enter');
  };
  await add('12252026');
  await page.getByText('Friday, December 25, 2026').waitFor();
  await add('12262026');
  await page.getByRole('button', { name: 'Remove Saturday, December 26, 2026' }).focus();
  await page.keyboard.press('Enter');
  await page.getByText('Saturday, December 26, 2026').waitFor({ state: 'detached' });
  assert.equal(await page.getByText(/^Saved at/).count(), 0, 'a day that is added saves nothing yet');
  await assertAccessible(page, 'settings');
  await page.getByRole('button', { name: 'Save' }).focus();
  // Twice: what is being saved is not saved again.
  await page.keyboard.press('Enter');
  await page.keyboard.press('Enter');
  await page.getByText(/^Saved at/).waitFor();
  const changes = page.locator('tbody tr');
  const said = (await changes.allInnerTexts()).map((line) => line.replaceAll(/\s+/g, ' '));
  assert.ok(
    said.some((line) => line.startsWith('Cards, minutes to an answer 30 45 supervisor-1')),
    said.join('; '),
  );
  assert.ok(said.some((line) => line.startsWith('Sunday 08:00–20:00 Closed supervisor-1')));
  const other = await staff('supervisor-1', 360, 'es-US');
  await other.getByRole('button', { name: 'Más', exact: true }).click();
  await assertAccessible(other, 'más');
  await other.getByRole('link', { name: 'Horario y plazos' }).click();
  await until('what was saved', async () =>
    (await other.getByRole('spinbutton', { name: 'Tarjetas, min' }).inputValue()) === '45' ? true : undefined,
  );
  await assertAccessible(other, 'ajustes');
  assert.ok(!(await widerThanScreen(other)), 'as wide as its screen');
  await page.reload();
  await sunday.waitFor();
  assert.equal(await sunday.isChecked(), false);
});

test('a case is handed to a colleague from a list, after a word that kept the turn', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-2' });
  const { number } = await writer.open({ topic: 'card_arrival' });
  const two = await staff('agent-2');
  const page = await staff('agent-1');
  await page.getByRole('tab', { name: /All/ }).click();
  await page.locator('[data-case]', { hasText: String(number) }).click();
  await page.getByRole('button', { name: 'Take it' }).click();
  const field = page.locator('#write-field');
  await page.getByRole('button', { name: 'Give it back' }).waitFor();
  await field.fill('One moment, I am looking.');
  await page.keyboard.press('Control+Shift+Enter');
  await until('the words to be sent', async () => (await field.inputValue()) === '');
  await page.locator('[data-case]', { hasText: 'Answer by' }).waitFor();
  await page.locator('#case h2').click();
  await page.keyboard.press('t');
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('radio', { name: /agent-2/ }).waitFor();
  await assertAccessible(page, 'to whom');
  await sheet.getByRole('radio', { name: 'Anybody of the team' }).focus();
  await page.keyboard.press('ArrowDown');
  await until('agent-2 to be chosen', () => sheet.getByRole('radio', { name: /agent-2/ }).isChecked());
  await sheet.getByLabel('Note for them').fill('They wait for a word of yours.');
  await sheet.getByRole('button', { name: 'Transfer' }).click();
  await page.getByText('agent-2 has this case').waitFor();
  await two.locator('[data-case]', { hasText: String(number) }).waitFor();
});
