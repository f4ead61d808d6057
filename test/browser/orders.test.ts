import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Locale, Message, ParcelCard } from '#contract';
import { until } from '../until.ts';
import { cardsOf } from '../visitor.ts';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { setStage } from './stage.ts';

// From an order on the shop's own page to the receipt with its purchase and the parcel at the door, as it is seen.

const stage = setStage();
const shop = 'Northwind Books';

const names = {
  en: {
    words: `connect ${shop}`,
    connect: `Connect ${shop}`,
    receipts: 'Receipts',
    parcels: 'Parcels',
    parcel: 'Parcel',
    code: 'Code from the chat',
    bank: 'Pay with a card of',
    customer: 'Customer there',
    order: 'Order',
    ship: 'Send',
    out: 'Out for delivery',
    late: 'An old scan, arriving late',
    delivered: 'Delivered',
    announced: 'Announced',
    part: 'Not this purchase',
    receiptOf: `Receipt from ${shop}`,
  },
  es: {
    words: `conectar ${shop}`,
    connect: `Conectar ${shop}`,
    receipts: 'Recibos',
    parcels: 'Paquetes',
    parcel: 'Paquete',
    code: 'Código del chat',
    bank: 'Pagar con una tarjeta de',
    customer: 'Cliente de ese banco',
    order: 'Pedir',
    ship: 'Enviar',
    out: 'En reparto',
    late: 'Una lectura antigua que llega tarde',
    delivered: 'Entregado',
    announced: 'Anunciado',
    part: 'No es esta compra',
    receiptOf: `Recibo de ${shop}`,
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

  async order(code: string, customer: string): Promise<void> {
    await this.page.getByLabel(this.#say.code).fill(code);
    await this.page.getByLabel(this.#say.bank).selectOption('citi');
    await this.page.getByLabel(this.#say.customer).fill(customer);
    await this.press(this.#say.order);
  }

  /** Presses a button of the newest order. */
  async press(name: string): Promise<void> {
    await this.page.getByRole('button', { name, exact: true }).first().click();
    await this.page.waitForLoadState();
  }
}

/** Signs a shop's disclosure, which has no bank's login behind it: the code that the chat gives. */
async function codeOf(person: Person, say: (typeof names)[Locale]): Promise<string> {
  await person.ask(say.words);
  await person.button(say.connect).click();
  await person.page.getByRole('switch', { name: say.receipts, exact: true }).check();
  await person.page.getByRole('switch', { name: say.parcels, exact: true }).check();
  await person.page.getByRole('textbox').fill('A. Customer');
  await shoot(person.page, 'disclosure');
  await person.button(/Northwind Books/).click();
  const said = person.thread.getByText(codeForm).last();
  await said.waitFor();
  return codeIn(await said.innerText());
}

const codeForm = /\b[2-9A-HJ-NP-Z]{4}-[2-9A-HJ-NP-Z]{4}\b/;
const codeIn = (text: string): string => codeForm.exec(text)?.[0] ?? assert.fail('no code');

const parcelOf = (messages: readonly Message[]): ParcelCard | undefined => cardsOf(messages, 'parcel')[0];

const looks = [
  { locale: 'en', customer: 'customer-71' },
  { locale: 'es', customer: 'customer-72' },
] as const;

for (const { locale, customer } of looks)
  test(`an order becomes a receipt with its purchase, parted in a tap, and a parcel that only moves on (${locale})`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    await person.link('Citi', customer);
    const code = await codeOf(person, say);
    const atShop = await ShopPage.open(locale);
    await atShop.order(code, customer);

    const receipt = person.cards(say.receiptOf);
    await receipt.filter({ hasText: 'The Atlas of Small Islands' }).waitFor();
    const part = person.button(say.part);
    await part.first().waitFor();
    await assertAccessible(person.page, 'the receipt with its purchase');
    await shoot(person.page, `paired-${locale}`);
    await part.first().click();
    await until('receipt and purchase apart', async () => {
      const messages = await person.conversation();
      const [bought] = cardsOf(messages, 'transaction').filter(({ transaction }) => transaction.amount === '66.07');
      return bought?.receipt === undefined && cardsOf(messages, 'receipt')[0]?.purchase === undefined;
    });
    await part.first().waitFor({ state: 'detached' });

    await atShop.press(say.ship);
    const parcel = person.cards(/UPS/).last();
    await shows(parcel, say.announced);
    await atShop.press(say.out);
    await shows(parcel, say.out);
    await shoot(person.page, `out-${locale}`);
    await atShop.press(say.late);
    // What comes after the late scan is there: so was the late scan, and it moved nothing back.
    const scans = await until('the late scan', async () => {
      const { steps, state } = parcelOf(await person.conversation()) ?? {};
      return steps && steps.length > 1 && { state };
    });
    assert.equal(scans.state, 'out-for-delivery');
    await shows(parcel, say.out);
    await atShop.press(say.delivered);
    await shows(parcel, say.delivered);
    assert.equal(cardsOf(await person.conversation(), 'parcel').length, 1);
    await assertAccessible(person.page, 'the delivered parcel');
    await assertAccessible(atShop.page, 'the shop');
    await shoot(person.page, `delivered-${locale}`);
    await shoot(atShop.page, `shop-${locale}`);
  });

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
