import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { FraudAlertCard, HearingAnswer, Message, Purpose } from '#contract';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { until } from './until.ts';
import { Visitor } from './visitor.ts';

// The customer's own watch: rules that they set ask softly whether a purchase was theirs.

let hub: TestHub;
let bank: BankSigner;
before(async () => {
  hub = await testHub();
  bank = await BankSigner.of(hub, 'citi');
});
after(() => hub.close());

const someone = (customer: string, locale: 'en' | 'es' = 'en', purposes?: readonly Purpose[]): Promise<Visitor> =>
  Visitor.linked(hub, ['citi', customer], locale, purposes);

interface Bought {
  readonly amount?: string;
  readonly name?: string;
  readonly country?: string;
  readonly online?: true;
  readonly minutesAgo?: number;
  readonly location?: { readonly lat: number; readonly lon: number };
}

/** The bank tells of a purchase with the card; it is stored when this answers. */
async function buy(
  customer: string,
  { amount = '20.00', name = 'Corner Shop', country = 'US', online, minutesAgo = 0, location }: Bought,
): Promise<void> {
  const occurredAt = new Date(Date.now() - minutesAgo * 60_000).toISOString();
  const { status } = await bank.send([
    {
      id: randomUUID(),
      type: 'transaction.authorized',
      occurredAt,
      accountId: await bank.accountId(customer, 'card'),
      transaction: {
        id: randomUUID(),
        status: 'authorized',
        amount,
        currency: 'USD',
        direction: 'debit',
        localDate: occurredAt.slice(0, 10),
        description: name.toUpperCase(),
        merchant: { name, address: { city: 'Somewhere', country }, ...(location && { location }) },
        ...(online && { online }),
      },
    },
  ]);
  assert.equal(status, 202);
}

interface Asked {
  readonly card: FraudAlertCard;
  readonly message: Message;
}

/** What the watch has asked, oldest first. */
async function asked(visitor: Visitor): Promise<Asked[]> {
  return (await visitor.conversation()).flatMap((message): Asked[] => {
    const { content } = message;
    return content.kind === 'card' && content.card.card === 'fraudAlert' ? [{ card: content.card, message }] : [];
  });
}

const rulesOf = async (visitor: Visitor): Promise<(string | undefined)[]> =>
  (await asked(visitor)).map(({ card }) => card.watch);

const said = async (visitor: Visitor, text: string): Promise<string> =>
  (await visitor.ask(text)).map(({ content }) => content.text).join(' ');

const pressAnswer = async (visitor: Visitor, label: string) => {
  const [one] = (await asked(visitor)).toReversed();
  const action = one?.message.actions?.find((button) => button.label === label);
  assert.ok(action, `there is a button ${label}`);
  return visitor.call('POST', '/api/acts', { token: action.token });
};

test('nothing is watched until it is chosen; then what fits is asked about, and what does not is not', async () => {
  const visitor = await someone('customer-1');
  await buy('customer-1', { country: 'MX' });
  assert.deepEqual(await rulesOf(visitor), []);
  assert.match(
    await said(visitor, 'tell me when my card is used abroad'),
    /I ask you whether it was you, at purchases abroad/,
  );
  assert.match(await said(visitor, 'watch purchases over $200 and online purchases'), /over \$200/);
  await buy('customer-1', { amount: '200.00' });
  assert.deepEqual(await rulesOf(visitor), []);
  await buy('customer-1', { amount: '200.01' });
  await buy('customer-1', { country: 'MX' });
  await buy('customer-1', { online: true });
  assert.deepEqual(await rulesOf(visitor), ['over-amount', 'abroad', 'online']);
  await said(visitor, 'stop watching online');
  await buy('customer-1', { online: true });
  assert.match(await said(visitor, 'stop watching'), /everything as it happens\.$/);
  await buy('customer-1', { amount: '900.00' });
  assert.deepEqual(await rulesOf(visitor), ['over-amount', 'abroad', 'online']);
});

