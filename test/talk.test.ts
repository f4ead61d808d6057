import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { systemClock, type Clock } from '#base';
import { sql } from '#db';
import type {
  CaseBrief,
  CaseEntry,
  CaseView,
  DeskServerFrame,
  Inbox,
  Message,
  Page,
  Purpose,
  ServerFrame,
  TalkCard,
} from '#contract';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { phone } from './phone-side.ts';
import { StaffVisitor } from './staff-visitor.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

// Customers and their bank's staff talk: two sides of one hub, from the question to a satisfied close.

let hub: TestHub;
/** How far the hub's clock is ahead. */
let aheadMs = 0;
const clock: Clock = { ...systemClock, nowMs: () => systemClock.nowMs() + aheadMs };
before(async () => {
  hub = await testHub({ clock });
});
after(() => hub.close());

const purposes: readonly Purpose[] = ['balances', 'transactions', 'account-management'];

async function someone(customer: string, locale: 'en' | 'es' = 'en', bank = 'citi'): Promise<Visitor> {
  const visitor = await Visitor.arrive(hub, locale);
  await visitor.link(bank, customer, purposes);
  return visitor;
}

/** The cards of a customer's talks, as they stand. */
const talksOf = async (visitor: Visitor): Promise<TalkCard[]> =>
  cardsOf(await visitor.conversation(), 'case').filter((card) => card.kind === 'talk');

const talkIn = (visitor: Visitor, what: string, is: (card: TalkCard) => boolean): Promise<TalkCard> =>
  until(`a talk that ${what}`, async () => (await talksOf(visitor)).find(is));

const told = (visitor: Visitor, what: RegExp): Promise<Message> =>
  until(`words like ${what}`, async () =>
    (await visitor.conversation()).findLast(({ content, author }) => author !== 'customer' && what.test(content.text)),
  );

/** Says something to which nothing is answered, as it goes to staff. */
async function write(visitor: Visitor, text: string): Promise<string> {
  const clientId = randomUUID();
  const { status } = await visitor.call('POST', '/api/messages', { clientId, text });
  assert.equal(status, 202);
  return clientId;
}

/** A case by its number, at the desk of its bank. */
async function atDesk(staff: StaffVisitor, number: number): Promise<CaseBrief> {
  return until('the case at the desk', async () => {
    const { body } = await staff.call<Inbox>('GET', `/api/desk/cases?view=all&search=${number}`);
    return body.cases.find((one) => one.number === number);
  });
}

async function take(staff: StaffVisitor, number: number): Promise<{ brief: CaseBrief; view: CaseView }> {
  const brief = await atDesk(staff, number);
  const claimed = await staff.call('POST', `/api/desk/cases/${brief.caseId}/claim`, {});
  assert.equal(claimed.status, 200, JSON.stringify(claimed.body));
  const { status, body } = await staff.call<CaseView>('GET', `/api/desk/cases/${brief.caseId}`);
  assert.equal(status, 200, JSON.stringify(body));
  return { brief, view: body };
}

async function answer(staff: StaffVisitor, { caseId }: CaseBrief, text: string): Promise<void> {
  const sent = await staff.call('POST', `/api/desk/cases/${caseId}/answers`, {
    text,
    clientId: randomUUID(),
    seenSeq: 1000,
  });
  assert.equal(sent.status, 200, JSON.stringify(sent.body));
}

const wordsIn = (entries: readonly CaseEntry[]): string[] =>
  entries.flatMap((entry) => (entry.entry === 'said' ? [`${entry.by ?? 'customer'}: ${entry.text}`] : []));

const readCase = async (staff: StaffVisitor, { caseId }: CaseBrief): Promise<CaseView> =>
  (await staff.call<CaseView>('GET', `/api/desk/cases/${caseId}`)).body;

