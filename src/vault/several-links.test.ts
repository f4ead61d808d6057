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
  type LinkId,
} from '#base';
import { endConsent, grantConsent } from '#consent';
import type { Purpose } from '#contract';
import { sql, unscoped } from '#db';
import type { ProofLog } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor } from './actor.ts';
import type { AccessRequest } from './gate.ts';
import { fileKeyProvider } from './key-files.ts';
import { testProof } from './proof.fixture.ts';
import type { OpenedRecord, RecordDraft } from './records.ts';
import { createVault, type Vault } from './vault.ts';

let db: TestDatabase;
let vault: Vault;
let proof: ProofLog;
const keys = mkdtempSync(join(tmpdir(), 'tellerline-keys-'));

before(async () => {
  db = await testDatabase();
  proof = testProof(db.database);
  const provider = fileKeyProvider(keys, systemRandom);
  const { database } = db;
  vault = createVault({
    database,
    readers: unscoped(database),
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

interface Ids {
  readonly linkId: LinkId;
  readonly customerId: CustomerId;
  readonly accountRef: AccountRef;
}

async function newCustomer(): Promise<CustomerId> {
  const customerId = newId<CustomerId>();
  await db.database.transaction((tx) => vault.createCustomerKeys(tx, customerId));
  return customerId;
}

/** A link with a consent, and purchases at merchants on the first days of November. */
async function linked(
  customerId: CustomerId,
  merchants: readonly string[],
  purposes: Purpose[] = ['transactions'],
): Promise<Ids> {
  const ids = { linkId: newId<LinkId>(), customerId, accountRef: newId<AccountRef>() };
  const bankId = 'citi' as BankId;
  const day = 86_400_000;
  await db.database.transaction(async (tx) => {
    await vault.createLinkKey(tx, { ...ids, bankId });
    const until = { grantedAt: new Date(), expiresAt: new Date(Date.now() + day), sealedDocument: Buffer.alloc(0) };
    await grantConsent(tx, { ...ids, consentId: newId<ConsentId>(), bankId, purposes, ...until });
  });
  for (const [n, merchant] of merchants.entries()) await store(ids, n + 1, merchant);
  return ids;
}

async function store(ids: Ids, day: number, merchant: string, stage = 1): Promise<void> {
  await storeAll(ids, [draftOf(ids, `2026-11-0${day}`, merchant, stage)]);
}

async function storeAll(ids: Ids, drafts: readonly RecordDraft[]): Promise<void> {
  await db.database.transaction(async (tx) => {
    await vault.storeRecords(tx, await vault.linkSealers(tx, [ids.linkId]), drafts, 'event');
  });
}

/** A purchase of a day, which has one alone. */
function draftOf(ids: Ids, localDate: string, merchant: string, stage = 1): RecordDraft {
  const occurredAt = `${localDate}T12:00:00Z`;
  return {
    ...ids,
    subjectIndex: vault.index('transaction', `${ids.linkId}|${localDate}`),
    localDate,
    occurredAt: new Date(occurredAt),
    stage,
    content: {
      kind: 'transaction',
      bank: 'citi',
      account: { kind: 'card', last4: '2291' },
      transaction: {
        id: `t${localDate}`,
        status: stage === 1 ? 'authorized' : 'posted',
        amount: '4.00',
        currency: 'USD',
        direction: 'debit',
        occurredAt,
        localDate,
        description: 'purchase',
        merchant: { name: merchant },
      },
    },
  };
}

const useOf = ({ linkId, customerId }: Ids, field = 'transaction'): AccessRequest => ({
  actor: taskActor('answer', customerId),
  purpose: 'transactions',
  linkId,
  fields: [field],
  reason: 'question-answered',
});

const namesIn = (records: readonly OpenedRecord[]): string[] =>
  records.map(({ content }) => (content.kind === 'transaction' ? (content.transaction.merchant?.name ?? '') : ''));

let made = 0;
const names = {
  place: 'memory.merchants',
  kind: 'transaction',
  distil: (records: readonly OpenedRecord[]): string[] => {
    made += 1;
    return namesIn(records).toSorted();
  },
} as const;
const distilled = async (...all: Ids[]): Promise<string[][]> =>
  (
    await vault.gate.distilled(
      all.map((ids) => useOf(ids, 'transaction.merchant')),
      names,
    )
  ).use((byLink) => all.map(({ linkId }) => [...(byLink.get(linkId) ?? [])]));

const november = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;

async function entered(customerId: CustomerId): Promise<{ link: unknown; records: unknown; fields: unknown }[]> {
  await proof.sequencer.round();
  const { entries } = await vault.ledger.export(customerId);
  return entries.map(({ record }) => ({ link: record['link'], records: record['records'], fields: record['fields'] }));
}

test('several links are read in one transaction: each is a use of its own, with the records of its own', async () => {
  const customerId = await newCustomer();
  const [one, other] = [await linked(customerId, ['A', 'B']), await linked(customerId, ['C'])];
  const opened = await vault.gate.recordsOfLinks([{ use: useOf(one) }, { use: useOf(other) }], november);
  assert.deepEqual(
    opened.use((byLink) => [one, other].map(({ linkId }) => namesIn(byLink.get(linkId) ?? []))),
    [['B', 'A'], ['C']],
  );
  const uses = await entered(customerId);
  assert.deepEqual(
    new Map(uses.map(({ link, records }) => [link, records])),
    new Map<unknown, unknown>([
      [one.linkId, 2],
      [other.linkId, 1],
    ]),
  );
  const leaves = await db.database.query(sql`select distinct leaf_id from ledger where customer_id = ${customerId}`);
  assert.equal(leaves.length, 1);
});

test('of a link only the days and the accounts named are opened, and counted as opened', async () => {
  const ids = await linked(await newCustomer(), ['A', 'B', 'C']);
  const other = newId<AccountRef>();
  for (const [accountRefs, span, expected] of [
    [undefined, { from: '2026-11-02', to: '2026-11-02' }, ['B']],
    [[ids.accountRef], { from: '2026-11-02', to: '2026-11-30' }, ['C', 'B']],
    [[other], { from: '2026-11-01', to: '2026-11-30' }, []],
  ] as const) {
    const reading = { use: useOf(ids), ...(accountRefs && { accountRefs }) };
    const opened = await vault.gate.recordsOfLinks([reading], { kind: 'transaction', ...span });
    assert.deepEqual(
      opened.use((byLink) => namesIn(byLink.get(ids.linkId) ?? [])),
      expected,
    );
  }
  assert.deepEqual(new Set((await entered(ids.customerId)).map(({ records }) => records)), new Set<unknown>([0, 1, 2]));
});

test('what one link is refused for refuses all, and nothing is entered or opened', async () => {
  const customerId = await newCustomer();
  const one = await linked(customerId, ['A']);
  const shares = await linked(customerId, ['B'], ['balances']);
  const foreign = await linked(await newCustomer(), ['C']);
  made = 0;
  for (const [second, code] of [
    [shares, 'purpose_not_consented'],
    [{ ...foreign, customerId }, 'link_ended'],
  ] as const) {
    const uses = [useOf(one), useOf(second)];
    await assert.rejects(
      vault.gate.recordsOfLinks(
        uses.map((use) => ({ use })),
        november,
      ),
      (error) => isTellerlineError(error, code),
    );
    await assert.rejects(distilled(one, second), (error) => isTellerlineError(error, code));
  }
  const outside = { ...useOf(one), fields: ['balance'] };
  await assert.rejects(vault.gate.recordsOfLinks([{ use: outside }], november), (error) =>
    isTellerlineError(error, 'use_outside_purpose'),
  );
  assert.equal(made, 0);
  assert.deepEqual(await entered(customerId), []);
});

test('what was made of a link’s records is made once; each time it is read is a use of all of them', async () => {
  const customerId = await newCustomer();
  const [one, other] = [await linked(customerId, ['A', 'B']), await linked(customerId, ['C'])];
  made = 0;
  assert.deepEqual(await distilled(one), [['A', 'B']]);
  assert.deepEqual(await distilled(one, other), [['A', 'B'], ['C']]);
  assert.deepEqual(await distilled(one, other), [['A', 'B'], ['C']]);
  assert.equal(made, 2);
  const fields = ['transaction.merchant'];
  const use = (ids: Ids, records: number) => ({ link: ids.linkId, records, fields });
  const byLink = (uses: readonly { link: unknown }[]) =>
    uses.toSorted((a, b) => String(a.link).localeCompare(String(b.link)));
  assert.deepEqual(
    byLink(await entered(customerId)),
    byLink([use(one, 2), use(one, 2), use(one, 2), use(other, 1), use(other, 1)]),
  );
});

test('it is made anew when a record came, changed or went', async () => {
  const ids = await linked(await newCustomer(), ['A', 'B']);
  assert.deepEqual(await distilled(ids), [['A', 'B']]);
  await store(ids, 3, 'C');
  assert.deepEqual(await distilled(ids), [['A', 'B', 'C']]);
  await store(ids, 1, 'D', 2);
  assert.deepEqual(await distilled(ids), [['B', 'C', 'D']]);
  await db.database.execute(sql`delete from records where link_id = ${ids.linkId} and local_date = '2026-11-02'`);
  assert.deepEqual(await distilled(ids), [['C', 'D']]);
});

test('it is made anew under a new key, and nobody has it from the end of the consent or of the link on', async () => {
  const customerId = await newCustomer();
  const [renewed, ended, erased] = [
    await linked(customerId, ['A']),
    await linked(customerId, ['B']),
    await linked(customerId, ['C']),
  ];
  made = 0;
  await distilled(renewed, ended, erased);
  await db.database.transaction((tx) => vault.renewLinkKey(tx, renewed.linkId, []));
  assert.deepEqual(await distilled(renewed), [['A']]);
  assert.equal(made, 4);
  await db.database.transaction((tx) => endConsent(tx, ended.linkId, 'customer', Date.now()));
  await assert.rejects(distilled(ended), (error) => isTellerlineError(error, 'purpose_not_consented'));
  await db.database.transaction((tx) => vault.eraseLink(tx, erased.linkId));
  await assert.rejects(distilled(erased), (error) => isTellerlineError(error, 'link_ended'));
});

const summer = { kind: 'transaction', from: '2026-06-01', to: '2026-08-31' } as const;
const summerDays = Array.from({ length: 92 }, (_, n) =>
  Temporal.PlainDate.from(summer.from).add({ days: n }).toString(),
);

/** A link with a purchase on each day of a summer, at a merchant named by the day. */
async function linkedLong(customerId: CustomerId): Promise<Ids> {
  const ids = await linked(customerId, []);
  await storeAll(
    ids,
    summerDays.map((day) => draftOf(ids, day, day)),
  );
  return ids;
}

async function read(ids: Ids, span: { kind: 'transaction'; from: string; to: string }): Promise<string[]> {
  const opened = await vault.gate.recordsOfLinks([{ use: useOf(ids) }], span);
  return opened.use((byLink) => namesIn(byLink.get(ids.linkId) ?? []));
}

/** From then on what stands there cannot be opened, and stands as it stood: what is read all the same was kept. */
async function spoil(ids: Ids): Promise<void> {
  await db.database.execute(sql`update records set sealed = '\\x00' where link_id = ${ids.linkId}`);
}

const isUnreadable = (error: unknown): boolean => isTellerlineError(error, 'sealed_unreadable');

test('a long reading is opened once; each time it is read is a use of all of it', async () => {
  const ids = await linkedLong(await newCustomer());
  const newest = summerDays.toReversed();
  assert.deepEqual(await read(ids, summer), newest);
  await spoil(ids);
  assert.deepEqual(await read(ids, summer), newest);
  assert.deepEqual(
    (await entered(ids.customerId)).map(({ records }) => records),
    [92, 92],
  );
  // Other days are another reading.
  await assert.rejects(read(ids, { ...summer, to: '2026-08-30' }), isUnreadable);
});

test('it is opened anew when a record came, changed or went', async () => {
  const changes = [
    (ids: Ids) => storeAll(ids, [draftOf(ids, '2026-07-04', 'holiday', 2)]),
    (ids: Ids) =>
      db.database.execute(sql`delete from records where link_id = ${ids.linkId} and local_date = '2026-07-04'`),
  ];
  for (const change of changes) {
    const ids = await linkedLong(await newCustomer());
    await read(ids, summer);
    await change(ids);
    const expected = change === changes[0] ? ['holiday'] : [];
    assert.deepEqual(
      (await read(ids, summer)).filter((name) => !summerDays.includes(name) || name === '2026-07-04'),
      expected,
    );
    await spoil(ids);
    assert.equal((await read(ids, summer)).length, 91 + expected.length);
  }
});

test('nobody has a long reading from the end of the consent or of the link on, nor under a new key', async () => {
  const customerId = await newCustomer();
  const [renewed, ended, erased] = [
    await linkedLong(customerId),
    await linkedLong(customerId),
    await linkedLong(customerId),
  ];
  for (const ids of [renewed, ended, erased]) await read(ids, summer);
  await db.database.transaction((tx) => vault.renewLinkKey(tx, renewed.linkId, []));
  await spoil(renewed);
  await assert.rejects(read(renewed, summer), isUnreadable);
  await db.database.transaction((tx) => endConsent(tx, ended.linkId, 'customer', Date.now()));
  await assert.rejects(read(ended, summer), (error) => isTellerlineError(error, 'purpose_not_consented'));
  await db.database.transaction((tx) => vault.eraseLink(tx, erased.linkId));
  await assert.rejects(read(erased, summer), (error) => isTellerlineError(error, 'link_ended'));
});
