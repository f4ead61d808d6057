import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { BankHold, FraudAlertCard, Message, Privacy } from '#contract';
import { sql } from '#db';
import { walkToCode } from './chat-side.ts';
import { callControl } from './control-api.ts';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, disputesOf, Visitor } from './visitor.ts';

const channel = fakeChannel('chatter', { nameOf: () => 'Example Help' });
let hub: TestHub;
before(async () => {
  hub = await testHub({ channels: [channel] });
});
after(() => hub.close());

const all = ['transactions', 'fraud-alerts', 'account-management'] as const;

/** Somebody who is asked about held purchases; each test has a customer of its own at the bank. */
const someone = (username: string, locale: 'en' | 'es' = 'en', purposes = [...all]): Promise<Visitor> =>
  Visitor.linked(hub, ['citi', username], locale, purposes);

const control = <Answer>(method: string, path: string, body?: unknown): Promise<Answer> =>
  callControl(hub, method, path, body);

const jeweller = {
  name: 'Joyería Ocampo',
  category: '5944',
  address: { city: 'Guadalajara', country: 'MX' },
  location: { lat: 20.6736, lon: -103.344 },
};

/** Has the bank hold a purchase; answers the name of the case. */
async function hold(username: string, more: Readonly<Record<string, unknown>> = {}): Promise<string> {
  const held = { customer: username, amount: '1284.00', merchant: jeweller, ...more };
  return (await control<{ caseId: string }>('POST', 'banks/citi/holds', held)).caseId;
}

/** The newest alert, once it stands so. */
async function alerted(
  visitor: Visitor,
  state: FraudAlertCard['state'],
): Promise<{ card: FraudAlertCard; message: Message }> {
  return until(`an alert that is ${state}`, async () => {
    const messages = await visitor.conversation();
    const message = messages.findLast(({ content }) => content.kind === 'card' && content.card.card === 'fraudAlert');
    if (message?.content.kind !== 'card' || message.content.card.card !== 'fraudAlert') return undefined;
    return message.content.card.state === state ? { card: message.content.card, message } : undefined;
  });
}

/** Proves an act of a message by the login at the bank, as whom. */
async function proveAtBank(visitor: Visitor, username: string, act: string, subject: string): Promise<void> {
  const begun = await visitor.call<{ continueTo: string }>('POST', '/api/proofs/bank', { act, subject, bank: 'citi' });
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const login = await visitor.open(new URL(begun.body.continueTo));
  const action = /<form[^>]*action="([^"]+login)"/.exec(login.page)?.[1]?.replaceAll('&amp;', '&');
  const form = new URLSearchParams({ username, password: 'sandbox' });
  const back = await visitor.open(new URL(action ?? '', login.at), form, true);
  await visitor.open(back.at);
}

interface CardAtBank {
  readonly state: string;
}
const cardAtBank = async (username: string): Promise<CardAtBank> =>
  (await control<{ cards: CardAtBank[] }>('GET', `banks/citi/cards?customer=${username}`)).cards.at(-1) as CardAtBank;

const inApp = (caseId: string, answer: BankHold['answer']) =>
  control<BankHold>('POST', `holds/${caseId}/answer`, { answer });

/** A browser of theirs that looks on. */
async function connected(visitor: Visitor): Promise<WebSocket> {
  const socket = new WebSocket(new URL('/ws', hub.url.replace('http', 'ws')), {
    headers: { origin: hub.url, cookie: `tellerline_session=${visitor.cookie('tellerline_session') ?? ''}` },
  });
  socket.on('open', () => socket.send(JSON.stringify({ frame: 'resume', after: 0 })));
  await until('the socket to be connected', async () => socket.readyState === WebSocket.OPEN);
  return socket;
}

