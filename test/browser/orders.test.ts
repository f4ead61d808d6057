import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Locale, Message, ParcelCard, TransactionCard } from '#contract';
import { until } from '../until.ts';
import { cardsOf } from '../visitor.ts';
import { assertAccessible } from './axe.ts';
import { Chatter } from './chatter.ts';
import type { Person } from './person.ts';
import { setStage } from './stage.ts';

// From an order on the shop's own page to the receipt with its purchase and the parcel at the door, as it is seen.

const stage = setStage();
const shop = 'Northwind Books';
/** What the goods cost that are ticked there. */
const total = '66.07';

const names = {
  en: {
    words: `connect ${shop}`,
    connect: 'Connect',
    receipts: 'Receipts',
    parcels: 'Parcels',
    code: 'Code from the chat',
    bank: 'Pay with a card of',
    customer: 'Customer there',
    order: 'Order',
    ship: 'Send in one parcel',
    out: 'Out for delivery',
    late: 'An old scan, arriving late',
    delivered: 'Delivered',
    announced: 'Announced',
    left: 'Left at: front door',
    part: 'Not this purchase',
  },
  es: {
    words: `conectar ${shop}`,
    connect: 'Conectar',
    receipts: 'Recibos',
    parcels: 'Paquetes',
    code: 'Código del chat',
    bank: 'Pagar con una tarjeta de',
    customer: 'Cliente de ese banco',
    order: 'Pedir',
    ship: 'Enviar en un paquete',
    out: 'En reparto',
    late: 'Lectura antigua, con retraso',
    delivered: 'Entregado',
    announced: 'Anunciado',
    left: 'Dejado en: puerta principal',
    part: 'No es esta compra',
  },
} as const satisfies Record<Locale, unknown>;

/** The shop's page, in another browser: its visitor has nothing but the code. */
class ShopPage {
  readonly page: Page;
  readonly #say: (typeof names)[Locale];

  constructor(page: Page, locale: Locale) {
    this.page = page;
    this.#say = names[locale];
  }

  static async open(locale: Locale): Promise<ShopPage> {
    const { context } = await stage().ownBrowser();
    const page = await context.newPage();
    await page.goto(`${stage().hub.sandboxUrl}/shop?lang=${locale}`);
    return new ShopPage(page, locale);
  }

