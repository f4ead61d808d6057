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
  type AccountRef,
  type BankId,
  type ConsentId,
  type CustomerId,
  type IdentityId,
  type LinkId,
  type MessageId,
  type RecordId,
} from '#base';
import { endConsent, grantConsent } from '#consent';
import { PURPOSES, type Purpose } from '#contract';
import { sql, unscoped } from '#db';
import { parseVerifier, verifyExport, type ProofLog } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { customerActor, taskActor } from './actor.ts';
import type { SealedMessage } from './page.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import type { RecordDraft } from './records.ts';
import { sealMessageOf } from './sealing.ts';
import { createVault, type Vault } from './vault.ts';

let db: TestDatabase;
let vault: Vault;
let proof: ProofLog;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));

before(async () => {
  db = await testDatabase();
  proof = testProof(db.database);
  vault = createVault({
    database: db.database,
    readers: unscoped(db.database),
    proof,
    provider: fileKeyProvider(keys, systemRandom),
    clock: systemClock,
    random: systemRandom,
  });
});
after(async () => {
  await db.close();
  rmSync(keys, { recursive: true });
});

/** A link with a key, a consent for the purposes, and one purchase a day from Nov 1. */
async function linkWith(
  purposes: Purpose[],
  purchases: number,
): Promise<{ linkId: LinkId; customerId: CustomerId; accountRef: AccountRef }> {
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), accountRef: newId<AccountRef>() };
  await db.database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, { ...ids, bankId: 'citi' as BankId });
    await grantConsent(tx, {
      ...ids,
      consentId: newId<ConsentId>(),
      bankId: 'citi' as BankId,
      purposes,
      grantedAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
      sealedDocument: Buffer.alloc(0),
    });
    const sealers = await vault.linkSealers(tx, [ids.linkId]);
    await vault.storeRecords(
      tx,
      sealers,
      Array.from({ length: purchases }, (_, day) => purchase(ids, day + 1)),
      'event',
    );
  });
  return ids;
}

function purchase(ids: { linkId: LinkId; accountRef: AccountRef }, day: number, stage = 1): RecordDraft {
  const localDate = `2026-11-${String(day).padStart(2, '0')}`;
  return {
    ...ids,
    subjectIndex: vault.index('transaction', `${ids.linkId}|${day}`),
    localDate,
    occurredAt: new Date(`${localDate}T12:00:00Z`),
    stage,
    content: {
      kind: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '2291' },
      transaction: {
        id: `t${day}`,
        status: stage === 1 ? 'authorized' : 'posted',
        amount: `${day}.00`,
        currency: 'USD',
        direction: 'debit',
        occurredAt: `${localDate}T12:00:00Z`,
        localDate,
        description: `planted-merchant-${day}`,
      },
    },
  };
}

const nothingBefore = { by: 'customer', keys: 0, records: 0, messages: 0 } as const;
const november = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
const read = (ids: { linkId: LinkId; customerId: CustomerId }, purpose: Purpose) =>
  vault.gate.records(
    {
      actor: taskActor('answer', ids.customerId),
      purpose,
      linkId: ids.linkId,
      fields: ['transaction'],
      reason: 'question',
    },
    november,
  );

test('records open for a purpose that was consented to, newest first, and each use is entered', async () => {
  const ids = await linkWith(['transactions'], 3);
  const amounts = (await read(ids, 'transactions')).use((records) =>
    records.map(({ content }) => (content.kind === 'transaction' ? content.transaction.amount : '')),
  );
  assert.deepEqual(amounts, ['3.00', '2.00', '1.00']);
  await proof.sequencer.round();
  const [entered, ...more] = (await vault.ledger.export(ids.customerId)).entries.map(({ record }) => record);
  assert.deepEqual(more, []);
  const { id: _id, at: _at, ...said } = entered ?? { id: '', type: '' };
  assert.deepEqual(said, {
    type: 'access',
    customer: ids.customerId,
    link: ids.linkId,
    actor: 'task:answer',
    purpose: 'transactions',
    fields: ['transaction'],
    reason: 'question',
    records: 3,
  });
});

