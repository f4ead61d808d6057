import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';

// What the customer chose to be told in the chat holds for the events that a bank sends afterwards.

let hub: TestHub;
let visitor: Visitor;
let bank: BankSigner;
let card = '';

before(async () => {
  hub = await testHub();
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(() => hub.close());

const purchase = (amount: string, txn: string = randomUUID(), status = 'authorized'): Record<string, unknown> => ({
  id: randomUUID(),
  type: `transaction.${status}`,
  occurredAt: '2026-11-20T14:14:00-05:00',
  accountId: card,
  transaction: {
    id: txn,
    status,
    amount,
    currency: 'USD',
    direction: 'debit',
    localDate: '2026-11-20',
    description: 'CORNER SHOP',
    merchant: { name: 'Corner Shop' },
  },
});

async function shown(): Promise<string[]> {
  return cardsOf(await visitor.conversation(), 'transaction')
    .filter((one) => one.transaction.description === 'CORNER SHOP')
    .map((one) => one.transaction.amount);
}

async function records(): Promise<number> {
  const [row] = await hub.db.database.query<{ n: number }>(sql`select count(*)::integer as n from records`);
  return row?.n ?? 0;
}

async function said(text: string): Promise<string> {
  return (await visitor.ask(text)).map(({ content }) => content.text).join(' ');
}

test('what is not to be told is stored without a message, and told when its amount passes the limit', async () => {
  assert.match(await said('Only tell me about purchases over $50'), /only about purchases over \$50/);
  const before = await records();
  const tip = randomUUID();
  const { body } = await bank.send([purchase('49.00', tip), purchase('50.00'), purchase('50.01')]);
  assert.deepEqual(body, { accepted: 3, duplicates: 0, dropped: 0 });
  assert.deepEqual(await shown(), ['50.01']);
  assert.equal(await records(), before + 3);
  await bank.send([purchase('58.00', tip, 'posted')]);
  assert.deepEqual((await shown()).toSorted(), ['50.01', '58.00']);
});

test('a purchase that was told goes on changing its message when the choice is narrower by then', async () => {
  await said('tell me everything');
  const txn = randomUUID();
  await bank.send([purchase('7.00', txn)]);
  assert.ok((await shown()).includes('7.00'));
  await said('no me avises de nada');
  await bank.send([purchase('8.25', txn, 'posted'), purchase('900.00')]);
  const now = await shown();
  assert.ok(now.includes('8.25') && !now.includes('7.00') && !now.includes('900.00'));
});

test('the choice is said when asked for, and stands sealed in the database', async () => {
  await said('only tell me about purchases over $4321');
  assert.match(await said('what do you tell me about?'), /purchases over \$4,321/);
  const rows = await hub.db.database.query<{ sealed: Buffer | null }>(
    sql`select sealed_hearing as sealed from accounts`,
  );
  const sealed = rows.flatMap((row) => row.sealed ?? []);
  assert.ok(sealed.length > 0 && sealed.every((one) => !one.includes('4321')));
});
