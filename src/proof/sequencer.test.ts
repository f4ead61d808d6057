import assert from 'node:assert/strict';
import { randomBytes, randomUUID } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, test } from 'node:test';
import { createLog, isTellerlineError } from '#base';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { append, type EntryPlace } from './append.ts';
import { openCheckpoint, signCheckpoint } from './checkpoint.ts';
import { fileMemory } from './checkpoint-memory.ts';
import { commitmentOf, leafFrom, saltOf, type LogEntry } from './entry.ts';
import { createProofLog } from './log.ts';
import { logBehind } from './log-epoch.ts';
import { leafHash, rootOf, rootOfInclusion, verifyInclusion } from './merkle.ts';
import { noteSigner } from './note.ts';
import { createSequencer, type Sequencer } from './sequencer.ts';
import { postgresStorage, type Head, type LogStorage, type Round } from './storage.ts';

const log = createLog('silent');
const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
const saltKey = Buffer.alloc(32, 9);

let db: TestDatabase;
let storage: LogStorage;
before(async () => {
  db = await testDatabase();
  storage = postgresStorage(db.database);
});
beforeEach(emptyLog);
after(() => db.close());

async function emptyLog(): Promise<void> {
  await db.database.execute(sql`truncate log_leaves, log_tiles, log_head restart identity`);
}

const entry = (): LogEntry => ({ record: { id: randomUUID(), type: 'access', records: 1 }, saltKey });
const enter = (count = 1): Promise<EntryPlace[]> =>
  db.database.transaction((tx) => append(tx, Array.from({ length: count }, entry)));
const newSequencer = (over: LogStorage = storage): Sequencer => createSequencer({ storage: over, signer, log });

/** What a stranger sees: the checkpoint, and every leaf beneath it, hashed anew. */
async function seen(): Promise<{ size: number; leaves: Buffer[] }> {
  const head = await storage.head();
  const tree = openCheckpoint(head?.note ?? '', signer);
  assert.ok(tree);
  const leaves = await storage.leaves(0, tree.size);
  assert.equal(leaves.length, tree.size);
  assert.deepEqual(rootOf(leaves.map(leafHash)), tree.root);
  return { size: tree.size, leaves };
}

test('an empty log has a signed checkpoint, and leaves follow in the order in which they were committed', async () => {
  const sequencer = newSequencer();
  assert.equal(await sequencer.round(), 'signed');
  assert.equal((await seen()).size, 0);
  assert.equal(await sequencer.round(), 'idle');
  const ids: bigint[] = [];
  for (let n = 0; n < 5; n += 1) ids.push(...(await enter()).map((place) => place.leafId));
  assert.equal(await sequencer.round(), 'signed');
  const rows = await db.database.query<{ leafId: bigint }>(
    sql`select leaf_id as "leafId" from log_leaves order by leaf_index`,
  );
  assert.deepEqual(
    rows.map((row) => row.leafId),
    ids,
  );
  assert.equal((await seen()).size, 5);
});

test('a transaction that commits late gets the next place, one that rolls back none', async () => {
  const sequencer = newSequencer();
  let late: EntryPlace | undefined;
  let commit: () => void = () => undefined;
  const held = new Promise<void>((resolve) => (commit = resolve));
  const entered = Promise.withResolvers<void>();
  const open = db.database.transaction(async (tx) => {
    [late] = await append(tx, [entry()]);
    entered.resolve();
    await held;
  });
  await entered.promise;
  await assert.rejects(
    db.database.transaction(async (tx) => {
      await append(tx, [entry()]);
      throw new Error('given up');
    }),
  );
  const [early] = await enter();
  await sequencer.round();
  assert.equal((await seen()).size, 1);
  commit();
  await open;
  await sequencer.round();
  assert.equal((await seen()).size, 2);
  assert.ok(late && early && late.leafId < early.leafId);
  const [row] = await db.database.query<{ index: bigint }>(
    sql`select leaf_index as index from log_leaves where leaf_id = ${late.leafId}`,
  );
  assert.equal(row?.index, 1n);
});