test('a use and its leaf are committed together: each opened record has its proof, a failed use has neither', async () => {
  const ids = await linkWith(['transactions'], 2);
  for (let n = 0; n < 3; n += 1) await read(ids, 'transactions');
  await assert.rejects(read(ids, 'balances'));
  await assert.rejects(
    db.database.transaction(async (tx) => {
      const use = { actor: taskActor('notify', ids.customerId), purpose: 'transactions', linkId: ids.linkId } as const;
      await vault.gate.enterWithin(tx, [{ ...use, fields: ['transaction'], reason: 'event-shown', records: 1 }]);
      throw new Error('the batch fails');
    }),
    /the batch fails/,
  );
  await proof.sequencer.round();
  const exported = await vault.ledger.export(ids.customerId);
  assert.equal(exported.entries.length, 3);
  const text = JSON.stringify(exported);
  assert.deepEqual([verifyExport(text, parseVerifier(proof.key)).holds, exported.waiting], [true, 0]);
  for (const [said, other] of [
    ['"purpose":"transactions"', '"purpose":"fraud-alerts"'],
    ['"records":2', '"records":1'],
    ['task:answer', 'customer'],
  ] as const) {
    assert.equal(verifyExport(text.replace(said, other), undefined).holds, false, said);
  }
});

test('once a customer is deleted no salt can be made, and nothing ties the leaves to them', async () => {
  const ids = await linkWith(['transactions'], 1);
  await read(ids, 'transactions');
  await proof.sequencer.round();
  await db.database.transaction((tx) => vault.eraseCustomer(tx, ids.customerId, nothingBefore));
  assert.deepEqual((await vault.ledger.export(ids.customerId)).entries, []);
  await assert.rejects(read(ids, 'transactions'), (error) => isTellerlineError(error, 'link_ended'));
});

test('every purpose that was not consented to is refused, and nothing is entered for it', async () => {
  const ids = await linkWith(['balances'], 1);
  for (const purpose of PURPOSES.filter((one) => one !== 'balances')) {
    const codes = ['purpose_not_consented', 'task_not_allowed', 'use_outside_purpose'];
    await assert.rejects(read(ids, purpose), (error) => codes.some((code) => isTellerlineError(error, code)));
  }
  const [count] = await db.database.query<{ count: bigint }>(
    sql`select count(*) from ledger where customer_id = ${ids.customerId}`,
  );
  assert.equal(count?.count, 0n);
});

test('an answer that was read from two links is a use of both, and with one key alone nobody opens it', async () => {
  const first = await linkWith(['balances'], 0);
  const other = newId<LinkId>();
  const { customerId } = first;
  await db.database.transaction(async (tx) => {
    await vault.createLinkKey(tx, { linkId: other, customerId, bankId: 'us-bank' as BankId });
    await grantConsent(tx, {
      linkId: other,
      customerId,
      consentId: newId<ConsentId>(),
      bankId: 'us-bank' as BankId,
      purposes: ['balances'],
      grantedAt: new Date(),
      expiresAt: new Date(Date.now() + 86_400_000),
      sealedDocument: Buffer.alloc(0),
    });
  });
  const messageId = newId<MessageId>();
  const said = { content: { kind: 'text', text: 'Citi and U.S. Bank hold $12.00.' } };
  const sealed = await db.database.transaction(async (tx) => {
    const sealers = await vault.linkSealers(tx, [first.linkId, other]);
    return sealMessageOf([...sealers.values()], messageId, said);
  });
  const page = (linkId: LinkId, also: readonly LinkId[]) =>
    vault.gate.page(taskActor('answer', customerId), [
      { messageId, linkId, also, purpose: null, recordId: null, epoch: 1, sealed },
    ]);
  const opened = await page(first.linkId, [other]);
  assert.deepEqual(
    opened.use((messages) => messages.get(messageId)),
    { from: 'message', content: said },
  );
  await proof.sequencer.round();
  const { entries } = await vault.ledger.export(customerId);
  assert.deepEqual(new Set(entries.map(({ record }) => record['link'])), new Set<unknown>([first.linkId, other]));
  for (const alone of [first.linkId, other])
    assert.deepEqual(
      (await page(alone, [])).use((messages) => [...messages]),
      [],
    );
});

test('a purpose opens the records that it is for, in the fields named, and no others', async () => {
  const ids = await linkWith(['balances', 'transactions', 'shipping'], 2);
  const actor = customerActor({ customerId: ids.customerId, identityId: newId<IdentityId>() });
  const use = { actor, linkId: ids.linkId, reason: 'question-answered' };
  for (const [purpose, fields] of [
    ['shipping', ['transaction']],
    ['balances', ['balance']],
    ['transactions', []],
    ['transactions', ['*']],
    ['transactions', ['transaction', 'balance']],
  ] as const)
    await assert.rejects(vault.gate.records({ ...use, purpose, fields }, november), (error) =>
      isTellerlineError(error, 'use_outside_purpose'),
    );
  const merchants = await vault.gate.records(
    { ...use, purpose: 'transactions', fields: ['transaction.merchant'] },
    november,
  );
  const told = merchants.use((records) => JSON.stringify(records));
  assert.doesNotMatch(told, /planted-merchant|"[12]\.00"|2026-11/);
});

