import assert from 'node:assert/strict';
import { generateKeyPairSync, hash, sign } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { LedgerPage, Locale } from '#contract';
import { verify } from '../../src/app/verify.ts';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// The privacy centre in a real Chromium, which computes every proof itself.

const stage = setStage();

const names = {
  en: {
    ok: 'Proof checked',
    failed: 'Check failed',
    purchases: 'Purchases',
    off: 'Switch it off',
    stop: 'Stop',
    keep: 'Keep it',
    all: 'Check all',
    detail: 'Technical detail',
    receipt: 'Deletion receipt',
    confirmed: 'The bank has confirmed the end.',
    rewritten: /rewritten/,
    changes: 'Changes',
    exportAll: 'Export everything',
  },
  es: {
    ok: 'Prueba comprobada',
    failed: 'No coincide',
    purchases: 'Compras',
    off: 'Apagarlo',
    stop: 'Detener',
    keep: 'Mantener',
    all: 'Comprobar todo',
    detail: 'Detalle técnico',
    receipt: 'Recibo de borrado',
    confirmed: 'El banco confirmó que terminó.',
    rewritten: /reescrito/,
    changes: 'Cambios',
    exportAll: 'Exportar todo',
  },
} as const satisfies Record<Locale, unknown>;

async function opened(person: Person): Promise<Page> {
  await person.page.goto(`${stage().hub.url}/privacy`);
  await person.page.locator('ol li').first().waitFor();
  return person.page;
}

/** Waits until no entry is being checked or waits for its checkpoint; answers how many are marked as checked. */
async function checkedIn(page: Page, locale: Locale): Promise<number> {
  return until('every entry to be marked', async () => {
    const all = await page.locator('ol > li').count();
    const checked = await page.getByText(names[locale].ok, { exact: true }).count();
    if (checked === all) return checked;
    // An entry of this very moment is covered within a second, and read again with the page.
    await page.reload();
    await page.locator('ol li').first().waitFor();
    return undefined;
  });
}

for (const locale of ['en', 'es'] as const) {
  test(`axe finds nothing in the privacy centre (${locale})`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    await person.page.goto(`${stage().hub.url}/privacy`);
    await person.page.getByRole('heading', { level: 1 }).waitFor();
    await assertAccessible(person.page, 'nothing linked');
    await person.page.goto(stage().hub.url);
    await person.link('Citi', 'customer-2');
    const page = await opened(person);
    await checkedIn(page, locale);
    await page.getByText(say.detail).first().click();
    await assertAccessible(page, 'linked');
    await page.getByRole('button', { name: say.exportAll }).click();
    await assertAccessible(page, 'export');
    await page.keyboard.press('Escape');
    await page.getByRole('switch', { name: say.purchases }).click();
    await assertAccessible(page, 'asked');
  });
}

test('a purpose is switched off where it is shown, with the keyboard alone, and asked about first', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-1');
  const page = await opened(person);
  const purchases = page.getByRole('switch', { name: 'Purchases' });
  assert.equal(await purchases.getAttribute('aria-checked'), 'true');
  await purchases.focus();
  await page.keyboard.press('Space');
  const asked = page.getByRole('dialog');
  await asked.waitFor();
  await page.keyboard.press('Escape');
  await asked.waitFor({ state: 'hidden' });
  assert.equal(await purchases.getAttribute('aria-checked'), 'true');
  await purchases.focus();
  await page.keyboard.press('Space');
  await page.getByRole('button', { name: names.en.off }).focus();
  await page.keyboard.press('Enter');
  await until('the switch to be off', async () => (await purchases.getAttribute('aria-checked')) === 'false');
  // What was done is in the list at once, said in words.
  await page.reload();
  await page.getByRole('button', { name: names.en.changes }).click();
  await page.getByText('You changed what Citi shares here').first().waitFor();
});

