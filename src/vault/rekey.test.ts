import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { isTellerlineError, newId, systemClock, systemRandom, type BankId, type LinkId } from '#base';
import { sql, unscoped } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { taskActor } from './actor.ts';
import { dataKey, open } from './cipher.ts';
import { fileKeyProvider } from './key-files.ts';
import { plantLink, type PlantedLink } from './planted-link.fixture.ts';
import { testProof } from './proof.fixture.ts';
import type { SealedColumn } from './rekey.ts';
import { createRoots } from './roots.ts';
import { recordRow } from './sealing.ts';
import { createVault, type Vault } from './vault.ts';
import { linkContext } from './wrapped-keys.ts';

const bankId = 'citi' as BankId;
const folder = mkdtempSync(join(tmpdir(), 'tellerline-rekey-'));
const provider = fileKeyProvider(folder, systemRandom);
let db: TestDatabase;
let vault: Vault;

before(async () => {
  db = await testDatabase();
  const { database } = db;
  const parts = { database, readers: unscoped(database), proof: testProof(database), provider };
  vault = createVault({ ...parts, clock: systemClock, random: systemRandom });
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

/** What an older copy of the database has of a link: its wrapped key and what is sealed under that. */
interface Copy {
  readonly key: { readonly epoch: number; readonly generation: number; readonly wrapped: Buffer };
  readonly records: readonly { readonly subject: Buffer; readonly sealed: Buffer }[];
}

async function copyOf({ linkId }: PlantedLink): Promise<Copy> {
  const [key] = await db.database.query<Copy['key']>(sql`
    select epoch, root_generation as generation, wrapped_key as wrapped from link_keys where link_id = ${linkId}`);
  assert.ok(key);
  const records = await db.database.query<Copy['records'][number]>(sql`
    select subject_index as subject, sealed from records where link_id = ${linkId} order by record_id`);
  return { key, records };
}

/** How many of the copy's records open with a wrapped key, whose root is taken as it is today. */
async function opens({ linkId }: PlantedLink, { key }: Pick<Copy, 'key'>, { records }: Copy): Promise<number> {
  const roots = createRoots({ database: db.database, provider, clock: systemClock, random: systemRandom });
  const [secret] = await roots
    .unwrap(bankId, [{ ...key, context: linkContext(linkId, key.epoch) }])
    .catch((error: unknown) => {
      if (isTellerlineError(error, 'root_gone')) return [];
      throw error;
    });
  if (!secret) return 0;
  const held = dataKey(secret);
  return records.filter(({ subject, sealed }) =>
    // Whatever epoch somebody tries: it is the key that is another.
    [1, 2].some((epoch) => {
      try {
        return open(held, `records.content|${linkId}|${epoch}|${recordRow(subject)}`, sealed).length > 0;
      } catch (error) {
        if (isTellerlineError(error, 'sealed_unreadable')) return false;
        throw error;
      }
    }),
  ).length;
}

const reads = async ({ linkId, customerId }: PlantedLink): Promise<(string | undefined)[]> => {
  const use = { purpose: 'transactions', linkId, fields: ['transaction'], reason: 'question' } as const;
  const selection = { kind: 'transaction', from: '2026-11-01', to: '2026-11-30' } as const;
  const opened = await vault.gate.records({ ...use, actor: taskActor('answer', customerId) }, selection);
  return opened.use((records) =>
    records.map(({ content }) => (content.kind === 'transaction' ? content.transaction.description : undefined)),
  );
};

/** Tokens of a link, in a column that is a list. */
async function tokensOf({ linkId }: PlantedLink, count: number): Promise<{ column: SealedColumn; held: Buffer[] }> {
  const ids: readonly string[] = Array.from({ length: count }, () => newId<LinkId>()).toSorted();
  const held: Buffer[] = await db.database.transaction(async (tx) => {
    const sealer = (await vault.linkSealers(tx, [linkId])).get(linkId);
    assert.ok(sealer);
    return ids.map((id) => sealer.sealState('links.tokens', id, `token ${id}`));
  });
  const column: SealedColumn = {
    place: 'links.tokens',
    after: (_tx, id, max) => {
      const rows = ids.map((row, n) => ({ id: row, row, sealed: held[n] ?? null }));
      return Promise.resolve(rows.filter((one) => one.id > id).slice(0, max));
    },
    replace: (_tx, rows) => {
      for (const { id, sealed } of rows) held[ids.indexOf(id)] = sealed ?? Buffer.alloc(0);
      return Promise.resolve();
    },
  };
  return { column, held };
}

test('what was deleted before a key was renewed opens with no key of today; all that is left does', async () => {
  const ids = await plantLink(db.database, vault, 'coffee');
  const { linkId, accountRef } = ids;
  await db.database.transaction(async (tx) => {
    const balance = { current: '1.00', currency: 'USD', asOf: '2026-11-03T12:00:00Z' } as const;
    const content = { kind: 'balance', bank: 'citi', account: { kind: 'card', last4: '9113' }, balance } as const;
    const when = { localDate: '2026-11-03', occurredAt: new Date(balance.asOf), stage: 1 } as const;
    const subjectIndex = vault.index('balance', 'one');
    const drafts = [{ linkId, accountRef, subjectIndex, content, ...when }];
    await vault.storeRecords(tx, await vault.linkSealers(tx, [linkId]), drafts, 'event');
  });
  const { column, held } = await tokensOf(ids, 1203);
  const copy = await copyOf(ids);
  assert.equal(await opens(ids, copy, copy), 2, 'within the window the copy opens, or this test would show nothing');
  await db.database.transaction(async (tx) => {
    await vault.eraseRecords(tx, linkId, { kinds: ['balance'], accountRefs: [] });
    const sealer = await vault.renewLinkKey(tx, linkId, [column]);
    assert.equal(sealer.epoch, 2);
    const last = (await column.after(tx, '', 2000)).at(-1);
    assert.ok(last?.sealed);
    assert.equal(
      sealer.openState<string>('links.tokens', last.row, last.sealed).use((value) => value),
      `token ${last.id}`,
    );
  });
  await vault.rotation.rotate();
  const today = await copyOf(ids);
  assert.equal(await opens(ids, copy, copy), 0, 'the copy’s own key is wrapped under a root that is gone');
  assert.equal(await opens(ids, today, copy), 0, 'today’s key is another');
  assert.equal(today.records.length, 1);
  assert.deepEqual(await reads(ids), ['coffee']);
  // All of them, beyond one batch, under one key: its commitment stands in each.
  const commitments = new Set([...held, ...today.records.map((one) => one.sealed)].map(commitmentOf));
  assert.equal(commitments.size, 1);
  assert.ok(!copy.records.some((one) => commitments.has(commitmentOf(one.sealed))));
});

const commitmentOf = (sealed: Buffer): string => sealed.subarray(1, 33).toString('hex');

test('readers beside renewals and rotations find everything, always', async () => {
  const ids = await plantLink(db.database, vault, 'tea');
  const done = { reads: 0, renewals: 0 };
  const reader = async (): Promise<void> => {
    for (; done.renewals < 20; done.reads += 1) assert.deepEqual(await reads(ids), ['tea']);
  };
  const renew = async (): Promise<void> => {
    for (; done.renewals < 20; done.renewals += 1) {
      await db.database.transaction((tx) => vault.renewLinkKey(tx, ids.linkId, []));
      if (done.renewals % 5 === 0) await vault.rotation.rotate();
    }
  };
  await Promise.all([renew(), reader(), reader(), reader()]);
  assert.ok(done.reads > 10, JSON.stringify(done));
  const { key } = await copyOf(ids);
  assert.equal(key.epoch, 21);
});

test('a renewal that is undone leaves the key that was there, and a destroyed key is not renewed', async () => {
  const ids = await plantLink(db.database, vault, 'milk');
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await vault.renewLinkKey(tx, ids.linkId, []);
      throw new Error('undone');
    }),
    /undone/,
  );
  assert.deepEqual(await reads(ids), ['milk']);
  await db.database.transaction((tx) => vault.eraseLink(tx, ids.linkId));
  await assert.rejects(
    db.database.transaction((tx) => vault.renewLinkKey(tx, ids.linkId, [])),
    { code: 'key_gone' },
  );
});
