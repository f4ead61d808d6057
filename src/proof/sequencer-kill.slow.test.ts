import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '#base';
import { testDatabase, type TestDatabase } from '#test/database';
import { times } from '#test/whole';
import { append } from './append.ts';
import { openCheckpoint } from './checkpoint.ts';
import { fileMemory } from './checkpoint-memory.ts';
import { readLogKey } from './log-key.ts';
import { leafHash, rootOf } from './merkle.ts';
import { createSequencer } from './sequencer.ts';
import { postgresStorage, type LogStorage } from './storage.ts';

// Sequencers in processes of their own, ended by SIGKILL.

let db: TestDatabase;
let storage: LogStorage;
const folder = mkdtempSync(join(tmpdir(), 'tellerline-sequencer-'));
const signer = () => readLogKey(folder, 'log.example/log', { bytes: (count) => Buffer.alloc(count, 7) });

before(async () => {
  db = await testDatabase();
  storage = postgresStorage(db.database);
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true });
});

async function enter(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const record = { id: randomUUID(), type: 'access' };
    await db.database.transaction((tx) => append(tx, [{ record, saltKey: Buffer.alloc(32, 1) }]));
  }
}

const fixture = join(import.meta.dirname, 'sequencer-process.fixture.ts');
const run = (step = 'none', when = 'before'): ChildProcess =>
  spawn(process.execPath, [fixture, db.url, folder, step, when], { stdio: ['ignore', 'inherit', 'inherit'] });

/** Every tree that was ever signed and seen, in the order in which it was seen. */
const seen: { size: number; root: Buffer }[] = [];
async function look(): Promise<void> {
  const head = await storage.head();
  const tree = head && openCheckpoint(head.note, signer());
  if (head) assert.ok(tree, 'what is published is signed');
  if (tree && !seen.at(-1)?.root.equals(tree.root)) seen.push(tree);
}

/** Ends what is left to do as a restart does, and holds every tree ever seen against the leaves. */
async function requireOneLine(leaves: number): Promise<void> {
  const sequencer = createSequencer({
    storage,
    signer: signer(),
    log: createLog('silent'),
    memory: fileMemory(folder),
  });
  for (let round = 0; (await sequencer.round()) !== 'idle'; round += 1) {
    assert.ok(round < 200, 'a killed process holds nothing up');
    await sleep(20);
  }
  await look();
  const last = seen.at(-1);
  assert.equal(last?.size, leaves);
  const hashes = (await storage.leaves(0, leaves)).map(leafHash);
  assert.equal(new Set(hashes.map((hash) => hash.toString('hex'))).size, leaves);
  for (const [n, { size, root }] of seen.entries()) {
    assert.ok(size >= (seen[n - 1]?.size ?? 0), 'no tree is smaller than the one before');
    assert.deepEqual(rootOf(hashes.slice(0, size)), root);
  }
}

const steps = ['holdHead', 'tiles', 'waiting', 'place', 'writeTiles', 'swapHead', 'commit', 'memory'];

test('killed before and after every step of a round, it signs one line of trees, and no leaf is lost or doubled', async (t) => {
  let [leaves, kills] = [0, 0];
  for (let round = 0; round < times(3, 1); round += 1) {
    for (const step of steps) {
      for (const when of ['before', 'after']) {
        await enter(2);
        leaves += 2;
        const [, signal] = (await once(run(step, when), 'exit')) as [number | null, string | null];
        assert.equal(signal, 'SIGKILL', `${step} is reached`);
        kills += 1;
        await look();
      }
    }
    await requireOneLine(leaves);
  }
  t.diagnostic(`kills: ${kills}, trees seen: ${seen.length}, leaves: ${leaves}, lost or doubled: 0, forks: 0`);
});

test('two sequencers at once, killed at random, cannot fork the log', async (t) => {
  const already = seen.at(-1)?.size ?? 0;
  let [entered, kills] = [0, 0];
  const state = { running: true };
  const entering = (async () => {
    while (state.running) {
      await enter(1);
      entered += 1;
    }
  })();
  const looking = (async () => {
    while (state.running) {
      await look();
      await sleep(5);
    }
  })();
  const both = [run(), run()];
  for (let n = 0; n < 8; n += 1) {
    await sleep(400 + Math.random() * 400);
    const one = both[n % 2] as ChildProcess;
    one.kill('SIGKILL');
    await once(one, 'exit');
    kills += 1;
    both[n % 2] = run();
  }
  state.running = false;
  await Promise.all([entering, looking]);
  for (const one of both) {
    one.kill('SIGKILL');
    await once(one, 'exit');
  }
  await requireOneLine(already + entered);
  t.diagnostic(`kills: ${kills}, trees seen: ${seen.length}, leaves: ${already + entered}, forks: 0`);
});