test('from a question to a satisfied close: nobody repeats themselves, and what is not said in the talk stays unseen', async () => {
  const visitor = await someone('customer-501');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
  await visitor.ask('recent purchases');
  await visitor.ask('why was a fee taken for my transfer');
  const [offer] = await visitor.ask('I want to talk to a person');
  assert.match(offer?.content.text ?? '', /They read your question, “why was a fee taken for my transfer”/);
  assert.match(offer?.content.text ?? '', /By telephone: \+1 212 555/);
  assert.deepEqual(
    offer?.actions?.map(({ label }) => label),
    ['Write to Citi’s staff'],
  );
  assert.equal((await visitor.me()).talk, undefined, 'the words alone open nothing');
  assert.equal((await visitor.press('open-case')).status, 200);

  const waiting = await talkIn(visitor, 'waits', ({ state }) => state === 'waiting');
  assert.ok((waiting.place ?? 0) >= 1 && waiting.answerBy !== undefined);
  assert.equal(waiting.team, 'payments');
  assert.equal((await visitor.me()).talk?.number, waiting.number);

  const { brief, view } = await take(agent, waiting.number);
  assert.equal(view.question.asked, 'why was a fee taken for my transfer');
  assert.deepEqual(view.question.tried, [
    'Looked at recent purchases in Tellerline.',
    'Asked Tellerline about this and was shown the bank’s prepared answer.',
  ]);
  assert.deepEqual(wordsIn(view.entries), []);
  const claimed = await talkIn(visitor, 'somebody has', ({ state }) => state === 'claimed');
  assert.equal(claimed.staff, 'agent-1');

  await write(visitor, 'It was $12 on Friday');
  await answer(agent, brief, 'I have given it back to you.');
  const words = await told(visitor, /given it back/);
  assert.deepEqual([words.author, words.by], ['bank', 'agent-1, Citi']);
  await talkIn(visitor, 'is the customer’s turn', ({ state }) => state === 'with-customer');
  assert.deepEqual(wordsIn((await readCase(agent, brief)).entries), [
    'customer: It was $12 on Friday',
    'agent-1: I have given it back to you.',
  ]);

  const [closed] = await visitor.ask('done');
  assert.match(closed?.content.text ?? '', /closed/);
  const five = closed?.quickReplies?.find(({ label }) => label.startsWith('5'));
  const [thanks] = await visitor.ask(five?.text ?? '');
  assert.match(thanks?.content.text ?? '', /Thank you/);
  await talkIn(visitor, 'is rated', ({ state, rating }) => state === 'closed' && rating === 5);
  assert.equal((await atDesk(agent, waiting.number)).rating, 5);
  assert.equal((await visitor.me()).talk, undefined);
});

test('in Spanish; firm words go to Tellerline while a talk goes on, and so do words after “volver”', async () => {
  const visitor = await someone('customer-502', 'es');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-2');
  const [offer] = await visitor.ask('quiero hablar con alguien sobre una comisión que me cobraron');
  assert.match(offer?.content.text ?? '', /«quiero hablar con alguien sobre una comisión que me cobraron»/);
  await visitor.press('open-case');
  const { number } = await talkIn(visitor, 'waits', ({ state }) => state === 'waiting');
  const { brief, view } = await take(agent, number);
  assert.equal(view.question.asked, 'quiero hablar con alguien sobre una comisión que me cobraron');
  await write(visitor, '¿Cuál es mi saldo?');
  const [freeze] = await visitor.ask('congela mi tarjeta');
  const offered = [...(freeze?.actions ?? []), ...(freeze?.quickReplies ?? [])];
  assert.ok(offered.length > 0, 'freezing is asked about here');
  const [stop] = await visitor.ask('para');
  assert.ok(stop?.actions?.some(({ act }) => act === 'stop-link'));
  const [left] = await visitor.ask('volver');
  assert.match(left?.content.text ?? '', /Hablas conmigo otra vez/);
  const balance = await visitor.ask('¿Cuál es mi saldo?');
  assert.ok(cardsOf(balance, 'balance').length > 0, 'Tellerline answers again');
  assert.deepEqual(wordsIn((await readCase(agent, brief)).entries), ['customer: ¿Cuál es mi saldo?']);

  await answer(agent, brief, 'Ya le devolví la comisión.');
  await told(visitor, /devolví la comisión/);
  await visitor.press('in-case', 'Escribir al personal');
  await write(visitor, 'Muchas gracias a usted');
  const seen = await until('the words at the desk', async () => {
    const { entries } = await readCase(agent, brief);
    return wordsIn(entries).length === 3 && entries;
  });
  assert.deepEqual(wordsIn(seen).at(-1), 'customer: Muchas gracias a usted');
  await agent.call('POST', `/api/desk/cases/${brief.caseId}/close`, {});
  const rate = await told(visitor, /cerró tu caso/);
  const one = rate.quickReplies?.find(({ label }) => label.startsWith('1'));
  await visitor.ask(one?.text ?? '');
  assert.equal((await atDesk(agent, number)).rating, 1);
});

