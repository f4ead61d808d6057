import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { randomUUID } from 'node:crypto';
import { limits } from '#base';
import type { CaseCard, Message } from '#contract';
import sharp from 'sharp';
import { sql } from '#db';
import type { MediaFetched } from '#delivery';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { walkToCode } from './chat-side.ts';
import { did, fakeChannel, tell } from './fake-channel.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, disputesOf, Visitor } from './visitor.ts';

// Disputes from the customer's words to what the bank has: the reason by a button, receipts, words and pictures.

let picture: MediaFetched = { fetched: false, why: 'not-there' };
const channel = fakeChannel('chatter', { nameOf: () => 'Example Help', media: async () => picture });
let hub: TestHub;
let citi: BankSigner;
before(async () => {
  hub = await testHub({ channels: [channel] });
  citi = await BankSigner.of(hub, 'citi');
});
after(() => hub.close());

const all = ['transactions', 'fraud-alerts', 'account-management'] as const;

async function control<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  const response = await fetch(new URL(path, hub.sandboxUrl), {
    method,
    ...(body !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  });
  const text = await response.text();
  assert.ok(response.ok, text);
  return (text ? JSON.parse(text) : undefined) as Answer;
}

/** Somebody with a bank, and, when asked for, the sandbox's shop; answers the shop's code for them. */
async function someone(
  username: string,
  locale: 'en' | 'es' = 'en',
): Promise<{ visitor: Visitor; code: () => Promise<string> }> {
  const visitor = await Visitor.arrive(hub, locale);
  await visitor.link('citi', username, all);
  const code = async (): Promise<string> => {
    const face = (await visitor.me()).banks.find(({ id }) => id.startsWith('shop-'));
    const { continueTo } = await visitor.sign(face?.id ?? '', ['receipts', 'shipping']);
    await visitor.open(continueTo);
    return until('the code', async () => {
      const words = (await visitor.conversation()).map(({ content }) => content.text).join('\n');
      return /\b[2-9A-Z]{4}-[2-9A-Z]{4}\b/.exec(words)?.[0];
    });
  };
  return { visitor, code };
}

/** A purchase on the customer's card, told and seen. */
async function buy(
  visitor: Visitor,
  username: string,
  amount: string,
  name: string,
  description = name,
): Promise<void> {
  const event = purchaseOn(await citi.accountId(username, 'card'));
  const merchant = { name, category: '5942', address: { city: 'Columbus', region: 'OH', country: 'US' } };
  await citi.send([{ ...event, transaction: { ...event.transaction, amount, description, merchant } }]);
  await until('the purchase', async () =>
    cardsOf(await visitor.conversation(), 'transaction').some(
      ({ transaction }) => transaction.amount === amount && transaction.description === description,
    ),
  );
}

const theCase = (visitor: Visitor, is: (card: CaseCard) => boolean): Promise<CaseCard> =>
  until('the case', async () => disputesOf(await visitor.conversation()).find(is));

interface AtBank {
  readonly state: string;
  readonly reason: string;
  readonly evidence: readonly { readonly kind: string; readonly text?: string; readonly metadata?: boolean }[];
}
const atBank = (card: CaseCard): Promise<AtBank> => control('GET', `/control/disputes/${card.caseNumber}`);

/** The words that came with the newest button of this label. */
async function offer(visitor: Visitor, label: RegExp): Promise<Message> {
  return until(`a button ${label}`, async () =>
    (await visitor.conversation()).findLast(({ actions = [] }) => actions.some((action) => label.test(action.label))),
  );
}

async function pressed(visitor: Visitor, label: RegExp): Promise<number> {
  const { actions = [] } = await offer(visitor, label);
  const token = actions.find((action) => label.test(action.label))?.token;
  return (await visitor.call('POST', '/api/acts', { token })).status;
}

/** What a button that only asks on has brought. */
async function chosen(visitor: Visitor, token: string | undefined): Promise<Message | undefined> {
  const before = (await visitor.conversation()).length;
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 200);
  return (await visitor.conversation())[before];
}

