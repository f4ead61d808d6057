import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { CaseCard, Message } from '#contract';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { cardsOf, Visitor } from './visitor.ts';

// Disputes from the customer's words to what the bank has: the reason by a button, receipts, words and pictures.

let hub: TestHub;
let citi: BankSigner;
before(async () => {
  hub = await testHub();
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
  until('the case', async () => cardsOf(await visitor.conversation(), 'case').find(is));

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
  assert.equal(cardsOf(await visitor.conversation(), 'case').length, 0, 'the words did nothing');
  assert.equal(await pressed(visitor, /It never came/), 200);
  const opened = await theCase(visitor, ({ state }) => state === 'opened');
  assert.equal(opened.reason, 'missing-goods');
  assert.deepEqual((await atBank(opened)).evidence, []);

  const { content } = await offer(visitor, /^Attach the receipt from /);
  assert.equal(await pressed(visitor, /^Attach the receipt from /), 200);
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
  assert.equal((await visitor.call('POST', '/api/acts', { token })).status, 410, 'good once');
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
  const replies = which?.quickReplies ?? [];
  assert.equal(replies.length, 2);
  const reply = replies.find(({ label }) => label.includes('18.50'));
  const [asked] = await visitor.ask(reply?.text ?? '');
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

test('without managing cards a dispute is the telephone', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-304', ['transactions']);
  await buy(visitor, 'customer-304', '77.00', 'Target');
  const [said] = await visitor.ask('dispute the $77 at Target');
  assert.match(said?.content.text ?? '', /\+1 212 555 0133/);
  assert.equal(said?.actions, undefined);
});