test('stopping gives a signed receipt that holds without us, and shows when the bank has confirmed', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-3');
  const page = await opened(person);
  await page.getByRole('button', { name: names.en.stop, exact: true }).click();
  await page.getByRole('dialog').getByRole('button', { name: names.en.stop }).click();
  await page.getByText('You stopped it on').waitFor();
  await page.getByText(names.en.confirmed).waitFor();
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('link', { name: names.en.receipt }).click(),
  ]);
  const { holds, said } = await verify(await saved.path(), {});
  assert.equal(holds, true, said.join('\n'));
});

test('the receipt of what is no longer shared is found again after a reload, and holds without us', async () => {
  const person = await stage().person('es');
  await person.link('Citi', 'customer-4');
  await person.say('deja de compartir mis compras');
  await person.button('Dejar de compartir compras').waitFor();
  await assertAccessible(person.page, 'asked to share less');
  await person.button('Dejar de compartir compras').click();
  await person.page.getByText('Ahora compartes menos de Citi').waitFor();
  await person.page.getByText('Ya no compartes: Compras.').waitFor();
  await assertAccessible(person.page, 'sharing less');
  const inChat = await person.page.getByRole('link', { name: 'Comprobante firmado' }).getAttribute('href');
  const page = await opened(person);
  await page.reload();
  const link = page.getByRole('link', { name: names.es.receipt });
  await link.waitFor();
  assert.equal(await link.getAttribute('href'), inChat);
  await assertAccessible(page, 'receipts');
  const [saved] = await Promise.all([page.waitForEvent('download'), link.click()]);
  const { holds, said } = await verify(await saved.path(), {});
  assert.equal(holds, true, said.join('\n'));
});

test('everything can be taken along: the JSON holds offline, the page needs no connection and runs nothing', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-1');
  const page = await opened(person);
  await page.getByRole('button', { name: names.en.exportAll }).click();
  const take = async (name: string): Promise<string> => {
    const [saved] = await Promise.all([page.waitForEvent('download'), page.getByRole('link', { name }).click()]);
    return saved.path();
  };
  const json = await take('As JSON, with all proofs');
  const { holds, said } = await verify(json, {});
  assert.equal(holds, true, said.join('\n'));
  const whole = JSON.parse(await readFile(json, 'utf8')) as { conversation: unknown[]; consents: unknown[] };
  assert.ok(whole.conversation.length > 2 && whole.consents.length === 1);
  const html = await readFile(await take('As a page to read'), 'utf8');
  assert.match(html, /Everything that Tellerline keeps of you/);
  assert.doesNotMatch(html, /<script|src=|href=/);
});

test('an entry that was altered on its way is shown as failed, and no other', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-2');
  await person.page.route('**/api/ledger?*', async (route) => {
    const response = await route.fetch();
    const page = (await response.json()) as LedgerPage;
    const entries = page.entries.map((entry, n) =>
      n === 1 ? { ...entry, record: { ...entry.record, at: '2026-01-01T00:00:00.000Z' } } : entry,
    );
    await route.fulfill({ response, json: { ...page, entries } });
  });
  const page = await opened(person);
  await page.getByText(names.en.failed, { exact: true }).waitFor();
  assert.equal(await page.getByText(names.en.failed, { exact: true }).count(), 1);
  assert.ok((await page.getByText(names.en.ok, { exact: true }).count()) >= 1);
});

test('a log that does not continue what this browser saw is named as rewritten', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-3');
  const page = await opened(person);
  await page.getByText('Its signature is right.').waitFor();
  await page.reload();
  await page.getByText('The log continues what this browser saw before.').waitFor();
  // What comes of the log from now on is a tile of something else.
  await page.route('**/log/tile/0/**', async (route) => {
    const response = await route.fetch();
    const body = Buffer.from(await response.body());
    body.fill(7, 0, 32);
    await route.fulfill({ response, body });
  });
  await person.page.goto(stage().hub.url);
  await person.say('balance');
  await until('the log to have grown', async () => {
    await page.goto(`${stage().hub.url}/privacy`);
    await page.locator('ol li').first().waitFor();
    return (await page.getByText(names.en.rewritten).count()) > 0;
  });
});

