import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  createLog,
  newId,
  systemClock,
  systemRandom,
  type AccountRef,
  type BankId,
  type ConsentId,
  type CustomerId,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import { grantConsent } from '../src/consent/consents.ts';
import type { Card, Message, Purpose, ReceiptCard } from '#contract';
import { createCustomer } from '#customers';
import { sql } from '#db';
import type { Thread } from '#delivery';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor, type RecordContent } from '#vault';
import { readConfig } from '../src/app/config.ts';
import { openKeyProvider } from '../src/app/keys.ts';
import { ownPools } from '../src/app/pools.ts';
import { wire } from '../src/app/wire.ts';
import { until } from './until.ts';

let db: TestDatabase;
let folder: string;
let hub: ReturnType<typeof wire>;

before(async () => {
  db = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tellerline-pairing-'));
  const config = readConfig({ TELLERLINE_DATA: join(folder, 'data'), TELLERLINE_KEYS: join(folder, 'keys') });
  const log = createLog('silent');
  const options = { config, databaseUrl: db.url, log, clock: systemClock, sandboxUrl: () => '' };
  hub = wire(options, { ...ownPools(db.database), provider: openKeyProvider(config, systemRandom) }, () => '');
});
after(async () => {
  await hub.pairing.stop();
  await hub.pictures.close();
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** A customer with a bank and a shop, who may be shown purchases and receipts. */
interface Customer {
  readonly thread: Thread;
  readonly bank: LinkId;
  readonly shop: LinkId;
}

async function customer(): Promise<Customer> {
  const customerId = newId<CustomerId>();
  return db.database.transaction(async (tx) => {
    await createCustomer(tx, { customerId, locale: 'en', timeZone: 'UTC' }, Date.now());
    await hub.vault.createCustomerKeys(tx, customerId);
    const thread = await hub.delivery.createConversation(tx, customerId, Date.now());
    const link = async (bankId: string, purpose: Purpose): Promise<LinkId> => {
      const ids = { linkId: newId<LinkId>(), customerId, bankId: bankId as BankId };
      await hub.vault.createLinkKey(tx, ids);
      const expiresAt = new Date(Date.now() + 86_400_000);
      const consent = { ...ids, consentId: newId<ConsentId>(), purposes: [purpose], grantedAt: new Date(), expiresAt };
      await grantConsent(tx, { ...consent, sealedDocument: Buffer.alloc(0) });
      return ids.linkId;
    };
    return { thread, bank: await link('citi', 'transactions'), shop: await link('shop-northwind', 'receipts') };
  });
}

/** Stores a record and the message that shows it, as whoever takes it in does. */
async function tell(of: Customer, linkId: LinkId, content: RecordContent, occurredAt: string): Promise<RecordId> {
  const { thread } = of;
  const recordId = await db.database.transaction(async (tx) => {
    const sealers = await hub.vault.linkSealers(tx, [linkId]);
    const subjectIndex = hub.vault.index('transaction', newId());
    const draft = { linkId, accountRef: newId<AccountRef>(), subjectIndex, localDate: occurredAt.slice(0, 10) };
    const at = { occurredAt: new Date(occurredAt), stage: 1, content };
    const [stored] = await hub.vault.storeRecords(tx, sealers, [{ ...draft, ...at }], 'event');
    assert.ok(stored);
    const purpose = content.kind === 'receipt' ? 'receipts' : 'transactions';
    const body = { from: 'record', linkId, purpose, recordId: stored.recordId, shown: content } as const;
    const change = { ...thread, entry: 'message', messageId: newId<MessageId>(), atMs: Date.now() } as const;
    await hub.delivery.write(tx, [{ ...change, author: 'bank', body }], sealers);
    if (content.kind === 'receipt')
      await hub.pairing.receiptsStored(tx, [
        { linkId, recordId: stored.recordId, customerId: thread.customerId, content },
      ]);
    return stored.recordId;
  });
  if (content.kind === 'transaction') hub.pairing.purchasesStored([thread.customerId]);
  return recordId;
}

const today = new Date().toISOString().slice(0, 10);
const at = (time: string): string => `${today}T${time}Z`;

const buy = (of: Customer, amount: string, time: string) =>
  tell(
    of,
    of.bank,
    {
      kind: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '9113' },
      transaction: {
        id: newId(),
        status: 'authorized',
        amount,
        currency: 'USD',
        direction: 'debit',
        occurredAt: at(time),
        localDate: today,
        description: 'SQ *NORTHWIND BOOKS 0412',
      },
    },
    at(time),
  );

const receiptOf = (total: string, time: string): ReceiptCard => ({
  card: 'receipt',
  shop: 'Northwind Books',
  number: '#1001',
  orderedAt: at(time),
  lines: [{ title: 'Atlas', quantity: 1, total }],
  total,
  currency: 'USD',
  addsUp: true,
});

const order = (of: Customer, total: string, time: string, more: Partial<ReceiptCard> = {}) =>
  tell(
    of,
    of.shop,
    {
      kind: 'receipt',
      bank: 'shop-northwind',
      receipt: { ...receiptOf(total, time), ...more },
      order: { refunds: [], parcels: [] },
    },
    at(time),
  );

async function messages({ thread }: Customer): Promise<Message[]> {
  const actor = taskActor('deliver', thread.customerId);
  const page = await hub.delivery.page(actor, thread, { after: 0, limit: 100 }, { locale: 'en', timeZone: 'UTC' });
  const newest = new Map(
    page.entries.flatMap((one) => (one.entry === 'removal' ? [] : [[one.message.id, one.message]])),
  );
  return [...newest.values()];
}

async function card<Kind extends Card['card']>(of: Customer, kind: Kind): Promise<Extract<Card, { card: Kind }>> {
  const contents = (await messages(of)).map(({ content }) => (content.kind === 'card' ? content.card : undefined));
  const found = contents.find((one): one is Extract<Card, { card: Kind }> => one?.card === kind);
  assert.ok(found, `a ${kind} card`);
  return found;
}

const undo = ({ thread }: Customer, { id }: Message): Promise<boolean> =>
  db.database.transaction((tx) => hub.pairing.undo(tx, thread, id as MessageId));

const searches = async ({ thread }: Customer): Promise<number> =>
  (await db.database.query(sql`select from receipt_searches where customer_id = ${thread.customerId}`)).length;

test('a receipt and its purchase find each other, whichever comes first, and each shows the other', async () => {
  const [first, second] = [await customer(), await customer()];
  await order(first, '40.00', '10:00:00');
  await buy(first, '40.00', '10:00:20');
  await buy(second, '40.00', '10:00:20');
  await order(second, '40.00', '10:00:00');
  for (const one of [first, second]) {
    await until('the pair', async () => (await card(one, 'receipt')).purchase !== undefined);
    assert.equal((await card(one, 'receipt')).purchase?.transaction.amount, '40.00');
    assert.deepEqual((await card(one, 'transaction')).receipt?.lines, [
      { title: 'Atlas', quantity: 1, total: '40.00' },
    ]);
    assert.equal(await searches(one), 0, 'what was found is looked for no more');
  }
});

test('what the customer parts is never paired again, and the receipt’s message says so in a revision of its own', async () => {
  const one = await customer();
  const receipt = await order(one, '23.40', '11:00:00');
  await buy(one, '23.40', '11:00:10');
  await until('the pair', async () => (await card(one, 'receipt')).purchase !== undefined);
  const shown = (await messages(one)).find(({ content }) => content.kind === 'card' && content.card.card === 'receipt');
  assert.ok(shown);
  assert.equal(await undo(one, shown), true);
  assert.equal((await card(one, 'receipt')).purchase, undefined);
  assert.equal((await card(one, 'transaction')).receipt, undefined);
  const again = (await messages(one)).find(({ id }) => id === shown.id);
  assert.ok((again?.revision ?? 0) > shown.revision);
  assert.equal(await undo(one, shown), false, 'there is nothing left to part');
  // The right one comes, and is found; the one that was parted is not.
  await buy(one, '23.40', '11:00:40');
  await until('the other pair', async () => (await card(one, 'receipt')).purchase !== undefined);
  assert.equal((await card(one, 'receipt')).purchase?.transaction.occurredAt, at('11:00:40'));
  const pairs = await db.database.query<{ undone: boolean }>(sql`
    select undone from receipt_pairs where receipt_record_id = ${receipt} order by undone`);
  assert.deepEqual(
    pairs.map(({ undone }) => undone),
    [false, true],
  );
});

test('where purchases are no longer allowed, the receipt stands without; with the record goes the pair', async () => {
  const one = await customer();
  await order(one, '77.10', '12:00:00');
  const purchase = await buy(one, '77.10', '12:00:10');
  await until('the pair', async () => (await card(one, 'receipt')).purchase !== undefined);
  await db.database.execute(sql`update consents set purposes = '{balances}' where link_id = ${one.bank}`);
  assert.equal((await card(one, 'receipt')).purchase, undefined);
  await db.database.execute(sql`update consents set purposes = '{transactions}' where link_id = ${one.bank}`);
  assert.equal((await card(one, 'receipt')).purchase?.transaction.amount, '77.10');
  const removed = await db.database.transaction((tx) =>
    hub.delivery.removeOfLink(tx, one.thread, one.bank, Date.now(), ['transactions']),
  );
  assert.equal(removed, 1);
  assert.equal((await card(one, 'receipt')).purchase, undefined);
  await db.database.execute(sql`delete from records where record_id = ${purchase}`);
  assert.deepEqual(
    await db.database.query(sql`select from receipt_pairs where customer_id = ${one.thread.customerId}`),
    [],
  );
});

test('each look is a use that is entered, and of another’s purchases nothing is seen', async () => {
  const [one, other] = [await customer(), await customer()];
  await buy(other, '55.00', '13:00:10');
  await order(one, '55.00', '13:00:00');
  const uses = async () =>
    (await hub.vault.ledger.since(one.thread.customerId, new Date(0))).filter(
      (record) => record.type === 'access' && record.reason === 'receipt-matching',
    );
  await until('the look', async () => (await uses()).length >= 2);
  assert.equal((await card(one, 'receipt')).purchase, undefined);
});

test('an order that was called off is paired with nothing, unless something was given back of it', async () => {
  const [one, other] = [await customer(), await customer()];
  for (const each of [one, other]) await buy(each, '61.00', '14:00:10');
  await order(one, '61.00', '14:00:00', { cancelledAt: at('14:05:00') });
  await order(other, '61.00', '14:00:00', { cancelledAt: at('14:05:00'), refunded: '61.00' });
  await until('the pair', async () => (await card(other, 'receipt')).purchase !== undefined);
  // A receipt of the same sum that stands finds the purchase which the one that was called off did not take.
  await order(one, '61.00', '14:00:05');
  await until(
    'the purchase of the one that stands',
    async () => (await card(one, 'transaction')).receipt !== undefined,
  );
  const paid = (await messages(one)).flatMap(({ content }) =>
    content.kind === 'card' && content.card.card === 'receipt' ? [content.card] : [],
  );
  assert.equal(paid.find(({ cancelledAt }) => cancelledAt === undefined)?.purchase?.transaction.amount, '61.00');
  assert.deepEqual(
    paid.flatMap(({ cancelledAt, purchase }) => (cancelledAt === undefined ? [] : [purchase])),
    [undefined],
  );
  assert.equal(await searches(one), 0, 'nothing is looked for any more');
});

test('a receipt that is called off later is parted from its purchase, and finds it again once something is given back', async () => {
  const one = await customer();
  const recordId = await order(one, '62.00', '15:00:00');
  await buy(one, '62.00', '15:00:10');
  await until('the pair', async () => (await card(one, 'receipt')).purchase !== undefined);
  const told = (more: Partial<ReceiptCard>): Promise<void> => {
    const { customerId } = one.thread;
    const receipt: ReceiptCard = { ...receiptOf('62.00', '15:00:00'), cancelledAt: at('15:20:00'), ...more };
    const content = { kind: 'receipt', bank: 'shop-northwind', receipt, order: { refunds: [], parcels: [] } } as const;
    return db.database.transaction((tx) =>
      hub.pairing.receiptsStored(tx, [{ linkId: one.shop, recordId, customerId, content }]),
    );
  };
  await told({});
  assert.equal((await card(one, 'receipt')).purchase, undefined);
  assert.equal((await card(one, 'transaction')).receipt, undefined);
  assert.equal(await searches(one), 0);
  await told({ refunded: '62.00' });
  await until('the pair again', async () => (await card(one, 'receipt')).purchase !== undefined);
});
