import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { testDatabase, type TestDatabase } from '#test/database';
import { operation } from './operation.ts';
import { sql } from './sql.ts';

let db: TestDatabase;
before(async () => {
  db = await testDatabase();
  await db.database.execute(sql`create table notes (note text primary key)`);
});
after(() => db.close());

const put = operation<object>()('notes.put', { note: 'text' }, `insert into notes (note) values ($note)`);
const has = operation<{ there: boolean }>()(
  'notes.has',
  { note: 'text' },
  `select exists (select from notes where note = $note) as there`,
);

const notes = async (): Promise<string[]> => {
  const rows = await db.database.query<{ note: string }>(sql`select note from notes order by note`);
  return rows.map(({ note }) => note);
};

test('what is sent is carried out before what comes next, and stands from COMMIT on', async () => {
  const there = await db.database.transaction(async (tx) => {
    tx.send(put, { note: 'sent' });
    return tx.run(has, { note: 'sent' });
  });
  assert.deepEqual(there, [{ there: true }]);
  assert.ok((await notes()).includes('sent'));
});

test('a transaction in which something sent has failed is undone, and says what failed', async () => {
  let handedOn = false;
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'undone' });
    tx.send(put, { note: 'undone' });
    tx.afterCommit(() => (handedOn = true));
  });
  await assert.rejects(work, { code: '23505' });
  assert.equal(handedOn, false);
  assert.ok(!(await notes()).includes('undone'));
});

test('a statement that is refused because something sent before it has failed throws what failed', async () => {
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'undone' });
    tx.send(put, { note: 'undone' });
    return tx.run(has, { note: 'undone' });
  });
  await assert.rejects(work, { code: '23505' });
  assert.ok(!(await notes()).includes('undone'));
});

test('what a transaction throws itself undoes what it has sent', async () => {
  const work = db.database.transaction(async (tx) => {
    tx.send(put, { note: 'thrown' });
    throw new Error('not after all');
  });
  await assert.rejects(work, /not after all/);
  assert.ok(!(await notes()).includes('thrown'));
});