  /** Orders, and pays with this customer's card at Citi. */
  async order(code: string, customer?: string): Promise<void> {
    await this.page.getByLabel(this.#say.code).fill(code);
    await this.page.getByLabel(this.#say.bank).selectOption(customer === undefined ? '' : 'citi');
    if (customer !== undefined) await this.page.getByLabel(this.#say.customer).fill(customer);
    await this.press(this.#say.order);
  }

  /** Presses a button of the newest order. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).first().click();
    await this.page.waitForLoadState();
  }
}

/** Signs the shop's disclosure, which has no bank's login behind it. */
async function sign(page: Page, say: (typeof names)[Locale], more: () => Promise<void>): Promise<void> {
  await page.getByRole('switch', { name: say.receipts, exact: true }).check();
  await page.getByRole('switch', { name: say.parcels, exact: true }).check();
  await page.getByRole('textbox').fill('A. Customer');
  await more();
  await page.getByRole('button', { name: /Northwind Books/ }).click();
}

/** Connects the shop in the chat: the code that the chat gives. */
async function codeOf(person: Person, locale: Locale): Promise<string> {
  const say = names[locale];
  await person.ask(say.words);
  await person.button(say.connect).click();
  await sign(person.page, say, () => shoot(person.page, `disclosure-${locale}`));
  const said = person.thread.getByText(codeForm).last();
  await said.waitFor();
  return codeIn(await said.innerText());
}

const codeForm = /\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b/;
const codeIn = (text: string): string => codeForm.exec(text)?.[0] ?? assert.fail('no code');

const looks = [
  { locale: 'en', customer: 'customer-71' },
  { locale: 'es', customer: 'customer-72' },
] as const;

for (const { locale, customer } of looks)
  test(`an order becomes a receipt with its purchase, parted in a tap, and a parcel that only moves on (${locale})`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    await person.link('Citi', customer);
    const code = await codeOf(person, locale);
    const atShop = await ShopPage.open(locale);
    await atShop.order(code, customer);

    const receipt = person.cards('The Atlas of Small Islands').filter({ hasText: 'Field Notes' }).first();
    const part = receipt.getByRole('button', { name: say.part, exact: true });
    await part.waitFor();
    const bought = (messages: readonly Message[]): TransactionCard | undefined =>
      cardsOf(messages, 'transaction').find(({ transaction }) => transaction.amount === total);
    assert.equal(bought(await person.conversation())?.receipt?.lines.length, 2, 'the purchase shows its receipt too');
    await assertAccessible(person.page, 'the receipt with its purchase');
    await shoot(person.page, `paired-${locale}`);
    await part.click();
    await part.waitFor({ state: 'detached' });
    const apart = await person.conversation();
    assert.equal(bought(apart)?.receipt, undefined);
    assert.equal(cardsOf(apart, 'receipt')[0]?.purchase, undefined);

    await atShop.press(say.ship);
    // The receipt says in a line how its parcel stands, the parcel's own card in its steps.
    await shows(receipt, say.announced);
    const parcel = person.cards('UPS').last();
    await atShop.press(say.out);
    await shows(receipt, say.out);
    await shows(parcel, 'Westerville, OH');
    await shoot(person.page, `out-${locale}`);
    const { steps } = await theParcel(person);
    await atShop.press(say.late);
    const moved = await until('the late scan', async () => {
      const now = await theParcel(person);
      return now.steps.length > steps.length && now;
    });
    assert.equal(moved.state, 'out-for-delivery', 'it takes its place and moves nothing back');
    await atShop.press(say.delivered);
    await shows(receipt, say.delivered);
    await shows(parcel, say.left);
    await theParcel(person);
    await assertAccessible(person.page, 'the delivered parcel');
    await assertAccessible(atShop.page, 'the shop');
    await shoot(person.page, `delivered-${locale}`);
    await shoot(atShop.page, `shop-${locale}`);
  });

test('at Messenger, with everything shown: the shop is connected there, and receipt and parcel come', async () => {
  const say = names.en;
  const person = await Chatter.begin(stage(), 'messenger', 'Person who orders');
  await person.say(say.words);
  await person.press(say.connect);
  await person.told(`Here you connect ${shop}`).waitFor();
  const page = await person.opens(say.connect);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await sign(page, say, async () => {
    for (const radio of await page.getByRole('radio', { name: person.names.levels.full }).all()) await radio.check();
    await shoot(page, 'disclosure-messenger');
  });
  await page.getByRole('heading', { name: person.names.sayCode }).waitFor();
  await person.say((await page.getByLabel(/^\d( \d){5}$/).textContent()) ?? '');
  await person.told(`${shop} is linked to this chat`).waitFor();
  // Everything about the order may be shown there, so its code stands there as well.
  const said = person.told(codeForm).last();
  await said.waitFor();
  const atShop = await ShopPage.open('en');
  await atShop.order(codeIn(await said.innerText()));
  await person.told(/Northwind Books, order #\d+: \$66\.07/).waitFor();
  await atShop.press(say.ship);
  await atShop.press(say.out);
  // What was quiet so far is said there for the first time.
  await person.told('Your parcel from Northwind Books is out for delivery').first().waitFor();
  await shoot(person.phone, 'phone');
});

/** The one message of the one parcel. */
async function theParcel(person: Person): Promise<ParcelCard> {
  const [parcel, ...others] = cardsOf(await person.conversation(), 'parcel');
  assert.ok(parcel);
  assert.equal(others.length, 0, 'one message a parcel, however often it moves');
  return parcel;
}

const shows = (card: Locator, text: string): Promise<void> => card.filter({ hasText: text }).waitFor();

/** Pictures of a screen in both themes, on a phone and on a desk, for looking. */
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env['SHOTS'];
  if (!folder) return;
  const size = page.viewportSize();
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme });
    for (const [device, width, height] of [
      ['phone', 390, 1200],
      ['desk', 1280, 1000],
    ] as const) {
      await page.setViewportSize({ width, height });
      await page.screenshot({ path: `${folder}/${name}-${device}-${colorScheme}.png`, fullPage: true });
    }
  }
  if (size) await page.setViewportSize(size);
}