test('an alert says what was held, why, how far from the last own purchase, and asks with two buttons', async () => {
  const visitor = await someone('customer-201');
  const merchant = {
    name: 'Larkspur Coffee',
    category: '5814',
    address: { city: 'Columbus', region: 'OH', country: 'US' },
    location: { lat: 39.9622, lon: -83.0007 },
  };
  const purchases = [{ amount: '4.50', merchant }];
  await control('POST', 'banks/citi/purchases', { customer: 'customer-201', purchases });
  await until('the purchase to be told', async () =>
    cardsOf(await visitor.conversation(), 'transaction').some((one) => one.transaction.amount === '4.50'),
  );
  await hold('customer-201', { reasons: ['IMPOSSIBLE_TRAVEL', 'NEW MERCHANT', 'the moon is full'] });
  const { card, message } = await alerted(visitor, 'open');
  assert.deepEqual(card.reasons, ['far-apart', 'unusual-merchant', 'other']);
  assert.equal(card.transaction.amount, '1284.00');
  assert.equal(card.otherwise, 'decline');
  // Columbus to Guadalajara by the spherical law of cosines: 2,886 km.
  assert.ok(Math.abs((card.lastOwn?.km ?? 0) - 2886) <= 2, String(card.lastOwn?.km));
  assert.equal(card.lastOwn?.purchase.amount, '4.50');
  assert.equal(card.telephone, '+1 212 555 0133');
  assert.equal(message.urgent, true);
  assert.deepEqual(
    message.actions?.map(({ label, weight, proof }) => [label, weight, proof]),
    [
      ['No, freeze my card', 'fraud', undefined],
      ['Yes, it was me', 'grave', 'release-hold'],
    ],
  );
  const uses = await visitor.call<{ entries: { entry: { purpose?: string; fields?: string[] } }[] }>(
    'GET',
    '/api/ledger',
  );
  assert.match(JSON.stringify(uses.body), /last-purchase/);
});

test('"it was me" is refused without a proof; with the bank’s login the purchase is released, with a time to try again', async () => {
  const visitor = await someone('customer-202');
  await hold('customer-202');
  const { message } = await alerted(visitor, 'open');
  const refused = await visitor.press('answer-alert', 'Yes');
  assert.equal((refused.body as { code: string }).code, 'proof_needed');
  await alerted(visitor, 'open');
  await proveAtBank(visitor, 'customer-202', 'release-hold', message.id);
  assert.equal((await visitor.press('answer-alert', 'Yes')).status, 200);
  const { card, message: told } = await alerted(visitor, 'released');
  assert.equal(card.answer, 'mine');
  assert.ok(Date.parse(card.retryUntil ?? '') > Date.now(), 'it can be tried again for a while');
  assert.equal(told.actions, undefined);
  assert.equal((await cardAtBank('customer-202')).state, 'active');
});

test('"no" freezes the card, declines the purchase, opens a dispute and gives its number: "frozen" when the bank says so', async () => {
  const visitor = await someone('customer-203', 'es');
  await hold('customer-203');
  await alerted(visitor, 'open');
  assert.equal((await visitor.press('answer-alert', 'congela mi tarjeta')).status, 200);
  const { card, message } = await alerted(visitor, 'frozen');
  assert.equal(card.answer, 'not-mine');
  assert.equal((await cardAtBank('customer-203')).state, 'frozen');
  assert.match(message.content.text, /^Citi congeló/);
  const numbered = await until('the case number', async () => {
    const { card: now } = await alerted(visitor, 'frozen');
    return now.caseNumber;
  });
  const opened = await until('the case to be opened', async () =>
    disputesOf(await visitor.conversation()).find((one) => one.state === 'opened'),
  );
  assert.equal(opened.caseNumber, numbered);
  assert.equal(opened.reason, 'not-mine');
  assert.equal(opened.purchase.amount, '1284.00');
  const offers = (await visitor.conversation()).flatMap(({ actions = [] }) => actions.map(({ proof }) => proof));
  assert.ok(offers.includes('replace-card'), 'a new card is offered, as a loosening act');
});