test('a transaction has one leaf however often it appends, and each entry’s proof leads to the signed root', async () => {
  const proofLog = createProofLog({ database: db.database, signer, log });
  for (let n = 0; n < 300; n += 1) await enter();
  const entries = Array.from({ length: 5 }, entry);
  const places = await db.database.transaction(async (tx) => [
    ...(await append(tx, entries.slice(0, 2))),
    ...(await append(tx, [])),
    ...(await append(tx, entries.slice(2))),
  ]);
  assert.equal(new Set(places.map((place) => place.leafId)).size, 1);
  assert.deepEqual(
    places.map((place) => place.position),
    [0, 1, 2, 3, 4],
  );
  await proofLog.sequencer.round();
  const answer = await proofLog.proofs(places);
  const tree = openCheckpoint(answer?.checkpoint ?? '', signer);
  assert.equal(tree?.size, 301);
  for (const [n, { record }] of entries.entries()) {
    const proof = answer?.proofs[n];
    assert.ok(proof && tree);
    const inner = rootOfInclusion({
      leaf: leafHash(commitmentOf(record, saltOf(saltKey, record.id))),
      index: proof.position,
      size: proof.entries,
      path: proof.innerPath,
    });
    assert.ok(inner);
    const leaf = leafHash(leafFrom(proof.entries, inner));
    assert.equal(verifyInclusion({ leaf, index: proof.index, size: tree.size, path: proof.path }, tree.root), true);
  }
  const [later] = await enter();
  assert.deepEqual((await proofLog.proofs([later as EntryPlace]))?.proofs, [undefined]);
});

const steps = ['holdHead', 'tiles', 'waiting', 'place', 'writeTiles', 'swapHead'] as const;
type Fault = 'failed' | 'failed but persisted';

/** Storage at which one step of one round breaks: before it was done, or after it. The commit is a step too. */
function faulty(step: (typeof steps)[number] | 'commit', fault: Fault): LogStorage {
  let broken = false;
  const cut = (): never => {
    broken = true;
    throw new Error('the connection was cut');
  };
  const wrap = (round: Round): Round =>
    step === 'commit'
      ? round
      : {
          ...round,
          [step]: async (...given: never[]) => {
            if (broken) return (round[step] as (...all: never[]) => Promise<unknown>)(...given);
            if (fault === 'failed') cut();
            await (round[step] as (...all: never[]) => Promise<unknown>)(...given);
            return cut();
          },
        };
  return {
    ...storage,
    round: async (work) => {
      const result = await storage.round(async (round) => {
        const done = await work(wrap(round));
        if (step === 'commit' && fault === 'failed' && !broken) cut();
        return done;
      });
      if (step === 'commit' && !broken) cut();
      return result;
    },
  };
}

for (const step of [...steps, 'commit'] as const) {
  for (const fault of ['failed', 'failed but persisted'] as const) {
    test(`a round whose ${step} ${fault} is taken up, by the same sequencer and by a new one, and no leaf is lost or doubled`, async () => {
      for (let n = 0; n < 3; n += 1) await enter();
      await newSequencer().round();
      const earlier = await seen();
      for (const restarted of [false, true]) {
        for (let n = 0; n < 2; n += 1) await enter();
        const sequencer = newSequencer(faulty(step, fault));
        await assert.rejects(sequencer.round(), /cut/);
        const between = await seen();
        const next = restarted ? newSequencer() : sequencer;
        await next.round();
        const later = await seen();
        assert.deepEqual(between.leaves, later.leaves.slice(0, between.size));
        assert.equal(between.size === later.size, step === 'commit' && fault === 'failed but persisted');
      }
      const { size, leaves } = await seen();
      assert.equal(size, 7);
      assert.deepEqual(leaves.slice(0, 3), earlier.leaves);
      assert.equal(new Set(leaves.map((leaf) => leaf.toString('hex'))).size, 7);
    });
  }
}

