import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { Locator, Page } from 'playwright-core';
import type { Entry, Locale, Message, Page as EntryPage } from '#contract';
import { until } from '../until.ts';
import { readMessages } from '../visitor.ts';

/** The names that buttons and fields have. Written down here and not read from the product, so that a change is seen. */
const names = {
  en: {
    linkBank: 'Link a bank',
    continueTo: (bank: string) => `Continue to ${bank}`,
    notNow: 'Not now',
    message: 'Message',
    send: 'Send',
    balances: 'Balances',
    purchases: 'Purchases',
    menu: 'More',
    username: 'Username',
    password: 'Password',
    signIn: 'Sign in',
    allow: 'Allow',
    cancel: 'Cancel',
    isLinked: (bank: string) => `${bank} is linked`,
    isRead: 'The past year is here',
    stop: (bank: string) => `Stop ${bank}`,
    isOver: (bank: string) => `${bank} is no longer linked`,
    hasConfirmed: (bank: string) => `${bank} has confirmed`,
  },
  es: {
    linkBank: 'Vincular un banco',
    continueTo: (bank: string) => `Continuar a ${bank}`,
    notNow: 'Ahora no',
    message: 'Mensaje',
    send: 'Enviar',
    balances: 'Saldos',
    purchases: 'Compras',
    menu: 'Más',
    username: 'Usuario',
    password: 'Contraseña',
    signIn: 'Iniciar sesión',
    allow: 'Permitir',
    cancel: 'Cancelar',
    isLinked: (bank: string) => `${bank} está vinculado`,
    isRead: 'El último año está aquí',
    stop: (bank: string) => `Detener ${bank}`,
    isOver: (bank: string) => `${bank} ya no está vinculado`,
    hasConfirmed: (bank: string) => `${bank} lo confirmó`,
  },
} as const satisfies Record<Locale, unknown>;

/** Somebody in front of the screen, who knows its buttons and fields by their names alone. */
export class Person {
  readonly page: Page;
  readonly names: (typeof names)[Locale];
  readonly #locale: Locale;
  readonly #hubUrl: string;

