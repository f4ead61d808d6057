import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { setStage } from './stage.ts';

// One purchase, one message, as it is seen beside the sandbox's own page: every button pressed there.

const stage = setStage();
const shots = process.env['MATCHING_SHOTS'];

/** The sandbox's page of Citi's customer-1. */
async function atTheBank(locale: 'en' | 'es'): Promise<Page> {
  const { context } = await stage().ownBrowser();
  const page = await context.newPage();
  await page.goto(`${stage().hub.sandboxUrl}/?bank=citi&customer=customer-1&lang=${locale}`);
  return page;
}

const words = {
  en: {
    useCard: 'Use card',
    merchant: 'Another merchant (optional)',
    blank: /without an id/,
    becomes: 'What becomes of it',
    newIds: /other ids/,
    doIt: 'Do it',
    tip: /tip/,
    part: /given back/,
    before: /Amount before\s*\$4\.50/,
    partly: 'part given back',
    pending: 'pending',
  },
  es: {
    useCard: 'Usar la tarjeta',
    merchant: 'Otro comercio (opcional)',
    blank: /sin identificador/,
    becomes: 'Qué pasa con ello',
    newIds: /identificadores nuevos/,
    doIt: 'Hacerlo',
    tip: /propina/,
    part: /devuelve/,
    before: /Importe anterior\s*\$4\.50/,
    partly: 'devuelto en parte',
    pending: 'pendiente',
  },
} as const;

for (const locale of ['en', 'es'] as const) {
  const say = words[locale];
  test(`a tip under another id and a part given back change the card in place (${locale})`, async () => {
    const person = await stage().person(locale);
    await person.link('Citi', 'customer-1');
    const bank = await atTheBank(locale);
    const settle = async (outcome: RegExp, newIds: boolean): Promise<void> => {
      const select = bank.getByLabel(say.becomes);
      const label = await select.getByRole('option', { name: outcome }).first().innerText();
      await select.selectOption({ label });
      await bank.getByLabel(say.newIds).setChecked(newIds);
      // The card controls below have a button of the same name.
      const settling = bank.locator('form').filter({ has: select });
      await settling.getByRole('button', { name: say.doIt, exact: true }).click();
    };

    // Two equal coffees, told without an id.
    for (let coffee = 0; coffee < 2; coffee += 1) {
      await bank.getByLabel(say.merchant).fill(`Rosewood Cafe ${locale}`);
      await bank.getByLabel(say.blank).check();
      const used = bank.getByRole('button', { name: say.useCard, exact: true });
      await used.click();
      await bank.locator('#said').filter({ hasText: /./ }).waitFor();
    }
    const cards = person.cards(`Rosewood Cafe ${locale}`);
    await cards.nth(1).waitFor();
    assert.match(await cards.nth(0).innerText(), new RegExp(say.pending));

    await settle(say.part, false);
    await cards.nth(1).filter({ hasText: '$3.15' }).waitFor();
    assert.match(await cards.nth(0).innerText(), say.before);
    assert.match(await cards.nth(0).innerText(), new RegExp(say.partly));
    if (shots) await person.page.screenshot({ path: `${shots}/part-${locale}.png` });

    await settle(say.tip, true);
    await cards.nth(1).filter({ hasText: '$3.71' }).waitFor();
    await cards.nth(0).filter({ hasText: '$3.71' }).waitFor();
    assert.equal(await cards.count(), 2, 'each purchase stayed one message');
    assert.doesNotMatch(await cards.nth(0).innerText(), new RegExp(say.pending));
    if (shots) {
      await person.page.screenshot({ path: `${shots}/tip-${locale}.png` });
      await bank.screenshot({ path: `${shots}/bank-${locale}.png`, fullPage: true });
    }
  });
}
