import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { systemClock } from '#base';
import { ask, hubInHand, person, type HubInHand } from '../chat-side.ts';
import { assertAccessible } from './axe.ts';
import { launchChromium, openContext } from './browser.ts';

// The pages that link a bank for a chat at another messenger, as a person walks them.

const shots = process.env['SHOTS'];
let all: HubInHand;
let browser: Browser;
before(async () => {
  all = await hubInHand(systemClock);
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await all.close();
});

test('the address, the levels of detail, the bank, the code, and the chat in this browser too', async () => {
  const ana = await person(all);
  const { context, complaints } = await openContext(browser);
  const page = await context.newPage();
  const look = async (name: string): Promise<void> => {
    await assertAccessible(page, name);
    if (!shots) return;
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png`, fullPage: true });
    }
  };
  await page.goto(`${all.hub.url}/m#${await ask(all, ana)}`);
  await page.getByRole('heading', { name: 'Link a bank for your chat' }).waitFor();
  await look('claim');
  await page.getByRole('button', { name: 'Continue' }).click();
  await page.getByRole('heading', { name: 'Link Citi to Facebook Messenger, Example Help' }).waitFor();
  await page.getByRole('switch', { name: 'Balances' }).check();
  await page.getByRole('switch', { name: 'Purchases' }).check();
  const pointers = page.getByRole('radio', { name: 'Only that there is something' });
  assert.equal(await pointers.count(), 2);
  for (const pointer of await pointers.all()) assert.ok(await pointer.isChecked(), 'it begins with pointers');
  await page.getByRole('radio', { name: 'Shop and about how much' }).check();
  await page.getByText('About $66 at Stroman & Hudson').waitFor();
  await look('levels');
  await page.getByRole('textbox').fill('A. Customer');
  await page.getByRole('button', { name: 'Continue to Citi' }).click();
  await page.locator('input[name=username]').fill('customer-1');
  await page.locator('input[name=password]').fill('sandbox');
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByText('Facebook Messenger, Example Help').waitFor();
  await page.getByRole('button', { name: 'Allow' }).click();
  await page.getByRole('heading', { name: 'Say this code in your chat' }).waitFor();
  await look('code');
  const code = (await page.locator('p[aria-label]').textContent()) ?? '';
  assert.match(code, /^\d{3} \d{3}$/);
  assert.match(
    (await all.parts.linking.confirm(ana.identityId, { text: code, key: 'the code' }))?.said ?? '',
    /is linked/,
  );
  await page.getByRole('heading', { name: 'Citi is linked' }).waitFor();
  await look('linked');
  await page.getByRole('button', { name: 'Open the chat here too' }).click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  assert.deepEqual(complaints, []);
  await context.close();
});

test('a browser inside another app is asked to open the address outside, and uses nothing up', async () => {
  const ana = await person(all);
  const token = await ask(all, ana);
  const { context } = await openContext(browser, {
    userAgent: 'Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/22F76 [FBAN/MessengerForiOS;FBAV/512.0.0.47.109]',
  });
  const page = await context.newPage();
  await page.goto(`${all.hub.url}/m#${token}`);
  await page.getByRole('heading', { name: 'Open this in your own browser' }).waitFor();
  assert.equal(await page.getByRole('button', { name: 'Continue' }).count(), 0);
  if (shots) await page.screenshot({ path: `${shots}/outside.png`, fullPage: true });
  const claimed = await all.parts.linking.claim(token, { browser: '', system: '' });
  assert.ok(claimed.attemptId);
  await context.close();
});