test('a purchase is disputed by words and a button for the reason; its receipt is attached in one tap, exactly as it was shown', async () => {
  const { visitor, code } = await someone('customer-301');
  await control('POST', '/control/shop/orders', { code: await code() });
  const receipt = await until('the receipt', async () => cardsOf(await visitor.conversation(), 'receipt')[0]);
  await buy(visitor, 'customer-301', receipt.total, 'Northwind Books', 'SP NORTHWIND BOOKS 0412');
  await until('the pair', async () =>
    cardsOf(await visitor.conversation(), 'receipt').some(({ purchase }) => purchase !== undefined),
  );

  const [asked] = await visitor.ask(`dispute the $${receipt.total} at Northwind`);
  assert.deepEqual(
    asked?.actions?.map(({ act, label }) => [act, label]),
    [
      ['dispute', 'It was not me'],
      ['dispute', 'It never came'],
      ['dispute', 'The amount is wrong'],
      ['dispute', 'I had cancelled it'],
    ],
  );
  assert.equal(disputesOf(await visitor.conversation()).length, 0, 'the words did nothing');
  assert.equal(await pressed(visitor, /It never came/), 200);
  const opened = await theCase(visitor, ({ state }) => state === 'opened');
  assert.equal(opened.reason, 'missing-goods');
  assert.deepEqual((await atBank(opened)).evidence, []);

  const [asIs] = await visitor.ask('how is my dispute going?');
  assert.deepEqual(
    disputesOf(asIs ? [asIs] : []).map(({ caseNumber, state }) => [caseNumber, state]),
    [[opened.caseNumber, 'opened']],
  );

  const firstOffer = await offer(visitor, /^Attach the receipt from /);
  const { content } = firstOffer;
  const [other] = await visitor.ask('attach my receipt');
  assert.ok(other?.actions);
  // What was shown is what goes, also when the language was changed since; and it goes once.
  assert.equal((await visitor.call('PUT', '/api/settings', { locale: 'es' })).status < 300, true);
  assert.equal(await pressed(visitor, /^Attach the receipt from /), 200);
  assert.equal((await visitor.call('POST', '/api/acts', { token: firstOffer.actions?.[0]?.token })).status, 409);
  assert.equal((await visitor.call('PUT', '/api/settings', { locale: 'en' })).status < 300, true);
  const given = await theCase(visitor, ({ evidence }) => evidence.some(({ kind }) => kind === 'receipt'));
  assert.equal(given.evidence[0]?.label, receipt.shop);
  const [sent] = (await atBank(opened)).evidence;
  assert.equal(sent?.kind, 'receipt');
  assert.equal(content.text.split('\n\n')[1], sent?.text, 'the bank has what was shown, and no more');
  for (const fact of [receipt.shop, receipt.number ?? '', receipt.lines[0]?.title ?? '', `Total: $${receipt.total}`])
    assert.ok(sent?.text?.includes(fact), `${fact} in ${sent?.text}`);
  const ledger = JSON.stringify((await visitor.call('GET', '/api/ledger')).body);
  assert.match(ledger, /"dispute-receipt"/);
  assert.match(ledger, /"dispute-evidence"/);

  const [again] = await visitor.ask(`dispute the $${receipt.total} at Northwind`);
  assert.equal(again?.actions, undefined, 'it is disputed already');
});

test('after "no" the other purchases on that card are shown, and each is disputed by its own button', async () => {
  const { visitor } = await someone('customer-302');
  await buy(visitor, 'customer-302', '42.10', 'Target');
  await buy(visitor, 'customer-302', '9.99', 'Larkspur Coffee');
  const merchant = { name: 'Joyería Ocampo', category: '5944', address: { city: 'Guadalajara', country: 'MX' } };
  await control('POST', '/control/banks/citi/holds', { customer: 'customer-302', amount: '1284.00', merchant });
  await visitor.press('answer-alert', 'No');
  await theCase(visitor, ({ state }) => state === 'opened');
  assert.equal(await pressed(visitor, /^Other purchases I did not make$/), 200);
  const listed = await until('the purchases', async () => {
    const found = (await visitor.conversation()).filter(({ actions = [] }) =>
      actions.some(({ label }) => label === 'Not me either'),
    );
    return found.length > 0 ? found : undefined;
  });
  assert.ok(listed.length <= 5);
  const target = listed.find(({ content }) => content.text.startsWith('$42.10 at Target'));
  const token = target?.actions?.[0]?.token;
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 200);
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 409, 'good once');
  const second = await theCase(visitor, ({ purchase, state }) => purchase.amount === '42.10' && state === 'opened');
  assert.equal(second.reason, 'not-mine');
  assert.equal((await atBank(second)).reason, 'not-mine');
  assert.ok(
    (await visitor.conversation()).some(({ actions = [] }) => actions.some(({ label }) => label === 'Not me either')),
    'the others can still be disputed',
  );
});

