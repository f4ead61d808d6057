import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  createLog,
  newId,
  systemClock,
  systemRandom,
  type BankId,
  type ConsentId,
  type CustomerId,
  type LinkId,
} from '#base';
import { sql, unscoped } from '#db';
import { createProofLog, readLogKey } from '#proof';
import { createVault, fileKeyProvider } from '#vault';
import type { Browser } from 'playwright-core';
import { launchChromium } from '../test/browser/browser.ts';
import { testHub, type TestHub } from '../test/hub.ts';
import { Visitor } from '../test/visitor.ts';
import { buildWebIfStale } from '../tools/build-web.ts';
import { atMost, rowOf, type Row } from './measured.ts';
import type { Bench, Part } from './part.ts';

const entryCount = 10_000;

/**
 * How long the privacy centre takes to open in Chromium for a customer with ten thousand entries: until the first
 * hundred stand on the screen, until this browser has checked them, and until "Check all" has checked every one.
 * Each run in a fresh browser context.
 */
export const privacy: Part = { name: 'privacy', heading: 'The privacy centre, ten thousand entries', run: measure };

async function measure({ options, progress }: Bench): Promise<Row[]> {
  await buildWebIfStale();
  const keys = mkdtempSync(join(tmpdir(), 'tellerline-bench-keys-'));
  const hub = await testHub({ settings: { TELLERLINE_KEYS: keys } });
  const browser = await launchChromium();
  try {
    const visitor = await Visitor.arrive(hub);
    await enterMany(hub, keys);
    const cookie = visitor.cookie('tellerline_session') ?? '';
    const opened: Opened[] = [];
    for (let run = 1; run <= options.runs; run += 1) {
      progress(`run ${run} of ${options.runs}`);
      opened.push(await openOnce(hub, browser, cookie));
    }
    return [
      rowOf(
        'the first 100 of 10,000 entries are on the screen',
        'ms',
        opened.map((one) => one.shown),
        atMost(1000),
      ),
      rowOf(
        'the browser has checked them',
        'ms',
        opened.map((one) => one.checked),
      ),
      rowOf(
        '“Check all” has checked every one',
        'ms',
        opened.map((one) => one.all),
      ),
    ];
  } finally {
    await browser.close();
    await hub.close();
    rmSync(keys, { recursive: true });
  }
}

/** Milliseconds from opening, and of `all` from the press of the button. */
interface Opened {
  readonly shown: number;
  readonly checked: number;
  readonly all: number;
}

async function openOnce(hub: TestHub, browser: Browser, cookie: string): Promise<Opened> {
  const context = await browser.newContext();
  await context.addCookies([{ name: 'tellerline_session', value: cookie, url: hub.url }]);
  const page = await context.newPage();
  const began = performance.now();
  await page.goto(`${hub.url}/privacy`, { waitUntil: 'commit' });
  await page.locator('ol > li').nth(99).waitFor({ state: 'attached' });
  const shown = performance.now() - began;
  await page.getByText('100 of 100 shown here checked.').waitFor();
  const checked = performance.now() - began;
  const pressed = performance.now();
  await page.getByRole('button', { name: 'Check all' }).click();
  await page.getByText(/^10,\d{3} entries checked, none failed/).waitFor({ timeout: 120_000 });
  const all = performance.now() - pressed;
  await context.close();
  return { shown, checked, all };
}

/** Enters as many changes of a consent as make ten thousand entries, a thousand a leaf, through the vault itself. */
async function enterMany({ db }: TestHub, keys: string): Promise<void> {
  const { database } = db;
  const log = createLog('silent');
  const proof = createProofLog({ database, signer: readLogKey(keys, 'ignored', systemRandom), log });
  const provider = fileKeyProvider(keys, systemRandom);
  const vault = createVault({
    database,
    readers: unscoped(database),
    provider,
    proof,
    clock: systemClock,
    random: systemRandom,
  });
  const [row] = await database.query<{ customerId: CustomerId }>(
    sql`select customer_id as "customerId" from customers`,
  );
  if (!row) throw new Error('a visitor is a customer');
  const draft = {
    type: 'consent',
    customerId: row.customerId,
    linkId: newId<LinkId>(),
    bankId: 'citi' as BankId,
    consentId: newId<ConsentId>(),
    change: 'renewed',
    by: 'customer',
    purposes: ['balances', 'transactions'],
    accounts: 3,
    until: new Date('2027-11-20T00:00:00Z'),
  } as const;
  for (let n = 0; n < entryCount; n += 1000)
    await database.transaction((tx) =>
      vault.ledger.enter(
        tx,
        Array.from({ length: 1000 }, () => draft),
      ),
    );
  // Covered by a checkpoint within a second.
  await new Promise((resolve) => setTimeout(resolve, 2000));
}
