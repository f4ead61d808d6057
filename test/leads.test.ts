import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { BankId } from '#base';
import { STAFF_ROLES, TEAMS } from '#contract';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';

// What people ask a bank besides their own figures, asked in a whole hub.

let hub: TestHub;
let visitor: Visitor;
before(async () => {
  hub = await testHub();
  visitor = await Visitor.linked(hub, ['citi', 'customer-1'], 'en', ['balances', 'transactions', 'account-management']);
});
after(() => hub.close());

const supervisor = {
  staffId: 'supervisor-of-this-test',
  bankId: 'citi' as BankId,
  name: 'supervisor-1',
  role: STAFF_ROLES[1],
  teams: TEAMS,
  locales: ['en', 'es'],
  capacity: 1,
} as const;

const textsOf = async (text: string): Promise<string[]> =>
  (await visitor.ask(text)).map((message) => message.content.text);

test('what a supervisor edits at the desk is what the next customer who asks is told', async () => {
  const question = 'I ordered my card weeks ago and it still has not come in the mail';
  const [ours] = await textsOf(question);
  assert.match(ours ?? '', /^I cannot see where a posted card is\. Citi’s staff can.* from Citi’s answers\.$/);
  const texts = { en: 'A card of {bank} takes four working days.', es: 'Una tarjeta de {bank} tarda cuatro días.' };
  const edited = { key: 'card_arrival', kind: 'intent', title: 'Card arrival', texts } as const;
  await hub.parts.desk.staff.editAnswer(supervisor, edited);
  assert.deepEqual(await textsOf(question), [
    'A card of Citi takes four working days. A general answer, from Citi’s answers.',
  ]);
});

test('a payment that somebody does not know has a button of its own that asks for its dispute', async () => {
  const told = await visitor.ask('There is a card payment in my list that I do not recognize');
  const acts = told.flatMap(({ actions = [] }) => actions.map(({ act }) => act));
  assert.ok(acts.includes('ask-case') || acts.includes('dispute'), JSON.stringify(told.map(({ content }) => content)));
});

test('how the cards stand is looked up at the bank', async () => {
  const texts = await textsOf('My card suddenly does not work anywhere');
  assert.ok(texts.length > 1 && texts.slice(1).some((text) => /card \d{4}/.test(text)), texts.join(' | '));
});
