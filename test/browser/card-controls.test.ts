import { test } from 'node:test';
import type { Locale } from '#contract';
import { assertAccessible } from './axe.ts';
import { holdPasskeys } from './device.ts';
import { shoot } from './shoot.ts';
import { setStage } from './stage.ts';

// A card is frozen by words and a button, and unfrozen with a proof: by the bank's login, and by a passkey.

const stage = setStage();

const names = {
  en: {
    manage: 'Manage my card',
    words: 'freeze my credit card',
    freeze: 'Freeze it',
    unfreeze: 'Unfreeze it',
    frozen: /is frozen/,
    thawed: /works again/,
    step: 'One more step',
    notNow: 'Not now',
    addPasskey: 'Add a passkey',
    added: 'A passkey was added',
    use: 'Use a passkey',
  },
  es: {
    manage: 'Manejar mi tarjeta',
    words: 'congela mi tarjeta de crédito',
    freeze: 'Congelarla',
    unfreeze: 'Descongelarla',
    frozen: /está congelada/,
    thawed: /vuelve a (funcionar|pagar)|funciona otra vez/,
    step: 'Un paso más',
    notNow: 'Ahora no',
    addPasskey: 'Añadir una llave de acceso',
    added: 'Se añadió una llave de acceso',
    use: 'Usar una llave de acceso',
  },
} as const satisfies Record<Locale, unknown>;

const looks = [
  { locale: 'en', colorScheme: 'light', customer: 'customer-31', by: 'bank' },
  { locale: 'es', colorScheme: 'dark', customer: 'customer-32', by: 'passkey' },
] as const;

for (const { locale, colorScheme, customer, by } of looks)
  test(`a card is frozen by a button and unfrozen by a proof (${by}), ${locale}, ${colorScheme}`, async () => {
    const say = names[locale];
    const person = await stage().person(locale, { colorScheme });
    const { page } = person;
    if (by === 'passkey') await holdPasskeys(page);
    await person.link('Citi', customer, [say.manage]);
    await person.button(by === 'passkey' ? say.addPasskey : say.notNow).click();
    if (by === 'passkey') await person.thread.getByText(say.added).waitFor();

    await person.ask(say.words);
    await assertAccessible(page, 'the question');
    await shoot(page, `ask-${locale}-${colorScheme}`);
    await person.button(say.freeze).click();
    await person.cards(say.frozen).waitFor();
    await assertAccessible(page, 'the frozen card');
    await shoot(page, `frozen-${locale}-${colorScheme}`);

    await person.button(say.unfreeze).click();
    const sheet = page.getByRole('dialog', { name: say.step });
    await sheet.waitFor();
    await sheet.getByRole('button', { name: 'Citi' }).waitFor();
    await assertAccessible(page, 'the proof');
    await shoot(page, `proof-${locale}-${colorScheme}`);
    if (by === 'passkey') {
      await sheet.getByRole('button', { name: say.use, exact: true }).click();
    } else {
      await sheet.getByRole('button', { name: 'Citi' }).click();
      await page.getByRole('textbox', { name: person.names.username, exact: true }).fill(customer);
      await page.getByLabel(person.names.password, { exact: true }).fill('sandbox');
      await person.button(person.names.signIn).click();
      // Back in the chat the proof lies ready: the same button does it.
      await person.button(say.unfreeze).click();
    }
    await person.cards(say.thawed).waitFor();
    await shoot(page, `thawed-${locale}-${colorScheme}`);
  });
