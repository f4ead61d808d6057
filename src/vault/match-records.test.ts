import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import {
  newId,
  systemClock,
  systemRandom,
  type AccountRef,
  type BankId,
  type CustomerId,
  type LinkId,
  type RecordId,
} from '#base';
import { sql, unscoped } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { fileKeyProvider } from './key-files.ts';
import { matchTold, stages, type StandingPurchase, type ToldPurchase } from './matching.ts';
import { testProof } from './proof.fixture.ts';
import type { RecordDraft, ToldRecord } from './records.ts';
import { createVault, type Vault } from './vault.ts';

// The database finds what the rule finds in memory, however the tellings are cut into batches.

let db: TestDatabase;
let vault: Vault;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));

before(async () => {
  db = await testDatabase();
  vault = createVault({
    database: db.database,
    readers: unscoped(db.database),
    proof: testProof(db.database),
    provider: fileKeyProvider(keys, systemRandom),
    clock: systemClock,
    random: systemRandom,
  });
});
after(async () => {
  await db.close();
  rmSync(keys, { recursive: true });
});

interface Ids {
  readonly linkId: LinkId;
  readonly accountRef: AccountRef;
}

async function newLink(): Promise<Ids> {
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), accountRef: newId<AccountRef>() };
  await db.database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, { ...ids, bankId: 'citi' as BankId });
  });
  return ids;
}

const store = (
  { linkId }: Ids,
  drafts: readonly RecordDraft[],
  origin: 'event' | 'history' = 'event',
): Promise<ToldRecord[]> =>
  db.database.transaction(async (tx) => vault.storeRecords(tx, await vault.linkSealers(tx, [linkId]), drafts, origin));

interface Telling {
  readonly id: string;
  readonly stage: number;
  readonly amount?: string;
  readonly at?: number;
  readonly merchant?: string;
  readonly day?: string;
}

const statuses = ['', 'authorized', 'posted', 'reversed'] as const;

function draft(ids: Ids, { id, stage, amount = '4.50', at = 0, ...of }: Telling): RecordDraft {
  const { merchant = 'Larkspur Coffee', day = '2026-11-20' } = of;
  const occurredAt = new Date(Date.parse('2026-11-20T12:00:00Z') + at * 1000);
  return {
    ...ids,
    subjectIndex: vault.index('transaction', `${ids.accountRef}|${id}`),
    localDate: day,
    occurredAt,
    stage,
    content: {
      kind: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '2291' },
      transaction: {
        id,
        status: statuses[stage] || 'authorized',
        amount,
        currency: 'USD',
        direction: 'debit',
        occurredAt: occurredAt.toISOString(),
        localDate: day,
        description: merchant.toUpperCase(),
        merchant: { name: merchant, category: '5814' },
      },
    },
  };
}

/** The same as the rule reads it. */
function told(ids: Ids, telling: Telling): ToldPurchase {
  const { stage, amount = '4.50', at = 0, merchant = 'Larkspur Coffee', day = '2026-11-20' } = telling;
  const words = merchant.toUpperCase().split(' ');
  return {
    linkId: ids.linkId,
    subject: vault.index('transaction', `${ids.accountRef}|${telling.id}`).toString('base64'),
    key: words[0] ?? '',
    stage,
    occurredAtMs: Date.parse('2026-11-20T12:00:00Z') + at * 1000,
    occurredAt: new Date(Date.parse('2026-11-20T12:00:00Z') + at * 1000).toISOString(),
    compared: { amount, currency: 'USD', words, category: '5814', localDate: day },
  };
}

const shown = (record: ToldRecord | undefined): unknown => {
  const { content } = record ?? {};
  if (content?.kind !== 'transaction') return undefined;
  const { status, amount, before, partlyReversed } = content.transaction;
  return [status, amount, before, partlyReversed];
};