test('what staff propose is done by the customer’s own button alone, and “No” goes back to the case', async () => {
  const visitor = await someone('customer-503');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'supervisor-1');
  await visitor.ask('can someone help me please');
  await visitor.press('open-case');
  const { number } = await talkIn(visitor, 'waits', () => true);
  const { brief } = await take(agent, number);
  const propose = (action: string) => agent.call('POST', `/api/desk/cases/${brief.caseId}/proposals`, { action });
  const stateOf = async (action: string) =>
    (await readCase(agent, brief)).entries.flatMap((entry) =>
      entry.entry === 'proposed' && entry.proposal.action === action ? [entry.proposal.state] : [],
    )[0];
  assert.equal((await propose('abroad-off')).status, 200);
  const asked = await told(visitor, /proposes to block your card abroad/);
  assert.deepEqual(
    asked.actions?.map(({ act, proof }) => [act, proof]),
    [
      ['control', undefined],
      ['no-proposal', undefined],
    ],
  );
  const cards = () => visitor.conversation().then((all) => cardsOf(all, 'cardControl'));
  assert.equal((await cards()).length, 0, 'nothing happens until it is confirmed');
  assert.equal((await visitor.press('control')).status, 200);
  await told(visitor, /Which card/);
  assert.equal(await stateOf('abroad-off'), 'waits', 'of several cards one is chosen first');
  assert.equal((await visitor.press('control', 'Card ')).status, 200);
  await until('the bank to confirm', async () => (await cards()).some((one) => one.state === 'confirmed'));
  assert.equal(await stateOf('abroad-off'), 'confirmed');
  const settled = await told(visitor, /You confirmed: block your card abroad \(card \d{4}\)/);
  assert.deepEqual([settled.id, settled.actions], [asked.id, undefined], 'in place of the question');

  await propose('abroad-on');
  const loosening = await told(visitor, /proposes to allow your card abroad/);
  assert.equal(loosening.actions?.[0]?.proof, 'widen-card-use');
  const press = (token: string | undefined) => visitor.call('POST', '/api/acts', { token });
  await press(loosening.actions?.[0]?.token);
  const which = await told(visitor, /allow your card abroad.*Which card/);
  assert.deepEqual(
    which.actions?.map(({ proof }) => proof),
    ['widen-card-use', 'widen-card-use', undefined],
  );
  assert.equal((await press(which.actions?.[0]?.token)).status, 403, 'it loosens, so it takes a proof');
  assert.equal(await stateOf('abroad-on'), 'waits');
  assert.equal((await visitor.call('POST', '/api/acts', { token: loosening.actions?.[1]?.token })).status, 200);
  assert.equal(await stateOf('abroad-on'), 'declined');

  await propose('freeze');
  await told(visitor, /proposes to freeze your card/);
  assert.equal((await visitor.press('control')).status, 200);
  const open = await told(visitor, /freeze your card.*Which card/);
  assert.deepEqual(
    open.actions?.map(({ act }) => act),
    ['control', 'control', 'no-proposal'],
  );

  await agent.call('POST', `/api/desk/cases/${brief.caseId}/asks`, { field: 'purchases' });
  const share = await told(visitor, /asks to see your last card purchases/);
  assert.equal(share.actions?.find(({ act }) => act === 'share-in-case')?.proof, 'widen-consent');
  const sharing = await visitor.call('POST', '/api/acts', {
    token: share.actions?.find(({ act }) => act === 'share-in-case')?.token,
  });
  assert.equal(sharing.status, 403, 'one field more takes a proof');

  await agent.call('POST', `/api/desk/cases/${brief.caseId}/close`, {});
  const over = await until('the proposal to be over', async () =>
    (await visitor.conversation()).find(({ id, content }) => id === open.id && !content.text.includes('Which card')),
  );
  const unshared = (await visitor.conversation()).find(({ id }) => id === share.id);
  assert.deepEqual([over.actions, unshared?.actions], [undefined, undefined], 'what staff ask ends with its case');
  assert.match(unshared?.content.text ?? '', /was not shared/);
});