test('in Spanish, with the reason in the words one button is left; which one is asked when several are meant', async () => {
  const { visitor } = await someone('customer-303', 'es');
  await buy(visitor, 'customer-303', '18.50', 'Halden & Row');
  await buy(visitor, 'customer-303', '31.00', 'Halden & Row');
  const [which] = await visitor.ask('no me llegó el pedido de Halden & Row');
  const choices = which?.actions ?? [];
  assert.deepEqual(
    choices.map(({ act }) => act),
    ['ask-case', 'ask-case'],
  );
  const asked = await chosen(visitor, choices.find(({ label }) => label.includes('18.50'))?.token);
  assert.deepEqual(
    asked?.actions?.map(({ act, label }) => [act, label]),
    [
      ['dispute', 'Nunca llegó'],
      ['no-control', 'Ahora no'],
    ],
  );
  assert.equal(await pressed(visitor, /^Nunca llegó$/), 200);
  const { reason, purchase } = await theCase(visitor, ({ state }) => state === 'opened');
  assert.deepEqual([reason, purchase.amount], ['missing-goods', '18.50']);
});

test('of a purchase that was charged twice, either one is disputed by its own button', async () => {
  const { visitor } = await someone('customer-309');
  const accountId = await citi.accountId('customer-309', 'card');
  const merchant = { name: 'Target', category: '5310' };
  const twice = [purchaseOn(accountId), purchaseOn(accountId)];
  const occurredAt = twice[0]?.occurredAt;
  await citi.send(
    twice.map((event) => ({
      ...event,
      ...(occurredAt && { occurredAt }),
      transaction: { ...event.transaction, amount: '42.10', merchant },
    })),
  );
  await until('both', async () => cardsOf(await visitor.conversation(), 'transaction').length >= 2);
  const [which] = await visitor.ask('Target charged me twice');
  const choices = which?.actions ?? [];
  assert.equal(choices.length, 2);
  assert.equal(new Set(choices.map(({ label }) => label)).size, 2, 'they are told apart');
  for (const { label } of choices) assert.match(label, /^\$42\.10, Target.*\d{1,2}:\d{2} [AP]M/);
  const first = await chosen(visitor, choices[0]?.token);
  const second = await chosen(visitor, choices[1]?.token);
  for (const asked of [first, second])
    assert.deepEqual(
      asked?.actions?.map(({ act, label }) => [act, label]),
      [
        ['dispute', 'The amount is wrong'],
        ['no-control', 'Not now'],
      ],
    );
  assert.equal((await visitor.call('POST', '/api/acts', { token: first?.actions?.[0]?.token })).status, 200);
  await theCase(visitor, ({ state }) => state === 'opened');
  assert.equal((await visitor.call('POST', '/api/acts', { token: choices[0]?.token })).status, 410, 'it is disputed');
  assert.equal((await visitor.call('POST', '/api/acts', { token: second?.actions?.[0]?.token })).status, 200);
  await until('two cases', async () => cardsOf(await visitor.conversation(), 'case').length === 2);
});

test('a parcel that has not come is shown before a dispute is offered; who has only a shop is asked for no bank', async () => {
  const shopper = await Visitor.arrive(hub);
  const face = (await shopper.me()).banks.find(({ id }) => id.startsWith('shop-'));
  const { continueTo } = await shopper.sign(face?.id ?? '', ['receipts', 'shipping']);
  await shopper.open(continueTo);
  const nothing = await shopper.ask('my package hasn’t arrived');
  assert.ok(
    nothing.every(({ waysOn = [] }) => waysOn.every(({ way }) => way !== 'link-bank')),
    JSON.stringify(nothing),
  );

  const { visitor, code } = await someone('customer-310');
  const { order } = await control<{ order: number }>('POST', '/control/shop/orders', { code: await code() });
  await until('the receipt', async () => cardsOf(await visitor.conversation(), 'receipt')[0]);
  await control('POST', `/control/shop/orders/${order}/ship`, {});
  await until('the parcel', async () => cardsOf(await visitor.conversation(), 'parcel')[0]);
  await buy(visitor, 'customer-310', '18.50', 'Northwind Books');
  const [parcel, dispute] = await visitor.ask('my package from Northwind hasn’t arrived');
  assert.equal(parcel?.content.kind === 'card' ? parcel.content.card.card : 'words', 'parcel');
  assert.deepEqual(dispute?.actions?.[0]?.label, 'It never came');
});

