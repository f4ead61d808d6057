/**
 * `npm run screenshots`: photographs every screen of the running product, on a phone and on a desk, light and
 * dark, in English and Spanish, into `dist/screens`, to be looked at; those that the README shows go to
 * `docs/images` too. `npm run screenshots -- chats`: only those of the chats at other messengers; `-- desk`:
 * only those of a talk with staff, which go to `docs/images` in place of those from before.
 */
import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import sharp from 'sharp';
import type { Locale } from '#contract';
import { launchChromium } from '../test/browser/browser.ts';
import { Stage } from '../test/browser/stage.ts';
import { Chatter } from '../test/browser/chatter.ts';
import type { Person } from '../test/browser/person.ts';
import { testHub } from '../test/hub.ts';
import { letOperatorIn } from '../test/operator.ts';
import { buildWebIfStale } from './build-web.ts';
import { photographCards } from './card-scenes.ts';
import { photographDesk } from './desk-scenes.ts';

const folder = join(import.meta.dirname, '..', 'dist', 'screens');
const images = join(import.meta.dirname, '..', 'docs', 'images');

/** What the documents show, by the name it has there. Few, as each clone carries them. */
const shown = {
  'messenger-light': 'purchase-phone-light-en',
  'messenger-dark': 'purchase-phone-dark-en',
  'messenger-desk': 'purchase-desk-light-en',
  'spending-light': 'spending-phone-light-en',
  'spending-dark-es': 'spending-phone-dark-es',
  balance: 'balance-phone-light-en',
  places: 'places-phone-light-en',
  'linking-light': 'linking-phone-light-en',
  'linking-dark-es': 'linking-phone-dark-es',
  'linking-desk-dark': 'linking-desk-dark-en',
  'bank-login': 'login-phone-light-en',
  'bank-consent': 'consent-phone-light-en',
  links: 'links-phone-light-en',
  'ended-es': 'ended-phone-light-es',
  privacy: 'privacy-phone-light-en',
  'privacy-desk-dark-es': 'privacy-desk-dark-es',
  console: 'console-desk-light-en',
  sandbox: 'sandbox-desk-light-en',
  staff: 'staff-desk-light-en',
  'alert-light': 'scene-alert-phone-light-en',
  'alert-dark': 'scene-alert-phone-dark-en',
  'frozen-light': 'scene-frozen-phone-light-en',
  'order-light': 'scene-order-phone-light-en',
  'receipt-card': 'card-receipt-phone-light-en',
  'parcel-card': 'card-parcel-phone-light-en',
};

/** Those of a talk with staff. */
const shownOfDesk = {
  'talk-light': 'talk-light',
  'talk-dark': 'talk-dark',
  'desk-light': 'desk-light',
  'desk-dark': 'desk-dark',
  'live-light': 'live-light',
};

const devices = {
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  desk: { viewport: { width: 1280, height: 800 }, deviceScaleFactor: 1 },
} as const;

const words = {
  en: {
    spending: 'how much did I spend on coffee this month',
    places: 'where was my card used last week',
    balance: 'balance',
    stop: 'stop',
    links: 'My links',
    about: 'About Tellerline',
  },
  es: {
    spending: '¿cuánto gasté en café este mes?',
    places: '¿dónde se usó mi tarjeta la semana pasada?',
    balance: 'saldo',
    stop: 'alto',
    links: 'Mis vínculos',
    about: 'Acerca de Tellerline',
  },
} as const satisfies Record<Locale, unknown>;

const only = process.argv[2];
await buildWebIfStale();
await rm(folder, { recursive: true, force: true });
await mkdir(folder, { recursive: true });
const stage = new Stage(await testHub(), await launchChromium());
try {
  if (only !== 'desk') await photographCustomers();
  if (only !== 'chats') {
    await photographDesk(stage, (page, name) => photograph(page, (theme) => `${name}-${theme}`));
    await stage.clear();
  }
} finally {
  await stage.browser.close();
  await stage.hub.close();
}
if (only !== 'chats') await copyShown(only === 'desk' ? shownOfDesk : { ...shown, ...shownOfDesk });
console.log(`All screens: ${folder}`);

/** Every screen of a customer, in both languages, on both devices. */
async function photographCustomers(): Promise<void> {
  for (const locale of ['en', 'es'] as const) {
    for (const device of ['phone', 'desk'] as const) {
      if (only === undefined) await photographAll(locale, device);
      for (const platform of ['messenger', 'whatsapp'] as const) await chatAndTake(platform, locale, device);
      await stage.clear();
    }
  }
  await photographCards(stage.browser, folder);
}

/** Those of the documents, in place of those from before: all of them, or some. A palette keeps them to a few KB. */
async function copyShown(some: Readonly<Record<string, string>>): Promise<void> {
  // Drawings that were made by hand stand there too.
  if (only === undefined)
    for (const name of await readdir(images)) if (name.endsWith('.png')) await rm(join(images, name));
  for (const [name, screen] of Object.entries(some)) {
    await sharp(join(folder, `${screen}.png`))
      .png({ palette: true, colours: 64, effort: 10 })
      .toFile(join(images, `${name}.png`));
  }
  console.log(`Those of the documents: ${images}`);
}

