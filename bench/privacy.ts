/**
 * `node bench/privacy.ts`: how long the privacy centre takes to open in Chromium for a customer with ten
 * thousand entries: until the first hundred stand on the screen, until this browser has checked them, and
 * until "Check all" has checked every one. Each three times, in a fresh browser context.
 */
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
import { launchChromium } from '../test/browser/browser.ts';
import { testHub, type TestHub } from '../test/hub.ts';
import { Visitor } from '../test/visitor.ts';
import { measured, report, runs } from './measured.ts';

const entryCount = 10_000;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-bench-keys-'));
const hub = await testHub({ settings: { TELLERLINE_KEYS: keys } });
const browser = await launchChromium();
try {
  const visitor = await Visitor.arrive(hub);
  await enterMany(hub);
  const cookie = visitor.cookie('tellerline_session') ?? '';
  const [shown, checked, all]: [number[], number[], number[]] = [[], [], []];
  for (let run = 0; run < runs; run += 1) {
    const context = await browser.newContext();
    await context.addCookies([{ name: 'tellerline_session', value: cookie, url: hub.url }]);
    const page = await context.newPage();
    const began = performance.now();
    await page.goto(`${hub.url}/privacy`, { waitUntil: 'commit' });
    await page.locator('ol > li').nth(99).waitFor({ state: 'attached' });
    shown.push(performance.now() - began);
    await page.getByText('100 of 100 shown here checked.').waitFor();
    checked.push(performance.now() - began);
    const pressed = performance.now();
    await page.getByRole('button', { name: 'Check all' }).click();
    await page.getByText(/^10,\d{3} entries checked, none failed/).waitFor({ timeout: 120_000 });
    all.push(performance.now() - pressed);
    await context.close();
  }
  report('privacy', {
    'ms until the first 100 of 10,000 entries are on the screen': measured(shown),
    'ms until the browser has checked them': measured(checked),
    'ms until “Check all” has checked every one': measured(all),
  });
} finally {
  await browser.close();
  await hub.close();
  rmSync(keys, { recursive: true });
}

/** Enters as many changes of a consent as make ten thousand entries, a thousand a leaf, through the vault itself. */
async function enterMany({ db }: TestHub): Promise<void> {
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