test('with two banks each has its button, and neither reads what was said to the other', async () => {
  const visitor = await someone('customer-504');
  await visitor.link('us-bank', 'customer-504', purposes);
  await visitor.ask('balance');
  const offers = await visitor.ask('agent please');
  assert.deepEqual(offers.flatMap(({ actions = [] }) => actions.map(({ label }) => label)).toSorted(), [
    'Write to Citi’s staff',
    'Write to U.S. Bank’s staff',
  ]);
  await visitor.press('open-case', 'Citi');
  const citi = await talkIn(visitor, 'is Citi’s', ({ bank }) => bank === 'citi');
  await write(visitor, 'For Citi alone');
  await visitor.ask('back');
  const [open, ...others] = await visitor.ask('what cases do I have open?');
  assert.match(
    open?.content.text ?? '',
    new RegExp(`^Case ${citi.number} is open and waits for Citi’s staff. An answer is promised by `),
  );
  assert.deepEqual(others, []);
  await visitor.ask('talk to us bank');
  await visitor.press('open-case', 'U.S. Bank');
  const other = await talkIn(visitor, 'is U.S. Bank’s', ({ bank }) => bank === 'us-bank');
  await write(visitor, 'For the other alone');
  const [agent, stranger] = await Promise.all([
    StaffVisitor.signIn(hub, 'citi', 'agent-1'),
    StaffVisitor.signIn(hub, 'us-bank', 'agent-1'),
  ]);
  const [here, there] = [await take(agent, citi.number), await take(stranger, other.number)];
  assert.deepEqual(wordsIn(here.view.entries), ['customer: For Citi alone']);
  assert.deepEqual(wordsIn(there.view.entries), ['customer: For the other alone']);
  assert.deepEqual(there.view.question.tried, [], 'a balance read from both is told neither');
  assert.equal((await stranger.call('GET', `/api/desk/cases/${here.brief.caseId}`)).status, 404);
});

test('stopping the link in the middle of a talk ends it: nothing of it is readable at the desk or in the chat', async () => {
  const visitor = await someone('customer-505');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
  await visitor.ask('talk to a human');
  await visitor.press('open-case');
  const { number } = await talkIn(visitor, 'waits', () => true);
  const { brief } = await take(agent, number);
  await answer(agent, brief, 'Something of the bank');
  await told(visitor, /Something of the bank/);
  await visitor.ask('stop');
  assert.equal((await visitor.press('stop-link')).status, 200);
  assert.equal((await talksOf(visitor)).length, 0);
  const { status } = await agent.call('GET', `/api/desk/cases/${brief.caseId}`);
  assert.ok(status === 404 || status === 410, String(status));
  const late = await agent.call('POST', `/api/desk/cases/${brief.caseId}/answers`, {
    text: 'too late',
    clientId: randomUUID(),
    seenSeq: 1000,
  });
  assert.ok(late.status === 404 || late.status === 410, String(late.status));
  assert.equal((await visitor.me()).talk, undefined);
});

test('without a bank the way is to link one, or the telephone', async () => {
  const visitor = await Visitor.arrive(hub);
  const [none] = await visitor.ask('real person please');
  assert.equal(none?.waysOn?.[0]?.way, 'link-bank');
  const [named] = await visitor.ask('I want to talk to Citi');
  assert.match(named?.content.text ?? '', /\+1 212 555/);
});

test('what was said in talks stands in the export, and goes with the account', async () => {
  const visitor = await someone('customer-506');
  await visitor.ask('talk to a person about the fee');
  await visitor.press('open-case');
  await talkIn(visitor, 'waits', () => true);
  const caseId = (await visitor.me()).talk?.case;
  await write(visitor, 'Words of this talk alone');
  const exported = await until('the export', async () => {
    const text = JSON.stringify((await visitor.call<unknown>('GET', '/api/export.json')).body);
    return text.includes('Words of this talk alone') && text;
  });
  assert.match(exported, /talk to a person about the fee/);
  await visitor.ask('delete my account');
  assert.equal((await visitor.press('delete-account')).status, 200);
  const of = (table: string) =>
    hub.db.database.query({ text: `select from ${table} where case_id = $1`, values: [caseId] });
  assert.deepEqual([(await of('case_entries')).length, (await of('case_consents')).length], [0, 0]);
  assert.equal((await visitor.call<Page>('GET', '/api/entries?after=0')).status, 401);
});

