import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import {
  isTellerlineError,
  newId,
  systemClock,
  systemRandom,
  type BankId,
  type ConsentId,
  type CustomerId,
  type IdentityId,
  type LinkId,
} from '#base';
import { sql, unscoped } from '#db';
import { verifyExport, type ProofLog } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from './key-files.ts';
import type { LedgerDraft } from './ledger-records.ts';
import { testProof } from './proof.fixture.ts';
import { createVault, type Vault } from './vault.ts';

let db: TestDatabase;
let proof: ProofLog;
let vault: Vault;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));

before(async () => {
  db = await testDatabase();
  proof = testProof(db.database);
  const provider = fileKeyProvider(keys, systemRandom);
  vault = createVault({
    database: db.database,
    readers: unscoped(db.database),
    proof,
    provider,
    clock: systemClock,
    random: systemRandom,
  });
});
after(async () => {
  await db.close();
  rmSync(keys, { recursive: true });
});

async function customer(): Promise<CustomerId> {
  const customerId = newId<CustomerId>();
  await db.database.transaction((tx) => vault.createCustomerKeys(tx, customerId));
  return customerId;
}

const enter = (...entries: LedgerDraft[]) => db.database.transaction((tx) => vault.ledger.enter(tx, entries));
const delivery = (customerId: CustomerId, messages: number): LedgerDraft => ({
  type: 'delivery',
  customerId,
  channel: 'web',
  identityId: newId<IdentityId>(),
  detail: 'full',
  messages,
  reason: 'planted-reason',
});

test('consents, deletions and deliveries stand in the ledger as they were entered, each with its proof', async () => {
  const customerId = await customer();
  const linkId = newId<LinkId>();
  const of = { customerId, linkId, bankId: 'citi' as BankId, by: 'customer' } as const;
  const consentId = newId<ConsentId>();
  const until = new Date('2027-11-20T12:00:00Z');
  const began = Date.now();
  await enter(
    { ...of, type: 'consent', consentId, change: 'granted', purposes: ['balances'], accounts: 2, until },
    { ...of, type: 'deletion', what: 'link', keys: 1, records: 3, messages: 4 },
  );
  await enter(delivery(customerId, 5));
  await proof.sequencer.round();
  const exported = await vault.ledger.export(customerId);
  assert.equal(verifyExport(JSON.stringify(exported), undefined).holds, true);
  const byType = new Map(exported.entries.map(({ record, leaf }) => [record.type, { record, leaf }]));
  assert.deepEqual([byType.size, byType.get('consent')?.leaf.entries, byType.get('delivery')?.leaf.entries], [3, 2, 1]);
  const { id: _id, at: _at, ...consent } = byType.get('consent')?.record ?? { id: '', type: '' };
  assert.deepEqual(consent, {
    type: 'consent',
    customer: customerId,
    link: linkId,
    bank: 'citi',
    consent: consentId,
    change: 'granted',
    by: 'customer',
    purposes: ['balances'],
    accounts: 2,
    until: '2027-11-20T12:00:00.000Z',
  });
  const deletion = byType.get('deletion')?.record;
  assert.deepEqual([deletion?.['keys'], deletion?.['records'], deletion?.['messages']], [1, 3, 4]);
  // Roots are renewed daily; a few minutes more for the looking and the rewrapping.
  const hours = (Date.parse(String(deletion?.['window'])) - began) / 3_600_000;
  assert.ok(hours > 24 && hours < 25, `${hours} hours`);
});

test('pages go from the newest to the oldest, meet every entry once, and show what waits for a checkpoint', async () => {
  const customerId = await customer();
  for (let n = 1; n <= 7; n += 1) await enter(delivery(customerId, n));
  await proof.sequencer.round();
  await enter(delivery(customerId, 8));
  const counts: number[] = [];
  const times: number[] = [];
  let waiting = 0;
  for (let before: string | undefined, pages = 0; pages < 9; pages += 1) {
    const page = await vault.ledger.page(customerId, { limit: 3, ...(before !== undefined && { before }) });
    assert.equal(verifyExport(JSON.stringify(page.proven), undefined).holds, true);
    waiting += page.waiting.length;
    const records = [...page.waiting, ...page.proven.entries.map(({ record }) => record)];
    counts.push(...records.map((record) => Number(record['messages'])));
    times.push(...records.map((record) => Date.parse(String(record['at']))));
    before = page.next;
    if (before === undefined) break;
  }
  assert.deepEqual(
    counts.toSorted((a, b) => a - b),
    [1, 2, 3, 4, 5, 6, 7, 8],
  );
  assert.deepEqual(
    times,
    times.toSorted((a, b) => b - a),
  );
  assert.equal(waiting, 1);
});

test('a ledger is one customer’s: nobody else’s entries are in it, and a row moved to another does not open', async () => {
  const [one, other] = [await customer(), await customer()];
  await enter(delivery(one, 1), delivery(other, 2));
  await proof.sequencer.round();
  assert.deepEqual(
    (await vault.ledger.export(one)).entries.map(({ record }) => record['messages']),
    [1],
  );
  await db.database.execute(sql`update ledger set customer_id = ${other} where customer_id = ${one}`);
  await assert.rejects(vault.ledger.export(other), (error) => isTellerlineError(error, 'sealed_unreadable'));
});

