import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Balance, Page } from '#contract';
import { sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { callControl } from './control-api.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, readMessages, Visitor } from './visitor.ts';
import { until } from './until.ts';

// The main job over HTTP: hub, sandbox banks and PostgreSQL are real, only the screen is missing.

let hub: TestHub;
before(async () => {
  hub = await testHub();
});
after(() => hub.close());

const banks = ['jpmorgan-chase', 'wells-fargo', 'citi', 'us-bank'] as const;

const control = <Body>(method: string, path: string, body?: unknown): Promise<Body> =>
  callControl(hub, method, path.slice(1), body);

const stroman = {
  amount: '65.70',
  merchant: {
    name: 'Stroman & Hudson',
    category: '5541',
    address: { city: 'Westerville', region: 'OH', country: 'US' },
    location: { lat: 40.126, lon: -82.929 },
  },
};

for (const bank of banks) {
  test(`${bank}: linked, its balances are those of the bank, a live purchase arrives, stop ends it all`, async () => {
    const visitor = await Visitor.arrive(hub);
    await visitor.link(bank, 'customer-1');
    const [balance] = cardsOf(await visitor.conversation(), 'balance');
    const atBank = await control<{ accounts: { last4: string; balance: Balance }[] }>(
      'GET',
      `/banks/${bank}/customers/customer-1`,
    );
    const held = (accounts: readonly { last4: string; balance: Balance }[]) =>
      new Map(accounts.map((account) => [account.last4, account.balance.current]));
    assert.deepEqual(held(balance?.accounts ?? []), held(atBank.accounts));
    await control('POST', `/banks/${bank}/purchases`, {
      customer: 'customer-1',
      purchases: [{ ...stroman, id: randomUUID() }],
    });
    const shown = await until('the purchase', async () => cardsOf(await visitor.conversation(), 'transaction')[0]);
    assert.equal(shown.transaction.amount, '65.70');
    // It is asked, and what it answers names the shop's place in text alone.
    const located = bank === 'us-bank' ? undefined : stroman.merchant.location;
    assert.deepEqual(shown.transaction.merchant?.location, located);
    await visitor.ask('stop');
    assert.equal((await visitor.press('stop-link')).status, 200);
    const ended = await until('the bank to confirm', async () =>
      cardsOf(await visitor.conversation(), 'consent').find((card) => card.ended?.bankConfirmed),
    );
    assert.equal(ended.state, 'revoked');
    const { length } = await visitor.entries();
    const signer = await BankSigner.of(hub, bank);
    const late = await signer.send([purchaseOn(await signer.accountId('customer-1', 'card'))]);
    assert.deepEqual(
      late.body,
      { accepted: 0, duplicates: 0, dropped: 1 },
      'an event that comes all the same is dropped',
    );
    await control('POST', `/banks/${bank}/purchases`, {
      customer: 'customer-1',
      purchases: [{ ...stroman, id: randomUUID() }],
    });
    assert.equal((await visitor.entries()).length, length);
    assert.deepEqual((await visitor.me()).links, []);
    const messages = readMessages(await visitor.entries());
    assert.deepEqual(cardsOf(messages, 'transaction'), []);
    assert.deepEqual(cardsOf(messages, 'balance'), []);
  });
}

test('entries have gapless numbers, and a page read twice is the same', async () => {
  const visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-2');
  const entries = await visitor.entries();
  assert.deepEqual(
    entries.map((entry) => entry.seq),
    entries.map((_, n) => n + 1),
  );
  const { body } = await visitor.call<Page>('GET', `/api/entries?before=${entries.length + 1}&limit=200`);
  assert.deepEqual(body.entries, entries);
});

test('what is said again, because its answer was lost, is stored once, and answered if it stands open', async () => {
  const visitor = await Visitor.arrive(hub);
  const said = { clientId: randomUUID(), text: 'help' };
  const first = await visitor.call<{ seq: number }>('POST', '/api/messages', said);
  const { seq } = first.body;
  const [entered] = await hub.db.database.query<{ messageId: string; conversationId: string }>(sql`
    select e.message_id as "messageId", e.conversation_id as "conversationId"
    from entries e join messages m using (message_id) where e.seq = ${seq} and m.client_id = ${said.clientId}`);
  assert.ok(entered);
  const answers = async (): Promise<number> => (await visitor.entries()).filter((entry) => entry.seq > seq).length;
  const once = await until('an answer', answers);
  const { conversationId, messageId } = entered;
  const isOpen = async (): Promise<boolean> =>
    (await hub.db.database.query(sql`select from turns where message_id = ${messageId}`)).length > 0;
  // As after a COMMIT that was carried out while the connection was lost: the turn stands, and nobody was told of it.
  await hub.db.database.execute(sql`insert into turns (conversation_id, message_id, customer_id, at)
    select ${conversationId}, ${messageId}, customer_id, now() from conversations where conversation_id = ${conversationId}`);
  const again = await visitor.call<{ seq: number }>('POST', '/api/messages', said);
  assert.deepEqual([again.status, again.body], [first.status, first.body]);
  await until('its turn to be closed', async () => !(await isOpen()));
  assert.equal(await answers(), once * 2);
});