test('each link says for itself why it was not looked through', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-311', ['balances', 'account-management']);
  const texts = (await visitor.ask('dispute the $42 at Target')).map(({ content }) => content.text).join('\n');
  assert.match(texts, /You did not switch on purchases for Citi/);
  assert.doesNotMatch(texts, /I find no purchase like that/);
});

test('without managing cards a dispute is the telephone', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-304', ['transactions']);
  await buy(visitor, 'customer-304', '77.00', 'Target');
  const [said] = await visitor.ask('dispute the $77 at Target');
  assert.match(said?.content.text ?? '', /\+1 212 555 0133/);
  assert.equal(said?.actions, undefined);
});

/** A picture as a telephone makes it, with the place where it was taken. */
const photo = (): Promise<Buffer> =>
  sharp({ create: { width: 640, height: 480, channels: 3, background: '#c04020' } })
    .withExif({ IFD0: { Make: 'Telephone' }, IFD3: { GPSLatitude: '39/1 57/1 0/1' } })
    .jpeg()
    .toBuffer();

/** Somebody whose dispute of a purchase is open. */
async function disputing(username: string): Promise<{ visitor: Visitor; opened: CaseCard; message: Message }> {
  const { visitor } = await someone(username);
  await buy(visitor, username, '64.00', 'Target');
  await visitor.ask('dispute the $64 at Target, it never came');
  assert.equal(await pressed(visitor, /^It never came$/), 200);
  const opened = await theCase(visitor, ({ state }) => state === 'opened');
  const message = (await visitor.conversation()).find(
    ({ content }) => content.kind === 'card' && content.card.card === 'case',
  );
  assert.ok(message);
  return { visitor, opened, message };
}

async function bring(visitor: Visitor, caseId: string, bytes: Buffer, type = 'image/jpeg'): Promise<Response> {
  const cookie = `tellerline_session=${visitor.cookie('tellerline_session') ?? ''}`;
  const headers = { origin: hub.url, 'content-type': type, cookie };
  const body = new Uint8Array(bytes);
  return fetch(new URL(`/api/cases/${caseId}/pictures`, hub.url), { method: 'POST', headers, body });
}

const kept = async (): Promise<number> =>
  (await hub.db.database.query(sql`select picture_id from case_pictures`)).length;

test('a picture is brought to a case, shown to nobody before its button, and reaches the bank without where it was taken', async () => {
  const { visitor, opened, message } = await disputing('customer-305');
  const way = message.waysOn?.find((one) => one.way === 'add-picture');
  assert.equal(way?.label, 'Add a picture');
  const caseId = way?.case ?? '';
  const bytes = await photo();
  assert.ok(bytes.includes('Exif'));
  assert.equal((await bring(visitor, caseId, bytes)).status, 202);
  assert.deepEqual((await atBank(opened)).evidence, [], 'nothing went to the bank yet');
  assert.equal(await kept(), 1);
  const exported = await visitor.call<{ controls: { pictures: { base64: string }[] } }>('GET', '/api/export.json');
  assert.equal(exported.body.controls.pictures.length, 1, 'it stands in the export while it waits');
  const question = await offer(visitor, /^Send for case/);
  assert.match(question.content.text, /part of case D\d+: \$64\.00 at Target/);
  assert.ok(question.content.text.includes(opened.caseNumber ?? 'none'));
  assert.equal(await pressed(visitor, /^Send for case D\d+$/), 200);
  await theCase(visitor, ({ evidence }) => evidence.some(({ kind }) => kind === 'picture'));
  const [sent] = (await atBank(opened)).evidence;
  assert.deepEqual([sent?.kind, sent?.metadata], ['picture', false]);
  assert.equal(await kept(), 0);
  const rows = await hub.db.database.query<{ size: number }>(
    sql`select max(length(sealed)) as size from bank_actions where kind = 'evidence'`,
  );
  assert.ok(Number(rows[0]?.size) < 1_000, 'the picture is not kept once the bank has it');
});