test('without managing cards "no" declines and freezes nothing, and its button does not say that it would', async () => {
  const visitor = await someone('customer-204', 'en', ['transactions', 'fraud-alerts'] as never);
  await hold('customer-204');
  const { message } = await alerted(visitor, 'open');
  assert.equal(message.actions?.[0]?.label, 'No, it wasn’t me');
  const { card: asked } = await alerted(visitor, 'open');
  assert.equal(asked.cannotFreeze, true);
  assert.match(message.content.text, /To have the card frozen, call Citi at \+1 212 555 0133\.$/);
  await visitor.press('answer-alert', 'No');
  await alerted(visitor, 'declined');
  assert.equal((await cardAtBank('customer-204')).state, 'active');
});

test('without an answer what the bank said happens, and the alert says so when the bank does', async () => {
  for (const [username, otherwise] of [
    ['customer-205', 'release'],
    ['customer-206', 'decline'],
  ] as const) {
    const visitor = await someone(username);
    await hold(username, { answerSeconds: 1, otherwise });
    const { card, message } = await alerted(visitor, 'expired');
    assert.equal(card.otherwise, otherwise);
    assert.equal(card.answer, undefined);
    assert.equal(message.actions, undefined);
  }
});

test('the first answer counts: one given at the bank settles a press that comes after it', async () => {
  const visitor = await someone('customer-207');
  const caseId = await hold('customer-207');
  await alerted(visitor, 'open');
  await inApp(caseId, 'mine');
  await visitor.press('answer-alert', 'No');
  const { card } = await alerted(visitor, 'released');
  assert.equal(card.answer, 'mine', 'as the bank has it');
  const again = await visitor.call('POST', '/api/acts', { token: 'none' });
  assert.notEqual(again.status, 200);
});

test('an answer in the bank’s own app is seen when its card is frozen there', async () => {
  const visitor = await someone('customer-208');
  const caseId = await hold('customer-208');
  await alerted(visitor, 'open');
  await inApp(caseId, 'not-mine');
  const { cards } = await control<{ cards: { cardId: string }[] }>('GET', 'banks/citi/cards?customer=customer-208');
  await control('POST', `banks/citi/cards/${cards.at(-1)?.cardId}/actions`, {
    customer: 'customer-208',
    action: 'freeze',
  });
  const { card } = await alerted(visitor, 'declined');
  assert.equal(card.answer, 'not-mine');
});

test('an answer in the bank’s own app is seen while somebody looks on, and the bank is left in peace while nobody does', async () => {
  const visitor = await someone('customer-213');
  const caseId = await hold('customer-213');
  await alerted(visitor, 'open');
  await inApp(caseId, 'not-mine');
  const asks = async (): Promise<number> =>
    JSON.stringify((await visitor.call('GET', '/api/ledger')).body).split('"hold-asked"').length - 1;
  const due = () =>
    hub.db.database.execute(sql`update alerts set next_at = now()
      where state = 'open' and customer_id = (select customer_id from links where link_id = ${linkId})`);
  const [linkId = ''] = (await visitor.me()).links.map(({ id }) => id);
  const looked = (): Promise<{ at: Date }[]> =>
    hub.db.database.query<{ at: Date }>(sql`select next_at as at from alerts
      where next_at > now() + interval '30 seconds' and customer_id = (select customer_id from links where link_id = ${linkId})`);
  await due();
  await until('a look', async () => (await looked()).length > 0);
  assert.equal(await asks(), 0);
  await alerted(visitor, 'open');
  const looksOn = await connected(visitor);
  const { card } = await until('the answer to be seen', async () => {
    await due();
    const found = cardsOf(await visitor.conversation(), 'fraudAlert').at(-1);
    return found?.state === 'declined' ? { card: found } : undefined;
  });
  looksOn.close();
  assert.equal(card.answer, 'not-mine');
  assert.ok((await asks()) > 0, 'each look at the bank is entered');
});