test('nothing of an entry stands in the database in the clear', async () => {
  await enter(delivery(await customer(), 1));
  const rows = await db.database.query<{ row: string }>(
    sql`select encode(sealed, 'escape') || l::text as row from ledger l`,
  );
  assert.ok(rows.length > 0);
  assert.equal(
    rows.some(({ row }) => row.includes('planted-reason') || row.includes('delivery')),
    false,
  );
});

test('an entry is in the transaction or nowhere, and a deleted customer gets none', async () => {
  const customerId = await customer();
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await vault.ledger.enter(tx, [delivery(customerId, 1)]);
      throw new Error('undone');
    }),
    /undone/,
  );
  await proof.sequencer.round();
  assert.deepEqual((await vault.ledger.export(customerId)).entries, []);
  await db.database.transaction((tx) =>
    vault.eraseCustomer(tx, customerId, { by: 'customer', keys: 0, records: 0, messages: 0 }),
  );
  await assert.rejects(enter(delivery(customerId, 1)), (error) => isTellerlineError(error, 'key_gone'));
});

test('a receipt proves its deletion offline, for whoever holds its id, and when the account is gone', async () => {
  const customerId = await customer();
  const of = { customerId, linkId: newId<LinkId>(), bankId: 'citi' as BankId, by: 'customer' } as const;
  const [link] = await enter({ ...of, type: 'deletion', what: 'link', keys: 1, records: 3, messages: 4 });
  const { receipt: account } = await db.database.transaction((tx) =>
    vault.eraseCustomer(tx, customerId, { by: 'customer', keys: 1, records: 3, messages: 9 }),
  );
  await assert.rejects(vault.ledger.receipt(account), (error) => isTellerlineError(error, 'receipt_waiting'));
  await proof.sequencer.round();
  for (const [id, what, keys, messages] of [
    [link?.receipt ?? '', 'link', 1, 4],
    [account, 'account', 3, 9],
  ] as const) {
    const receipt = await vault.ledger.receipt(id);
    const [entry, ...more] = receipt.entries;
    assert.deepEqual(more, []);
    const record = entry?.record;
    assert.deepEqual([record?.['what'], record?.['keys'], record?.['messages']], [what, keys, messages]);
    const text = JSON.stringify(receipt);
    const verdict = verifyExport(text, undefined);
    assert.equal(verdict.holds, true);
    assert.match(verdict.said.join('\n'), /receipt of a deletion/);
    assert.equal(verifyExport(text.replace('"records":3', '"records":2'), undefined).holds, false);
    assert.equal(verifyExport(text.replace(/"window":"20/, '"window":"19'), undefined).holds, false);
  }
});

test('a customer finds every receipt of theirs again while it is kept, and nobody else’s', async () => {
  const [customerId, other] = [await customer(), await customer()];
  const of = (whose: CustomerId) =>
    ({ customerId: whose, linkId: newId<LinkId>(), bankId: 'citi' as BankId, by: 'customer' }) as const;
  const deletion = { type: 'deletion', keys: 0, records: 3, messages: 4 } as const;
  const entered = [
    ...(await enter({ ...of(customerId), ...deletion, what: 'narrowed' })),
    ...(await enter(delivery(customerId, 1))),
    ...(await enter({ ...of(customerId), ...deletion, what: 'link' })),
  ];
  await enter({ ...of(other), ...deletion, what: 'link' });
  const kept = await vault.ledger.receipts(customerId);
  assert.deepEqual(
    kept.map(({ id, record }) => [id, record['what']]),
    [
      [entered[2]?.receipt, 'link'],
      [entered[0]?.receipt, 'narrowed'],
    ],
  );
  assert.equal((await vault.ledger.receipts(other)).length, 1);
  // One that was kept under an id of another origin is not theirs to be found.
  await db.database.execute(sql`update receipts set receipt_index = sha256(receipt_index)
    where leaf_id = (select leaf_id from ledger where customer_id = ${other})`);
  assert.deepEqual(await vault.ledger.receipts(other), []);
  await vault.tidy(Date.now() + 31 * 86_400_000);
  assert.deepEqual(await vault.ledger.receipts(customerId), []);
});

test('no id but the one that was given opens a receipt, and the database says nothing of whose it is', async () => {
  const customerId = await customer();
  const { receipt } = await db.database.transaction((tx) =>
    vault.eraseCustomer(tx, customerId, { by: 'customer', keys: 0, records: 0, messages: 0 }),
  );
  await proof.sequencer.round();
  const swapped = receipt.startsWith('A') ? `B${receipt.slice(1)}` : `A${receipt.slice(1)}`;
  for (const id of ['', 'x', swapped, receipt.slice(1), `${receipt}A`, customerId]) {
    await assert.rejects(vault.ledger.receipt(id), (error) => isTellerlineError(error, 'receipt_unknown'), id);
  }
  const rows = await db.database.query<{ row: string }>(
    sql`select encode(sealed, 'escape') || r::text as row from receipts r`,
  );
  assert.ok(rows.length > 0);
  assert.equal(
    rows.some(({ row }) => row.includes(customerId) || row.includes('deletion') || row.includes(receipt)),
    false,
  );
  const later = Date.now() + 31 * 86_400_000;
  await vault.tidy(later);
  await assert.rejects(vault.ledger.receipt(receipt), (error) => isTellerlineError(error, 'receipt_unknown'));
});