test('two sequencers at once sign one line of trees, also when neither holds the checkpoint', async () => {
  /** As if the lock did not exist: what remains is compare-and-swap. */
  const unheld: LogStorage = {
    ...storage,
    round: (work) => storage.round((round) => work({ ...round, holdHead: () => round.head() })),
  };
  for (const over of [storage, unheld]) {
    const both = [newSequencer(over), newSequencer(over)];
    const trees: { size: number; leaves: Buffer[] }[] = [];
    for (let n = 0; n < 8; n += 1) {
      await enter();
      await Promise.allSettled(both.map((one) => one.round()));
      trees.push(await seen());
    }
    await newSequencer().round();
    const last = await seen();
    for (const { size, leaves } of trees) assert.deepEqual(leaves, last.leaves.slice(0, size));
    const [waiting] = await db.database.query<{ count: bigint }>(
      sql`select count(*) from log_leaves where leaf_index is null`,
    );
    assert.equal(waiting?.count, 0n);
  }
});

test('nothing is signed over a leaf, a tile or a checkpoint that was altered', async () => {
  const alterations = [
    sql`update log_leaves set leaf = set_byte(leaf, 20, get_byte(leaf, 20) # 1) where leaf_index = 1`,
    sql`delete from log_leaves where leaf_index = 1`,
    sql`update log_leaves set leaf = (select leaf from log_leaves where leaf_index = 0) where leaf_index = 1`,
    sql`update log_tiles set hashes = set_byte(hashes, 40, get_byte(hashes, 40) # 1)`,
    sql`update log_tiles set hashes = substr(hashes, 1, 64)`,
    sql`update log_head set root = set_byte(root, 0, get_byte(root, 0) # 1)`,
    sql`update log_head set size = 2`,
  ];
  for (const alter of alterations) {
    await emptyLog();
    for (let n = 0; n < 3; n += 1) await enter();
    await newSequencer().round();
    await db.database.execute(alter);
    await enter();
    const head = await storage.head();
    await assert.rejects(newSequencer().round(), (error) => isTellerlineError(error, 'log_damaged'), alter.text);
    assert.deepEqual(await storage.head(), head);
  }
});

