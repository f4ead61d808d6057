import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dollars } from './person.ts';
import { setStage, type CustomerAtBank } from './stage.ts';

// The same way through, in the other language and without a mouse.

const stage = setStage();

test('in Spanish: a bank is linked, a question answered and everything stopped, with no English word of ours on the way', async () => {
  const person = await stage().person('es');
  await person.beginToLink('Wells Fargo');
  assert.equal(await person.page.locator('html').getAttribute('lang'), 'es');
  assert.match(await person.page.getByRole('heading', { level: 1 }).innerText(), /Wells Fargo/);
  await person.sign('Wells Fargo');
  assert.equal(await person.page.locator('html').getAttribute('lang'), 'es', 'the bank speaks it too');
  await person.signIn('customer-1');
  await person.button('Permitir').click();
  await person.cards('Wells Fargo está vinculado').filter({ hasText: 'El último año está aquí' }).waitFor();

  await person.say('¿cuál es mi saldo?');
  const { accounts } = await stage().control<CustomerAtBank>('GET', 'wells-fargo/customers/customer-1');
  const card = accounts.find(({ kind }) => kind === 'card')?.balance.current.replace('-', '') ?? '';
  await person
    .cards('de deuda')
    .filter({ hasText: dollars(card) })
    .last()
    .waitFor();
  await person.say('¿cuánto gasté en café este mes?');
  await person.cards('en café').waitFor();
  const texts = (await person.conversation())
    .filter(({ author }) => author !== 'customer')
    .map(({ content }) => content.text);
  assert.doesNotMatch(texts.join('\n'), /\b(the|you|your|and|linked|spent|available|purchases?)\b/);

  await person.stop('alto', 'Wells Fargo');
  assert.deepEqual(
    (await stage().consents('wells-fargo', 'customer-1')).map(({ status }) => status),
    ['REVOKED'],
  );
});

test('the language chosen in the menu holds at once, after a reload, and on the linking page, where it can be changed too', async () => {
  const person = await stage().person();
  await person.button('More').click();
  await person.page.getByRole('menuitemradio', { name: 'Español' }).click();
  await person.page.getByRole('textbox', { name: 'Mensaje' }).waitFor();
  await person.page.reload();
  await person.page.getByRole('textbox', { name: 'Mensaje' }).waitFor();
  await person.button('Más').click();
  await person.page.getByRole('menuitem', { name: 'Vincular un banco' }).click();
  await person.page.getByRole('button', { name: 'Citi', exact: true }).click();
  await person.page.getByRole('button', { name: 'Continuar a Citi' }).waitFor();
  await person.page.getByRole('button', { name: 'English' }).click();
  await person.page.getByRole('button', { name: 'Continue to Citi' }).waitFor();
});

test('by the keyboard alone: a bank is linked, a question answered and everything stopped', async () => {
  const person = await stage().person();
  const { page } = person;
  const { keyboard } = page;
  await person.tabTo(person.button('Link a bank'));
  await keyboard.press('Enter');
  await person.tabTo(person.button('U.S. Bank'));
  await keyboard.press('Enter');

  await person.tabTo(page.getByRole('switch', { name: 'Balances' }));
  await keyboard.press('Space');
  await person.tabTo(page.getByRole('switch', { name: 'Purchases' }));
  await keyboard.press('Space');
  await person.tabTo(page.getByRole('textbox'));
  await keyboard.type('A. Customer');
  await person.tabTo(person.button('Continue to U.S. Bank'));
  await keyboard.press('Enter');

  await person.tabTo(page.getByRole('textbox', { name: 'Username' }));
  await keyboard.type('customer-1');
  await person.tabTo(page.getByLabel('Password'));
  await keyboard.type('sandbox');
  await keyboard.press('Enter');
  await person.tabTo(person.button('Allow'));
  await keyboard.press('Enter');
  await person.cards('U.S. Bank is linked').waitFor();

  await person.tabTo(person.field);
  await keyboard.type('recent purchases');
  await keyboard.press('Enter');
  await person.cards('The newest 10 purchases').waitFor();
  await keyboard.type('stop');
  await keyboard.press('Enter');
  await person.tabTo(person.button('Stop U.S. Bank'));
  await keyboard.press('Enter');
  await person.cards('U.S. Bank is no longer linked').filter({ hasText: 'has confirmed' }).waitFor();
});

test('the menu and its sheets open, close and give the focus back by the keyboard', async () => {
  const person = await stage().person();
  const { page } = person;
  const { keyboard } = page;
  const more = person.button('More');
  await person.tabTo(more);
  await keyboard.press('Enter');
  await page.getByRole('menu').waitFor();
  await keyboard.press('Escape');
  await page.getByRole('menu').waitFor({ state: 'hidden' });
  await person.focusIsOn(more);

  await keyboard.press('Enter');
  await person.focusIsOn(page.getByRole('menuitem', { name: 'Link a bank' }));
  for (const name of ['My links', 'Privacy centre', 'About Tellerline']) {
    await keyboard.press('ArrowDown');
    await person.focusIsOn(page.getByRole('menuitem', { name }));
  }
  await keyboard.press('Enter');
  await page.getByRole('dialog', { name: 'About Tellerline' }).waitFor();
  await keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'hidden' });
  await person.focusIsOn(more);
});