test('a card that was frozen elsewhere is told of once, in both languages; one that was frozen here has its own message', async () => {
  for (const [username, locale, words] of [
    ['customer-211', 'en', /^Your bank says that card \d{4} was frozen, /],
    ['customer-212', 'es', /^Tu banco dice que la tarjeta \d{4} se congeló: /],
  ] as const) {
    const visitor = await someone(username, locale);
    const { cards } = await control<{ cards: { cardId: string }[] }>('GET', `banks/citi/cards?customer=${username}`);
    const act = (action: string) =>
      control('POST', `banks/citi/cards/${cards.at(-1)?.cardId}/actions`, { customer: username, action });
    const told = async (): Promise<string[]> =>
      (await visitor.conversation()).flatMap(({ content }) =>
        content.kind === 'card' && content.card.card === 'cardControl' && content.card.byBank ? [content.text] : [],
      );
    await act('freeze');
    assert.match((await until('the word of the bank', async () => (await told())[0])) ?? '', words);
    await act('unfreeze');
    await until('that it works again', async () => (await told()).length === 2);
    await hold(username);
    await alerted(visitor, 'open');
    await visitor.press('answer-alert', 'No');
    await alerted(visitor, 'frozen');
    // The bank tells of this freeze as well: what comes after it in the same order has been told.
    await act('unfreeze');
    const all = await until('that it works again after that', async () => {
      const now = await told();
      return now.length >= 3 ? now : undefined;
    });
    assert.equal(all.length, 3, all.join('\n'));
    assert.doesNotMatch(all[2] ?? '', words);
  }
});

test('both buttons pressed at once: one counts', async () => {
  const visitor = await someone('customer-209');
  await hold('customer-209');
  const { message } = await alerted(visitor, 'open');
  await proveAtBank(visitor, 'customer-209', 'release-hold', message.id);
  const tokens = message.actions?.map(({ token }) => token) ?? [];
  const pressed = await Promise.all(tokens.map((token) => visitor.call('POST', '/api/acts', { token })));
  assert.deepEqual(
    pressed.map(({ status }) => status).toSorted((a, b) => a - b),
    [200, 409],
  );
});

test('a bank that does not answer is telephoned: its number stands in the alert', async () => {
  const visitor = await someone('customer-210');
  await hold('customer-210');
  await alerted(visitor, 'open');
  await control('POST', 'banks/citi/control-fault', { customer: 'customer-210', kind: 'never-done' });
  await visitor.press('answer-alert', 'No');
  const degraded = await until('the number to be shown', async () => {
    const { card } = await alerted(visitor, 'sending');
    return card.degraded ? card : undefined;
  });
  assert.equal(degraded.telephone, '+1 212 555 0133');
  assert.equal((await cardAtBank('customer-210')).state, 'active');
  assert.equal(
    cardsOf(await visitor.conversation(), 'fraudAlert').some(({ state }) => state === 'frozen'),
    false,
  );
});

test('an alert of a bank that is known to fail shows its telephone from the beginning, and no more once the bank is well', async () => {
  const fault = (kind: string) => control('POST', 'banks/citi/control-fault', { kind });
  const [victim, visitor] = [await someone('customer-227'), await someone('customer-228')];
  await hold('customer-227');
  await alerted(victim, 'open');
  await fault('error-before');
  await victim.press('answer-alert', 'No');
  await until('the bank to have failed', async () => (await alerted(victim, 'sending')).card.degraded);
  await hold('customer-228');
  const { card, message } = await alerted(visitor, 'open');
  assert.equal(card.degraded, true, 'as it arrives');
  assert.match(message.content.text, /call Citi at \+1 212 555 0133\.$/);
  assert.equal(message.actions?.length, 2, 'both answers are offered all the same');
  await fault('none');
  const lookNow = () => hub.db.database.execute(sql`update bank_actions set next_at = now() where next_at is not null`);
  await until('the answer to reach the bank', async () => {
    await lookNow();
    return (await victim.conversation()).some(
      ({ content }) => content.kind === 'card' && content.card.card === 'fraudAlert' && content.card.state === 'frozen',
    );
  });
  const looksOn = await connected(visitor);
  const well = await until('the telephone to go', async () => {
    await hub.db.database.execute(sql`update alerts set next_at = now() where state = 'open'`);
    const now = await alerted(visitor, 'open');
    return now.card.degraded ? undefined : now;
  });
  looksOn.close();
  assert.doesNotMatch(well.message.content.text, /call Citi/);
  await hold('customer-228', { amount: '77.00' });
  const next = await until('the next alert', async () => {
    const now = await alerted(visitor, 'open');
    return now.card.transaction.amount === '77.00' ? now.card : undefined;
  });
  assert.equal(next.degraded, undefined);
});