test('an old copy of the database is refused at the start too, and what continues it is not', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-memory-'));
  const restarted = (): Sequencer => createSequencer({ storage, signer, log, memory: fileMemory(folder) });
  try {
    await enter();
    await restarted().round();
    const old = await storage.head();
    await enter();
    await restarted().round();
    await enter();
    assert.equal(await restarted().round(), 'signed');
    const newest = await storage.head();
    const putBack = (head: Head | undefined): Promise<number> =>
      db.database.execute(sql`update log_head set size = ${head?.size}, root = ${head?.root}, note = ${head?.note}`);
    await putBack(old);
    await assert.rejects(restarted().round(), (error) => isTellerlineError(error, 'log_went_back'));
    await putBack(newest);
    assert.equal(await restarted().round(), 'idle');
    await emptyLog();
    await assert.rejects(restarted().round(), (error) => isTellerlineError(error, 'log_went_back'));
    // Another history of the same length and beyond, under the same key.
    for (let n = 0; n < 4; n += 1) await enter();
    await newSequencer().round();
    await assert.rejects(restarted().round(), (error) => isTellerlineError(error, 'log_damaged'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a start beside another process that signs just then takes that for no old copy', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-memory-'));
  const sequencer = (over: LogStorage): Sequencer =>
    createSequencer({ storage: over, signer, log, memory: fileMemory(folder) });
  const other = sequencer(storage);
  try {
    await enter();
    await other.round();
    const overtaken: LogStorage = {
      ...storage,
      head: async () => {
        const head = await storage.head();
        await enter();
        await other.round();
        return head;
      },
    };
    assert.equal(await sequencer(overtaken).round(), 'idle');
    assert.equal((await seen()).size, 2);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a memory that is damaged is refused, and does not let an old copy of the database through', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-memory-'));
  const file = join(folder, 'log-checkpoint');
  const restarted = (): Sequencer => createSequencer({ storage, signer, log, memory: fileMemory(folder) });
  try {
    await enter();
    await restarted().round();
    const old = await storage.head();
    await enter();
    await restarted().round();
    await db.database.execute(sql`update log_head set size = ${old?.size}, root = ${old?.root}, note = ${old?.note}`);
    const note = readFileSync(file, 'utf8');
    const stranger = noteSigner('log.example/log', Buffer.alloc(32, 8));
    const damages = [
      '',
      note.slice(0, -20),
      note.replace('\n2\n', '\n1\n'),
      note.replace('— log.example', '— log.elsewhere'),
      `${note}\u0000`,
      // As if another key had signed it; but the one that signs is the one that signed what is stored.
      signCheckpoint({ size: 2, root: Buffer.alloc(32) }, stranger),
    ];
    for (const damage of damages) {
      writeFileSync(file, damage);
      await assert.rejects(restarted().round(), { code: 'log_memory_damaged' }, JSON.stringify(damage));
      await assert.rejects(logBehind(db.database, folder, signer), { code: 'log_memory_damaged' });
      assert.equal((await storage.head())?.size, 1);
    }
    writeFileSync(file, note);
    await assert.rejects(restarted().round(), { code: 'log_went_back' });
    await emptyLog();
    writeFileSync(file, damages.at(-1) ?? '');
    assert.equal(await restarted().round(), 'signed', 'a new log goes by no memory of another key');
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a memory that several write at once is one of the notes, whole, and nothing is left beside it', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-memory-'));
  try {
    const notes = Array.from({ length: 20 }, (_, n) => String(n).repeat(5000));
    await Promise.all(notes.map((note) => fileMemory(folder).write(note)));
    assert.ok(notes.includes(fileMemory(folder).read() ?? ''));
    assert.deepEqual(readdirSync(folder), ['log-checkpoint']);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a log that has become shorter, and one of another key, are refused', async () => {
  const sequencer = newSequencer();
  await enter();
  await sequencer.round();
  const old = await storage.head();
  await enter();
  await sequencer.round();
  await db.database.execute(sql`update log_head set size = 1, root = ${old?.root}, note = ${old?.note}`);
  await enter();
  await assert.rejects(sequencer.round(), (error) => isTellerlineError(error, 'log_went_back'));
  const stranger = createSequencer({ storage, signer: noteSigner(signer.name, randomBytes(32)), log });
  await assert.rejects(stranger.round(), (error) => isTellerlineError(error, 'log_key_changed'));
});

test('the log is late while whoever holds it signs nothing, and not when somebody has signed', async () => {
  let nowMs = 0;
  const sequencer = createSequencer({ storage, signer, log, clock: { monotonicMs: () => nowMs } });
  assert.equal(sequencer.lateMs(), Number.POSITIVE_INFINITY);
  await sequencer.round();
  assert.equal(sequencer.lateMs(), 0);
  const busyRound = async (): Promise<void> => {
    await enter();
    await db.database.transaction(async (tx) => {
      await tx.query(sql`select from log_head for update`);
      assert.equal(await sequencer.round(), 'busy');
    });
  };
  nowMs = 1000;
  await busyRound();
  assert.equal(sequencer.lateMs(), 1000);
  await newSequencer().round();
  nowMs = 2000;
  await busyRound();
  assert.equal(sequencer.lateMs(), 0);
  nowMs = 3000;
  assert.equal(await sequencer.round(), 'signed');
  assert.equal(sequencer.lateMs(), 0);
});
