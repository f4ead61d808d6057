import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { CardControlCard, Message } from '#contract';
import { sql } from '#db';
import { callControl } from './control-api.ts';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

const channel = fakeChannel('chatter', { nameOf: () => 'Example Help' });
let hub: TestHub;
before(async () => {
  hub = await testHub({ channels: [channel] });
});
after(() => hub.close());

const purposes = ['balances', 'account-management'] as const;

/** Somebody with a bank whose cards they manage here; each test has a customer of its own at the bank. */
const someone = (username: string, bank = 'citi', locale: 'en' | 'es' = 'en'): Promise<Visitor> =>
  Visitor.linked(hub, [bank, username], locale, purposes);

const control = <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
  callControl(hub, method, path, body);

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
  const { cards } = await control<{ cards: CardAtBank[] }>('GET', `banks/${bank}/cards?customer=${username}`);
  return cards.at(-1) as CardAtBank;
}

const fault = (username: string, kind: string, seconds?: number, bank = 'citi') =>
  control('POST', `banks/${bank}/control-fault`, {
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

/** Proves an act of a message by the login at the bank, as whom. */
async function proveAtBank(visitor: Visitor, username: string, act: string, subject: string): Promise<URL> {
  const begun = await visitor.call<{ continueTo: string }>('POST', '/api/proofs/bank', { act, subject, bank: 'citi' });
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const login = await visitor.open(new URL(begun.body.continueTo));
  const action = /<form[^>]*action="([^"]+login)"/.exec(login.page)?.[1]?.replaceAll('&amp;', '&');
  const form = new URLSearchParams({ username, password: 'sandbox' });
  const back = await visitor.open(new URL(action ?? '', login.at), form, true);
  return (await visitor.open(back.at)).at;
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

test('cards that were made at once stand in the order of their accounts, however often they are asked for', async () => {
  const list = async (username: string): Promise<string[]> =>
    (await control<{ cards: { last4: string }[] }>('GET', `banks/citi/cards?customer=${username}`)).cards.map(
      ({ last4 }) => last4,
    );
  const usernames = Array.from({ length: 6 }, (_, n) => `customer-${150 + n}`);
  for (const username of usernames) {
    await list(username);
    const kinds = `select a.last4, c.last4 as card from sandbox.accounts a join sandbox.cards c using (account_id)
      where a.bank_id = 'citi' and a.customer_id = $1 and a.kind = 'card'`;
    const [credit] = await hub.db.database.query<{ card: string }>({ text: kinds, values: [username] });
    await hub.db.database.execute(sql`update sandbox.cards set made_at = '2026-01-01'
      where account_id in (select account_id from sandbox.accounts where customer_id = ${username})`);
    assert.equal((await list(username)).at(-1), credit?.card, username);
  }
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

test('an answer that was lost is asked for, not guessed and not sent twice', async () => {
  for (const [n, kind] of (['error-after', 'reset-after', 'error-before', 'reset-before'] as const).entries()) {
    const username = `customer-${110 + n}`;
    const visitor = await someone(username);
    const { last4 } = await atBank(username);
    await fault(username, kind);
    await visitor.ask(`freeze card ${last4}`);
    await visitor.press('control', 'Freeze');
    // How long it is called sent depends on the machine; that the first call has ended stands in the database.
    const linkId = (await visitor.me()).links[0]?.id ?? '';
    await until('the first call to have ended', async () => {
      const [row] = await hub.db.database.query(sql`select from bank_actions where link_id = ${linkId} and called
        and (settled_at is not null or next_at > requested_at + interval '100 milliseconds')`);
      return row;
    });
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

test('with the bank’s login a card is unfrozen, once, and the browser comes back to the chat', async () => {
  const visitor = await someone('customer-104');
  const { last4 } = await atBank('customer-104');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  const { message } = await told(visitor, 'freeze', 'confirmed');
  // A proof for another act, or for another message, is none for this.
  await proveAtBank(visitor, 'customer-104', 'replace-card', message.id);
  await proveAtBank(visitor, 'customer-104', 'unfreeze-card', randomUUID());
  assert.equal((await visitor.press('control', 'Unfreeze')).status, 403);
  const end = await proveAtBank(visitor, 'customer-104', 'unfreeze-card', message.id);
  assert.equal(end.pathname, '/');
  assert.equal((await visitor.press('control', 'Unfreeze')).status, 200);
  await told(visitor, 'unfreeze', 'confirmed');
  assert.equal((await atBank('customer-104')).state, 'active');
});

/** What is said in both languages, what it does, how the card stands then, and what has to be proven. */
type Wish = readonly [
  en: string,
  es: string,
  action: CardControlCard['action'],
  check: (card: CardAtBank) => boolean,
  proof?: string,
];
const wishes: readonly Wish[] = [
  ['turn off online purchases', 'desactiva las compras por internet', 'online-off', ({ online }) => !online],
  ['turn off purchases abroad', 'bloquea las compras en el extranjero', 'abroad-off', ({ abroad }) => !abroad],
  ['limit to $300 a day', 'limita a $300 al día', 'limit', ({ limit }) => limit?.amount === '300'],
  [
    'turn on online purchases',
    'activa las compras por internet',
    'online-on',
    ({ online }) => online,
    'widen-card-use',
  ],
  [
    'turn on purchases abroad',
    'permite compras en el extranjero',
    'abroad-on',
    ({ abroad }) => abroad,
    'widen-card-use',
  ],
  [
    'raise limit to $900 a day',
    'sube el límite a $900 al día',
    'limit',
    ({ limit }) => limit?.amount === '900',
    'raise-limit',
  ],
  ['remove the limit', 'quita el límite', 'limit', ({ limit }) => limit === undefined, 'raise-limit'],
  ['I lost', 'perdí la', 'report-lost', ({ state }) => state === 'lost'],
  ['replace', 'reemplaza la', 'replace', ({ state }) => state === 'active', 'replace-card'],
];

test('each wish is done in both languages; protective ones by a button, loosening ones with a proof', async () => {
  for (const [n, locale] of (['en', 'es'] as const).entries()) {
    const username = `customer-${130 + n}`;
    const visitor = await someone(username, 'citi', locale);
    const { last4 } = await atBank(username);
    for (const [en, es, action, check, proof] of wishes) {
      const words = locale === 'en' ? `${en} card ${last4}` : `${es} tarjeta ${last4}`;
      const [asked] = await visitor.ask(words);
      const button = asked?.actions?.findLast(({ act }) => act === 'control');
      assert.ok(button, `${words}: ${asked?.content.text}`);
      assert.equal(button.proof, proof, words);
      if (proof) await proveAtBank(visitor, username, proof, asked?.id ?? '');
      const pressed = await visitor.call('POST', '/api/acts', { token: button.token });
      assert.equal(pressed.status, 200, `${words}: ${JSON.stringify(pressed.body)}`);
      await until(`${words} at the bank`, async () => check(await atBank(username)));
      const { card } = await told(visitor, action, 'confirmed');
      if (action === 'replace') assert.match(card.newCard?.last4 ?? '', /^\d{4}$/);
    }
  }
});

test('a limit’s button made before a limit was changed does nothing any more; freezing by an older button does', async () => {
  const visitor = await someone('customer-132');
  const { last4 } = await atBank('customer-132');
  const [freezing] = await visitor.ask(`freeze card ${last4}`);
  const freeze = freezing?.actions?.find(({ act }) => act === 'control');
  const [first] = await visitor.ask(`limit card ${last4} to $500 a day`);
  const wide = first?.actions?.find(({ act }) => act === 'control');
  assert.ok(wide && wide.proof === undefined, 'without a limit any limit protects');
  await visitor.ask(`limit card ${last4} to $100 a day`);
  await visitor.press('control', 'Limit');
  await told(visitor, 'limit', 'confirmed');
  const late = await visitor.call('POST', '/api/acts', { token: wide.token });
  assert.equal(late.status, 410, JSON.stringify(late.body));
  assert.equal((await atBank('customer-132')).limit?.amount, '100');
  assert.equal((await visitor.call('POST', '/api/acts', { token: freeze?.token })).status, 200);
  await told(visitor, 'freeze', 'confirmed');
  assert.equal((await atBank('customer-132')).state, 'frozen');
});

test('a limit that was to narrow and would widen by now is not set: the bank has a smaller one since', async () => {
  const visitor = await someone('customer-134');
  const { last4, cardId } = await atBank('customer-134');
  const [asked] = await visitor.ask(`limit card ${last4} to $500 a day`);
  const button = asked?.actions?.find(({ act }) => act === 'control');
  assert.ok(button && button.proof === undefined, 'without a limit any limit protects');
  // In the bank's own app.
  await hub.db.database.execute(sql`update sandbox.cards
    set spending_limit = '{"amount":"50","currency":"USD","per":"day"}'::jsonb where card_id = ${cardId}`);
  const pressed = await visitor.call('POST', '/api/acts', { token: button.token });
  assert.equal(pressed.status, 410, JSON.stringify(pressed.body));
  assert.equal((pressed.body as { code: string }).code, 'limit_changed');
  assert.equal((await atBank('customer-134')).limit?.amount, '50');
});

test('without the purpose nothing is asked of the bank, and its telephone is said', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-133', ['balances']);
  const [answer] = await visitor.ask('freeze my card');
  assert.match(answer?.content.text ?? '', /did not switch on managing cards for Citi.*\+1 212 555 0133/);
  assert.equal(answer?.actions, undefined);
});

test('a PIN has no place in the chat, and is not asked for', async () => {
  const visitor = await someone('customer-134');
  const [help] = await visitor.ask('I forgot my PIN');
  assert.match(help?.content.text ?? '', /changed at your bank and nowhere else.*555 0133/);
  const [typed] = await visitor.ask('my pin is 4821');
  assert.match(typed?.content.text ?? '', /^That looks like a PIN/);
});

test('statements are listed, and a PDF goes to the customer’s browser alone', async () => {
  const visitor = await someone('customer-135');
  const answers = await visitor.ask('show me my statements');
  const way = answers.flatMap(({ waysOn }) => waysOn ?? []).find((one) => one.way === 'statement');
  assert.ok(way?.address, JSON.stringify(answers));
  const pdf = await visitor.open(way.address);
  assert.equal(pdf.status, 200);
  assert.match(pdf.page, /^%PDF-/);
  const stranger = await Visitor.arrive(hub);
  assert.equal((await stranger.open(way.address)).status, 410);
});

test('the uses are in the ledger: what was asked of the bank, for this purpose', async () => {
  const visitor = await someone('customer-136');
  const { last4 } = await atBank('customer-136');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'confirmed');
  interface Exported {
    readonly ledger: { readonly entries: readonly { readonly record: Readonly<Record<string, unknown>> }[] };
  }
  const { body } = await visitor.call<Exported>('GET', '/api/export.json');
  const reasons = body.ledger.entries
    .filter(({ record }) => record['purpose'] === 'account-management')
    .map(({ record }) => `${String(record['actor'])} ${String(record['reason'])}`);
  assert.ok(reasons.includes('task:answer cards-listed'), reasons.join());
  assert.ok(reasons.includes('task:act card-freeze'), reasons.join());
});

test('a link that is stopped takes along what the bank has not been asked', async () => {
  const visitor = await someone('customer-137');
  const { last4 } = await atBank('customer-137');
  await visitor.ask(`freeze card ${last4}`);
  await fault('customer-137', 'error-before');
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'sent');
  await visitor.ask('stop Citi');
  await visitor.press('stop-link');
  await until('the link to be gone', async () => (await visitor.me()).links.length === 0);
  await fault('customer-137', 'none');
  const rows = await hub.db.database.query(sql`select from bank_actions a join links l using (link_id)
    where l.state = 'stopped'`);
  assert.equal(rows.length, 0);
  assert.equal((await atBank('customer-137')).state, 'active');
});

test('a bank that is at it for ever is not called done: after a minute nobody knows, staff are told, and it is asked on', async () => {
  const visitor = await someone('customer-140');
  const { last4 } = await atBank('customer-140');
  await fault('customer-140', 'never-done');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'sent');
  const alarms = () => hub.logged().split('"alarm":"bank_action_unknown"').length - 1;
  const before = alarms();
  // As if a minute had passed, for all that are open.
  await hub.db.database.execute(
    sql`update bank_actions set requested_at = requested_at - interval '61 seconds' where state = 'sent'`,
  );
  const { message } = await told(visitor, 'freeze', 'unknown');
  assert.match(message.content.text, /Citi has not confirmed yet.*call Citi at \+1 212 555 0133/);
  assert.equal(message.actions, undefined);
  await until('the alarm', async () => alarms() > before);
});

test('a bank that does it later is believed later', async () => {
  const visitor = await someone('customer-141');
  const { last4 } = await atBank('customer-141');
  await fault('customer-141', 'late', 2);
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'sent');
  await told(visitor, 'freeze', 'confirmed');
  assert.equal((await atBank('customer-141')).state, 'frozen');
});

test('at another messenger a card is frozen by its button at every level, and thawed there by nobody', async () => {
  const own = await someone('customer-150');
  const { body } = await own.call<{ code: string }>('POST', '/api/channels/code');
  const ana = { id: 'ana' };
  const says = (text: string) => tell(hub.url, [did(ana, { kind: 'text', text })]);
  const sent = (from: number, what: RegExp) =>
    until(`"${what.source}" in the messenger`, async () =>
      channel.sent.slice(from).find(({ message }) => what.test(message?.content.text ?? '')),
    );
  const press = async (from: number, what: RegExp): Promise<void> => {
    const { message } = await sent(from, what);
    const at = message?.actions?.findIndex(({ act }) => act === 'control') ?? -1;
    assert.ok(at >= 0, JSON.stringify(message));
    await tell(hub.url, [did(ana, { kind: 'press', payload: `act|${message?.id}|${at}`, title: 'x' })]);
  };
  await says('hello');
  await says(body.code);
  await sent(0, /This chat now belongs/);
  let from = channel.sent.length;
  await says('freeze my card');
  await press(from, /^Freeze your credit card at Citi/);
  await until('the card to be frozen', async () => (await atBank('customer-150')).state === 'frozen');
  from = channel.sent.length;
  await says('unfreeze my card');
  await press(from, /^Unfreeze your credit card at Citi/);
  await sent(from, /goes on in your browser.*Nothing was changed/);
  assert.equal((await atBank('customer-150')).state, 'frozen');
  from = channel.sent.length;
  await says('show me my statements');
  const { message: pointing } = await sent(from, /does not come into a messenger/);
  const [way] = pointing?.waysOn ?? [];
  const token = way?.address?.split('/v#')[1];
  assert.equal(way?.way, 'view', JSON.stringify(pointing));
  const view = (by: Visitor) =>
    by.call<{ messages: Message[] }>('POST', '/api/view', { token }, { 'user-agent': 'Mozilla/5.0 Firefox/140.0' });
  const stranger = await Visitor.arrive(hub);
  assert.equal((await view(stranger)).status, 403, 'the address alone opens nothing');
  const opened = await view(own);
  const statement = opened.body.messages[0]?.waysOn?.find((one) => one.way === 'statement');
  assert.match(statement?.label ?? '', /, \w+ \d{4}$/);
  const pdf = await own.open(new URL(statement?.address ?? '', hub.url));
  assert.match(pdf.page, /^%PDF-/);
  assert.equal((await view(own)).status, 410, 'once');
  const { last4 } = await atBank('customer-150');
  const told = JSON.stringify(channel.sent.map(({ message }) => message?.content));
  assert.ok(!told.includes(last4), 'no number of a card goes to a messenger below its full level');
});

test('what a bank was asked about an account that is given up may still be done: it is said before and after', async () => {
  const username = 'customer-139';
  const visitor = await someone(username);
  const { last4 } = await atBank(username);
  const [quiet] = await visitor.ask('stop sharing my savings account');
  assert.doesNotMatch(quiet?.content.text ?? '', /may still be carried out/);
  await fault(username, 'never-done');
  await visitor.ask(`freeze card ${last4}`);
  await visitor.press('control', 'Freeze');
  await told(visitor, 'freeze', 'sent');
  const linkId = (await visitor.me()).links[0]?.id ?? '';
  await until('the bank to have been asked', async () => {
    const [row] = await hub.db.database.query<{ called: boolean }>(
      sql`select called from bank_actions where link_id = ${linkId}`,
    );
    return row?.called;
  });
  const [asked] = await visitor.ask('stop sharing my credit card account');
  const goesOn = /What you asked Citi to do about it may still be carried out.*\+1 212 555 0133\./;
  assert.match(asked?.content.text ?? '', goesOn);
  assert.equal((await visitor.press('narrow-link')).status, 200);
  const narrowed = await until('the smaller consent', async () =>
    (await visitor.conversation()).find(
      ({ content }) => content.kind === 'card' && content.card.card === 'consent' && content.card.narrowed,
    ),
  );
  assert.match(narrowed.content.text, goesOn);
  assert.equal(
    narrowed.content.kind === 'card' && narrowed.content.card.card === 'consent' && narrowed.content.card.goesOn,
    '+1 212 555 0133',
  );
});