/** The whole way through in one language on one device; each screen in both themes. */
async function photographAll(locale: Locale, device: keyof typeof devices): Promise<void> {
  const person = await stage.person(locale, devices[device]);
  const { page } = person;
  const customer = `customer-${locale === 'en' ? 1 : 2}`;
  const take = (name: string): Promise<void> => photograph(page, (theme) => `${name}-${device}-${theme}-${locale}`);

  await take('start');
  await linkAndTake(person, customer, take);
  await talkAndTake(person, customer, locale, take);
  await page.goto(`${stage.hub.sandboxUrl}/?bank=jpmorgan-chase&customer=${customer}&lang=${locale}`);
  await take('sandbox');
  await letOperatorIn(page.context(), stage.hub);
  await page.goto(stage.hub.staffUrl);
  await take('staff');
  await page.goto(`${stage.hub.staffUrl}/console`);
  await page.getByRole('heading', { level: 1 }).waitFor();
  await take('console');
  await page.goto(`${stage.hub.url}/link/unknown`);
  await take('refusal');
  await stage.clear();
}

/** The same at another messenger: the telephone, the pages that open from it, and what the privacy centre says of it. */
async function chatAndTake(
  platform: 'messenger' | 'whatsapp',
  locale: Locale,
  device: keyof typeof devices,
): Promise<void> {
  const { context } = await stage.ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US', ...devices[device] });
  const person = await Chatter.begin(stage, platform, locale === 'es' ? 'Luisa' : 'Ruth', { locale, context });
  const look = (name: string, page: Page): Promise<void> =>
    photograph(page, (theme) => `${platform}-${name}-${device}-${theme}-${locale}`);
  const customer = `customer-${(platform === 'messenger' ? 30 : 40) + (locale === 'es' ? 2 : 0) + (device === 'desk' ? 1 : 0)}`;
  await person.phone.evaluate('scrollTo(0, 0)');
  await look('phone-start', person.phone);
  const page = await person.link(customer, 'masked', look);
  await stage.purchase('citi', customer, { online: false });
  await person.told('Stroman & Hudson').last().waitFor();
  await look('phone-purchase', person.phone);
  // This browser is not the customer's own yet: it has to show that it is.
  const view = await person.opens(person.names.open);
  const open = view.getByRole('button', { name: person.names.open, exact: true });
  await open.waitFor();
  await look('v', view);
  await open.click();
  // A passkey, or a bank.
  await view.getByRole('button').nth(1).waitFor();
  await look('v-opened', view);
  await page.getByRole('button').last().click();
  await page.getByRole('textbox').waitFor();
  await page.goto(`${stage.hub.url}/privacy`);
  const told = page.locator('section[aria-labelledby=told]');
  await told.getByRole('button', { expanded: false }).first().click();
  await told.locator('figure').first().waitFor();
  await told.locator('details > summary').first().click();
  await told.evaluate((section) => section.scrollIntoView());
  await look('told', page);
  // Shown before it is chosen: more than before is to be proven first.
  await told.locator('fieldset').last().getByRole('radio').last().check();
  const figure = told.locator('fieldset').last().locator('figure').first();
  await figure.locator('img').evaluate('(picture) => picture.decode()');
  await figure.evaluate((preview) => preview.scrollIntoView({ block: 'center' }));
  await look('told-full', page);
}

async function linkAndTake(person: Person, customer: string, take: (name: string) => Promise<void>): Promise<void> {
  const { page, names } = person;
  const bank = 'JPMorgan Chase';
  await person.button(names.linkBank).click();
  await person.button(bank).waitFor();
  await take('banks');
  await person.button(bank).click();
  await person.button(names.continueTo(bank)).waitFor();
  await page.getByRole('switch', { name: names.balances }).check();
  await page.getByRole('switch', { name: names.purchases }).check();
  await page.getByRole('article').getByRole('img').waitFor();
  await take('linking');
  await page.getByRole('textbox').scrollIntoViewIfNeeded();
  await page.getByRole('textbox').fill('Ana Ferrer');
  await take('signature');
  await person.button(names.continueTo(bank)).click();
  await page.getByRole('textbox', { name: names.username }).fill(customer);
  await take('login');
  await person.signIn(customer);
  await take('consent');
  await person.button(names.allow).click();
  await person.cards(names.isLinked(bank)).filter({ hasText: names.isRead }).waitFor();
  await take('linked');
}

async function talkAndTake(
  person: Person,
  customer: string,
  locale: Locale,
  take: (name: string) => Promise<void>,
): Promise<void> {
  const { page, names } = person;
  const say = words[locale];
  await person.ask(say.spending);
  await take('spending');
  await stage.purchase('jpmorgan-chase', customer, { online: false });
  await person.cards('$65.70').getByRole('img').waitFor();
  await take('purchase');
  await person.ask(say.balance);
  await take('balance');
  await person.ask(say.places);
  await page.getByRole('article').last().getByRole('img').waitFor();
  await take('places');
  await person.button(names.menu).click();
  await take('menu');
  await page.getByRole('menuitem', { name: say.links }).click();
  await take('links');
  await page.keyboard.press('Escape');
  await person.button(names.menu).click();
  await page.getByRole('menuitem', { name: say.about }).click();
  await take('about');
  await page.keyboard.press('Escape');
  await page.goto(`${stage.hub.url}/privacy`);
  await page.locator('ol > li').nth(3).waitFor();
  await take('privacy');
  await page.goto(stage.hub.url);
  await person.cards('$65.70').first().waitFor();
  await person.say(say.stop);
  await person.button(names.stop('JPMorgan Chase')).waitFor();
  await take('stop');
  await person.button(names.stop('JPMorgan Chase')).click();
  await person.cards(names.hasConfirmed('JPMorgan Chase')).waitFor();
  await take('ended');
}

/** The screen as it is, light and dark. */
async function photograph(page: Page, nameOf: (theme: 'light' | 'dark') => string): Promise<void> {
  // The ring around what was used last says nothing in a picture.
  await page.locator('*:focus').evaluateAll((focused) => focused.forEach((element) => element.blur()));
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    await page.screenshot({ path: join(folder, `${nameOf(colorScheme)}.png`), animations: 'disabled', caret: 'hide' });
  }
}
