import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Locale } from '#contract';
import { assertAccessible } from './axe.ts';
import { Person } from './person.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// A customer sees when something was at the bank, when we had it, and when it was on this screen.

const stage = setStage();

const said = {
  en: {
    about: 'About this message',
    bank: 'At the bank',
    here: 'Reached us',
    written: 'Written',
    screen: 'On this screen',
    check: 'Is this really my bank?',
    signed: 'Citi signed this.',
    proven: 'This browser has checked that by itself.',
    technical: 'Signature and proof',
  },
  es: {
    about: 'Sobre este mensaje',
    bank: 'En el banco',
    here: 'Nos llegó',
    written: 'Escrito',
    screen: 'En esta pantalla',
    check: '¿Es de verdad mi banco?',
    signed: 'Citi firmó esto.',
    proven: 'Este navegador lo ha comprobado por sí mismo.',
    technical: 'Firma y prueba',
  },
} as const satisfies Record<Locale, unknown>;

/** Opens what stands behind the newest message's three dots, by the keyboard. */
async function openAbout({ page }: Person, name: string): Promise<void> {
  await page.getByLabel(name, { exact: true }).last().focus();
  await page.keyboard.press('Enter');
}

/** The instants shown beside their names. */
async function timesOf({ page }: Person): Promise<Map<string, number>> {
  await page.locator('dl time').first().waitFor();
  const rows = await page
    .locator('dl div:has(time)')
    .evaluateAll((divs) =>
      divs.map((div): [string, string] => [
        div.querySelector('dt')?.textContent ?? '',
        div.querySelector('time')?.dateTime ?? '',
      ]),
    );
  return new Map(rows.map(([name, instant]) => [name, Date.parse(instant)]));
}

for (const [locale, colorScheme] of [
  ['en', 'light'],
  ['es', 'dark'],
] as const) {
  test(`a purchase tells its three times in their order, and who signed it, ${locale}`, async () => {
    const person = await stage().person(locale, { colorScheme });
    const names = said[locale];
    await person.link('Citi', 'customer-1');
    const beforeMs = Date.now();
    await stage().purchase('citi', 'customer-1');
    await person.cards('$65.70').last().waitFor();
    const afterMs = Date.now();
    await openAbout(person, names.about);
    const times = await timesOf(person);
    assert.deepEqual([...times.keys()], [names.bank, names.here, names.screen]);
    const message = (await person.conversation()).findLast(({ content }) => content.text.includes('65.70'));
    assert.ok(message?.content.kind === 'card' && message.content.card.card === 'transaction');
    assert.equal(times.get(names.bank), Date.parse(message.content.card.transaction.occurredAt));
    assert.equal(times.get(names.here), Date.parse(message.at));
    const shown = times.get(names.screen) ?? 0;
    assert.ok(shown >= beforeMs && shown <= afterMs);

    await person.page.getByRole('button', { name: names.check }).focus();
    await person.page.keyboard.press('Enter');
    await person.page.getByText(names.signed).waitFor();
    await person.page.getByText(names.proven).waitFor();
    await person.page.getByText(names.technical).click();

    await assertAccessible(person.page, 'about a message');
    if (process.env['SCREENSHOTS'])
      await person.page.screenshot({ path: `${process.env['SCREENSHOTS']}/times-${locale}-${colorScheme}.png` });
  });
}

test('by a device whose clock is an hour ahead, the times are still those of one clock', async () => {
  const own = await stage().ownBrowser({ locale: 'en-US' });
  await own.context.addInitScript(() => {
    const real = Date.now;
    Date.now = () => real() + 3_600_000;
  });
  const page = await own.context.newPage();
  await page.goto(stage().hub.url);
  const person = new Person(page, 'en', stage().hub.url);
  await person.button(person.names.linkBank).waitFor();
  await person.ask('help');
  await openAbout(person, said.en.about);
  // The hub is asked for its time as this is opened.
  await until('the hub’s time', async () => {
    const shown = (await timesOf(person)).get(said.en.screen) ?? 0;
    return Math.abs(shown - Date.now()) < 60_000;
  });
  const times = await timesOf(person);
  assert.deepEqual([...times.keys()], [said.en.written, said.en.screen]);
  const apart = (times.get(said.en.screen) ?? 0) - (times.get(said.en.written) ?? 0);
  // The hub tells its time to the second.
  assert.ok(apart > -2000 && apart < 20_000, String(apart));
});
