import assert from 'node:assert/strict';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import type { Locale } from '#contract';
import { Person } from './person.ts';
import type { Stage } from './stage.ts';

/** What stands on the telephone and in its chat. Written down here and not read from the product, so that a change is seen. */
const names = {
  en: {
    thread: 'Conversation',
    write: 'Write a message',
    send: 'Send',
    name: 'Somebody new',
    add: 'Give them a phone',
    whose: 'Whose phone',
    hello: 'hello',
    linkBank: 'Link a bank',
    which: 'Which bank?',
    link: 'Link Citi',
    here: 'Here you link Citi',
    continue: 'Continue',
    sayCode: 'Say this code in your chat',
    linkedChat: 'Citi is linked to this chat',
    linked: 'Citi is linked',
    open: 'Open',
    levels: {
      full: 'Everything',
      masked: 'Shop and about how much',
      pointer: 'Only that there is something',
    },
  },
  es: {
    thread: 'Conversación',
    write: 'Escribe un mensaje',
    send: 'Enviar',
    name: 'Alguien nuevo',
    add: 'Darle un teléfono',
    whose: 'De quién es el teléfono',
    hello: 'hola',
    linkBank: 'Vincular un banco',
    which: '¿Qué banco?',
    link: 'Vincular Citi',
    here: 'Aquí vinculas Citi',
    continue: 'Continuar',
    sayCode: 'Di este código en tu chat',
    linkedChat: 'Citi está vinculado a este chat',
    linked: 'Citi está vinculado',
    open: 'Abrir',
    levels: {
      full: 'Todo',
      masked: 'El comercio y cuánto, más o menos',
      pointer: 'Solo que hay algo',
    },
  },
} as const satisfies Record<Locale, unknown>;

/** How much of what a bank tells may stand in the chat. */
export type ChatLevel = keyof (typeof names)['en']['levels'];

/** Looks at a screen before the way goes on. */
type Look = (name: string, page: Page) => Promise<void>;

/** Somebody with one of the sandbox's telephones, and with a browser of their own. */
export class Chatter {
  readonly phone: Page;
  readonly context: BrowserContext;
  readonly names: (typeof names)[Locale];
  readonly #locale: Locale;
  readonly #hubUrl: string;

  constructor(phone: Page, context: BrowserContext, locale: Locale, hubUrl: string) {
    this.phone = phone;
    this.context = context;
    this.names = names[locale];
    this.#locale = locale;
    this.#hubUrl = hubUrl;
  }

  /** Gives somebody new a telephone. */
  static async begin(
    stage: Stage,
    platform: 'messenger' | 'whatsapp',
    name: string,
    { locale = 'en', context }: { readonly locale?: Locale; readonly context?: BrowserContext } = {},
  ): Promise<Chatter> {
    const region = locale === 'es' ? 'es-US' : 'en-US';
    const own = context ?? (await stage.ownBrowser({ locale: region })).context;
    const phone = await own.newPage();
    const say = names[locale];
    await phone.goto(`${stage.hub.sandboxUrl}/phone?platform=${platform}&lang=${locale}`);
    // From then on its script answers.
    await phone.getByRole('combobox', { name: say.whose }).locator('option').first().waitFor({ state: 'attached' });
    await phone.getByRole('textbox', { name: say.name }).fill(name);
    await phone.getByRole('button', { name: say.add }).click();
    await phone
      .getByRole('combobox', { name: say.whose })
      .locator('option:checked', { hasText: name })
      .waitFor({ state: 'attached' });
    return new Chatter(phone, own, locale, stage.hub.url);
  }

  get thread(): Locator {
    return this.phone.getByRole('list', { name: this.names.thread });
  }

  /** What was told, oldest first; what the person did is missing. */
  told(saying: string | RegExp): Locator {
    return this.thread.locator('li.theirs').filter({ hasText: saying });
  }

  async say(text: string): Promise<void> {
    await this.phone.getByRole('textbox', { name: this.names.write }).fill(text);
    await this.phone.getByRole('button', { name: this.names.send, exact: true }).click();
  }

  /** Presses the newest button of that name; what WhatsApp keeps in a list is opened first. */
  async press(name: string): Promise<void> {
    const button = this.thread.getByRole('button', { name, exact: true, includeHidden: true }).last();
    await button.waitFor({ state: 'attached' });
    if (!(await button.isVisible())) await this.thread.locator('summary').last().click();
    await this.thread.getByRole('button', { name, exact: true }).last().click();
  }

  /** Presses a button that opens an address: the page in the person's own browser. */
  async opens(name: string): Promise<Page> {
    const opened = this.context.waitForEvent('page');
    await this.press(name);
    const page = await opened;
    await page.waitForLoadState();
    return page;
  }

  /** Everything that the platform could read so far, as text. */
  async readable(): Promise<string> {
    return (await this.phone.locator('#readable').textContent()) ?? '';
  }

  /**
   * From the first word to the linked bank: the address, the disclosure with its levels, the bank, the code. Answers
   * the browser's page.
   */
  async link(customer: string, level: ChatLevel, look: Look = async () => undefined): Promise<Page> {
    const say = this.names;
    await this.say(say.hello);
    await this.press(say.linkBank);
    await this.told(say.which).waitFor();
    await this.press(say.link);
    await this.told(say.here).waitFor();
    await look('phone-link', this.phone);
    const page = await this.opens(say.link);
    const walker = new Person(page, this.#locale, this.#hubUrl);
    const { balances, purchases, continueTo, username, allow } = walker.names;
    await page.getByRole('button', { name: say.continue, exact: true }).waitFor();
    await look('m-claim', page);
    await page.getByRole('button', { name: say.continue, exact: true }).click();
    await page.getByRole('button', { name: continueTo('Citi') }).waitFor();
    await page.getByRole('switch', { name: balances, exact: true }).check();
    await page.getByRole('switch', { name: purchases, exact: true }).check();
    for (const radio of await page.getByRole('radio', { name: say.levels[level] }).all()) await radio.check();
    await look('m-levels', page);
    await page.getByRole('textbox').fill('A. Customer');
    await page.getByRole('button', { name: continueTo('Citi') }).click();
    await page.getByLabel(username).waitFor();
    await walker.signIn(customer);
    // The bank says which chat it will be joined to.
    await page
      .getByText(/Messenger, Tellerline|WhatsApp, Tellerline/)
      .first()
      .waitFor();
    await look('m-consent', page);
    await page.getByRole('button', { name: allow }).click();
    await page.getByRole('heading', { name: say.sayCode }).waitFor();
    await look('m-code', page);
    const code = (await page.getByLabel(/^\d( \d){5}$/).textContent()) ?? '';
    assert.match(code, /^\d{3} ?\d{3}$/);
    await this.say(code);
    await this.told(say.linkedChat).waitFor();
    await page.getByRole('heading', { name: say.linked }).waitFor();
    await look('m-linked', page);
    return page;
  }
}
