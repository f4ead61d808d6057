import assert from 'node:assert/strict';
import { after, afterEach, before } from 'node:test';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import type { Balance, Locale } from '#contract';
import { createLog } from '#base';
import { openDatabase } from '#db';
import { testServer } from '#test/database';
import { testHub, type TestHub } from '../hub.ts';
import { launchChromium, openContext, type OwnBrowser } from './browser.ts';
import { Person } from './person.ts';

/** What the sandbox's control API says of a customer. */
export interface CustomerAtBank {
  readonly accounts: readonly {
    readonly kind: 'checking' | 'savings' | 'card';
    readonly last4: string;
    readonly balance: Balance;
    readonly transactions: { readonly count: number; readonly debits: string };
  }[];
}

/** What the sandbox's control API says of a consent. */
export interface ConsentAtBank {
  readonly id: string;
  readonly status: 'ACTIVE' | 'EXPIRED' | 'REVOKED';
}

/** The whole product and one Chromium, for the tests of one file. */
export class Stage {
  readonly hub: TestHub;
  readonly browser: Browser;
  readonly #opened: OwnBrowser[] = [];
  readonly #forgiven: RegExp[] = [];

  constructor(hub: TestHub, browser: Browser) {
    this.hub = hub;
    this.browser = browser;
  }

  /** A person with a browser of their own, in front of the messenger, which has said its first words. */
  async person(locale: Locale = 'en', options: BrowserContextOptions = {}): Promise<Person> {
    const own = await this.ownBrowser({ locale: locale === 'es' ? 'es-US' : 'en-US', ...options });
    const page = await own.context.newPage();
    await page.goto(this.hub.url);
    const person = new Person(page, locale, this.hub.url);
    await person.button(person.names.linkBank).waitFor();
    return person;
  }

  /** A browser with nothing in it. */
  async ownBrowser(options: BrowserContextOptions = {}): Promise<OwnBrowser> {
    const own = await openContext(this.browser, options);
    this.#opened.push(own);
    return own;
  }

  /** Calls the sandbox's control API: what a person makes happen at a bank. */
  async control<Body>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Body> {
    const response = await fetch(`${this.hub.sandboxUrl}/control/banks/${path}`, {
      method,
      headers: body === undefined ? {} : { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    assert.ok(response.ok, `${method} ${path}: ${response.status} ${text}`);
    return (text ? JSON.parse(text) : undefined) as Body;
  }

  /** A card is used: at Stroman & Hudson in Westerville, Ohio, unless said otherwise. */
  async purchase(bank: string, customer: string, purchase: Record<string, unknown> = {}): Promise<void> {
    await this.control('POST', `${bank}/purchases`, { customer, purchases: [{ ...stroman, ...purchase }] });
  }

  async consents(bank: string, customer: string): Promise<readonly ConsentAtBank[]> {
    const { consents } = await this.control<{ consents: ConsentAtBank[] }>(
      'GET',
      `${bank}/consents?customer=${customer}`,
    );
    return consents;
  }

  /** A complaint that the test at hand wants to see. */
  forgive(complaint: RegExp): void {
    this.#forgiven.push(complaint);
  }

  /** Closes what the last test opened; no page of it may have broken its content policy or thrown an error. */
  async clear(): Promise<void> {
    const opened = this.#opened.splice(0);
    const forgiven = this.#forgiven.splice(0);
    for (const { context } of opened) await context.close();
    const complaints = opened.flatMap(({ complaints }) => complaints);
    assert.deepEqual(
      complaints.filter((complaint) => !forgiven.some((form) => form.test(complaint))),
      [],
    );
  }
}

/** The first purchase of the story that the product was drawn from. */
export const stroman = {
  amount: '65.70',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5541',
    address: { city: 'Westerville', region: 'OH', country: 'US' },
    location: { lat: 40.126, lon: -82.929 },
  },
};

/** Sets the stage before the tests of a file and clears it after them; `settings` are those of the hub. */
export function setStage(settings: () => Promise<Readonly<Record<string, string>>> = async () => ({})): () => Stage {
  let stage: Stage | undefined;
  let end: () => Promise<void> = async () => undefined;
  before(async () => {
    const leave = await takeTurn();
    const hub = await testHub({ settings: await settings() });
    const browser = await launchChromium();
    stage = new Stage(hub, browser);
    end = async () => {
      await browser.close();
      await hub.close();
      await leave();
    };
  });
  afterEach(() => stage?.clear());
  after(() => end());
  return () => {
    assert.ok(stage, 'the stage is set before the first test');
    return stage;
  };
}

/** One Chromium at a time on a machine, however many test files run side by side: two starve two cores. */
async function takeTurn(): Promise<() => Promise<void>> {
  const database = openDatabase(await testServer(), { log: createLog('silent'), connectionsMax: 1 });
  const client = await database.connect();
  await client.query("select pg_advisory_lock(hashtext('tellerline browser tests'))");
  return async () => {
    await client.end();
    await database.close();
  };
}
