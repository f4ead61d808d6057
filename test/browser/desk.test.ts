import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { assertAccessible } from './axe.ts';
import { fieldOn, openCase, staffAt, talkOn, Writer } from './desk-stage.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// The staff desk in a real Chromium, against the whole hub and the sandbox bank's own identity provider.

const stage = setStage();
const desktop = { width: 1440, height: 900 } as const;
const phone = { width: 360, height: 740 } as const;

const staff = (name: string, options: Parameters<typeof staffAt>[2] = {}): Promise<Page> =>
  staffAt(stage(), name, { viewport: desktop, ...options });

const hasFocus = (locator: Locator): Promise<boolean> =>
  locator.evaluate((element) => element === element.ownerDocument.activeElement);
const widerThanScreen = (page: Page): Promise<boolean> =>
  page.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');

test('from the inbox to a closed case by keys alone, and no field keeps the focus for itself', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-1', fields: ['purchases'] });
  const { number } = await writer.open({ topic: 'fraud', asked: 'No, freeze my card' });
  await writer.say('Is somebody using a copy?');
  const page = await staff('agent-1');
  const { keyboard } = page;
  await keyboard.press('c');
  await talkOn(page).getByText('Is somebody using a copy?').waitFor();
  await keyboard.press('a');
  await until('the field to have the focus', () => hasFocus(fieldOn(page)));
  await keyboard.type('Yes. Your card was copied; the purchase was declined.');
  await keyboard.press('Control+Enter');
  await talkOn(page).getByText('Your card was copied').waitFor();
  await until('the words to be sent', async () => (await fieldOn(page).inputValue()) === '');
  // Out of the field and back into it.
  await keyboard.press('Escape');
  await until('the inbox to have the focus', () => hasFocus(page.locator('[data-case]').first()));
  await keyboard.press('n');
  await keyboard.type('Terminal seen before');
  await keyboard.press('Tab');
  assert.ok(!(await hasFocus(fieldOn(page))), 'Tab leaves the field');
  await keyboard.press('Enter');
  await talkOn(page).getByText('Private note, agent-1').waitFor();
  await keyboard.press('Escape');
  await until('the field to be left', async () => !(await hasFocus(fieldOn(page))));
  await keyboard.press('p');
  await page.getByRole('dialog').waitFor();
  await keyboard.press('Tab');
  await keyboard.type('2298');
  await keyboard.press('Enter');
  await talkOn(page).getByText('Nothing happens until the customer confirms it').waitFor();
  await keyboard.press('?');
  await page.getByRole('dialog').getByText('Take the next').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await keyboard.press('e');
  await page.getByRole('dialog').waitFor();
  await page.getByRole('button', { name: 'Close case' }).last().focus();
  await keyboard.press('Enter');
  await talkOn(page).getByText('agent-1 closed it').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Open again' }).count(), 1);
  await keyboard.press('/');
  await keyboard.type(String(number));
  await page.locator('[data-case]', { hasText: 'Closed' }).waitFor();
});

test('j and k walk through the inbox, which is one stop of Tab, and letters can be turned off', async () => {
  for (const customer of ['customer-2', 'customer-3'])
    await (await Writer.arrive(stage().hub, { customer })).open({ topic: 'card_arrival' });
  const page = await staff('agent-1');
  await page.getByRole('tab', { name: /All/ }).click();
  const rows = page.locator('[data-case]');
  await rows.nth(1).waitFor();
  await page.keyboard.press('j');
  assert.ok(await hasFocus(rows.first()));
  await page.keyboard.press('j');
  assert.ok(await hasFocus(rows.nth(1)));
  await page.keyboard.press('ArrowUp');
  assert.ok(await hasFocus(rows.first()));
  const stops = await rows.evaluateAll((all) => all.filter((row) => row.getAttribute('tabindex') === '0').length);
  assert.equal(stops, 1);
  await page.keyboard.press('?');
  await page.getByRole('checkbox', { name: 'Single letters' }).click();
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await page.keyboard.press('?');
  assert.equal(await page.getByRole('dialog').count(), 0);
  await rows.first().focus();
  await page.keyboard.press('ArrowDown');
  assert.ok(await hasFocus(rows.nth(1)), 'arrows stay');
});

