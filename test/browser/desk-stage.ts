import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import type { BrowserContextOptions, Locator, Page } from 'playwright-core';
import { newId, type CustomerId, type LinkId, type MessageId } from '#base';
import type { ChatField, Disclosure, Locale } from '#contract';
import { sql } from '#db';
import type { Thread } from '#delivery';
import type { OpenedCase, Opening } from '#desk';
import type { TestHub } from '../hub.ts';
import { until } from '../until.ts';
import { Visitor } from '../visitor.ts';
import type { Stage } from './stage.ts';

/** Somebody who writes to their bank's staff, without a screen of their own. */
export class Writer {
  readonly #hub: TestHub;
  readonly #thread: Thread;
  readonly #linkId: LinkId;

  private constructor(hub: TestHub, thread: Thread, linkId: LinkId) {
    this.#hub = hub;
    this.#thread = thread;
    this.#linkId = linkId;
  }

  /** A new customer who links a bank and lets its staff see these fields. */
  static async arrive(
    hub: TestHub,
    {
      bank = 'citi',
      customer = 'customer-1',
      fields = [],
      locale = 'en',
    }: { bank?: string; customer?: string; fields?: readonly ChatField[]; locale?: Locale } = {},
  ): Promise<Writer> {
    const visitor = await Visitor.arrive(hub, locale);
    const begun = await visitor.call<{ address: string }>('POST', '/api/links', { bank });
    const attempt = begun.body.address.replace('/link/', '');
    const disclosure = await visitor.call<Disclosure>('GET', `/api/linking/${attempt}`);
    const signed = await visitor.call<{ continueTo: string }>('POST', `/api/linking/${attempt}/sign`, {
      hash: disclosure.body.hash,
      purposes: ['balances', 'transactions', 'account-management', 'customer-chat'],
      chatFields: fields,
      durationDays: 90,
      signature: 'A. Customer',
    });
    assert.equal(signed.status, 200, JSON.stringify(signed.body));
    await visitor.open(await visitor.atTheBank(new URL(signed.body.continueTo), customer));
    const { database } = hub.db;
    const linkId = await until('the history to be read', async () => {
      const link = (await visitor.me()).links.find((one) => one.bank === bank);
      return link?.historyRead === true && (link.id as LinkId);
    });
    const [owner] = await database.query<{ customerId: CustomerId }>(
      sql`select customer_id as "customerId" from consents where link_id = ${linkId}`,
    );
    if (!owner) throw new Error('the link has no consent');
    const thread = await hub.parts.delivery.conversationOf(database, owner.customerId);
    if (!thread) throw new Error('the customer has no conversation');
    return new Writer(hub, thread, linkId);
  }

  /** Opens a case, as the customer's own button does. */
  async open(opening: Partial<Opening> = {}): Promise<OpenedCase> {
    const asked: Omit<Opening, 'linkId'> = {
      topic: 'card_arrival',
      asked: 'Where is my card?',
      tried: [],
      locale: 'en',
    };
    return this.#hub.db.database.transaction((tx) =>
      this.#hub.parts.desk.customers.open(tx, this.#thread, { ...asked, linkId: this.#linkId, ...opening }),
    );
  }

  /** Writes to staff, in the talk that is open. */
  async say(text: string): Promise<void> {
    const { desk, delivery } = this.#hub.parts;
    await this.#hub.db.database.transaction(async (tx) => {
      const talk = await desk.customers.talkIn(tx, this.#thread);
      if (!talk) throw new Error('there is no talk');
      const messageId = newId<MessageId>();
      await delivery.write(tx, [
        {
          ...this.#thread,
          entry: 'message',
          messageId,
          author: 'customer',
          atMs: Date.now(),
          clientId: randomUUID(),
          body: { from: 'customer', said: { content: { kind: 'text', text } } },
        },
      ]);
      await desk.customers.said(tx, talk, { text, messageId });
    });
  }

  /** Goes on without staff: the next case is another talk. */
  async leave(): Promise<void> {
    const { database } = this.#hub.db;
    const { customers } = this.#hub.parts.desk;
    const talk = await customers.talkOf(database, this.#thread.conversationId);
    if (talk) await database.transaction((tx) => customers.close(tx, this.#thread, talk.caseId));
  }

  /** They are writing, or have stopped. */
  async types(on: boolean): Promise<void> {
    const { desk } = this.#hub.parts;
    const talk = await desk.customers.talkOf(this.#hub.db.database, this.#thread.conversationId);
    if (talk) desk.customers.customerTyping(talk, on);
  }
}

/** Signs in at a bank's own identity provider, in the browser, and waits for the desk. */
export async function signInAtDesk(
  page: Page,
  hub: Pick<TestHub, 'staffUrl'>,
  name: string,
  bank = 'citi',
): Promise<void> {
  await page.goto(`${hub.staffUrl}/desk/sign-in?bank=${bank}`);
  await page.locator('input[name=username]').fill(name);
  await page.locator('input[name=password]').fill('sandbox');
  await page.locator('input[name=password]').press('Enter');
  await page.locator('nav a[aria-current=page]').waitFor();
}

/** Somebody of a bank's staff in a browser of their own, signed in: on a desk in English unless said otherwise. */
export async function staffAt(
  stage: Pick<Stage, 'hub' | 'ownBrowser'>,
  name: string,
  { bank = 'citi', ...options }: BrowserContextOptions & { readonly bank?: string } = {},
): Promise<Page> {
  const { context } = await stage.ownBrowser({ viewport: { width: 1440, height: 900 }, ...options });
  const page = await context.newPage();
  await signInAtDesk(page, stage.hub, name, bank);
  return page;
}

/** What has been said in the case that a desk has open, in either language. */
export const talkOn = (desk: Page): Locator =>
  desk.getByRole('region', { name: /^(What has been said|Lo que se ha dicho)$/ });

/** The field in which staff write. */
export const fieldOn = (desk: Page): Locator => desk.locator('#write-field');

/** Opens a case from all of them, by its number. */
export async function openCase(desk: Page, number: number): Promise<void> {
  await desk.getByRole('tab').nth(2).click();
  await desk.locator('[data-case]', { hasText: String(number) }).click();
  await fieldOn(desk).waitFor();
}
