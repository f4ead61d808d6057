import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import type { Locale } from '#contract';
import { assertAccessible } from './axe.ts';
import { holdPasskeys } from './device.ts';
import type { Person } from './person.ts';
import { shoot } from './shoot.ts';
import { setStage } from './stage.ts';

// A purchase that the bank holds, from the alert to its end, in a real Chromium: both answers, both languages.

const stage = setStage();

const names = {
  en: {
    alerts: 'Fraud alerts',
    manage: 'Manage my card',
    add: 'Add a passkey',
    added: 'A passkey was added',
    yes: 'Yes, it was me',
    no: 'No, freeze my card',
    passkey: 'Use a passkey',
    retry: /try it again/i,
    frozen: /frozen/i,
    opened: /opened|In review|Case/i,
    newCard: 'Order a new card',
    others: 'Other purchases I did not make',
    addPicture: 'Add a picture',
    noPicture: 'That is no picture that opens here. A JPEG or PNG works.',
    lastOthers: /last (?:\d+ )?other purchase|no other purchases on this card/,
    sendPicture: /^Send for case D\d+$/,
    picture: /What you gave.*Picture/,
  },
  es: {
    alerts: 'Alertas de fraude',
    manage: 'Manejar mi tarjeta',
    add: 'Añadir una llave de acceso',
    added: 'Se añadió una llave de acceso',
    yes: 'Sí, fui yo',
    no: 'No, congela mi tarjeta',
    passkey: 'Usar una llave de acceso',
    retry: /Inténtalo de nuevo/i,
    frozen: /congelad|congeló/i,
    opened: /Caso/i,
    newCard: 'Pedir una nueva',
    others: 'Otras compras que no hice',
    addPicture: 'Añadir una foto',
    noPicture: 'Esa imagen no se pudo abrir. Prueba con JPEG o PNG.',
    lastOthers: /últimas? (?:\d+ )?compras? más|No veo más compras con esta tarjeta/,
    sendPicture: /^Mandar al caso D\d+$/,
    picture: /Lo que diste.*Foto/,
  },
} as const satisfies Record<Locale, unknown>;

const jeweller = {
  name: 'Joyería Ocampo',
  category: '5944',
  address: { city: 'Guadalajara', country: 'MX' },
  location: { lat: 20.6736, lon: -103.344 },
};

/** Links a bank with all that an alert takes. */
async function link(person: Person, locale: Locale, customer: string): Promise<void> {
  const { page } = person;
  await person.beginToLink('Citi');
  for (const name of [names[locale].alerts, names[locale].manage])
    await page.getByRole('switch', { name, exact: true }).check();
  await person.sign('Citi');
  await person.signIn(customer);
  await person.button(person.names.allow).click();
  await person.cards(person.names.isLinked('Citi')).filter({ hasText: person.names.isRead }).waitFor();
}

const hold = (customer: string) =>
  stage().control('POST', 'citi/holds', { customer, amount: '1284.00', merchant: jeweller });

for (const [locale, colorScheme, customer] of [
  ['en', 'light', 'customer-301'],
  ['es', 'dark', 'customer-302'],
] as const) {
  test(`"it was me" takes a passkey, and the purchase can be tried again, ${locale}`, async () => {
    const say = names[locale];
    const person = await stage().person(locale, { colorScheme, viewport: { width: 390, height: 844 } });
    await holdPasskeys(person.page);
    await link(person, locale, customer);
    await person.button(say.add).click();
    await person.thread.getByText(say.added).waitFor();
    await stage().purchase('citi', customer);
    await hold(customer);
    await person.button(say.yes).waitFor();
    await assertAccessible(person.page, 'the alert');
    await shoot(person.page, `fraud-open-${locale}`);
    await person.button(say.yes).click();
    await person.button(say.passkey).click();
    await person.cards('Joyería Ocampo').filter({ hasText: say.retry }).waitFor();
    assert.equal(await person.button(say.no).count(), 0, 'one answer settles it');
    await assertAccessible(person.page, 'released');
    await shoot(person.page, `fraud-released-${locale}`);
  });

  test(`"no" freezes the card, opens a case and offers a new card, ${locale}`, async () => {
    const say = names[locale];
    const own = `${customer.slice(0, -1)}${Number(customer.at(-1)) + 4}`;
    const person = await stage().person(locale, { colorScheme, viewport: { width: 390, height: 844 } });
    await link(person, locale, own);
    await hold(own);
    await person.button(say.no).click();
    await person.cards('Joyería Ocampo').filter({ hasText: say.frozen }).first().waitFor();
    await person
      .cards(/D\d{8}/)
      .filter({ hasText: say.opened })
      .first()
      .waitFor();
    await person.page.getByRole('button', { name: say.newCard }).waitFor();
    await assertAccessible(person.page, 'frozen');
    await shoot(person.page, `fraud-frozen-${locale}`);

    // The purchase of the history that was not theirs either, and a picture: both ask before anything is sent.
    // What only asks on may be pressed again.
    await person.button(say.others).click();
    await person.page.getByText(say.lastOthers).first().waitFor();
    assert.equal(await person.button(say.others).isEnabled(), true);
    // What is no picture is refused in the person's own language, and the next choice is taken all the same.
    const wrong = person.page.waitForEvent('filechooser');
    await person.page.getByLabel(say.addPicture).click();
    await (await wrong).setFiles({ name: 'x.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await person.page.getByText(say.noPicture).waitFor();
    const chooser = person.page.waitForEvent('filechooser');
    await person.page.getByLabel(say.addPicture).click();
    const photo = await sharp({ create: { width: 60, height: 40, channels: 3, background: '#c04020' } })
      .png()
      .toBuffer();
    await (await chooser).setFiles({ name: 'receipt.png', mimeType: 'image/png', buffer: photo });
    await person.button(say.sendPicture).click();
    const ofCase = person.cards(/D\d{8}/).filter({ hasText: say.picture });
    await ofCase.first().waitFor();
    await ofCase.first().scrollIntoViewIfNeeded();
    await assertAccessible(person.page, 'a case with a picture');
    await shoot(person.page, `fraud-case-${locale}`);
  });
}
