import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Locale } from '#contract';
import { violationsOn } from './axe.ts';
import type { Person } from './person.ts';
import { letOperatorIn } from '../operator.ts';
import { setStage } from './stage.ts';

// Every screen of ours by axe, in both languages and both themes. /docs is a library's page, not ours.

const stage = setStage();

const people = [
  { locale: 'en', customer: 'customer-1' },
  { locale: 'es', customer: 'customer-3' },
] as const;

const said = {
  en: {
    questions: ['balance', 'recent purchases', 'where was my card used', 'how much did I spend this month', 'help'],
    stop: 'stop',
    keep: 'Keep it',
    links: 'My links',
    about: 'About Tellerline',
    delete: 'Delete my account',
    copy: 'What you signed',
    back: 'Back to the chat',
    message: 'About this message',
    advertising: 'This is advertising',
    undo: 'Take it back',
  },
  es: {
    questions: ['saldo', 'últimas compras', '¿dónde se usó mi tarjeta?', '¿cuánto gasté este mes?', 'ayuda'],
    stop: 'alto',
    keep: 'Dejarlo así',
    links: 'Mis vínculos',
    about: 'Acerca de Tellerline',
    delete: 'Borrar mi cuenta',
    copy: 'Lo que firmaste',
    back: 'Volver al chat',
    message: 'Sobre este mensaje',
    advertising: 'Esto es publicidad',
    undo: 'Retirarlo',
  },
} as const satisfies Record<Locale, unknown>;

for (const { locale, customer } of people) {
  test(`axe finds nothing on the screens of linking, ${locale}`, async () => {
    const person = await stage().person(locale);
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

  test(`axe finds nothing on the screens of a linked customer, ${locale}`, async () => {
    const person = await stage().person(locale);
    const { page, names } = person;
    const words = said[locale];
    await person.link('Citi', customer);
    await assertAccessible(page, [
      ['the conversation with every kind of card', () => fillConversation(person, customer, words)],
      ['a message called advertising', () => callAdvertising(person, words)],
      ['the menu', () => person.button(names.menu).click()],
      ['the links', () => openSheet(page, words.links)],
      ['about', () => openAbout(person, words.about)],
      ['the end of a link', () => endLink(person, words)],
      ['the copy of what was signed', () => page.getByRole('link', { name: words.copy }).click()],
      ['the receipt of a deleted account', () => deleteAccount(person, words)],
    ]);
  });

  test(`axe finds nothing on the pages of staff and sandbox, ${locale}`, async () => {
    const { context } = await stage().ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US' });
    const page = await context.newPage();
    const { staffUrl, sandboxUrl } = stage().hub;
    await assertAccessible(page, [
      ['the operator’s sign-in', () => page.goto(`${staffUrl}/console`)],
      [
        'the staff’s overview',
        async () => {
          await letOperatorIn(context, stage().hub);
          await page.goto(staffUrl);
        },
      ],
      ['the sandbox’s page', () => page.goto(`${sandboxUrl}/?bank=citi&customer=${customer}&lang=${locale}`)],
      ['the sandbox’s control API', () => page.goto(`${sandboxUrl}/control`)],
      ['the count of advertising', () => page.goto(`${stage().hub.url}/log/advertising`)],
    ]);
  });
}

type Said = (typeof said)[Locale];
type Screen = readonly [name: string, goThere: () => Promise<unknown>];

/** Goes from screen to screen; all that axe finds on any of them is told at once. */
async function assertAccessible(page: Page, screens: readonly Screen[]): Promise<void> {
  const found: string[] = [];
  for (const [name, goThere] of screens) {
    await goThere();
    found.push(...(await violationsOn(page, name)));
  }
  assert.deepEqual(found, []);
}

async function chooseBank(person: Person): Promise<void> {
  await person.button('Citi').click();
  await person.button(person.names.continueTo('Citi')).waitFor();
}

async function mistype({ page, names }: Person): Promise<void> {
  await page.getByRole('textbox', { name: names.username }).fill('customer-1');
  await page.getByLabel(names.password).fill('wrong');
  await page.getByRole('button', { name: names.signIn }).click();
  await page.getByRole('alert').waitFor();
}

async function allowNothing({ page, names }: Person): Promise<void> {
  for (const account of await page.getByRole('checkbox').all()) await account.uncheck();
  await page.getByRole('button', { name: names.allow }).click();
  await page.getByRole('alert').waitFor();
}

/** A purchase with its map, balances, lists, places, bars, help, and the question whether to stop. */
async function fillConversation(person: Person, customer: string, words: Said): Promise<void> {
  await stage().purchase('citi', customer);
  await person.cards('$65.70').getByRole('img').waitFor();
  for (const question of words.questions) await person.ask(question);
  await person.say(words.stop);
  await person.button(words.keep).waitFor();
}

async function callAdvertising(person: Person, words: Said): Promise<void> {
  const { page } = person;
  const about = page.getByLabel(words.message, { exact: true }).last();
  await about.focus();
  await page.keyboard.press('Enter');
  await person.button(words.advertising).focus();
  await page.keyboard.press('Enter');
  await person.button(words.undo).waitFor();
  if (process.env['SCREENSHOTS'])
    await page.screenshot({ path: `${process.env['SCREENSHOTS']}/advertising-${words.undo}-${Date.now()}.png` });
}

async function openSheet(page: Page, item: string): Promise<void> {
  await page.getByRole('menuitem', { name: item }).click();
  await page.getByRole('dialog', { name: item }).waitFor();
}

async function openAbout(person: Person, item: string): Promise<void> {
  await person.page.keyboard.press('Escape');
  await person.button(person.names.menu).click();
  await openSheet(person.page, item);
}

async function endLink(person: Person, { keep, stop }: Said): Promise<void> {
  await person.page.keyboard.press('Escape');
  await person.button(keep).click();
  await person.stop(stop, 'Citi');
}

async function deleteAccount(person: Person, words: Said): Promise<void> {
  await person.page.getByRole('link', { name: words.back }).click();
  await person.button(person.names.menu).click();
  await person.page.getByRole('menuitem', { name: words.delete }).click();
  await person.button(words.delete).click();
  await person.page.getByRole('dialog').waitFor();
}
