import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// Messenger and WhatsApp as somebody holds them: the sandbox's phone, beside it what the platform could read, and
// the pages that open from the chat in the person's own browser.

const stage = setStage();

/** Somebody with a phone and a browser. */
class Chatter {
  readonly phone: Page;
  readonly context: BrowserContext;

  constructor(phone: Page, context: BrowserContext) {
    this.phone = phone;
    this.context = context;
  }

  get thread(): Locator {
    return this.phone.getByRole('list', { name: 'Conversation' });
  }

  /** What was told, oldest first; what the person did is missing. */
  told(saying: string | RegExp): Locator {
    return this.thread.locator('li.theirs').filter({ hasText: saying });
  }

  async say(text: string): Promise<void> {
    await this.phone.getByRole('textbox', { name: 'Write a message' }).fill(text);
    await this.phone.getByRole('button', { name: 'Send', exact: true }).click();
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
}

async function chatter(platform: 'messenger' | 'whatsapp', name: string): Promise<Chatter> {
  const { context } = await stage().ownBrowser({ locale: 'en-US' });
  const phone = await context.newPage();
  await phone.goto(`${stage().hub.sandboxUrl}/phone?platform=${platform}&lang=en`);
  await phone.getByRole('textbox', { name: 'Somebody new' }).fill(name);
  await phone.getByRole('button', { name: 'Give them a phone' }).click();
  await phone
    .getByRole('combobox', { name: 'Whose phone' })
    .locator('option:checked', { hasText: name })
    .waitFor({ state: 'attached' });
  return new Chatter(phone, context);
}

const levels = {
  full: 'Everything',
  masked: 'Shop and about how much',
  pointer: 'Only that there is something',
} as const;

/** From the first word to the linked bank: the address, the disclosure with its levels, the bank, the code. Answers the browser's page. */
async function link(person: Chatter, customer: string, level: keyof typeof levels): Promise<Page> {
  await person.say('hello');
  await person.press('Link a bank');
  await person.told('Which bank?').waitFor();
  await person.press('Link Citi');
  await person.told('Here you link Citi').waitFor();
  const page = await person.opens('Link Citi');
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  const walker = new Person(page, 'en', stage().hub.url);
  await page.getByRole('button', { name: 'Continue to Citi' }).waitFor();
  await page.getByRole('switch', { name: 'Balances', exact: true }).check();
  await page.getByRole('switch', { name: 'Purchases', exact: true }).check();
  for (const radio of await page.getByRole('radio', { name: levels[level] }).all()) await radio.check();
  await page.getByRole('textbox').fill('A. Customer');
  await page.getByRole('button', { name: 'Continue to Citi' }).click();
  await page.getByLabel('Username').waitFor();
  await walker.signIn(customer);
  // The bank says which chat it will be joined to.
  await page
    .getByText(/Messenger, Tellerline|WhatsApp, Tellerline/)
    .first()
    .waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Say this code in your chat' }).waitFor();
  const code = (await page.getByLabel(/^\d( \d){5}$/).textContent()) ?? '';
  assert.match(code, /^\d{3} ?\d{3}$/);
  await person.say(code);
  await person.told('Citi is linked to this chat').waitFor();
  await page.getByRole('heading', { name: 'Citi is linked' }).waitFor();
  return page;
}

for (const [level, shows] of [
  ['full', /65\.70.*Stroman & Hudson/],
  ['masked', 'About $66 at Stroman & Hudson.'],
  ['pointer', 'There is something new from your bank.'],
] as const) {
  test(`a purchase reaches Messenger at the level that its customer chose: ${level}`, async () => {
    const person = await chatter('messenger', `Person ${level}`);
    const customer = `customer-${String(level.length + 40)}`;
    await link(person, customer, level);
    await stage().purchase('citi', customer, { amount: '65.70' });
    await person.told(shows).first().waitFor();
    const readable = await person.readable();
    assert.equal(readable.includes('Stroman & Hudson'), level !== 'pointer');
    assert.equal(readable.includes('65.70'), level === 'full');
    if (level === 'full') return;
    const view = await person.opens('Open');
    await view.getByRole('button', { name: 'Open', exact: true }).click();
    // The bank's login and the code have made this browser the customer's own, or it signs in now.
    const signIn = view.getByRole('heading', { name: 'First, show that it is you' });
    await view.getByText('Stroman & Hudson').or(signIn).first().waitFor();
    assert.ok(view.url().endsWith('/v'), 'the token does not stay in the address');
  });
}

test('outside the window a template is sent, and “stop” ends it in the chat', async () => {
  const person = await chatter('messenger', 'Person of yesterday');
  await link(person, 'customer-61', 'pointer');
  await person.phone.getByRole('button', { name: 'A day passes' }).click();
  await person.phone.getByText('The business may send templates only').waitFor();
  await stage().purchase('citi', 'customer-61', { amount: '12.00' });
  await until('a template at the platform', async () => (await person.readable()).includes('"UTILITY"'));
  assert.ok(!(await person.readable()).includes('Stroman & Hudson'));
  await person.say('stop');
  await person.press('Stop Citi');
  await person.told('You stopped Citi.').waitFor();
});

test('WhatsApp links, tells and stops in the same way', async () => {
  const person = await chatter('whatsapp', 'Person in WhatsApp');
  await link(person, 'customer-62', 'masked');
  await stage().purchase('citi', 'customer-62', { amount: '65.70' });
  await person.told('About $66 at Stroman & Hudson.').waitFor();
  await person.say('stop');
  await person.press('Stop Citi');
  await person.told('You stopped Citi.').waitFor();
});