test('a field is masked until a reason is given, the look stands in the case, and what is not shared can be asked for', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-4', fields: ['purchases', 'card'] });
  const { number } = await writer.open({ topic: 'card_payment_not_recognised' });
  const page = await staff('agent-1');
  await openCase(page, number);
  await page.getByRole('button', { name: 'Take it' }).click();
  const shares = page.getByRole('complementary');
  assert.equal(await shares.getByText(/\$\d/).count(), 0);
  await shares.getByRole('button', { name: 'Show Last card purchases' }).click();
  assert.equal(await shares.getByText(/\$\d/).count(), 0, 'a reason comes first');
  await assertAccessible(page, 'asked why');
  await shares.getByRole('button', { name: 'To check a purchase' }).click();
  await shares.getByText(/\$\d/).first().waitFor();
  await talkOn(page)
    .getByText(/You looked at the last \d card purchases/)
    .waitFor();
  await shares.getByRole('button', { name: 'Ask the customer for Disputes' }).click();
  await shares.getByText('Asked. The customer decides.').waitFor();
  await assertAccessible(page, 'looked');
  await shares.getByRole('button', { name: 'Show Card' }).click();
  await shares.getByRole('button', { name: 'To check the card' }).click();
  await talkOn(page)
    .getByText(/You looked at how the cards stand/)
    .waitFor();
  await page.locator('#case h2').click();
  await page.keyboard.press('p');
  const sheet = page.getByRole('dialog');
  await sheet.getByRole('button', { name: 'Propose', exact: true }).click();
  await sheet.getByText('Say which card it is for.').waitFor();
  await sheet.getByRole('combobox').last().selectOption({ index: 2 });
  await sheet.getByRole('button', { name: 'Propose', exact: true }).click();
  await talkOn(page)
    .getByText(/Proposed: freeze card \d{4}/)
    .waitFor();
  // Another case shows nothing of this one, and coming back shows it masked again.
  await page.keyboard.press('Escape');
  await openCase(page, number);
  await shares.getByRole('button', { name: 'Show Last card purchases' }).waitFor();
  assert.equal(await shares.getByText(/\$\d/).count(), 0);
});

test('a colleague who writes is shown, and what comes while the connection is lost is shown once', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-5' });
  const { number } = await writer.open({ topic: 'failed_transfer' });
  const first = await staff('agent-1');
  await openCase(first, number);
  await first.getByRole('button', { name: 'Take it' }).click();
  const second = await staff('agent-2');
  await openCase(second, number);
  await second.getByText('agent-1 has this case').waitFor();
  await fieldOn(second).fill('I know this one');
  await first.getByText('agent-2 is writing an answer too.').waitFor();
  assert.ok(await second.getByRole('button', { name: 'Send' }).isDisabled());
  await first.evaluate(`dispatchEvent(new Event('offline'))`);
  await first.getByText('Offline. What you see is as it was').waitFor();
  await writer.say('Twice now');
  await writer.say('The same message');
  await talkOn(first).getByText('The same message').waitFor();
  await first.getByText('Offline. What you see is as it was').waitFor({ state: 'hidden' });
  assert.equal(await talkOn(first).getByText('Twice now').count(), 1);
  assert.equal(await talkOn(second).getByText('Twice now').count(), 1);
});

test('a picture is fetched and shown only once somebody asks for it', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-6' });
  const { number } = await writer.open({ topic: 'card_not_working' });
  const page = await staff('agent-1');
  const asked: string[] = [];
  page.on('request', (request) => {
    if (request.method() === 'GET' && request.url().includes('/pictures/')) asked.push(request.url());
  });
  await openCase(page, number);
  await page.getByRole('button', { name: 'Take it' }).click();
  await until('the tools to be there', () => page.getByRole('button', { name: 'Picture' }).isEnabled());
  await page.locator('input[type=file]').setInputFiles({
    name: 'a.png',
    mimeType: 'image/png',
    buffer: await page.screenshot({ clip: { x: 0, y: 0, width: 40, height: 40 } }),
  });
  await page.getByRole('dialog').getByRole('img').waitFor();
  await page.getByRole('button', { name: 'Send picture' }).click();
  await talkOn(page).getByText('A picture from agent-1').waitFor();
  assert.deepEqual(asked, []);
  await talkOn(page).getByRole('button', { name: 'Show it' }).click();
  await talkOn(page)
    .getByRole('img', { name: /Picture that agent-1 sent/ })
    .waitFor();
  assert.equal(asked.length, 1);
});