/** A witness with a key of its own, and its signature line under a checkpoint. */
function witnessNamed(name: string): { readonly key: string; readonly cosign: (checkpoint: string) => string } {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const data = Buffer.concat([Buffer.of(4), Buffer.from(publicKey.export({ format: 'jwk' }).x ?? '', 'base64url')]);
  const keyHash = hash('sha256', Buffer.concat([Buffer.from(`${name}\n`), data]), 'buffer').subarray(0, 4);
  return {
    key: `${name}+${keyHash.toString('hex')}+${data.toString('base64')}`,
    cosign: (checkpoint) => {
      const time = Buffer.alloc(8);
      time.writeBigUInt64BE(1_700_000_000n);
      const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
      const signature = sign(null, Buffer.from(`cosignature/v1\ntime 1700000000\n${text}`), privateKey);
      return `${checkpoint}— ${name} ${Buffer.concat([keyHash, time, signature]).toString('base64')}\n`;
    },
  };
}

test('a witness that the status alone names is the operator’s word; one that signs is checked and remembered', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-4');
  const { page } = person;
  const name = 'witness.example';
  const [honest, swapped] = [witnessNamed(name), witnessNamed(name)];
  let named = honest.key;
  let cosign: (checkpoint: string) => string = (checkpoint) => checkpoint;
  await page.route('**/api/log-status', async (route) => {
    const response = await route.fetch();
    const status = (await response.json()) as object;
    const at = new Date().toISOString();
    await route.fulfill({
      response,
      json: { ...status, witnesses: [{ name, key: named, independent: true, size: 9, at }] },
    });
  });
  await page.route('**/api/ledger?*', async (route) => {
    const response = await route.fetch();
    const listed = (await response.json()) as LedgerPage;
    await route.fulfill({ response, json: { ...listed, checkpoint: cosign(listed.checkpoint) } });
  });
  await opened(person);
  await page.getByText('That is the operator’s word').waitFor();
  assert.equal(await page.getByText(/Also signed by/).count(), 0);
  // Signed, but by another key than the one that is named.
  cosign = swapped.cosign;
  await page.reload();
  await page.getByText('That is the operator’s word').waitFor();
  cosign = honest.cosign;
  await page.reload();
  await page
    .getByText(`Also signed by ${name}: this browser has checked it, by a key that the operator names.`)
    .waitFor();
  await page.reload();
  await page.getByText(`Also signed by ${name}: this browser has checked it, by the key that it remembers.`).waitFor();
  await assertAccessible(page, 'witnessed');
  named = swapped.key;
  cosign = swapped.cosign;
  await page.reload();
  await page.getByText(`Another key is given for ${name}`).waitFor();
  assert.equal(await page.getByText(/Also signed by/).count(), 0);
  await assertAccessible(page, 'another key');
});

test('a browser without a chat is told so in its own language, and led to the chat', async () => {
  const { context } = await stage().ownBrowser({ locale: 'es-US' });
  const page = await context.newPage();
  await page.goto(`${stage().hub.url}/privacy`);
  await page.getByText('Este navegador no tiene ningún chat abierto.').waitFor();
  await assertAccessible(page, 'no chat');
});

test('“Check all” goes through everything and says how it came out', async () => {
  const person = await stage().person('en');
  await person.link('Citi', 'customer-1');
  const page = await opened(person);
  await checkedIn(page, 'en');
  await page.getByRole('button', { name: names.en.all }).click();
  await page.getByText(/\d+ entries checked, none failed\./).waitFor();
});

test('the chat says who has seen the data, and leads to the privacy centre', async () => {
  const person = await stage().person('es');
  await person.link('Citi', 'customer-2');
  await person.say('¿quién ha visto mis datos?');
  await person.button('Centro de privacidad').click();
  await person.page.getByRole('heading', { name: 'Todo lo que se hizo con mis datos' }).waitFor();
});