  constructor(page: Page, locale: Locale, hubUrl: string) {
    this.page = page;
    this.names = names[locale];
    this.#locale = locale;
    this.#hubUrl = hubUrl;
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name, exact: true });
  }

  /** The field in which messages are written. */
  get field(): Locator {
    return this.page.getByRole('textbox', { name: this.names.message, exact: true });
  }

  /** The conversation on the screen. */
  get thread(): Locator {
    return this.page.getByRole('region');
  }

  /** Cards of the conversation that say this, oldest first. */
  cards(saying: string | RegExp): Locator {
    return this.page.getByRole('article').filter({ hasText: saying });
  }

  /** Presses "Link a bank" and the bank: the linking page. */
  async beginToLink(bank: string): Promise<void> {
    await this.button(this.names.linkBank).click();
    await this.button(bank).click();
    await this.button(this.names.continueTo(bank)).waitFor();
  }

  /** Ticks both purposes, signs, and goes on: the bank's login. */
  async sign(bank: string): Promise<void> {
    await this.page.getByRole('switch', { name: this.names.balances, exact: true }).check();
    await this.page.getByRole('switch', { name: this.names.purchases, exact: true }).check();
    await this.page.getByRole('textbox').fill('A. Customer');
    await this.button(this.names.continueTo(bank)).click();
    await this.page.getByLabel(this.names.username).waitFor();
  }

  /** Signs in at the bank: the bank's own consent page. */
  async signIn(customer: string): Promise<void> {
    await this.page.getByRole('textbox', { name: this.names.username, exact: true }).fill(customer);
    await this.page.getByLabel(this.names.password, { exact: true }).fill('sandbox');
    await this.button(this.names.signIn).click();
    await this.button(this.names.allow).waitFor();
  }

  /** Links a bank, from the first button until its history is read; `also`: switches besides the two that all tick. */
  async link(bank: string, customer: string, also: readonly string[] = []): Promise<void> {
    await this.beginToLink(bank);
    for (const name of also) await this.page.getByRole('switch', { name, exact: true }).check();
    await this.sign(bank);
    await this.signIn(customer);
    await this.button(this.names.allow).click();
    await this.cards(this.names.isLinked(bank)).filter({ hasText: this.names.isRead }).waitFor();
  }

  /** Writes a message and sends it. */
  async say(text: string): Promise<void> {
    await this.field.fill(text);
    await this.button(this.names.send).click();
  }

  /** Writes a message and waits until its first answer is on the screen. */
  async ask(text: string): Promise<void> {
    const { length } = await this.conversation();
    await this.say(text);
    const answers = await until(`an answer to "${text}"`, async () => {
      const after = (await this.conversation()).slice(length);
      return after.some(({ author }) => author !== 'customer') && placesOf(await this.entries());
    });
    await until('the answer on the screen', async () => (await this.shown()).at(-1) === answers.at(-1));
  }

  /** Says "stop" in so many words, presses the button, and waits until the bank has confirmed. */
  async stop(word: string, bank: string): Promise<void> {
    await this.say(word);
    await this.button(this.names.stop(bank)).click();
    await this.cards(this.names.isOver(bank))
      .filter({ hasText: this.names.hasConfirmed(bank) })
      .waitFor();
  }

  /** Goes on with the Tab key until this has the focus, however its page comes to be. */
  async tabTo(target: Locator): Promise<void> {
    await target.waitFor();
    for (let presses = 0; presses < 60; presses += 1) {
      if (await this.hasFocus(target)) return;
      await this.page.keyboard.press('Tab');
    }
    assert.fail(`no way by the Tab key to ${String(target)}`);
  }

  hasFocus(target: Locator): Promise<boolean> {
    return target.evaluate((element) => element.matches(':focus'));
  }

  /** Waits until this has the focus. */
  async focusIsOn(target: Locator): Promise<void> {
    await until(`the focus on ${String(target)}`, () => this.hasFocus(target));
  }

  /** Another window of the same browser, with the same conversation. */
  async secondWindow(): Promise<Person> {
    const page = await this.page.context().newPage();
    await page.goto(this.#hubUrl);
    return new Person(page, this.#locale, this.#hubUrl);
  }

  /** Calls the hub's API as the page does, with the page's own session. */
  async api<Body>(path: string): Promise<Body> {
    const response = await this.page.request.get(`${this.#hubUrl}/api/${path}`);
    assert.equal(response.status(), 200, await response.text());
    return (await response.json()) as Body;
  }

  /** All entries of the conversation, as the hub has them. */
  async entries(): Promise<Entry[]> {
    const entries: Entry[] = [];
    for (;;) {
      const page = await this.api<EntryPage>(`entries?after=${entries.length}&limit=200`);
      entries.push(...page.entries);
      if (page.entries.length === 0 || entries.length >= page.lastSeq) return entries;
    }
  }

  /** What the hub would have anybody read: newest revision of each message, removed ones gone. */
  async conversation(): Promise<Message[]> {
    return readMessages(await this.entries());
  }

  /** Sequence numbers of the messages on the screen, from the first one of the conversation on. */
  async shownFromTheFirst(): Promise<number[]> {
    // What is older is loaded when the top comes near.
    await until('the first message to be loaded', async () => {
      await this.thread.evaluate((element) => element.scrollTo({ top: 0 }));
      return (await this.shown())[0] === 1;
    });
    return this.shown();
  }

  /** Sequence numbers of the messages that are loaded, in the order of the screen. */
  shown(): Promise<number[]> {
    return this.page
      .locator('[data-seq]')
      .evaluateAll((rows) => rows.map((row) => Number(row.getAttribute('data-seq'))));
  }
}

/** Sequence numbers under which what is to be read first came: where each message stands on a screen. */
export function placesOf(entries: readonly Entry[]): number[] {
  const kept = new Set(readMessages(entries).map(({ id }) => id));
  return entries.flatMap((entry) => (entry.entry === 'message' && kept.has(entry.message.id) ? entry.seq : []));
}

/** A figure as an American reads it, in both languages of the product. */
export function dollars(amount: string): string {
  return new Intl.NumberFormat('en-US', { style: 'currency', currency: 'USD' }).format(amount as `${number}`);
}

/** An id that no other purchase has. */
export const anyId = (): string => randomUUID();
