import { test } from 'node:test';
import type { Locale } from '#contract';
import { callControl } from '../control-api.ts';
import { assertAccessible } from './axe.ts';
import type { Person } from './person.ts';
import { shoot } from './shoot.ts';
import { setStage } from './stage.ts';

// What a customer begins by their own words, to its end on the screen: a dispute, their own watch, a followed parcel.

const stage = setStage();

const names = {
  en: {
    manage: 'Manage my card',
    dispute: 'dispute the $65.70 at Stroman & Hudson',
    neverCame: 'It never came',
    opened: '$65.70 is disputed',
    watch: 'watch purchases over $100',
    watched: 'I ask you whether it was you',
    notHeld: 'Nothing is held',
    notMe: 'No, it wasn’t me',
    freeze: 'Freeze it',
    notMade: 'You did not make this purchase',
    wasNotMe: 'It was not me',
    frozen: 'Your card is frozen',
    track: 'track',
    connect: 'Connect',
    parcels: 'Parcels',
    connected: 'EasyPost is connected',
    follow: 'Follow this parcel',
    out: 'Out for delivery',
  },
  es: {
    manage: 'Manejar mi tarjeta',
    dispute: 'reclamar $65.70 en Stroman & Hudson',
    neverCame: 'Nunca llegó',
    opened: '65.70 en reclamo',
    watch: 'vigila las compras de más de $100',
    watched: 'Te pregunto si fuiste tú',
    notHeld: 'No se retiene nada',
    notMe: 'No, no fui yo',
    freeze: 'Congelarla',
    notMade: 'No hiciste esta compra',
    wasNotMe: 'No fui yo',
    frozen: 'Tu tarjeta está congelada',
    track: 'rastrear',
    connect: 'Conectar',
    parcels: 'Paquetes',
    connected: 'EasyPost está conectado',
    follow: 'Seguir este paquete',
    out: 'En reparto',
  },
} as const satisfies Record<Locale, unknown>;
type Names = (typeof names)[Locale];

/** What the customer said needs a button; the purchase came when and where the bank says. */
async function dispute(person: Person, say: Names, customer: string): Promise<void> {
  await stage().purchase('citi', customer);
  await person.cards('Stroman & Hudson').filter({ hasText: '65.70' }).first().waitFor();
  await person.ask(say.dispute);
  await person.button(say.neverCame).waitFor();
  await assertAccessible(person.page, 'the reasons of a dispute');
  await person.button(say.neverCame).click();
  await person
    .cards(/D\d{8}/)
    .filter({ hasText: say.opened })
    .first()
    .waitFor();
  await assertAccessible(person.page, 'the case');
}

/** A rule of their own asks softly; "not me" leads on to two buttons, and does neither by itself. */
async function watch(person: Person, say: Names, customer: string): Promise<void> {
  await person.ask(say.watch);
  await person.thread.getByText(say.watched).first().waitFor();
  await stage().purchase('citi', customer, { amount: '150.00' });
  await person.button(say.notMe).waitFor();
  await person.cards('150.00').filter({ hasText: say.notHeld }).first().waitFor();
  await assertAccessible(person.page, 'the watch asks');
  await person.button(say.notMe).click();
  await person.thread.getByText(say.notMade).waitFor();
  await person.button(say.wasNotMe).last().waitFor();
  await assertAccessible(person.page, 'it was not them');
  await person.button(say.freeze).click();
  await person.cards(say.frozen).first().waitFor();
}

/** A number that was typed, the carrier's own page to sign, the button, and a scan that the carrier tells. */
async function follow(person: Person, say: Names, number: string): Promise<void> {
  const { page } = person;
  await person.ask(`${say.track} ${number}`);
  await person.button(say.connect).last().click();
  await page.getByRole('switch', { name: say.parcels, exact: true }).check();
  await page.getByRole('textbox').fill('A. Customer');
  await assertAccessible(page, 'what a carrier may tell');
  await page.getByRole('button', { name: /EasyPost/ }).click();
  await person.thread.getByText(say.connected).first().waitFor();
  await person.ask(`${say.track} ${number}`);
  await person.button(say.follow).click();
  const parcel = person.cards('UPS').last();
  await parcel.waitFor();
  await callControl(stage().hub, 'POST', `parcels/${number}/scan`, { scan: 'out-for-delivery' });
  await parcel.filter({ hasText: say.out }).waitFor();
  await assertAccessible(page, 'the followed parcel');
}

for (const { locale, customer, number } of [
  { locale: 'en', customer: 'customer-321', number: '1Z999AA10123456784' },
  { locale: 'es', customer: 'customer-322', number: '1Z12345E6605272234' },
] as const)
  test(`a dispute by words, a watch that asks, and a parcel by its number, each to its end (${locale})`, async () => {
    const say = names[locale];
    const person = await stage().person(locale, { viewport: { width: 390, height: 844 } });
    await person.beginToLink('Citi');
    await person.page.getByRole('switch', { name: say.manage, exact: true }).check();
    await person.sign('Citi');
    await person.signIn(customer);
    await person.button(person.names.allow).click();
    await person.cards(person.names.isLinked('Citi')).filter({ hasText: person.names.isRead }).waitFor();
    await dispute(person, say, customer);
    await shoot(person.page, `by-words-${locale}`);
    await watch(person, say, customer);
    await shoot(person.page, `watch-${locale}`);
    await follow(person, say, number);
    await shoot(person.page, `followed-${locale}`);
  });
