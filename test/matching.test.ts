import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import type { Message, TransactionCard } from '#contract';
import { sql } from '#db';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { cardsOf, Visitor } from './visitor.ts';

// One purchase, one message, from the bank's signed batch to the chat, for each way in which banks post
// (docs/matching.md). Each test buys at a merchant of its own.

let hub: TestHub;
let visitor: Visitor;
let bank: BankSigner;
const accounts = { card: '', checking: '' };

before(async () => {
  hub = await testHub();
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  accounts.card = await bank.accountId('customer-1', 'card');
  accounts.checking = await bank.accountId('customer-1', 'checking');
});
after(() => hub.close());

interface Telling {
  readonly status?: 'authorized' | 'posted' | 'reversed';
  readonly merchant: string;
  readonly txn?: string;
  readonly amount?: string;
  readonly hour?: number;
  readonly account?: keyof typeof accounts;
  readonly balance?: string;
}

/** An event of a purchase at a restaurant; its id is new unless given. */
function telling({ status = 'authorized', merchant, hour = 9, account = 'card', ...of }: Telling): unknown {
  const at = `2026-11-20T${String(hour).padStart(2, '0')}:00:00-05:00`;
  return {
    id: randomUUID(),
    type: `transaction.${status}`,
    occurredAt: at,
    accountId: accounts[account],
    transaction: {
      id: of.txn ?? randomUUID(),
      status,
      amount: of.amount ?? '20.00',
      currency: 'USD',
      direction: 'debit',
      localDate: '2026-11-20',
      description: merchant.toUpperCase(),
      merchant: { name: merchant, category: '5812' },
    },
    ...(of.balance && { balance: { current: of.balance, currency: 'USD', asOf: at } }),
  };
}

async function send(...events: unknown[]): Promise<void> {
  const { status, body } = await bank.send(events);
  assert.deepEqual([status, body.accepted], [202, events.length], JSON.stringify(body));
}

const messagesOf = async (merchant: string): Promise<Message[]> =>
  (await visitor.conversation()).filter(
    ({ content }) =>
      content.kind === 'card' &&
      content.card.card === 'transaction' &&
      content.card.transaction.merchant?.name.toUpperCase().startsWith(merchant.toUpperCase()),
  );
const cards = async (merchant: string): Promise<TransactionCard[]> =>
  cardsOf(await messagesOf(merchant), 'transaction');
/** Status, amount and amount before of each card of a merchant. */
const told = async (merchant: string): Promise<unknown[]> =>
  (await cards(merchant)).map(({ transaction }) => [transaction.status, transaction.amount, transaction.before]);

test('a posting under another id, with a tip, changes the message in place and says what was pending', async () => {
  await send(telling({ merchant: 'Bluebird Diner', balance: '-20.00' }));
  const [pending] = await messagesOf('Bluebird');
  await send(
    telling({ merchant: 'BLUEBIRD DINER #0042', status: 'posted', amount: '23.60', hour: 20, balance: '-23.60' }),
  );
  const [message, ...more] = await messagesOf('Bluebird');
  assert.deepEqual([message?.id, message?.revision, more.length], [pending?.id, 2, 0]);
  assert.equal((await visitor.entries()).at(-1)?.entry, 'edit');
  const [card] = await cards('Bluebird');
  assert.deepEqual(
    [card?.transaction.status, card?.transaction.amount, card?.transaction.before, card?.balance?.current],
    ['posted', '23.60', '20.00', '-23.60'],
  );
  assert.deepEqual(
    [card?.transaction.occurredAt, card?.transaction.postedAt],
    ['2026-11-20T09:00:00-05:00', '2026-11-20T20:00:00-05:00'],
    'when the card was used stays',
  );
  assert.match(message?.content.kind === 'card' ? message.content.text : '', /\$23\.60.*\$20\.00/);
});

