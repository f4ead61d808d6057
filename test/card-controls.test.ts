import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CardControlCard, Message } from '#contract';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, until, Visitor } from './visitor.ts';

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const purposes = ['balances', 'account-management'] as const;

/** Somebody with a bank whose cards they manage here; each test has a customer of its own at the bank. */
async function someone(username: string, bank = 'citi', locale: 'en' | 'es' = 'en'): Promise<Visitor> {
  const visitor = await Visitor.arrive(hub, locale);
  await visitor.link(bank, username, [...purposes]);
  return visitor;
}

/** A call of the sandbox's control API. */
async function control<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(new URL(path, hub.sandboxUrl), {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return (text ? JSON.parse(text) : undefined) as Answer;
}

interface CardAtBank {
  readonly cardId: string;
  readonly last4: string;
  readonly state: string;
  readonly online: boolean;
  readonly abroad: boolean;
  readonly limit?: { readonly amount: string };
}

/** The credit card as the bank has it: the last of the customer's two. */
async function atBank(username: string, bank = 'citi'): Promise<CardAtBank> {
  const { cards } = await control<{ cards: CardAtBank[] }>('GET', `/control/banks/${bank}/cards?customer=${username}`);
  return cards.at(-1) as CardAtBank;
}

const fault = (username: string, kind: string, seconds?: number, bank = 'citi') =>
  control('POST', `/control/banks/${bank}/control-fault`, {
    customer: username,
    kind,
    ...(seconds !== undefined && { seconds }),
  });

/** The newest message that tells of an action on a card, once it stands so. */
async function told(
  visitor: Visitor,
  action: string,
  state: CardControlCard['state'],
): Promise<{ card: CardControlCard; message: Message }> {
  return until(`${action} to be ${state}`, async () => {
    const messages = await visitor.conversation();
    const message = messages.findLast(
      ({ content }) => content.kind === 'card' && content.card.card === 'cardControl' && content.card.action === action,
    );
    if (message?.content.kind !== 'card' || message.content.card.card !== 'cardControl') return undefined;
    return message.content.card.state === state ? { card: message.content.card, message } : undefined;
  });
}

test('words ask, a button freezes, and "frozen" is said when the bank has confirmed it', async () => {
  const visitor = await someone('customer-101');
  const { last4 } = await atBank('customer-101');
  const [asked] = await visitor.ask(`freeze card ${last4}`);
  assert.match(asked?.content.text ?? '', new RegExp(`Freeze card ${last4} at Citi`));
  assert.equal((await atBank('customer-101')).state, 'active', 'the words alone do nothing');
  assert.equal((await visitor.press('control', 'Freeze')).status, 200);
  const { message, card } = await told(visitor, 'freeze', 'confirmed');
  assert.equal(message.content.text, `Card ${last4} is frozen. Citi has confirmed it.`);
  assert.equal(card.telephone, '+1 212 555 0133');
  assert.equal((await atBank('customer-101')).state, 'frozen');
  assert.deepEqual(
    message.actions?.map(({ act, proof }) => [act, proof]),
    [['control', 'unfreeze-card']],
    'it is undone in one tap, with a proof',
  );
});

test('several cards may be meant: words to tap, one for each', async () => {
  const visitor = await someone('customer-102', 'citi', 'es');
  const [asked] = await visitor.ask('congela mi tarjeta');
  assert.equal(asked?.quickReplies?.length, 2);
  const [first] = asked?.quickReplies ?? [];
  const [question] = await visitor.ask(first?.text ?? '');
  assert.match(question?.content.text ?? '', /^¿Congelar la tarjeta/);
});

test('a loosening act is refused without a passkey or the bank’s login, and the card stays frozen', async () => {
  const visitor = await someone('customer-103');
  const { last4 } = await atBank('customer-103');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'confirmed');
  const refused = await visitor.press('control', 'Unfreeze');
  assert.equal(refused.status, 403);
  assert.equal((refused.body as { code: string }).code, 'proof_needed');
  assert.equal((await atBank('customer-103')).state, 'frozen');
});

test(
  'a bank that is at it for ever is not called done: it is unknown after a minute, with the bank’s telephone',
  { skip: true },
  () => undefined,
);

test('an answer that was lost is asked for, not guessed and not sent twice', async () => {
  for (const [n, kind] of (['error-after', 'reset-after', 'error-before', 'reset-before'] as const).entries()) {
    const username = `customer-${110 + n}`;
    const visitor = await someone(username);
    const { last4 } = await atBank(username);
    await fault(username, kind);
    await visitor.ask(`freeze card ${last4}`);
    await visitor.press('control', 'Freeze');
    await told(visitor, 'freeze', 'sent');
    await fault(username, 'none');
    await told(visitor, 'freeze', 'confirmed');
    assert.equal((await atBank(username)).state, 'frozen', kind);
  }
});

test('a bank that says done and shows a card that is not frozen is not believed', async () => {
  const visitor = await someone('customer-120');
  const { last4 } = await atBank('customer-120');
  await fault('customer-120', 'contradicts');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  const { message } = await told(visitor, 'freeze', 'sent');
  assert.doesNotMatch(message.content.text, /is frozen/);
  await until('it to be asked about', async () => hub.logged().includes('"operation":"action"'));
  const cards = cardsOf(await visitor.conversation(), 'cardControl');
  assert.deepEqual(
    cards.map(({ state }) => state),
    ['sent'],
  );
});

test('a refusal is said with its reason, and nothing is called done', async () => {
  const visitor = await someone('customer-121');
  const { last4 } = await atBank('customer-121');
  await fault('customer-121', 'refuses');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  const { card, message } = await told(visitor, 'freeze', 'refused');
  assert.equal(card.reason, 'call-bank');
  assert.match(message.content.text, /Citi did not freeze card/);
  assert.equal((await atBank('customer-121')).state, 'active');
});
