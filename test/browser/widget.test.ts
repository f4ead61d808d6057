import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { after, before, test } from 'node:test';
import type { Page } from 'playwright-core';
import { setStage } from './stage.ts';

// A bank's own page with the widget on it, on the messenger's site; and a page that was not allowed to have it.

let own: Server;
let foreign: Server;
before(async () => {
  [own, foreign] = await Promise.all([serve(), serve()]);
});
after(() => {
  own.close();
  foreign.close();
});

const stage = setStage(async () => ({ TELLERLINE_EMBED_ORIGINS: originOf(own) }));

test('an allowed page opens the messenger over itself, with the customer’s own conversation', async () => {
  const person = await stage().person();
  await person.link('Citi', 'customer-1');

  const page = await person.page.context().newPage();
  await page.goto(pageOf(own));
  const button = page.getByRole('button', { name: 'Ask my bank' });
  const loaded = page.frames().filter((frame) => frame.url().startsWith(stage().hub.url));
  assert.deepEqual(loaded, [], 'nothing of it is loaded before the button is pressed');
  await button.click();
  const messenger = messengerIn(page);
  await messenger.getByRole('article').filter({ hasText: 'Citi is linked' }).waitFor();
  await messenger.getByRole('textbox', { name: 'Message' }).fill('balance');
  await messenger.getByRole('button', { name: 'Send' }).click();
  await messenger.getByRole('article').filter({ hasText: '3 accounts' }).nth(1).waitFor();

  await button.click();
  await messenger.getByRole('textbox', { name: 'Message' }).waitFor({ state: 'hidden' });
});

test('a bank is linked from the widget in a tab of its own, never in a frame', async () => {
  const { context } = await stage().ownBrowser();
  const page = await context.newPage();
  await page.goto(pageOf(own));
  await page.getByRole('button', { name: 'Ask my bank' }).click();
  const messenger = messengerIn(page);
  await messenger.getByRole('button', { name: 'Link a bank' }).click();
  const tab = context.waitForEvent('page');
  await messenger.getByRole('button', { name: 'Citi' }).click();
  await (await tab).getByRole('button', { name: 'Continue to Citi' }).waitFor();
});

test('a page of another origin gets neither a session nor a word of the conversation into its frame', async () => {
  const person = await stage().person();
  await person.link('Wells Fargo', 'customer-1');
  const page = await person.page.context().newPage();
  const refused = page.waitForEvent('console', (message) => message.text().includes('frame-ancestors'));
  await page.goto(pageOf(foreign));
  await page.getByRole('button', { name: 'Ask my bank' }).click();
  await refused;
  await assert.rejects(messengerIn(page).getByRole('article').waitFor({ timeout: 500 }), { name: 'TimeoutError' });
  // Refusing is what is wanted here; it is no complaint of a page of ours.
  stage().forgive(/frame-ancestors/);
});

function messengerIn(page: Page) {
  return page.frameLocator('iframe[title="Ask my bank"]');
}

/** A page that names its widget's address in its own query. */
async function serve(): Promise<Server> {
  const server = createServer((request, response) => {
    const hub = new URL(request.url ?? '', 'http://localhost').searchParams.get('hub') ?? '';
    response.setHeader('content-type', 'text/html; charset=utf-8');
    response.end(`<!doctype html><html lang="en"><title>A bank</title><h1>A bank’s page</h1>
<script src="${hub}/embed.js" data-label="Ask my bank"></script></html>`);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

function originOf(server: Server): string {
  const address = server.address();
  assert.ok(address !== null && typeof address === 'object');
  return `http://localhost:${address.port}`;
}

function pageOf(server: Server): string {
  return `${originOf(server)}/?hub=${encodeURIComponent(stage().hub.url)}`;
}