test('“It was me” closes the question and does nothing else', async () => {
  const visitor = await someone('customer-2');
  await said(visitor, 'watch purchases over $100');
  await buy('customer-2', { amount: '150.00' });
  const [one] = await asked(visitor);
  assert.match(one?.message.content.text ?? '', /^Was this you\? \$150\.00 at Corner Shop.*Nothing is held/);
  assert.equal(one?.message.urgent, undefined);
  const before = (await visitor.conversation()).length;
  assert.equal((await pressAnswer(visitor, 'Yes, it was me')).status, 200);
  const [after] = await asked(visitor);
  assert.deepEqual([after?.card.state, after?.card.answer], ['released', 'mine']);
  assert.equal(after?.message.actions, undefined);
  assert.equal((await visitor.conversation()).length, before);
});

test('“Not me” leads to a button that freezes, and freezes nothing by itself', async () => {
  const visitor = await someone('customer-3', 'es', ['transactions', 'account-management']);
  assert.match(await said(visitor, 'vigila las compras de más de $100'), /Te pregunto si fuiste tú/);
  await buy('customer-3', { amount: '150.00' });
  const [one] = await asked(visitor);
  const button = one?.message.actions?.find(({ label }) => label.startsWith('No'));
  assert.ok(button);
  assert.equal((await visitor.call('POST', '/api/acts', { token: button.token })).status, 200);
  const freeze = await until('a button that freezes', async () =>
    (await visitor.conversation()).flatMap(({ actions }) => actions ?? []).find(({ act }) => act === 'control'),
  );
  assert.match(freeze.label, /[Cc]ongela/);
  const dispute = await until('a button that disputes', async () =>
    (await visitor.conversation()).flatMap(({ actions }) => actions ?? []).find(({ act }) => act === 'dispute'),
  );
  assert.equal(dispute?.label, 'No fui yo');
  const texts = (await visitor.conversation()).map(({ content }) => content.text).join(' ');
  assert.match(texts, /No hiciste esta compra: \$150\.00 en Corner Shop/);
  assert.doesNotMatch(texts, /está congelada/);
  const again = await visitor.call('POST', '/api/acts', { token: button.token });
  assert.equal(again.status, 409);
  assert.equal((await visitor.call('POST', '/api/acts', { token: dispute?.token })).status, 200);
  await until('the case', async () =>
    (await visitor.conversation()).some(
      ({ content }) =>
        content.kind === 'card' &&
        content.card.card === 'case' &&
        content.card.kind === 'dispute' &&
        content.card.state === 'opened' &&
        content.card.purchase.amount === '150.00',
    ),
  );
});

test('“Not me” does not wait for the bank: freezing is asked about before it has answered', async () => {
  const visitor = await someone('customer-9', 'es', ['transactions', 'account-management']);
  await said(visitor, 'vigila las compras de más de $100');
  await buy('customer-9', { amount: '150.00' });
  const [one] = await asked(visitor);
  const button = one?.message.actions?.find(({ label }) => label.startsWith('No'));
  const fault = (kind: string) =>
    fetch(new URL('/control/banks/citi/fault', hub.sandboxUrl), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ customer: 'customer-9', kind, seconds: 6 }),
    });
  assert.equal((await fault('slow')).status, 204);
  const press = visitor.call('POST', '/api/acts', { token: button?.token });
  const seen = await until('the wish to freeze', async () => {
    const all = await visitor.conversation();
    return all.some(({ author, content }) => author === 'customer' && /congela/i.test(content.text)) ? all : undefined;
  });
  assert.ok(
    seen.every(({ actions = [] }) => actions.every(({ act }) => act !== 'dispute')),
    'the bank has not answered',
  );
  assert.match(seen.map(({ content }) => content.text).join(' '), /\+1 212 555 0133/);
  assert.equal((await fault('none')).status, 204);
  assert.equal((await press).status, 200);
});

test('where cards may not be managed from here, “Not me” is the bank’s own telephone', async () => {
  const visitor = await someone('customer-8', 'es', ['transactions']);
  await said(visitor, 'vigila las compras de más de $100');
  await buy('customer-8', { amount: '150.00' });
  const [one] = await asked(visitor);
  const button = one?.message.actions?.find(({ label }) => label.startsWith('No'));
  assert.equal((await visitor.call('POST', '/api/acts', { token: button?.token })).status, 200);
  const texts = await until('the words', async () => {
    const all = (await visitor.conversation()).map(({ content }) => content.text).join(' ');
    return all.includes('reclamar la compra') ? all : undefined;
  });
  assert.match(texts, /\+1 212 555 0133/);
});

