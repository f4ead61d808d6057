import type { Page } from 'playwright-core';
import { staffAt } from '../test/browser/desk-stage.ts';
import type { Stage } from '../test/browser/stage.ts';

/** Photographs a page, light and dark, under a name. */
type Take = (page: Page, name: string) => Promise<void>;

const bank = 'Citi';
const desktop = { viewport: { width: 1280, height: 800 } } as const;

/** A talk with a bank's staff: the telephone of who asks, the desk of who answers, the screen of who watches over it. */
export async function photographDesk(stage: Stage, take: Take): Promise<void> {
  const person = await stage.person('en', { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 });
  const { page, names, thread } = person;
  await person.beginToLink(bank);
  const switches = page.getByRole('switch', { disabled: false, checked: false });
  while ((await switches.count()) > 0) await switches.first().check();
  const fields = page.getByRole('checkbox', { checked: false });
  while ((await fields.count()) > 0) await fields.first().check();
  await page.getByRole('textbox').fill('Ana Ferrer');
  await person.button(names.continueTo(bank)).click();
  await person.signIn('customer-21');
  await person.button(names.allow).click();
  await person.cards(names.isLinked(bank)).filter({ hasText: names.isRead }).waitFor();
  await person.ask('my new card never came');
  await person.ask('talk to a person');
  await thread.getByRole('button', { name: `Write to ${bank}’s staff` }).click();
  await page.getByText(`You are writing to ${bank}’s staff`, { exact: true }).waitFor();
  await take(page, 'talk-waiting');
  await person.say('I ordered it three weeks ago. Is it lost?');

  const desk = await staffAt(stage, 'agent-1', desktop);
  const watching = await staffAt(stage, 'supervisor-1', desktop);
  await desk.getByRole('button', { name: 'Take the next' }).first().click();
  await desk.getByText('I ordered it three weeks ago').waitFor();
  await desk.getByRole('button', { name: 'Show Card', exact: true }).click();
  await desk.getByRole('button', { name: 'To check the card' }).click();
  await desk.getByText(/You looked at/).waitFor();
  await desk
    .locator('#write-field')
    .fill('It was sent on November 2 and is lost, I am sorry. I can have another sent today.');
  await desk.keyboard.press('Control+Enter');
  await desk.getByRole('region', { name: 'What has been said' }).getByText('It was sent on November 2').waitFor();
  await thread.getByText('It was sent on November 2').waitFor();
  await take(page, 'talk');
  await desk.keyboard.press('Escape');
  await desk.keyboard.press('p');
  await desk.getByRole('dialog').getByRole('combobox').first().selectOption('replace');
  await desk.getByRole('dialog').getByRole('combobox').last().selectOption({ index: 1 });
  await desk.getByRole('dialog').getByRole('button', { name: 'Propose', exact: true }).click();
  await desk.getByText('Nothing happens until the customer confirms it').waitFor();
  await take(desk, 'desk');
  await watching.locator('nav a[href="#live"]').click();
  await watching.locator('canvas').waitFor();
  await take(watching, 'live');
}