test('what is no picture, too much, for no case or of somebody else is refused, and nothing is kept', async () => {
  const { visitor, message } = await disputing('customer-306');
  const caseId = message.waysOn?.find((one) => one.way === 'add-picture')?.case ?? '';
  const stranger = await Visitor.arrive(hub);
  const bytes = await photo();
  const before = await kept();
  assert.equal((await bring(visitor, caseId, Buffer.from('<svg onload="x"/>'))).status, 422);
  assert.equal((await bring(visitor, caseId, Buffer.alloc(5 * 1024 * 1024 + 1, 255))).status, 413);
  assert.equal((await bring(visitor, caseId, bytes, 'text/html')).status, 415);
  assert.equal((await bring(visitor, '00000000-0000-4000-8000-000000000000', bytes)).status, 410);
  assert.equal((await bring(stranger, caseId, bytes)).status, 410);
  assert.equal(await kept(), before);
});

test('what is added names its case: with two open it is asked which, and the other gets nothing', async () => {
  const { visitor, opened } = await disputing('customer-312');
  await buy(visitor, 'customer-312', '42.10', 'Delta');
  await visitor.ask('dispute the $42.10 at Delta, it never came');
  assert.equal(await pressed(visitor, /^It never came$/), 200);
  const other = await theCase(visitor, ({ state, purchase }) => state === 'opened' && purchase.amount === '42.10');
  const [question, ...more] = await visitor.ask('add to my case: I was at home');
  assert.equal(more.length, 0);
  const labels = question?.actions?.map(({ label }) => label) ?? [];
  assert.match(labels[0] ?? '', /^Case D\d+: \$42\.10 at Delta/);
  assert.match(labels[1] ?? '', /^Case D\d+: \$64\.00 at Target/);
  assert.equal(labels[2], 'Not now');
  assert.ok(labels[1]?.includes(opened.caseNumber ?? 'none'));
  const token = question?.actions?.[1]?.token;
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 200);
  await theCase(visitor, ({ evidence, purchase }) => evidence.length === 1 && purchase.amount === '64.00');
  assert.deepEqual((await atBank(other)).evidence, []);
});

test('a picture that is not wanted after all is deleted at once', async () => {
  const { visitor, message } = await disputing('customer-313');
  const before = await kept();
  const caseId = message.waysOn?.find((one) => one.way === 'add-picture')?.case ?? '';
  assert.equal((await bring(visitor, caseId, await photo())).status, 202);
  assert.equal(await kept(), before + 1);
  const { actions = [] } = await offer(visitor, /^Send for case/);
  const token = actions.find(({ label }) => label === 'Not now')?.token;
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 200);
  assert.equal(await kept(), before);
});