/** A web socket that keeps what it was sent. */
async function listen<Frame>(address: string, origin: string, cookie: string, first?: object) {
  const socket = new WebSocket(address.replace('http', 'ws'), { headers: { origin, cookie } });
  const frames: Frame[] = [];
  socket.on('message', (data: Buffer) => frames.push(JSON.parse(data.toString()) as Frame));
  const send = (frame: object): void => socket.send(JSON.stringify(frame));
  await until('the socket', async () => socket.readyState === WebSocket.OPEN);
  if (first) send(first);
  return { frames, send, close: () => socket.close() };
}

test('each side sees the other write and read, and whoever was away gets all of it, once and in order', async () => {
  const visitor = await someone('customer-509');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-2');
  await visitor.ask('speak to a representative');
  await visitor.press('open-case');
  const { number } = await talkIn(visitor, 'waits', () => true);
  const { brief } = await take(agent, number);
  const { caseId } = brief;
  const cookie = `tellerline_session=${visitor.cookie('tellerline_session') ?? ''}`;
  const window = (after: number) => listen<ServerFrame>(`${hub.url}/ws`, hub.url, cookie, { frame: 'resume', after });
  const desk = await listen<DeskServerFrame>(`${hub.staffUrl}/desk/ws`, hub.staffUrl, agent.cookies());
  desk.send({ frame: 'open', caseId, after: 0 });
  const first = await window((await visitor.entries()).at(-1)?.seq ?? 0);
  await until('the greeting', async () => first.frames.some(({ frame }) => frame === 'hello'));

  // Said again as long as they write: whoever has just opened the case sees it too.
  await until('the customer to be seen writing', async () => {
    first.send({ frame: 'typing', on: true });
    return desk.frames.some((one) => one.frame === 'typing' && one.by === undefined && one.on);
  });
  desk.send({ frame: 'typing', caseId, on: true });
  await until('staff to be seen writing', async () => first.frames.some((one) => one.frame === 'typing' && one.on));

  await write(visitor, 'Is it seen?');
  const entry = await until('the words at the desk', async () =>
    desk.frames
      .flatMap((one) => (one.frame === 'entries' ? one.entries : []))
      .find((one) => one.entry === 'said' && one.text === 'Is it seen?'),
  );
  const own = (await visitor.entries()).findLast((one) => one.entry === 'message' && one.message.author === 'customer');
  desk.send({ frame: 'read', caseId, seq: entry.seq });
  await until('the mark that it was read', async () =>
    first.frames.some((one) => one.frame === 'marks' && one.readSeq === own?.seq),
  );

  const before = (await visitor.entries()).at(-1)?.seq ?? 0;
  first.close();
  for (const text of ['One', 'Two', 'Three']) await answer(agent, brief, text);
  const second = await window(before);
  const said = await until('what was missed', async () => {
    const entries = second.frames.flatMap((one) => (one.frame === 'entries' ? one.entries : []));
    const texts = entries.flatMap((one) =>
      one.entry === 'message' && one.message.author === 'bank' ? [one.message.content.text] : [],
    );
    return texts.length >= 3 && texts;
  });
  assert.deepEqual(said, ['One', 'Two', 'Three']);
  second.send({ frame: 'read', seq: (await visitor.entries()).at(-1)?.seq ?? 0 });
  await until('the mark that staff’s words were read', async () =>
    desk.frames.some((one) => one.frame === 'marks' && one.readSeq > entry.seq),
  );
  second.close();
  desk.close();
});

const hourMs = 3_600_000;

