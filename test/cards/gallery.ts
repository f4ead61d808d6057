import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { Browser, BrowserContextOptions, Locator, Page, Route } from 'playwright-core';
import { BANKS } from '#banks';
import type { Locale, Me, Page as EntryPage, ServerFrame } from '#contract';
import { openContext, type OwnBrowser } from '../browser/browser.ts';
import { nowMs, type MadeCard } from './made-matters.ts';
import { messageOf } from './made-message.ts';

/** The messenger as it is built, in front of made messages: to look at cards without a hub. */

const folder = join(import.meta.dirname, '..', '..', 'dist', 'web');
const origin = 'http://gallery.localhost';
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
};
/** As strict as the hub's own. */
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self' ws:; manifest-src 'self'; worker-src 'self'";

/** How it is looked at. */
export interface Look extends Pick<BrowserContextOptions, 'viewport' | 'deviceScaleFactor'> {
  readonly locale: Locale;
  readonly colorScheme: 'light' | 'dark';
  /** Files that cannot be fetched. */
  readonly without?: RegExp;
}

/** A chat with these cards in it, newest last. */
export interface Opened extends OwnBrowser {
  readonly page: Page;
}

/** Opens the messenger with made cards; its clock stands still at their moment. */
export async function openGallery(browser: Browser, made: readonly MadeCard[], look: Look): Promise<Opened> {
  const { locale, without, ...rest } = look;
  const own = await openContext(browser, {
    ...rest,
    locale: locale === 'es' ? 'es-US' : 'en-US',
    serviceWorkers: 'block',
  });
  // Fifty cards with their maps take a busy machine a while.
  own.context.setDefaultTimeout(60_000);
  const page = await own.context.newPage();
  await page.clock.setFixedTime(nowMs);
  await serve(page, made, locale);
  if (without) await page.route(without, (route) => route.abort());
  await page.goto(origin);
  if (!without)
    await page
      .getByRole('article')
      .nth(made.length - 1)
      .waitFor();
  return { ...own, page };
}

/** Brings a card to the screen, with its map drawn. */
export async function showCard(page: Page, index: number): Promise<Locator> {
  const card = page.getByRole('article').nth(index);
  const undrawn = card.locator('figure:visible').filter({ hasNot: page.locator('svg') });
  // While cards above are still being drawn the thread may move on: then it is looked for again.
  for (let tries = 0; tries < 60; tries += 1) {
    await card.scrollIntoViewIfNeeded();
    if ((await undrawn.count()) === 0) return card.locator('xpath=..');
    await page.waitForTimeout(500);
  }
  throw new Error(`the map of card ${index} was not drawn`);
}

async function serve(page: Page, made: readonly MadeCard[], locale: Locale): Promise<void> {
  const entries = made.map((one, index) => ({
    entry: 'message' as const,
    seq: index + 1,
    message: messageOf(one, index, locale, 'In words.'),
  }));
  const lastSeq = entries.length;
  const me: Me = {
    locale,
    timeZone: 'America/New_York',
    banks: BANKS.map(({ id, name, mark, accent, sandbox }) => ({
      id,
      name,
      mark,
      accent,
      telephone: sandbox.telephone,
    })),
    links: [
      {
        id: '00000000-0000-4000-8000-0000000000ff',
        bank: 'citi',
        state: 'linked',
        purposes: ['transactions', 'fraud-alerts'],
        accounts: [{ kind: 'card', last4: '2291' }],
        expiresAt: '2027-11-19T20:00:00Z',
        historyRead: true,
      },
    ],
    lastSeq,
    readSeq: lastSeq,
  };
  const answers: Readonly<Record<string, unknown>> = {
    '/api/session': me,
    '/api/me': me,
    '/api/entries': { entries, lastSeq, readSeq: lastSeq } satisfies EntryPage,
  };
  await page.routeWebSocket(/\/ws$/, (socket) => {
    const hello: ServerFrame = { frame: 'hello', lastSeq, readSeq: lastSeq };
    socket.onMessage(() => socket.send(JSON.stringify(hello)));
  });
  await page.route(`${origin}/**`, async (route) => {
    const { pathname } = new URL(route.request().url());
    const answer = answers[pathname];
    await (answer === undefined
      ? serveFile(route, pathname === '/' ? '/index.html' : pathname)
      : route.fulfill({ json: answer }));
  });
}

async function serveFile(route: Route, path: string): Promise<void> {
  const body = await readFile(join(folder, path)).catch(() => undefined);
  if (!body) return route.fulfill({ status: 404 });
  const headers = { 'content-security-policy': policy };
  return route.fulfill({ body, headers, contentType: types[extname(path)] ?? 'application/octet-stream' });
}
