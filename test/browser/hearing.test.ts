import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Locale } from '#contract';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// What is chosen in the privacy centre, in a real Chromium, and what the chat then shows.

const stage = setStage();

const names = {
  en: {
    only: 'Only some of it',
    low: 'When little is left',
    quiet: 'Quiet hours',
    digest: 'Daily summary',
    saved: 'Saved.',
    watch: 'Ask me above an amount',
  },
  es: {
    only: 'Solo una parte',
    low: 'Cuando queda poco',
    quiet: 'Horas de silencio',
    digest: 'Resumen diario',
    saved: 'Guardado.',
    watch: 'Pregúntame por encima de un importe',
  },
} as const satisfies Record<Locale, unknown>;

async function opened(person: Person): Promise<{ page: Page; section: Locator }> {
  const { page } = person;
  await page.goto(`${stage().hub.url}/privacy`);
  const section = page.locator('section[aria-labelledby=hearing]');
  await section.getByRole('button', { expanded: false }).first().waitFor();
  return { page, section };
}

for (const locale of ['en', 'es'] as const) {
  test(`axe finds nothing in what is told (${locale})`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    await person.link('Citi', 'customer-2');
    const { page, section } = await opened(person);
    await section.getByRole('button', { expanded: false }).first().click();
    await section.getByRole('radio', { name: say.only }).check();
    await section.getByRole('checkbox', { name: say.low }).check();
    await section.getByRole('checkbox', { name: say.watch }).check();
    await section.getByRole('switch', { name: say.quiet }).click();
    await section.getByRole('switch', { name: say.digest }).click();
    await section.getByText(say.saved).waitFor();
    await section.getByRole('textbox').first().fill('-');
    await section.getByRole('textbox').first().blur();
    await section.getByRole('alert').waitFor();
    await assertAccessible(page, 'what one is told', 'section[aria-labelledby=hearing]');
  });
}

test('what is chosen with the keyboard alone holds for the next purchase, and stands there after a reload', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-1');
  const { page, section } = await opened(person);
  const card = section.getByRole('button', { name: /Card \d{4}/ }).last();
  await card.focus();
  await page.keyboard.press('Enter');
  await section.getByRole('radio', { name: 'Everything' }).focus();
  await page.keyboard.press('ArrowUp');
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  const amount = section.getByLabel('More than');
  await amount.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('60');
  await page.keyboard.press('Enter');
  await until('the choice to be kept', async () => /over \$60\.00/.test((await card.textContent()) ?? ''));
  await section.getByText('Saved.').waitFor();
  await page.reload();
  await until('the choice to be there again', async () => /over \$60\.00/.test((await card.textContent()) ?? ''));
  await page.goto(stage().hub.url);
  await stage().purchase('citi', 'customer-1', { amount: '59.99', merchant: { name: 'Quiet Diner' } });
  await stage().purchase('citi', 'customer-1', { amount: '60.01', merchant: { name: 'Loud Diner' } });
  await page.getByText('Loud Diner').first().waitFor();
  assert.equal(await page.getByText('Quiet Diner').count(), 0);
});

test('quiet hours and the hour of the summary that were chosen are those that the chat says', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-3');
  const { page, section } = await opened(person);
  await section.getByRole('switch', { name: 'Quiet hours' }).click();
  await section.getByLabel('From').fill('23:30');
  await section.getByLabel('From').blur();
  await section.getByRole('switch', { name: 'Daily summary' }).click();
  await section.getByLabel('At', { exact: true }).selectOption({ label: '7:00 AM' });
  await until('both to be kept', () =>
    page.evaluate(async () => {
      const heard = (await (await fetch('/api/hearing')).json()) as { quiet: { from: string }; digestHour: number };
      return heard.quiet?.from === '23:30' && heard.digestHour === 7;
    }),
  );
  await page.goto(stage().hub.url);
  await person.say('what are my quiet hours?');
  await page.getByText('From 11:30 PM to 7:00 AM I announce nothing').first().waitFor();
  await page.getByText('Every day at 7:00 AM I tell you').first().waitFor();
});