test('a revoked consent refuses the next read, and a destroyed key cannot be used by anybody', async () => {
  const ids = await linkWith(['transactions'], 2);
  await db.database.transaction(async (tx) => {
    await endConsent(tx, ids.linkId, 'customer', Date.now());
    assert.deepEqual(await vault.eraseLink(tx, ids.linkId), { keys: 1, records: 2 });
  });
  await assert.rejects(read(ids, 'transactions'), (error) => isTellerlineError(error, 'link_ended'));
  const left = await db.database.query(sql`select from records where link_id = ${ids.linkId}`);
  assert.equal(left.length, 0);
  assert.equal((await db.database.transaction((tx) => vault.linkSealers(tx, [ids.linkId]))).size, 0);
});

test('of reads beside a revocation none that begins after its answer succeeds', async () => {
  for (let round = 0; round < 20; round += 1) {
    const ids = await linkWith(['transactions'], 1);
    let revoked = false;
    const reader = async (): Promise<void> => {
      for (let n = 0; n < 6; n += 1) {
        const beganAfter = revoked;
        const succeeded = await read(ids, 'transactions').then(
          () => true,
          () => false,
        );
        assert.equal(beganAfter && succeeded, false);
      }
    };
    const revoke = db.database
      .transaction(async (tx) => {
        await endConsent(tx, ids.linkId, 'customer', Date.now());
        await vault.eraseLink(tx, ids.linkId);
      })
      .then(() => (revoked = true));
    await Promise.all([reader(), revoke, reader()]);
    await reader();
  }
});

test('a purchase is one record: posted replaces authorized, a late authorized changes nothing', async () => {
  const ids = await linkWith(['transactions'], 1);
  const store = (draft: RecordDraft, origin: 'event' | 'history') =>
    db.database.transaction(async (tx) =>
      vault.storeRecords(tx, await vault.linkSealers(tx, [ids.linkId]), [draft], origin),
    );
  const [posted] = await store(purchase(ids, 1, 2), 'event');
  assert.deepEqual([posted?.outcome, posted?.revision], ['replaced', 2]);
  const [late] = await store(purchase(ids, 1, 1), 'event');
  assert.deepEqual([late?.outcome, late?.revision, late?.recordId], ['kept', 2, posted?.recordId]);
  const [history] = await store(purchase(ids, 1, 2), 'history');
  assert.equal(history?.outcome, 'kept');
  const statuses = (await read(ids, 'transactions')).use((records) =>
    records.map(({ content }) => (content.kind === 'transaction' ? content.transaction.status : '')),
  );
  assert.deepEqual(statuses, ['posted']);
});

test('drafts about the same purchase in one call are stored one after the other', async () => {
  const ids = await linkWith(['transactions'], 0);
  const outcomes = await db.database.transaction(async (tx) =>
    vault.storeRecords(
      tx,
      await vault.linkSealers(tx, [ids.linkId]),
      [purchase(ids, 5, 1), purchase(ids, 6, 1), purchase(ids, 5, 2)],
      'event',
    ),
  );
  assert.deepEqual(
    outcomes.map((one) => one.outcome),
    ['created', 'created', 'replaced'],
  );
  assert.equal(outcomes[0]?.recordId, outcomes[2]?.recordId);
});

test('nothing of a record stands in the database in the clear', async () => {
  await linkWith(['transactions'], 2);
  const rows = await db.database.query<{ row: string }>(sql`
    select encode(sealed, 'escape') || subject_index::text as row from records`);
  assert.ok(rows.length > 0);
  assert.equal(
    rows.some(({ row }) => row.includes('planted-merchant')),
    false,
  );
});

test('a message whose bytes were altered is left out with an alarm, and all others are shown', async () => {
  const ids = await linkWith(['transactions'], 2);
  const records = await db.database.query<{ recordId: RecordId; sealed: Buffer }>(
    sql`select record_id as "recordId", sealed from records where link_id = ${ids.linkId} order by record_id`,
  );
  const messages = records.map(({ recordId }): SealedMessage => ({
    messageId: newId<MessageId>(),
    linkId: ids.linkId,
    also: [],
    purpose: 'transactions',
    recordId,
    epoch: 1,
    sealed: null,
  }));
  const [damaged, whole] = messages;
  const bytes = Buffer.from(records[0]?.sealed ?? []);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await db.database.execute(sql`update records set sealed = ${bytes} where record_id = ${damaged?.recordId}`);
  const actor = customerActor({ customerId: ids.customerId, identityId: newId<IdentityId>() });
  const opened = await vault.gate.page(actor, messages);
  assert.deepEqual(
    opened.use((byMessage) => [...byMessage.keys()]),
    [whole?.messageId],
  );
});
