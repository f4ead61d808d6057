import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Locale, Passkeys } from '#contract';
import { assertAccessible } from './axe.ts';
import { holdPasskeys, type PasskeyDevice } from './device.ts';
import { buildMount, type Mount } from './mount.ts';
import type { Person } from './person.ts';
import { shoot } from './shoot.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// Passkeys in a real Chromium, whose own virtual authenticator holds them.

const stage = setStage();
let mount: Mount;
before(async () => {
  mount = await buildMount('privacy/sign-in/mount.fixture.tsx');
});
after(() => mount.remove());

const names = {
  en: {
    add: 'Add a passkey',
    notNow: 'Not now',
    already: 'I already use Tellerline here',
    use: 'Use a passkey',
    added: 'A passkey was added',
    remove: /^Remove the passkey/,
    end: /^End the session/,
    none: 'There is none yet.',
  },
  es: {
    add: 'Añadir una llave de acceso',
    notNow: 'Ahora no',
    already: 'Ya uso Tellerline aquí',
    use: 'Usar una llave de acceso',
    added: 'Se añadió una llave de acceso',
    remove: /^Quitar la llave de acceso/,
    end: /^Cerrar la sesión/,
    none: 'Todavía no hay ninguna.',
  },
} as const satisfies Record<Locale, unknown>;

/** The same authenticator under another browser, as a synchronised passkey is. */
async function carryOver(from: PasskeyDevice, to: PasskeyDevice): Promise<void> {
  const { credentials } = await from.session.send('WebAuthn.getCredentials', { authenticatorId: from.id });
  for (const credential of credentials)
    await to.session.send('WebAuthn.addCredential', { authenticatorId: to.id, credential });
}

const passkeysOf = (person: Person): Promise<Passkeys> => person.api<Passkeys>('passkeys');

const people = [
  { locale: 'en', customer: 'customer-21' },
  { locale: 'es', customer: 'customer-22' },
] as const;

for (const { locale, customer } of people) {
  test(`a passkey is added from the chat and opens it on a new browser, ${locale}`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    const device = await holdPasskeys(person.page);
    await person.link('Citi', customer);
    await person.button(say.notNow).waitFor();
    await assertAccessible(person.page, 'the offer in the chat');
    await person.button(say.add).click();
    await person.thread.getByText(say.added).waitFor();
    await until('the offer to be gone', async () => (await person.button(say.add).count()) === 0);
    assert.equal((await passkeysOf(person)).passkeys.length, 1);

    const newcomer = await stage().person(locale);
    await carryOver(device, await holdPasskeys(newcomer.page));
    await newcomer.tabTo(newcomer.button(say.already));
    await newcomer.page.keyboard.press('Enter');
    await newcomer.button(say.use).waitFor();
    await assertAccessible(newcomer.page, 'the way in');
    await shoot(newcomer.page, `way-in-${locale}`, true);
    await newcomer.button(say.use).click();
    await newcomer.cards(newcomer.names.isLinked('Citi')).waitFor();
    assert.deepEqual(await newcomer.conversation(), await person.conversation());
  });

  test(`the privacy centre’s sections add and remove passkeys and end sessions, ${locale}`, async () => {
    const say = names[locale];
    const person = await stage().person(locale);
    const device = await holdPasskeys(person.page);
    await person.link('Citi', customer);
    const { page } = person;
    await mount.into(page.context(), stage().hub.url);
    await page.goto(stage().hub.url + mount.address);
    await page.getByText(say.none).waitFor();
    await assertAccessible(page, 'without a passkey');
    await person.button(say.add).click();
    await person.button(say.remove).waitFor();

    const newcomer = await stage().person(locale);
    const second = await holdPasskeys(newcomer.page);
    await carryOver(device, second);
    await newcomer.button(say.already).click();
    await newcomer.button(say.use).click();
    await newcomer.cards(newcomer.names.isLinked('Citi')).waitFor();
    // A counter that is behind is a copy's, and refused: the first device learns of the second's.
    await device.session.send('WebAuthn.clearCredentials', { authenticatorId: device.id });
    await carryOver(second, device);

    await page.reload();
    await person.button(say.end).waitFor();
    await assertAccessible(page, 'with a passkey and two sessions');
    await shoot(page, `sections-${locale}`, true);
    await person.button(say.end).click();
    await newcomer.button(say.already).waitFor();
    await until('the other session to be gone', async () => (await person.button(say.end).count()) === 0);
    await person.button(say.remove).click();
    await page.getByText(say.none).waitFor();
    assert.equal((await passkeysOf(person)).passkeys.length, 0);
  });
}

test('a device that does not verify its user adds no passkey, and the person is told', async () => {
  const person = await stage().person();
  await holdPasskeys(person.page, false);
  await person.link('Citi', 'customer-25');
  await person.button(names.en.add).click();
  await person.page.getByRole('alert').waitFor();
  assert.equal((await passkeysOf(person)).passkeys.length, 0);
});