/** An authorization that was told before is not looked for, only found by its insert: not what this is about. */
function withoutRepeatedAuthorizations(batches: readonly (readonly Telling[])[]): Telling[][] {
  const seen = new Set<string>();
  return batches.map((batch) => {
    const kept = batch.filter((one) => one.stage !== stages.authorized || !seen.has(one.id));
    for (const one of batch) seen.add(one.id);
    return kept;
  });
}

test('stored in any batches, tellings meet as the rule says', async () => {
  const telling = fc.record({
    id: fc.constantFrom('1', '2', '3', '4', '5', '6'),
    stage: fc.constantFrom(1, 1, 2, 2, 3),
    amount: fc.constantFrom('4.50', '5.00', '20.00'),
    at: fc.integer({ min: 0, max: 3 }),
    merchant: fc.constantFrom('Larkspur', 'Larkspur Coffee', 'Harbor Grill'),
  });
  const batches = fc.array(fc.array(telling, { minLength: 1, maxLength: 5 }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(batches, async (any) => {
      const ids = await newLink();
      const some = withoutRepeatedAuthorizations(any);
      const standing: StandingPurchase[] = [];
      const recordOf = new Map<StandingPurchase, RecordId>();
      for (const batch of some) {
        const expected = matchTold(
          batch.map((one) => told(ids, one)),
          standing,
        );
        const stored = await store(
          ids,
          batch.map((one) => draft(ids, one)),
        );
        for (const [n, match] of expected.entries()) {
          if (!standing.includes(match.standing)) standing.push(match.standing);
          const recordId = stored[n]?.recordId;
          assert.ok(recordId);
          assert.equal(recordOf.get(match.standing) ?? recordId, recordId);
          recordOf.set(match.standing, recordId);
          assert.deepEqual(shown(stored[n]), [
            statuses[match.stage],
            match.known.compared.amount,
            match.known.before,
            match.known.partlyReversed || undefined,
          ]);
        }
      }
      assert.equal(new Set(recordOf.values()).size, recordOf.size, 'each purchase has a record of its own');
    }),
    { numRuns: 60 },
  );
});

test('two postings at once take one authorization once', async () => {
  const ids = await newLink();
  await store(ids, [draft(ids, { id: 'p1', stage: stages.authorized })]);
  const postings = ['q1', 'q2', 'q3', 'q4'].map((id) => store(ids, [draft(ids, { id, stage: stages.posted })]));
  const stored = (await Promise.all(postings)).flat();
  assert.deepEqual(stored.map((one) => one.outcome).toSorted(), ['created', 'created', 'created', 'replaced']);
  assert.equal(new Set(stored.map((one) => one.recordId)).size, 4);
});

test('history meets what an event told under another id', async () => {
  const ids = await newLink();
  const today = new Date().toISOString().slice(0, 10);
  const [told] = await store(ids, [draft(ids, { id: 'p1', stage: stages.authorized, day: today })]);
  const [read] = await store(ids, [draft(ids, { id: 'q1', stage: stages.posted, day: today })], 'history');
  assert.deepEqual([read?.recordId, read?.outcome], [told?.recordId, 'replaced']);
});

test('old history waits for nothing', async () => {
  const ids = await newLink();
  await store(ids, [draft(ids, { id: 'q1', stage: stages.posted, day: '2026-02-01' })], 'history');
  const [row] = await db.database.query<{ waits: boolean }>(sql`
    select match_key is not null as waits from records where link_id = ${ids.linkId}`);
  assert.equal(row?.waits, false);
});

test('the key by which a posting is found says nothing of the merchant', async () => {
  const ids = await newLink();
  await store(ids, [draft(ids, { id: 'p1', stage: stages.authorized, merchant: 'Planted-Words' })]);
  const [row] = await db.database.query<{ row: string; length: number }>(sql`
    select encode(sealed, 'escape') || encode(match_key, 'escape') as row, octet_length(match_key) as length
    from records where link_id = ${ids.linkId}`);
  assert.equal(row?.length, 16);
  assert.doesNotMatch(row?.row ?? '', /PLANTED|WORDS|4\.50/i);
});
