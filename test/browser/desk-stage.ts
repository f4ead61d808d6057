import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';
import { newId, type CustomerId, type LinkId, type MessageId } from '#base';
import type { ChatField, Locale } from '#contract';
import { sql } from '#db';
import type { Thread } from '#delivery';
import type { OpenedCase, Opening } from '#desk';
import type { TestHub } from '../hub.ts';
import { Visitor } from '../visitor.ts';

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
    await visitor.link(bank, customer, ['balances', 'transactions', 'account-management']);
    const { database } = hub.db;
    const linkId = (await visitor.me()).links.find((link) => link.bank === bank)?.id as LinkId;
    const [owner] = await database.query<{ customerId: CustomerId }>(
      sql`update consents set chat_fields = ${[...fields]}::text[], purposes = purposes || '{customer-chat}' where link_id = ${linkId} returning customer_id as "customerId"`,
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
  await page.locator('nav a[href="#inbox"]').waitFor();
}
