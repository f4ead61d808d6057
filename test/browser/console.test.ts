import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { referenceOf } from '#contract';
import { verifyExport } from '#proof';
import { Visitor } from '../visitor.ts';
import { assertAccessible } from './axe.ts';
import { letOperatorIn } from '../operator.ts';
import { setStage } from './stage.ts';

// The operator's console: a bank is pulled out by writing its name, and comes back the same way.

const stage = setStage();

const looks = [
  { locale: 'en', colorScheme: 'light', width: 1400, bank: 'us-bank', name: 'U.S. Bank' },
  { locale: 'es', colorScheme: 'dark', width: 390, bank: 'citi', name: 'Citi' },
] as const;

const said = {
  en: {
    title: 'Pull {bank} out',
    out: '{bank} is out',
    letIn: 'Let {bank} in again',
    field: 'Write the bank’s name to confirm',
    receipt: 'Get the receipt',
    one: 'Stop one link',
    reference: 'The link’s reference',
    find: 'Find it',
    stop: 'Stop this link to {bank}',
    stopped: /is stopped$/,
  },
  es: {
    title: 'Retirar {bank}',
    out: '{bank} está retirado',
    letIn: 'Admitir {bank} otra vez',
    field: 'Escribe el nombre del banco para confirmar',
    receipt: 'Descargar el justificante',
    one: 'Terminar un vínculo',
    reference: 'La referencia del vínculo',
    find: 'Buscarlo',
    stop: 'Terminar este vínculo con {bank}',
    stopped: /está terminado$/,
  },
} as const;

for (const { locale, colorScheme, width, bank, name } of looks) {
  test(`a bank is pulled out and let in again at the console, ${locale}, ${colorScheme}, ${width} px`, async () => {
    const { hub } = stage();
    const visitor = await Visitor.arrive(hub);
    await visitor.link(bank, 'customer-5');
    const own = await stage().ownBrowser({
      locale: locale === 'es' ? 'es-US' : 'en-US',
      colorScheme,
      viewport: { width, height: 900 },
    });
    await letOperatorIn(own.context, hub);
    const page = await own.context.newPage();
    const words = said[locale];
    const heading = (text: string) => page.getByRole('heading', { level: 1, name: text.replace('{bank}', name) });
    const look = async (what: string): Promise<void> => {
      await assertWell(page, what);
      if (process.env['SCREENSHOTS']) {
        await page.screenshot({ path: `${process.env['SCREENSHOTS']}/console-${locale}-${what}.png`, fullPage: true });
      }
    };
    await page.goto(`${hub.staffUrl}/console`);
    await page.getByRole('button', { name }).first().click();
    await heading(words.title).waitFor();
    await page.getByText('…', { exact: true }).first().waitFor({ state: 'detached' });
    const field = page.getByLabel(words.field);
    const pull = page.getByRole('button', { name: words.title.replace('{bank}', name), exact: true });
    assert.equal(await pull.isDisabled(), true, 'nothing is pulled out by one press');
    await field.fill('another bank');
    await pull.click();
    await page.getByRole('alert').waitFor();
    await look('refused');
    await field.fill(name);
    await pull.click();
    await heading(words.out).waitFor();
    await look('out');
    assert.deepEqual((await visitor.me()).links, []);

    const waiting = page.waitForEvent('download');
    await page.getByRole('link', { name: words.receipt }).click();
    const file = await (await waiting).path();
    assert.equal(verifyExport(readFileSync(file, 'utf8'), undefined).holds, true);

    await page.getByLabel(words.field).fill(name);
    await page.getByRole('button', { name: words.letIn.replace('{bank}', name) }).click();
    await heading(words.title).waitFor();
  });
}

for (const { locale, colorScheme, width, bank, name } of looks) {
  test(`one link is stopped at the console on its customer’s word, ${locale}, ${colorScheme}, ${width} px`, async () => {
    const { hub } = stage();
    const visitor = await Visitor.arrive(hub);
    await visitor.link(bank, 'customer-6');
    const [link] = (await visitor.me()).links;
    const own = await stage().ownBrowser({
      locale: locale === 'es' ? 'es-US' : 'en-US',
      colorScheme,
      viewport: { width, height: 900 },
    });
    await letOperatorIn(own.context, hub);
    const page = await own.context.newPage();
    const words = said[locale];
    await page.goto(`${hub.staffUrl}/console`);
    await page.getByRole('button', { name: words.one }).click();
    const field = page.getByLabel(words.reference);
    await field.fill('0000 0000 0000');
    await page.keyboard.press('Enter');
    await page.getByRole('alert').waitFor();
    await field.fill(referenceOf(link?.id ?? ''));
    await page.getByRole('button', { name: words.find }).click();
    const stop = page.getByRole('button', { name: words.stop.replace('{bank}', name) });
    await stop.waitFor();
    await assertWell(page, 'found');
    if (process.env['SCREENSHOTS'])
      await page.screenshot({ path: `${process.env['SCREENSHOTS']}/console-one-${locale}.png`, fullPage: true });
    await stop.click();
    await page.getByRole('heading', { level: 2, name: words.stopped }).waitFor();
    await assertWell(page, 'stopped');
    assert.equal((await visitor.me()).links.length, 0);
    await own.context.close();
  });
}

async function assertWell(page: Page, what: string): Promise<void> {
  await assertAccessible(page, what);
  const beyond = await page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth');
  assert.equal(beyond, 0, `${what}: nothing stands beyond the edge`);
}