test('typed answers count only after a confirming button, in both languages', async () => {
  for (const [n, locale, words] of [
    [0, 'en', 'no that wasnt me'],
    [1, 'es', 'no fui yo'],
  ] as const) {
    const username = `customer-${220 + n}`;
    const visitor = await someone(username, locale);
    await hold(username);
    await alerted(visitor, 'open');
    const [asked] = await visitor.ask(words);
    assert.match(asked?.content.text ?? '', /1,284\.00.*Joyería Ocampo/);
    assert.deepEqual(
      asked?.actions?.map(({ weight, proof }) => [weight, proof]),
      [
        ['fraud', undefined],
        ['grave', 'release-hold'],
      ],
    );
    const { message: still } = await alerted(visitor, 'asked-again');
    assert.equal(still.actions?.length, 2, 'its own buttons answer as well');
    const pressed = await visitor.call('POST', '/api/acts', { token: asked?.actions?.[0]?.token });
    assert.equal(pressed.status, 200);
    const { message } = await alerted(visitor, 'frozen');
    assert.equal(message.actions, undefined);
    const [again] = await visitor.ask(words);
    assert.equal(again?.actions, undefined, 'nothing is asked any more');
  }
});

test('before a link is stopped it is said that a dispute goes on at the bank, where there is one', async () => {
  const visitor = await someone('customer-223', 'es');
  const stopWords = async (): Promise<string> => (await visitor.ask('alto')).at(-1)?.content.text ?? '';
  const disputed = async (): Promise<boolean | undefined> =>
    (await visitor.call<Privacy>('GET', '/api/privacy')).body.links[0]?.disputed;
  assert.match(await stopWords(), /^¿Detener Citi\?/);
  assert.doesNotMatch(await stopWords(), /reclamas/);
  assert.equal(await disputed(), undefined);
  await hold('customer-223');
  await alerted(visitor, 'open');
  await visitor.press('answer-alert', 'No');
  const opened = await until('the case to be opened', async () =>
    disputesOf(await visitor.conversation()).find((one) => one.state === 'opened'),
  );
  assert.match(await stopWords(), /Lo que ya reclamas en Citi sigue su curso allí/);
  assert.equal(await disputed(), true);
  await control('POST', `disputes/${opened.caseNumber}`, { state: 'won' });
  await hub.db.database.execute(sql`update disputes set next_at = now()`);
  await until('the decision', async () =>
    disputesOf(await visitor.conversation()).some(({ state }) => state === 'won'),
  );
  assert.doesNotMatch(await stopWords(), /reclamas/);
});

test('words are added to a case after a button, the bank has them, and its decision comes into the thread', async () => {
  const visitor = await someone('customer-222');
  await hold('customer-222');
  await alerted(visitor, 'open');
  await visitor.press('answer-alert', 'No');
  const opened = await until('the case to be opened', async () =>
    disputesOf(await visitor.conversation()).find((one) => one.state === 'opened'),
  );
  await visitor.ask('add to my case: I was at home in Columbus');
  assert.equal((await visitor.press('add-evidence')).status, 200);
  await until('the words to be part of the case', async () => {
    const [card] = disputesOf(await visitor.conversation());
    return card?.evidence.some(({ kind }) => kind === 'words');
  });
  await until('the chat to say so', async () =>
    (await visitor.conversation()).some(({ content }) => /Citi has added what you wrote/.test(content.text)),
  );
  await control('POST', `disputes/${opened.caseNumber}`, { state: 'won' });
  await hub.db.database.execute(sql`update disputes set next_at = now()`);
  await until('the decision', async () =>
    disputesOf(await visitor.conversation()).some(({ state }) => state === 'won'),
  );
});

type Who = Parameters<typeof did>[0];

