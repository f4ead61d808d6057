import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Chatter } from './chatter.ts';
import { until } from '../until.ts';
import { setStage } from './stage.ts';

// Messenger and WhatsApp as somebody holds them: the sandbox's phone, beside it what the platform could read, and
// the pages that open from the chat in the person's own browser.

const stage = setStage();

const chatter = (platform: 'messenger' | 'whatsapp', name: string): Promise<Chatter> =>
  Chatter.begin(stage(), platform, name);

for (const [level, shows] of [
  ['full', /65\.70.*Stroman & Hudson/],
  ['masked', 'About $66 at Stroman & Hudson.'],
  ['pointer', 'There is something new from your bank.'],
] as const) {
  test(`a purchase reaches Messenger at the level that its customer chose: ${level}`, async () => {
    const person = await chatter('messenger', `Person ${level}`);
    const customer = `customer-${String(level.length + 40)}`;
    await person.link(customer, level);
    await stage().purchase('citi', customer, { amount: '65.70' });
    await person.told(shows).first().waitFor();
    const readable = await person.readable();
    assert.equal(readable.includes('Stroman & Hudson'), level !== 'pointer');
    assert.equal(readable.includes('65.70'), level === 'full');
    if (level === 'full') return;
    const view = await person.opens('Open');
    await view.getByRole('button', { name: 'Open', exact: true }).click();
    // The bank's login and the code have made this browser the customer's own, or it signs in now.
    const signIn = view.getByRole('heading', { name: 'First, show that it is you' });
    await view.getByText('Stroman & Hudson').or(signIn).first().waitFor();
    assert.ok(view.url().endsWith('/v'), 'the token does not stay in the address');
  });
}

test('outside the window a template is sent, and “stop” ends it in the chat', async () => {
  const person = await chatter('messenger', 'Person of yesterday');
  await person.link('customer-61', 'pointer');
  await person.phone.getByRole('button', { name: 'A day passes' }).click();
  await person.phone.getByText('The business may send templates only').waitFor();
  await stage().purchase('citi', 'customer-61', { amount: '12.00' });
  await until('a template at the platform', async () => (await person.readable()).includes('"UTILITY"'));
  assert.ok(!(await person.readable()).includes('Stroman & Hudson'));
  await person.say('stop');
  await person.press('Stop Citi');
  await person.told('You stopped Citi.').waitFor();
});

test('WhatsApp links, tells and stops in the same way', async () => {
  const person = await chatter('whatsapp', 'Person in WhatsApp');
  await person.link('customer-62', 'masked');
  await stage().purchase('citi', 'customer-62', { amount: '65.70' });
  await person.told('About $66 at Stroman & Hudson.').waitFor();
  await person.say('stop');
  await person.press('Stop Citi');
  await person.told('You stopped Citi.').waitFor();
});

test('a held purchase is answered in Messenger: the card is frozen there, and a case opened', async () => {
  const person = await chatter('messenger', 'Person asked');
  // What an alert takes besides is switched on before the disclosure is signed.
  await person.link('customer-63', 'full', async (name, page) => {
    if (name !== 'm-levels') return;
    for (const purpose of ['Fraud alerts', 'Manage my card'])
      await page.getByRole('switch', { name: purpose, exact: true }).check();
    for (const radio of await page.getByRole('radio', { name: 'Everything' }).all()) await radio.check();
  });
  const merchant = { name: 'Joyería Ocampo', address: { city: 'Guadalajara', country: 'MX' } };
  await stage().control('POST', 'citi/holds', { customer: 'customer-63', amount: '1284.00', merchant });
  await person
    .told(/1,284\.00.*Joyería Ocampo/)
    .first()
    .waitFor();
  await person.press('No, freeze my card');
  await person
    .told(/is frozen\. Citi has confirmed it|Citi froze/)
    .first()
    .waitFor();
  await person
    .told(/Case D\d{8}/)
    .first()
    .waitFor();
});
