import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from 'playwright-core';
import type { Locale } from '#contract';
import type { Person } from './person.ts';
import { setStage } from './stage.ts';

// Every screen of ours by axe, in both languages and both themes. /docs is a library's page, not ours.

const stage = setStage();

const looks = [
  { locale: 'en', colorScheme: 'light', customer: 'customer-1' },
  { locale: 'en', colorScheme: 'dark', customer: 'customer-2' },
  { locale: 'es', colorScheme: 'light', customer: 'customer-3' },
  { locale: 'es', colorScheme: 'dark', customer: 'customer-4' },
] as const;

for (const { locale, colorScheme, customer } of looks) {
  test(`axe finds nothing on the screens of linking, ${locale}, ${colorScheme}`, async () => {
    const person = await stage().person(locale, { colorScheme });
    const { page, names } = person;
    await assertAccessible(page, [
      ['the messenger before anything is linked', async () => undefined],
      ['the choice of banks', () => person.button(names.linkBank).click()],
      ['the linking page', () => chooseBank(person)],
      ['the linking page with something missing', () => person.button(names.continueTo('Citi')).click()],
      ['the bank’s login', () => person.sign('Citi')],
      ['the bank’s login after a wrong password', () => mistype(person)],
      ['the bank’s consent', () => person.signIn(customer)],
      ['the bank’s consent without an account', () => allowNothing(person)],
      ['a refusal', () => page.goto(`${stage().hub.url}/link/unknown`)],
    ]);
  });

  test(`axe finds nothing on the screens of a linked customer, ${locale}, ${colorScheme}`, async () => {
    const person = await stage().person(locale, { colorScheme });
    const { page, names } = person;
    const words = said[locale];
    await person.link('Citi', customer);
    const [consent] = (await person.conversation()).flatMap(({ content }) =>
      content.kind === 'card' && content.card.card === 'consent' ? content.card.copy : [],
    );
    await assertAccessible(page, [
      ['the conversation with every kind of card', () => fillConversation(person, customer, words)],
      ['the menu', () => person.button(names.menu).click()],
      ['the links', () => openSheet(page, words.links)],
      ['about', () => openAbout(person, words.about)],
      ['the end of a link', () => endLink(person, words)],
      ['the receipt of a deleted account', () => deleteAccount(person, words)],
      ['the copy of what was signed', () => signedCopy(consent)],
    ]);
  });

  test(`axe finds nothing on the pages of staff and sandbox, ${locale}, ${colorScheme}`, async () => {
    const { context } = await stage().ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US', colorScheme });
    const page = await context.newPage();
    const { staffUrl, sandboxUrl } = stage().hub;
    await assertAccessible(page, [
      ['the staff’s overview', () => page.goto(staffUrl)],
      ['the sandbox’s page', () => page.goto(`${sandboxUrl}/?bank=citi&customer=${customer}&lang=${locale}`)],
      ['the sandbox’s control API', () => page.goto(`${sandboxUrl}/control`)],
    ]);
  });
}
