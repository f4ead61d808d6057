import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { createLog, systemRandom } from '#base';
import { sql, type Database } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { append } from './append.ts';
import { openCheckpoint } from './checkpoint.ts';
import { fileMemory } from './checkpoint-memory.ts';
import { beginLogAnew } from './log-epoch.ts';
import { readLogKey } from './log-key.ts';
import { openNote, type Signer } from './note.ts';
import { createSequencer } from './sequencer.ts';
import { postgresStorage } from './storage.ts';

const name = 'log.example/log';
let db: TestDatabase;
let folder: string;
let first: Signer;

/** A database of which an older copy was put in place: one leaf, where the memory knows of two. */
beforeEach(async () => {
  db = await testDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tellerline-epoch-'));
  first = readLogKey(folder, name, systemRandom);
  await enter();
  const old = await postgresStorage(db.database).head();
  await enter();
  await db.database.execute(sql`update log_head set size = ${old?.size}, root = ${old?.root}, note = ${old?.note}`);
  await db.database.execute(sql`delete from log_leaves where leaf_index > 0`);
});
afterEach(async () => {
  rmSync(folder, { recursive: true });
  await db.close();
});

async function enter(): Promise<void> {
  const entry = { record: { id: randomUUID(), type: 'access' }, saltKey: Buffer.alloc(32) };
  await db.database.transaction((tx) => append(tx, [entry]));
  const memory = fileMemory(folder);
  const sequencer = createSequencer({
    storage: postgresStorage(db.database),
    signer: first,
    log: createLog('silent'),
    memory,
  });
  await sequencer.round();
}

const restore = (database: Database = db.database): Promise<string | undefined> =>
  beginLogAnew(database, { directory: folder, name, random: systemRandom, at: new Date() });
const textOf = (file: string): string => readFileSync(join(folder, file), 'utf8');
const move = (from: string, to: string): void => renameSync(join(folder, from), join(folder, to));

test('a restore that was cut off and runs again overwrites no key, and says what to put back', async () => {
  const key = textOf('log-key');
  const checkpoint = textOf('log-checkpoint');
  move('log-key', 'log-key.1');
  for (const isStartBetween of [false, true]) {
    // A start that was tried in between has made a key of its own before it refused.
    if (isStartBetween) readLogKey(folder, name, systemRandom);
    await assert.rejects(restore(), { code: 'log_restore_cut_off', message: /log-key\.1 in the place of log-key/ });
    assert.equal(textOf('log-key.1'), key);
    assert.equal(existsSync(join(folder, 'log-key')), isStartBetween);
  }
  move('log-key.1', 'log-key');
  move('log-checkpoint', 'log-checkpoint.1');
  await assert.rejects(restore(), { code: 'log_restore_cut_off', message: /log-checkpoint\.1 in the place of/ });
  move('log-checkpoint.1', 'log-checkpoint');
  assert.match(openNote((await restore()) ?? '', first) ?? '', /^tellerline log restored\n/);
  assert.deepEqual([textOf('log-key.1'), textOf('log-checkpoint.1')], [key, checkpoint]);
});

test('a restore that was cut off before the new key signed goes on from what it had said', async () => {
  const cut: Database = { ...db.database, transaction: () => Promise.reject(new Error('the connection was cut')) };
  await assert.rejects(restore(cut), /cut/);
  const said = openNote(textOf('log-restored.2'), first) ?? '';
  const second = readLogKey(folder, name, systemRandom);
  assert.ok(said.includes(`\n${first.text} 2 `) && said.includes(`\n${second.text} 1 `));
  const statement = openNote((await restore()) ?? '', second) ?? '';
  const third = readLogKey(folder, name, systemRandom);
  assert.ok(statement.includes(`\n${third.text} 1 `), 'each statement leads to the next key');
  const head = await postgresStorage(db.database).head();
  assert.equal(openCheckpoint(head?.note ?? '', third)?.size, 1);
  assert.ok(textOf('log-key.1').includes(name) && textOf('log-key.2').includes(`${name}/2`));
  assert.equal(await restore(), undefined, 'and then there is nothing left to do');
});