test('a merchant is new once; those of the history are known', async () => {
  const visitor = await someone('customer-4');
  const [known] = (await visitor.ask('my last 3 purchases')).flatMap(({ content }) =>
    content.kind === 'card' && content.card.card === 'chart' && content.card.chart === 'purchases'
      ? content.card.purchases
      : [],
  );
  assert.ok(known?.merchant);
  assert.match(await said(visitor, 'warn me about purchases at new merchants'), /first purchases at a merchant/);
  await buy('customer-4', { name: known.merchant.name });
  assert.deepEqual(await rulesOf(visitor), []);
  await buy('customer-4', { name: 'Zephyr Instruments' });
  await buy('customer-4', { name: 'ZEPHYR INSTRUMENTS' });
  assert.deepEqual(await rulesOf(visitor), ['new-merchant']);
});

test('a card that is itself in two countries within an hour is asked about', async () => {
  const visitor = await someone('customer-5');
  await said(visitor, 'tell me if my card is used in two countries within an hour');
  await buy('customer-5', { country: 'US', minutesAgo: 110 });
  await buy('customer-5', { country: 'CA', minutesAgo: 40 });
  assert.deepEqual(await rulesOf(visitor), []);
  await buy('customer-5', { country: 'MX', minutesAgo: 30, online: true });
  assert.deepEqual(await rulesOf(visitor), []);
  await buy('customer-5', { country: 'US', minutesAgo: 20, location: { lat: 39.9622, lon: -83.0007 } });
  assert.deepEqual(await rulesOf(visitor), ['two-countries']);
  assert.equal((await asked(visitor))[0]?.card.lastOwn, undefined, 'where the other was nobody knows');
  await buy('customer-5', { country: 'MX', minutesAgo: 5, location: { lat: 20.6736, lon: -103.344 } });
  const { lastOwn } = (await asked(visitor))[1]?.card ?? {};
  // Columbus to Guadalajara by the spherical law of cosines: 2,886 km.
  assert.ok(Math.abs((lastOwn?.km ?? 0) - 2886) <= 2, String(lastOwn?.km));
  assert.equal(lastOwn?.minutes, 15);
});

test('what the watch remembers is sealed, of one length, and gone with the purchases', async () => {
  const visitor = await someone('customer-6');
  await said(visitor, 'warn me about purchases at new merchants');
  const sealed = () =>
    hub.db.database.query<{ sealed: Buffer }>(sql`
      select a.sealed_watch as sealed from accounts a join links l using (link_id)
      where a.sealed_watch is not null and l.link_id = ${linkId}`);
  const linkId = (await visitor.me()).links[0]?.id ?? '';
  const first = await sealed();
  assert.ok(first.length > 0);
  await buy('customer-6', { name: 'Umbra Lighting' });
  const then = await sealed();
  assert.deepEqual(new Set([...first, ...then].map((row) => row.sealed.length)).size, 1);
  assert.ok(then.every((row) => !row.sealed.includes('Umbra')));
  const narrowed = await visitor.call('POST', `/api/links/${linkId}/narrow`, { purposes: ['transactions'] });
  assert.equal(narrowed.status, 200);
  assert.equal((await sealed()).length, 0);
});

test('the privacy centre sets and ends the rules one by one', async () => {
  const visitor = await someone('customer-7');
  const { body: before } = await visitor.call<HearingAnswer>('GET', '/api/hearing');
  const accounts = before.accounts.map(({ id }) => id);
  assert.ok(before.accounts.every(({ watch }) => watch === undefined));
  const put = (watch: unknown) => visitor.call<HearingAnswer>('PUT', '/api/hearing', { accounts, change: { watch } });
  await put({ abroad: true, over: { amount: '75.00', currency: 'USD' } });
  const { body } = await put({ abroad: null, twoCountries: true });
  assert.deepEqual(body.accounts[0]?.watch, { over: { amount: '75.00', currency: 'USD' }, twoCountries: true });
  assert.equal((await put(null)).body.accounts[0]?.watch, undefined);
});
