import { request } from 'node:http';
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AxeBuilder } from '@axe-core/playwright';
import { chromium, type Browser, type BrowserContextOptions, type Page } from 'playwright-core';
import { chromiumPath } from '#test/chromium';
import {
  clientAt,
  linkCustomer,
  pushRequest,
  redeem,
  startTrial,
  usualConsent,
  type Trial,
} from './stand-in-hub.fixture.ts';

let trial: Trial;
let browser: Browser;
before(async () => {
  trial = await startTrial();
  browser = await chromium.launch({ executablePath: chromiumPath(), args: ['--no-sandbox'] });
});
after(async () => {
  await browser?.close();
  await trial?.close();
});

/** A page whose every error (a refused style, a failed request) fails the test, but for answers that the test expects. */
async function openPage(options: BrowserContextOptions, work: (page: Page) => Promise<void>): Promise<void> {
  const context = await browser.newContext({ viewport: { width: 360, height: 800 }, ...options });
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().includes('401')) complaints.push(message.text());
  });
  page.on('pageerror', (error) => complaints.push(error.message));
  try {
    await work(page);
    assert.deepEqual(complaints, []);
  } finally {
    await context.close();
  }
}

async function assertAccessible(page: Page, name: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  assert.deepEqual(
    violations.map(({ id, nodes }) => `${name}: ${id} at ${nodes.map((node) => node.target.join(' ')).join(', ')}`),
    [],
  );
  assert.equal(
    await page.evaluate('document.documentElement.scrollWidth <= innerWidth'),
    true,
    `${name} scrolls sideways`,
  );
}

const names = {
  en: {
    username: 'Username',
    password: 'Password',
    signIn: 'Sign in',
    allow: 'Allow',
    cancel: 'Cancel',
    useCard: 'Use card',
  },
  es: {
    username: 'Usuario',
    password: 'Contraseña',
    signIn: 'Iniciar sesión',
    allow: 'Permitir',
    cancel: 'Cancelar',
    useCard: 'Usar la tarjeta',
  },
} as const;

for (const locale of ['en', 'es'] as const) {
  for (const colorScheme of ['light', 'dark'] as const) {
    test(`a person signs in and allows with the names that the page shows (${locale}, ${colorScheme}), and axe finds nothing`, async () => {
      const words = names[locale];
      await openPage({ colorScheme }, async (page) => {
        const login = await pushRequest(trial, await clientAt(trial, 'wells-fargo'), usualConsent, {
          ui_locales: locale,
        });
        await page.goto(login.address.href);
        await assertAccessible(page, 'login');
        await page.getByLabel(words.username).fill('customer-1');
        await page.getByLabel(words.password).fill('wrong');
        await page.getByRole('button', { name: words.signIn }).click();
        await page.getByRole('alert').waitFor();
        await assertAccessible(page, 'login refused');
        await page.getByLabel(words.password).fill('sandbox');
        await page.getByRole('button', { name: words.signIn }).click();
        await page.getByRole('button', { name: words.allow }).waitFor();
        assert.equal(await page.getByRole('checkbox', { checked: true }).count(), 3);
        await page.getByRole('button', { name: words.cancel }).waitFor();
        await assertAccessible(page, 'consent');
        await page.getByRole('button', { name: words.allow }).click();
        await page.waitForURL((url) => url.origin === trial.hub.url);
        assert.ok((await redeem(login, new URL(page.url()))).access_token);
      });
    });
  }
}

test('the login works by keyboard alone', async () => {
  await openPage({}, async (page) => {
    const login = await pushRequest(trial, await clientAt(trial, 'citi'));
    await page.goto(login.address.href);
    // The browser puts the cursor there by itself, at its first frame.
    await page.locator('input[name=username]:focus').waitFor();
    await page.keyboard.type('customer-1');
    await page.keyboard.press('Tab');
    await page.keyboard.type('sandbox');
    await page.keyboard.press('Enter');
    await page.getByRole('checkbox').first().focus();
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Allow' }).focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.origin === trial.hub.url);
    const { grant_id: grantId } = await redeem(login, new URL(page.url()));
    const { body } = await trial.control('GET', '/citi/consents?customer=customer-1');
    const consent = (body as { consents: { id: string; accounts: string[] }[] }).consents.find(
      ({ id }) => id === grantId,
    );
    assert.equal(consent?.accounts.length, 2);
  });
});