test('a prepared answer is put in with what is known, and is not sent with a gap', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-7' });
  const { number } = await writer.open({ topic: 'card_arrival' });
  const page = await staff('agent-1');
  await openCase(page, number);
  await page.getByRole('button', { name: 'Take it' }).click();
  await until('the tools to be there', () =>
    page.locator('main').getByRole('button', { name: 'Prepared answers' }).isEnabled(),
  );
  await page.locator('main').getByRole('button', { name: 'Prepared answers' }).click();
  await page.getByRole('searchbox', { name: 'Search prepared answers' }).fill('greeting');
  await page.getByRole('dialog').locator('li button').first().click();
  await until('the field to have the focus', () => hasFocus(fieldOn(page)));
  assert.doesNotMatch(await fieldOn(page).inputValue(), /\{(bank|case|staff)\}/);
  await fieldOn(page).fill('Good day {customer}, it is on its way.');
  await page.getByRole('button', { name: 'Send' }).click();
  await page.getByText('Fill in {customer} before you send.').waitFor();
  assert.equal(await talkOn(page).getByText('it is on its way').count(), 0);
});

for (const [locale, viewport] of [
  ['en-US', desktop],
  ['es-US', phone],
] as const)
  test(`axe finds nothing on any screen, and none is wider than its screen (${locale}, ${viewport.width} px)`, async () => {
    const isPhone = viewport === phone;
    const say = (english: string, spanish: string): string => (locale === 'en-US' ? english : spanish);
    const looked = async (page: Page, screen: string): Promise<void> => {
      await assertAccessible(page, screen);
      assert.ok(!(await widerThanScreen(page)), `${screen} is too wide`);
    };
    const { context } = await stage().ownBrowser({ viewport, locale });
    const out = await context.newPage();
    const complaints: string[] = [];
    out.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
    await out.goto(`${stage().hub.staffUrl}/desk`);
    await out.getByRole('link', { name: /Citi/ }).waitFor();
    await looked(out, 'sign-in');
    assert.deepEqual(complaints, [], 'nobody is refused for coming to sign in');
    const writer = await Writer.arrive(stage().hub, {
      customer: 'customer-8',
      fields: ['accounts', 'card'],
      bank: 'us-bank',
    });
    const { number } = await writer.open({ topic: 'fraud', asked: '¿Quién usó mi tarjeta?', tried: ['Card frozen'] });
    await writer.say('I did not buy this. https://citi.example/login');
    const page = await staff('supervisor-1', { viewport, locale, bank: 'us-bank' });
    await looked(page, 'empty inbox');
    await openCase(page, number);
    await page.getByRole('button', { name: say('Take it', 'Tomarlo') }).click();
    await page.getByRole('button', { name: say('Give it back', 'Devolverlo') }).waitFor();
    await fieldOn(page).fill(say('One moment.', 'Un momento.'));
    await page.keyboard.press('Control+Enter');
    await until('the words to be sent', async () => (await fieldOn(page).inputValue()) === '');
    await looked(page, 'case');
    if (isPhone) {
      await page.locator('section#case header').getByRole('button', { name: 'Lo compartido' }).click();
      await looked(page, 'what is shared');
      await page.keyboard.press('Escape');
    }
    for (const key of ['p', 't', 'e', '?']) {
      await page.locator('#case h2').click();
      await page.keyboard.press(key);
      await page.getByRole('dialog').waitFor();
      await looked(page, `sheet of ${key}`);
      await page.keyboard.press('Escape');
      await page.getByRole('dialog').waitFor({ state: 'hidden' });
    }
    for (const place of ['live', 'answers', 'sessions', 'looks']) {
      if (isPhone && ['sessions', 'looks'].includes(place))
        await page.getByRole('button', { name: 'Más', exact: true }).click();
      await page.locator(`nav a[href="#${place}"]:visible`).click();
      await page.getByRole('heading', { level: 1 }).waitFor();
      if (place === 'answers') {
        await page.getByText(say('Card did not arrive', 'La tarjeta no llegó'), { exact: true }).waitFor();
        await page.locator('main li button').first().click();
      }
      if (place === 'live') await page.locator('canvas').waitFor();
      await looked(page, place);
    }
    const officer = await staff('privacy-1', { viewport, locale, bank: 'us-bank' });
    await looked(officer, 'pulling out');
  });

test('whose session a supervisor ends is told so, and nothing of a case stays on their screen', async () => {
  const writer = await Writer.arrive(stage().hub, { customer: 'customer-9', bank: 'wells-fargo' });
  const { number } = await writer.open({ topic: 'card_arrival' });
  await writer.say('My address is 1 Secret Street');
  const agent = await staff('agent-2', { bank: 'wells-fargo' });
  await openCase(agent, number);
  await talkOn(agent).getByText('Secret Street').waitFor();
  const supervisor = await staff('supervisor-1', { bank: 'wells-fargo' });
  await supervisor.locator('nav a[href="#sessions"]').click();
  await supervisor.getByRole('button', { name: 'End the session of agent-2' }).click();
  await agent.getByText('You were signed out.').waitFor();
  assert.doesNotMatch(await agent.content(), /Secret Street/);
});
