import { after, before, test } from 'node:test';
import type { Browser } from 'playwright-core';
import { testHub, type TestHub } from '../hub.ts';
import { launchChromium, openContext } from './browser.ts';
let hub: TestHub;
let browser: Browser;
before(async () => {
  hub = await testHub();
  browser = await launchChromium();
});
after(async () => {
  await browser.close();
  await hub.close();
});
test('shots', async () => {
  const { context, complaints } = await openContext(browser, { viewport: { width: 430, height: 900 } });
  const page = await context.newPage();
  await page.goto(hub.url);
  const say = async (text: string) => {
    await page.getByRole('textbox').first().fill(text);
    await page.keyboard.press('Enter');
  };
  await page.getByRole('textbox').first().waitFor();
  await say('connect northwind books');
  await page.getByRole('button', { name: 'Connect Northwind Books' }).click();
  await page.getByRole('heading', { name: /Connect Northwind Books/ }).waitFor();
  await page.screenshot({ path: '/tmp/src-shots/disclosure.png', fullPage: true });
  for (const one of await page.getByRole('switch').all()) if (!(await one.isChecked())) await one.check();
  await page.getByRole('textbox').fill('A. Customer');
  await page.getByRole('button', { name: 'Sign and connect Northwind Books' }).click();
  await page
    .getByText(/Your code for Northwind Books is/)
    .first()
    .waitFor();
  await page.screenshot({ path: '/tmp/src-shots/connected.png' });
  const text = await page
    .getByText(/Your code for Northwind Books is/)
    .first()
    .textContent();
  const code = /[2-9A-Z]{4}-[2-9A-Z]{4}/.exec(text ?? '')?.[0] ?? '';
  const shop = await context.newPage();
  await shop.goto(`${hub.sandboxUrl}/shop`);
  await shop.getByLabel('Code from the chat').fill(code);
  await shop.getByRole('button', { name: 'Order', exact: true }).click();
  await shop.getByRole('button', { name: 'Paid' }).click();
  await shop.getByRole('button', { name: 'Send in two parcels' }).click();
  for (const name of ['Picked up', 'On its way', 'Held by customs'])
    await shop.getByRole('button', { name }).first().click();
  for (const name of ['Picked up', 'On its way', 'Out for delivery', 'Delivered'])
    await shop.getByRole('button', { name }).last().click();
  await shop.getByRole('button', { name: 'Give $5.00 back' }).click();
  await shop.screenshot({ path: '/tmp/src-shots/shop.png', fullPage: true });
  await page.bringToFront();
  await page.waitForTimeout(1500);
  await page.setViewportSize({ width: 430, height: 2600 });
  await page.waitForTimeout(500);
  await page.screenshot({ path: '/tmp/src-shots/chat.png' });
  await page.goto(`${hub.url}/privacy`);
  await page.waitForTimeout(1500);
  await page.screenshot({ path: '/tmp/src-shots/privacy.png', fullPage: true });
  console.log(complaints);
});
