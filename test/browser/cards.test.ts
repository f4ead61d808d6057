import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import type { Browser, Page } from 'playwright-core';
import { buildWebIfStale } from '../../tools/build-web.ts';
import { openGallery, type Look, type Opened } from '../cards/gallery.ts';
import { madeMatters, nowMs } from '../cards/made-matters.ts';
import { launchChromium } from './browser.ts';

// The cards of matters that go on, in the messenger as it is built: each in every state, in front of nobody.

let browser: Browser;
before(async () => {
  await buildWebIfStale();
  browser = await launchChromium();
});
after(() => browser.close());

function open(names: readonly string[], look: Partial<Look> = {}): Promise<Opened> {
  const cards = names.map((name) => madeMatters[name] ?? assert.fail(name));
  return openGallery(browser, cards, { locale: 'en', colorScheme: 'light', ...look });
}

/** Each part of a card in each of its looks, in as few cards as that takes. */
const distinct = [
  'alert-open',
  'alert-degraded',
  'alert-region',
  'alert-unknown',
  'alert-frozen',
  'alert-released',
  'watch-open',
  'freeze-requested',
  'freeze-confirmed',
  'freeze-refused',
  'case-review',
  'case-more',
  'case-won',
  'receipt',
  'receipt-odd',
  'receipt-long',
  'receipt-cancelled',
  'parcel-tomorrow',
  'parcel-customs',
  'parcel-delivered',
  'parcel-returned',
];
/** As narrow as phones are, and so high that each card is on the screen at once, with its map. */
const narrow = { viewport: { width: 360, height: 14_000 } };
const looks = [
  { locale: 'en', colorScheme: 'light', ...narrow },
  { locale: 'es', colorScheme: 'dark', ...narrow },
] as const;

/** Maps are one picture each to whoever looks at them with axe: what is in them is drawn, not read. */
const axe = (page: Page): AxeBuilder => new AxeBuilder({ page }).include('main').exclude('article figure svg *');

for (const look of looks)
  test(`no card in any of its looks is wider than the narrowest phone, and axe finds nothing, ${look.locale}, ${look.colorScheme}`, async () => {
    const { page, context, complaints } = await open(distinct, look);
    const undrawn = page.locator('article figure:visible').filter({ hasNot: page.locator('svg') });
    await undrawn.first().waitFor({ state: 'hidden' });
    const cards = await page.getByRole('article').evaluateAll((articles) =>
      articles.map((article) => {
        const { left, right } = article.getBoundingClientRect();
        return { fits: left >= 0 && right <= 360 && article.scrollWidth <= article.clientWidth };
      }),
    );
    assert.equal(cards.length, distinct.length);
    assert.deepEqual(
      distinct.filter((_, index) => !cards[index]?.fits),
      [],
    );
    const { violations } = await axe(page).analyze();
    assert.deepEqual(
      violations.map(({ id, nodes }) => [id, nodes[0]?.html]),
      [],
    );
    assert.deepEqual(complaints, []);
    await context.close();
  });

test('the answers to an alert are reached and pressed by key, the safe one first, and one press decides', async () => {
  const { page, context } = await open(['alert-open']);
  const pressed: string[] = [];
  await page.route('**/api/acts', (route) => {
    pressed.push((route.request().postDataJSON() as { token: string }).token);
    return route.fulfill({ json: {} });
  });
  const no = page.getByRole('button', { name: 'No, freeze my card' });
  const yes = page.getByRole('button', { name: 'Yes, it was me' });
  await no.focus();
  await page.keyboard.press('Tab');
  await yes.and(page.locator(':focus')).waitFor();
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await no.and(page.locator(':disabled')).waitFor();
  assert.ok(await yes.isDisabled());
  assert.deepEqual(pressed, ['made-0-0']);
  await context.close();
});

test('the time to try a purchase again counts down by itself, and nothing announces it', async () => {
  const { page, context } = await open(['alert-released']);
  const timer = page.getByRole('timer');
  await timer.filter({ hasText: '9:41 left, until 3:13' }).waitFor();
  await page.clock.setFixedTime(nowMs + 60_000);
  await timer.filter({ hasText: '8:41 left' }).waitFor();
  assert.equal(await timer.evaluate((element) => element.closest('[aria-live="assertive"]')), null);
  await context.close();
});

test('where the bank does not answer, its number can be called by a tap', async () => {
  const { page, context } = await open(['alert-degraded']);
  const call = page.getByRole('link', { name: /Call JPMorgan Chase/ });
  assert.equal(await call.getAttribute('href'), 'tel:+12125550133');
  const box = await call.boundingBox();
  assert.ok(box && box.height >= 44);
  await context.close();
});

test('the one thing to do about a matched purchase stands beside it, as high as a finger', async () => {
  const { page, context } = await open(['receipt']);
  const undo = page.getByRole('button', { name: 'Not this purchase' });
  const paid = page.getByText('Paid with card 2291');
  const [of, beside] = [await undo.boundingBox(), await paid.boundingBox()];
  assert.ok(of && beside && of.height >= 44 && of.x > beside.x && Math.abs(of.y - beside.y) < 30);
  await context.close();
});

test('a card whose drawing cannot be fetched says in words what it is, and what can be done stays', async () => {
  const { page, context } = await open(['alert-open'], { without: /matter-card/ });
  await page.getByText('In words.').waitFor();
  assert.ok(await page.getByRole('button', { name: 'No, freeze my card' }).isVisible());
  await context.close();
});