test('what a bank’s own system answers reaches the thread and the desk once, while the case is open', async () => {
  const visitor = await someone('customer-509');
  const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
  await visitor.ask('I want to talk to a person about a fee');
  await visitor.press('open-case');
  const { number } = await talkIn(visitor, 'waits', ({ state }) => state === 'waiting');
  const bank = await BankSigner.of(hub, 'citi');
  const reply = (text: string, caseId = String(number), agentName = 'Maria Lopez') => ({
    id: randomUUID(),
    type: 'case.replied',
    occurredAt: new Date().toISOString(),
    caseId,
    text,
    agent: agentName,
  });
  const said = reply('The fee was given back today.');
  assert.deepEqual((await bank.send([said])).body, { accepted: 1, duplicates: 0, dropped: 0 });
  assert.deepEqual((await bank.send([said, said])).body, { accepted: 0, duplicates: 2, dropped: 0 });
  assert.equal((await bank.send([{ ...said, text: 'Another.' }])).status, 409);
  const words = await told(visitor, /fee was given back/);
  assert.deepEqual([words.author, words.by], ['bank', 'Maria Lopez, Citi']);
  await talkIn(visitor, 'is the customer’s turn', ({ state }) => state === 'with-customer');
  // Whoever takes it up at the desk sees who has answered what.
  await write(visitor, 'Not on my account yet');
  const { brief, view } = await take(agent, number);
  assert.deepEqual(wordsIn(view.entries), [
    'Maria Lopez: The fee was given back today.',
    'customer: Not on my account yet',
  ]);
  assert.ok(view.entries.some((entry) => entry.entry === 'said' && entry.ownSystem === true));
  // By its id too; a name that cannot be shown is the bank's own.
  const posing = reply('It will be there tomorrow.', brief.caseId, 'Tellerline Support');
  assert.equal((await bank.send([posing])).body.accepted, 1);
  assert.equal((await told(visitor, /there tomorrow/)).by, 'Citi');

  const other = await BankSigner.of(hub, 'us-bank');
  const dropped = { accepted: 0, duplicates: 0, dropped: 1 };
  assert.deepEqual((await other.send([reply('Not ours', brief.caseId)])).body, dropped, 'another bank’s case');
  await visitor.ask('done');
  assert.deepEqual((await bank.send([reply('And one thing more')])).body, dropped, 'a closed case');
  assert.deepEqual((await bank.send([said])).body, { accepted: 0, duplicates: 1, dropped: 0 });
  const all = (await visitor.conversation()).filter(({ content }) => /fee was given back/.test(content.text));
  assert.equal(all.length, 1);
});

/** As if what was promised of a case had passed, and whoever has it had it before. */
const makeLate = (caseId: string) =>
  hub.db.database.execute(sql`update cases set due_at = ${new Date(clock.nowMs() - 1000)}, late_for = null,
    claimed_at = case when claimed_by is null then null else ${new Date(clock.nowMs() - 60_000)}::timestamptz end
    where case_id = ${caseId}`);

for (const [locale, customer, ask, waits, held] of [
  [
    'en',
    'customer-515',
    'I want to talk to a person about a fee',
    /^We said an answer by \w+,? \d+:\d\d [AP]M\. It is late, and we are sorry\. Your case \d+ at Citi is (first|number \d+) in line now\.$/,
    /sorry\. agent-1 of Citi still has your case \d+, and colleagues may now take it over\.$/,
  ],
  [
    'es',
    'customer-516',
    'Quiero hablar con una persona sobre una comisión',
    /^Dijimos que tendrías respuesta antes de .+\d+:\d\d.+ Vamos con retraso y lo sentimos\. Tu caso \d+ (es ahora el primero|está ahora en el lugar \d+) en Citi\.$/,
    /sentimos\. agent-1, de Citi, sigue con tu caso \d+, y ahora también puede tomarlo otra persona\.$/,
  ],
] as const)
  test(`${locale}: a promise that was missed is owned up to, to whoever waits and of whoever has it, once`, async () => {
    const visitor = await someone(customer, locale);
    const [one, two] = [
      await StaffVisitor.signIn(hub, 'citi', 'agent-1'),
      await StaffVisitor.signIn(hub, 'citi', 'agent-2'),
    ];
    await visitor.ask(ask);
    assert.equal((await visitor.press('open-case')).status, 200);
    const { number } = await talkIn(visitor, 'waits', ({ state }) => state === 'waiting');
    const { caseId } = await atDesk(one, number);
    await makeLate(caseId);
    await told(visitor, waits);
    assert.equal((await atDesk(one, number)).late, true);
    await one.call('POST', `/api/desk/cases/${caseId}/claim`, {});
    await makeLate(caseId);
    const words = await told(visitor, held);
    assert.equal(words.author, 'tellerline');

    const here = await one.call<{ colleagues: { name: string; room: number }[] }>('GET', '/api/desk/colleagues');
    const names = here.body.colleagues.map(({ name }) => name);
    assert.ok(names.includes('agent-2') && !names.includes('agent-1'), names.join());
    const officer = await StaffVisitor.signIn(hub, 'citi', 'privacy-1');
    const refused = await officer.call('GET', '/api/desk/colleagues');
    assert.equal(refused.status, 403);
    assert.equal((await two.call('POST', `/api/desk/cases/${caseId}/claim`, {})).status, 200);
    const again = await one.call<{ error?: { code: string } }>('POST', `/api/desk/cases/${caseId}/claim`, {});
    assert.equal(again.status, 409, 'whoever took it keeps it');
    const said = (await visitor.conversation()).filter(({ content }) => held.test(content.text));
    assert.equal(said.length, 1);
  });

