import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createLog, isTellerlineError, systemRandom, type BankId } from '#base';
import { sql, type ScopedDatabase } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from '#vault';
import { openPools } from '../src/app/pools.ts';
import {
  linkedCustomer,
  openCaseOf,
  sayInTalk,
  staffNamed,
  testDesk,
  type LinkedCustomer,
  type TestDesk,
} from '../src/desk/desk.fixture.ts';

// What staff read runs as a role of its own: PostgreSQL shows it rows of their bank and no others, and no table besides.

let at: TestDesk;
let desks: ScopedDatabase;
let db: TestDatabase;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-desk-role-'));
const log = createLog('silent');

before(async () => {
  db = await testDatabase();
  const pools = await openPools({ databaseUrl: db.url, log }, db.database, fileKeyProvider(keys, systemRandom));
  ({ desks } = pools);
  at = await testDesk({ db, desks });
});
after(async () => {
  await at.desk.stop();
  await desks.close();
  await at.close();
  rmSync(keys, { recursive: true });
});

const agent = staffNamed('agent-1');
const supervisor = staffNamed('supervisor-1', { role: 'supervisor' });

test('everything that staff read works as the role of the desk', async () => {
  const customer = await linkedCustomer(at);
  const { caseId } = await openCaseOf(at, customer);
  await sayInTalk(at, customer, 'planted-words');
  assert.deepEqual((await at.desk.staff.inbox(agent, { view: 'waiting' })).counts, { mine: 0, waiting: 1, all: 1 });
  const view = await at.desk.staff.open(agent, caseId);
  assert.ok(JSON.stringify(view).includes('planted-words'));
  assert.equal((await at.desk.staff.entries(agent, caseId, 0)).length, 2);
  assert.equal((await at.desk.staff.me(agent, new Date())).budget.used, 1);
  assert.ok((await at.desk.staff.live(supervisor)).teams.length > 0);
  assert.ok((await at.desk.staff.answers(agent)).length > 0);
});

/** Stores transactions of a day each, the last one newest. */
async function transactions(
  { linkId, thread, accountRef }: LinkedCustomer,
  all: readonly { readonly direction: 'debit' | 'credit'; readonly by: 'card' | 'checking' }[],
): Promise<void> {
  const drafts = all.map(({ direction, by }, n) => {
    const localDate = `2026-10-${String(n + 1).padStart(2, '0')}`;
    const occurredAt = `${localDate}T12:00:00Z`;
    const money = { amount: `${n + 1}.00`, currency: 'USD', description: by };
    return {
      linkId,
      customerId: thread.customerId,
      accountRef,
      subjectIndex: at.vault.index('transaction', `${linkId}|${n}`),
      localDate,
      occurredAt: new Date(occurredAt),
      stage: 2,
      content: {
        kind: 'transaction',
        bank: 'citi',
        account: { kind: by, last4: '2291' },
        transaction: { id: `t${n}`, status: 'posted', ...money, direction, occurredAt, localDate },
      },
    } as const;
  });
  await at.db.database.transaction(async (tx) =>
    at.vault.storeRecords(tx, await at.vault.linkSealers(tx, [linkId]), drafts, 'event'),
  );
}

test('a look at purchases finds the last five by card, whatever came after them', async () => {
  const shared = { purposes: ['transactions', 'customer-chat'] as const, fields: ['purchases'] as const };
  const customer = await linkedCustomer(at, shared);
  const card = { direction: 'debit', by: 'card' } as const;
  const others = [
    { direction: 'credit', by: 'card' },
    { direction: 'credit', by: 'checking' },
    { direction: 'debit', by: 'checking' },
  ] as const;
  await transactions(customer, [card, card, card, card, card, card, ...others, ...others]);
  const { caseId } = await openCaseOf(at, customer);
  await at.desk.staff.open(agent, caseId);
  const looked = await at.desk.staff.look(agent, caseId, { field: 'purchases', reason: 'check-purchase' });
  assert.deepEqual(looked.field === 'purchases' ? looked.purchases.map(({ purchase }) => purchase.amount) : [], [
    '6.00',
    '5.00',
    '4.00',
    '3.00',
    '2.00',
  ]);
  const records = await at.vault.ledger.since(customer.thread.customerId, new Date(0));
  const look = records.find((record) => record['reason'] === 'staff-check-purchase');
  assert.equal(look?.['records'], 5);
});

test('of records the role sees those of its own bank, and those alone', async () => {
  const customer = await linkedCustomer(at);
  await transactions(customer, [{ direction: 'debit', by: 'card' }]);
  const seen = sql`select count(*)::integer as n from records where link_id = ${customer.linkId}`;
  const counts = [];
  for (const bank of ['citi', 'us-bank']) counts.push((await desks.of(bank).query<{ n: number }>(seen))[0]?.n);
  assert.deepEqual(counts, [1, 0]);
});

test('the role sees no case of another bank, whatever is asked', async () => {
  const { caseId } = await openCaseOf(at, await linkedCustomer(at));
  for (const table of ['cases', 'case_entries', 'case_consents'] as const) {
    const statement = { text: `select count(*)::integer as n from ${table} where case_id = $1`, values: [caseId] };
    const [own] = await desks.of('citi').query<{ n: number }>(statement);
    const [foreign] = await desks.of('us-bank').query<{ n: number }>(statement);
    assert.ok(own?.n === 1, table);
    assert.equal(foreign?.n, 0, table);
  }
  const foreigner = staffNamed('agent-1', { bankId: 'us-bank' as BankId });
  await assert.rejects(at.desk.staff.open(foreigner, caseId), (error) => isTellerlineError(error, 'case_unknown'));
});

test('the role has no way to messages, conversations or customers', async () => {
  for (const table of ['messages', 'conversations', 'entries', 'customers', 'accounts', 'links', 'ledger'])
    await assert.rejects(
      desks.of('citi').query({ text: `select * from ${table} limit 1`, values: [] }),
      /permission denied/,
    );
  await assert.rejects(desks.of('citi').query(sql`update cases set rating = 5 returning case_id`), /permission denied/);
});