test('a picture sent at a messenger while a case stands is asked about there, and goes to the bank by its button', async () => {
  const who = { id: 'rosa' };
  await tell(hub.url, [did(who, { kind: 'text', text: 'hello' })]);
  await tell(hub.url, [did(who, { kind: 'press', payload: 'way|link-bank|citi', title: 'Citi' })]);
  const address = await until('the one-time address', async () =>
    channel.sent.flatMap(({ message }) => message?.waysOn ?? []).find((way) => way.address?.includes('/m#')),
  );
  const levels = { transactions: 'full', 'account-management': 'full' } as const;
  const { code } = await walkToCode(new Visitor(hub), address.address?.split('#')[1] ?? '', 'customer-307', levels);
  await tell(hub.url, [did(who, { kind: 'text', text: code })]);
  const told = (pattern: RegExp) =>
    until(
      String(pattern),
      async () => channel.sent.findLast(({ message }) => pattern.test(message?.content.text ?? ''))?.message,
    );
  await told(/Citi is linked to this chat/);
  const event = purchaseOn(await citi.accountId('customer-307', 'card'));
  const merchant = { name: 'Target', category: '5310' };
  await citi.send([{ ...event, transaction: { ...event.transaction, amount: '64.00', merchant } }]);
  await told(/64\.00/);
  await tell(hub.url, [did(who, { kind: 'text', text: 'dispute the $64 at Target, it never came' })]);
  const asked = await told(/did not come/);
  const press = (message: Message | undefined, n: number) =>
    tell(hub.url, [did(who, { kind: 'press', payload: `act|${message?.id}|${n}`, title: 'button' })]);
  await press(asked, 0);
  const numbered = await until('the case', async () => {
    const cards = channel.sent.flatMap(({ message }) =>
      message?.content.kind === 'card' &&
      message.content.card.card === 'case' &&
      message.content.card.kind === 'dispute'
        ? [message.content.card]
        : [],
    );
    return cards.find(({ state }) => state === 'opened');
  });
  picture = { fetched: true, bytes: await photo() };
  await tell(hub.url, [did(who, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } })]);
  const question = await told(/Shall I send Citi this picture/);
  await press(question, 0);
  await told(/Citi has added your picture/);
  const [sent] = (await atBank(numbered)).evidence;
  assert.deepEqual([sent?.kind, sent?.metadata], ['picture', false]);

  // With a second case the picture is kept once, and asked about once; past the limit that is said in words.
  const second = { ...event, id: randomUUID(), transaction: { ...event.transaction, id: randomUUID() } };
  await citi.send([{ ...second, transaction: { ...second.transaction, amount: '42.10', merchant } }]);
  await told(/42\.10/);
  await tell(hub.url, [did(who, { kind: 'text', text: 'dispute the $42.10 at Target, it never came' })]);
  await press(await told(/did not come: \$42\.10/), 0);
  await until('the second case', async () =>
    channel.sent.some(
      ({ message }) =>
        message?.content.kind === 'card' &&
        message.content.card.card === 'case' &&
        message.content.card.kind === 'dispute' &&
        message.content.card.purchase.amount === '42.10' &&
        message.content.card.state === 'opened',
    ),
  );
  const before = await kept();
  const send = () =>
    tell(hub.url, [did(who, { kind: 'media', media: 'picture', what: 'image', source: { url: 'x' } })]);
  await send();
  const which = await told(/For which case at Citi is this picture/);
  assert.equal(which?.actions?.length, 3);
  assert.equal(await kept(), before + 1);
  for (let n = 1; n <= limits.casePicturesKeptMax; n += 1) await send();
  await told(/Some pictures wait for your answer already/);
  assert.equal(await kept(), before + limits.casePicturesKeptMax);
  await press(which, 0);
  await until('the picture at the bank', async () => (await kept()) === before + limits.casePicturesKeptMax - 1);
});

test('a receipt that has changed since it was shown is not sent, and neither is one of a shop that was stopped', async () => {
  const { visitor, code } = await someone('customer-308');
  const { order } = await control<{ order: number }>('POST', '/control/shop/orders', { code: await code() });
  const receipt = await until('the receipt', async () => cardsOf(await visitor.conversation(), 'receipt')[0]);
  await buy(visitor, 'customer-308', receipt.total, 'Northwind Books', 'SP NORTHWIND BOOKS 0412');
  await visitor.ask(`dispute the $${receipt.total} at Northwind, the amount is wrong`);
  assert.equal(await pressed(visitor, /^The amount is wrong$/), 200);
  const opened = await theCase(visitor, ({ state }) => state === 'opened');
  // Whether the pair or the case came first: the receipt is offered.
  await offer(visitor, /^Attach the receipt from /);
  const offered = (await visitor.conversation()).filter(({ actions = [] }) =>
    actions.some(({ label }) => label.startsWith('Attach the receipt from ')),
  );
  assert.equal(offered.length, 1);
  await control('POST', `/control/shop/orders/${order}/refund`, { cents: 100 });
  await until('the refund', async () =>
    cardsOf(await visitor.conversation(), 'receipt').some(({ refunded }) => refunded === '1.00'),
  );
  assert.equal(await pressed(visitor, /^Attach the receipt from /), 410);
  const [again] = await visitor.ask('attach my receipt');
  assert.match(again?.content.text ?? '', /Given back: \$1\.00/);
  const token = again?.actions?.[0]?.token;
  const shop = (await visitor.me()).links.find(({ bank }) => bank.startsWith('shop-'));
  assert.equal((await visitor.call('POST', `/api/links/${shop?.id}/stop`, {})).status < 300, true);
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 410);
  assert.deepEqual((await atBank(opened)).evidence, []);
});