/** A chat at a messenger that has linked a bank, each purpose at this level. Answers how many messages it was sent. */
async function chatOf(who: Who, username: string, level: 'full' | 'pointer'): Promise<number> {
  const begun = channel.sent.length;
  await tell(hub.url, [did(who, { kind: 'text', text: 'hello' })]);
  await tell(hub.url, [did(who, { kind: 'press', payload: 'way|link-bank|citi', title: 'Citi' })]);
  const dispatch = await until('the one-time address', async () =>
    channel.sent.slice(begun).find(({ message }) => message?.waysOn?.some(({ address }) => address?.includes('/m#'))),
  );
  const token = dispatch.message?.waysOn?.find((way) => way.address)?.address?.split('#')[1] ?? '';
  const levels = { 'fraud-alerts': level, 'account-management': level } as const;
  const { code } = await walkToCode(new Visitor(hub), token, username, levels);
  await tell(hub.url, [did(who, { kind: 'text', text: code })]);
  await until('the link', async () =>
    channel.sent.some(
      ({ identityId, message }) =>
        identityId === dispatch.identityId && /Citi is linked to this chat/.test(message?.content.text ?? ''),
    ),
  );
  return channel.sent.length;
}

test('at a messenger: buttons at full, "yes" needs the browser, "no" freezes there', async () => {
  const who = { id: 'rosa' };
  const from = await chatOf(who, 'customer-230', 'full');
  await hold('customer-230');
  const asked = await until('the alert', async () =>
    channel.sent
      .slice(from)
      .find(({ message }) => message?.content.kind === 'card' && message.content.card.card === 'fraudAlert'),
  );
  const { message } = asked;
  assert.deepEqual(
    message?.actions?.map(({ label }) => label),
    ['No, freeze my card', 'Yes, it was me'],
  );
  const press = (n: number) =>
    tell(hub.url, [did(who, { kind: 'press', payload: `act|${message?.id}|${n}`, title: 'button' })]);
  await press(1);
  await until('the way to prove it', async () =>
    channel.sent.slice(from).some((one) => one.message?.content.text.includes(hub.url)),
  );
  await press(0);
  await until('the card to be frozen', async () => (await cardAtBank('customer-230')).state === 'frozen');
  await until('the messenger to be told', async () =>
    channel.sent.slice(from).some(({ message: told }) => /Citi froze|is frozen/.test(told?.content.text ?? '')),
  );
  const before = channel.sent.length;
  await press(0);
  await until('that it was answered', async () => channel.sent.length > before);
});

test('whoever wrote at a messenger just now looks on: an answer in the bank’s own app is seen', async () => {
  const who = { id: 'iris' };
  const from = await chatOf(who, 'customer-232', 'full');
  const caseId = await hold('customer-232');
  await until('the alert', async () =>
    channel.sent
      .slice(from)
      .some(({ message }) => message?.content.kind === 'card' && message.content.card.card === 'fraudAlert'),
  );
  await inApp(caseId, 'not-mine');
  await tell(hub.url, [did(who, { kind: 'text', text: 'hello' })]);
  await until('the answer to be seen', async () => {
    await hub.db.database.execute(sql`update alerts set next_at = now() where state = 'open'`);
    const [row] = await hub.db.database.query(sql`select from alerts a join channel_addresses c using (customer_id)
      where a.state = 'settled' and c.channel = 'chatter' and c.created_at = (
        select max(created_at) from channel_addresses where channel = 'chatter')`);
    return row;
  });
});

test('at a pointer nothing of an alert is told, and there is nothing to press', async () => {
  const from = await chatOf({ id: 'sol' }, 'customer-231', 'pointer');
  await hold('customer-231');
  const told = await until('the pointer', async () =>
    channel.sent.slice(from).find(({ message }) => message !== undefined),
  );
  assert.match(told.message?.content.text ?? '', /something new from your bank/);
  assert.equal(told.message?.actions, undefined);
  assert.doesNotMatch(JSON.stringify(told.message), /Ocampo|1284|answer-alert/);
});