for (const platform of ['messenger', 'whatsapp'] as const)
  test(`${platform}: a talk goes on where its customer wrote last, and after a day in the form that is left`, async () => {
    const visitor = await someone(platform === 'messenger' ? 'customer-507' : 'customer-508');
    const { person } = await phone(hub, 'POST', 'people', { platform, name: 'Ana' });
    const at = { platform, person: person.key };
    const shown = (what: RegExp) =>
      until(`${what} on the telephone`, async () =>
        (await phone(hub, 'GET', 'state', at)).thread.find(
          ({ from, text = '' }) => from === 'business' && what.test(text),
        ),
      );
    await phone(hub, 'POST', 'say', { ...at, text: 'Hello' });
    const { body } = await visitor.call<{ code: string }>('POST', '/api/channels/code');
    await phone(hub, 'POST', 'say', { ...at, text: body.code });
    await shown(/This chat now belongs/);
    // As if its customer had chosen so in the privacy centre, which takes a passkey.
    await hub.db.database.execute(sql`update destinations d set details = '{"customer-chat": "full"}'
      from channel_identities i where i.identity_id = d.identity_id and i.channel = ${platform}`);
    await phone(hub, 'POST', 'say', { ...at, text: 'talk to a person about a fee' });
    const offer = await shown(/Citi’s staff answer you here/);
    await phone(hub, 'POST', 'press', { ...at, message: offer.id, n: 0 });
    await shown(/Case \d+ at Citi is open/);
    const { number } = await talkIn(visitor, 'waits', () => true);
    const agent = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
    const { brief } = await take(agent, number);
    await phone(hub, 'POST', 'say', { ...at, text: 'Now I write from here' });
    await until('the words at the desk', async () =>
      wordsIn((await readCase(agent, brief)).entries).includes('customer: Now I write from here'),
    );
    await answer(agent, brief, 'And I answer there');
    await shown(/agent-1, Citi: And I answer there/);
    // What the messenger tells of it stands beside it at the desk.
    const marked = (mark: string) =>
      until(`the answer to be ${mark}`, async () => {
        const last = (await readCase(agent, brief)).entries.findLast((entry) => entry.entry === 'said');
        return last?.entry === 'said' && last.mark === mark;
      });
    await marked('delivered');
    await phone(hub, 'POST', 'read', at);
    await marked('read');

    await agent.call('POST', `/api/desk/cases/${brief.caseId}/proposals`, { action: 'abroad-off' });
    const proposed = await shown(/proposes to block your card abroad/);
    await phone(hub, 'POST', 'press', { ...at, message: proposed.id, n: 0 });
    const which = await shown(/block your card abroad.*Which card/);
    await phone(hub, 'POST', 'press', { ...at, message: which.id, n: 1 });
    await until('the customer’s own act', async () =>
      (await readCase(agent, brief)).entries.some(
        (entry) => entry.entry === 'proposed' && entry.proposal.state === 'confirmed',
      ),
    );

    aheadMs += 26 * hourMs;
    const later = await StaffVisitor.signIn(hub, 'citi', 'agent-1');
    await answer(later, brief, 'It took me a day');
    const late = await shown(/It took me a day/);
    if (platform === 'messenger')
      await until('the tag for words of a person', async () => {
        const { seen } = await phone(hub, 'GET', 'state', at);
        return JSON.stringify(seen.map((one) => one.body)).includes('"tag":"HUMAN_AGENT"');
      });
    else assert.match(JSON.stringify(late), /staff_reply|have answered you/);
  });