test('on the trial page a card is used, a salary paid in and a consent revoked, with the balance following', async () => {
  const { grantId } = await linkCustomer(trial, 'us-bank', 'customer-1');
  await openPage({ viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto(`${trial.sandbox.url}/?bank=us-bank&customer=customer-1&lang=en`);
    assert.equal(await page.locator('#said').isVisible(), false, 'nothing was done yet, so nothing is said');
    const balances = page.getByRole('heading', { name: 'Accounts' }).locator('..');
    const before = await balances.innerText();
    await page.getByLabel('Amount in dollars').first().fill('65.70');
    await page.getByLabel('Where').selectOption({ label: 'Harbor Grill, Lisbon, Portugal' });
    await page.getByRole('button', { name: 'Use card' }).click();
    await page.getByRole('status').filter({ hasText: 'The card was used.' }).waitFor();
    await page.getByRole('button', { name: 'Pay in' }).click();
    await page.getByRole('status').filter({ hasText: 'The salary was paid in.' }).waitFor();
    await page.getByRole('button', { name: 'Revoke at the bank' }).first().click();
    await page.getByRole('status').filter({ hasText: 'revoked at the bank' }).waitFor();
    assert.notEqual(await balances.innerText(), before);
    await assertAccessible(page, 'trial page');
  });
  const { body } = await trial.control('GET', '/us-bank/consents?customer=customer-1');
  assert.equal(
    (body as { consents: { id: string; status: string }[] }).consents.find(({ id }) => id === grantId)?.status,
    'REVOKED',
  );
});

test('the trial page works without a script, too', async () => {
  await openPage({ javaScriptEnabled: false }, async (page) => {
    await page.goto(`${trial.sandbox.url}/?bank=citi&customer=customer-1&lang=es`);
    await page.getByRole('button', { name: names.es.useCard }).click();
    await page.getByRole('status').filter({ hasText: 'Se usó la tarjeta.' }).waitFor();
    assert.equal(await page.getByRole('link', { name: 'Citi' }).getAttribute('aria-current'), 'true');
  });
});

test('each bank’s mark is a rounded square with its two letters as they are written', async () => {
  await openPage({ viewport: { width: 1280, height: 900 } }, async (page) => {
    await page.goto(`${trial.sandbox.url}/?bank=citi&lang=en`);
    const marks = page.locator('.bankchoice .mark');
    assert.deepEqual(await marks.allInnerTexts(), ['JP', 'WF', 'Ci', 'US']);
    const radii = await page.evaluate<number[]>(
      "[...document.querySelectorAll('.bankchoice .mark')].map((mark) => parseFloat(getComputedStyle(mark).borderRadius))",
    );
    for (const [index, mark] of (await marks.all()).entries()) {
      const box = await mark.boundingBox();
      const radius = radii[index] ?? 0;
      assert.ok(box && box.width === box.height);
      assert.ok(radius > 0 && radius < box.width / 2, `a radius of ${radius} px on ${box.width} px`);
    }
  });
});

test('a file is played from the trial page, and the totals are shown', async () => {
  const csv =
    'cc_num,city,state,lat,long,trans_num,trans_date,trans_time,unix_time,category,amt,is_fraud,merchant,merch_lat,merch_long\n' +
    '1111,Austin,TX,30.2,-97.7,one,2024-01-01,00:05:26,1704067526,gas_transport,65.70,0,Sunline Fuel,30.3,-97.7\n' +
    '1111,Austin,TX,30.2,-97.7,two,2024-01-01,00:21:57,1704068517,gas_transport,not a number,0,Sunline Fuel,30.3,-97.7\n';
  await openPage({}, async (page) => {
    await page.goto(`${trial.sandbox.url}/?bank=jpmorgan-chase&customer=customer-1&lang=en`);
    await page.getByLabel('File').setInputFiles({ name: 'use.csv', mimeType: 'text/csv', buffer: Buffer.from(csv) });
    await page.getByRole('button', { name: 'Play' }).click();
    await page.getByRole('status').filter({ hasText: '65.70' }).waitFor();
    assert.match(
      await page.getByRole('status').innerText(),
      /^Line 3: the amount is not a number.*\nRows: 2\. Booked: 1\./,
    );
  });
});

for (const colorScheme of ['light', 'dark'] as const) {
  test(`axe finds nothing on the trial page and the control page (${colorScheme})`, async () => {
    await openPage({ colorScheme }, async (page) => {
      for (const path of ['/?lang=en', '/?lang=es', '/control']) {
        await page.goto(`${trial.sandbox.url}${path}`);
        await assertAccessible(page, path);
      }
    });
  });
}

test('a page of somebody else’s cannot press the buttons', async () => {
  const foreign = { origin: 'http://attacker.example' };
  const pressed = await fetch(`${trial.sandbox.url}/trial/salary`, {
    method: 'POST',
    headers: foreign,
    body: new URLSearchParams({ amount: '1.00' }),
  });
  assert.equal(pressed.status, 403);
  const called = await fetch(`${trial.sandbox.url}/control/banks/citi/rotate-keys`, {
    method: 'POST',
    headers: foreign,
  });
  assert.equal(called.status, 403);
  // A name that was pointed at this machine: Origin and Host agree, and yet it is somebody else's page.
  const { port } = new URL(trial.sandbox.url);
  const rebound = await statusOf(Number(port), `rebound.example:${port}`, '/control/banks/citi/rotate-keys');
  assert.equal(rebound, 403);
});

/** The status of a POST with a Host of one's own choosing, which `fetch` does not allow. */
function statusOf(port: number, host: string, path: string): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { host, origin: `http://${host}` };
    const call = request({ port, host: '127.0.0.1', path, method: 'POST', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    call.on('error', reject);
    call.end();
  });
}