test('a second id is known as the first: its reversal and what is sent again change the same message', async () => {
  const posting = { merchant: 'Second Id Grill', status: 'posted', txn: randomUUID(), hour: 20 } as const;
  await send(telling({ merchant: 'Second Id Grill' }), telling(posting));
  await send(telling(posting));
  assert.deepEqual(await told('Second Id Grill'), [['posted', '20.00', undefined]]);
  await send(telling({ ...posting, status: 'reversed', hour: 21 }));
  assert.deepEqual(await told('Second Id Grill'), [['reversed', '20.00', undefined]]);
});

test('two equal coffees the same morning are two messages, posted one each', async () => {
  const coffee = { merchant: 'Larkspur Coffee', amount: '4.50' };
  await send(telling({ ...coffee, hour: 8 }), telling({ ...coffee, hour: 9 }));
  await send(telling({ ...coffee, status: 'posted', hour: 20 }));
  assert.deepEqual(await told('Larkspur'), [
    ['posted', '4.50', undefined],
    ['authorized', '4.50', undefined],
  ]);
  await send(telling({ ...coffee, status: 'posted', hour: 20 }));
  assert.equal((await told('Larkspur')).filter((one) => String(one).startsWith('posted')).length, 2);
});

test('blank ids: each authorization is a purchase, and a posting finds it', async () => {
  const blank = { merchant: 'Blank Noodles', txn: '', amount: '11.00' };
  await send(telling({ ...blank, hour: 8 }), telling({ ...blank, txn: '  ', hour: 9 }));
  assert.equal((await told('Blank')).length, 2);
  await send(telling({ merchant: 'Blank Noodles', amount: '12.00', status: 'posted', hour: 20 }));
  assert.deepEqual(await told('Blank'), [
    ['posted', '12.00', '11.00'],
    ['authorized', '11.00', undefined],
  ]);
});

test('a part is given back, then the rest is posted; a whole reversal says so', async () => {
  const dinner = { merchant: 'Harbor Grill', txn: randomUUID(), amount: '100.00' };
  await send(telling(dinner));
  await send(telling({ ...dinner, status: 'reversed', amount: '30.00', hour: 10 }));
  assert.deepEqual(await told('Harbor'), [['authorized', '70.00', '100.00']]);
  await send(telling({ merchant: 'Harbor Grill', status: 'posted', amount: '70.00', hour: 20 }));
  assert.deepEqual(await told('Harbor'), [['posted', '70.00', '100.00']]);

  await send(telling({ merchant: 'Night Market' }));
  await send(telling({ merchant: 'Night Market', status: 'reversed', hour: 11 }));
  assert.deepEqual(await told('Night'), [['reversed', '20.00', undefined]]);
});

test('an authorization that comes after its posting adds no message', async () => {
  await send(telling({ merchant: 'Late Bakery', status: 'posted', hour: 20 }));
  await send(telling({ merchant: 'Late Bakery', hour: 9 }));
  assert.deepEqual(await told('Late'), [['posted', '20.00', undefined]]);
});

test('nothing is matched over accounts', async () => {
  await send(telling({ merchant: 'Greenfield Market' }));
  await send(telling({ merchant: 'Greenfield Market', status: 'posted', account: 'checking', hour: 20 }));
  assert.deepEqual(await told('Greenfield'), [
    ['authorized', '20.00', undefined],
    ['posted', '20.00', undefined],
  ]);
});

test('pending and posted under two ids in one batch are one message, and a year’s total counts it once', async () => {
  await send(
    telling({ merchant: 'Museum Cafe', amount: '31.00' }),
    telling({ merchant: 'Museum Cafe', amount: '35.00', status: 'posted', hour: 20 }),
  );
  assert.deepEqual(await told('Museum'), [['posted', '35.00', '31.00']]);
  const [answer] = cardsOf(await visitor.ask('how much did I spend at Museum Cafe this year'), 'chart');
  assert.equal(answer?.chart === 'bars' ? answer.total : undefined, '35.00');
});

test('no merchant and no amount of what is matched stands in the database in the clear', async () => {
  const rows = await hub.db.database.query<{ row: string }>(sql`select r::text as row from records r`);
  assert.ok(rows.length > 0);
  assert.equal(
    rows.some(({ row }) => /bluebird|larkspur|harbor/i.test(row)),
    false,
  );
});
