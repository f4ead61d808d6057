import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { emptyDatabase } from '#test/database';
import { migrate } from './migrate.ts';
import { sql } from './sql.ts';

let base: Awaited<ReturnType<typeof emptyDatabase>>;
let folder: string;
let directory: URL;

beforeEach(async () => {
  base = await emptyDatabase();
  folder = mkdtempSync(join(tmpdir(), 'tellerline-migrations-'));
  directory = pathToFileURL(`${folder}/`);
});

afterEach(async () => {
  await base.close();
  rmSync(folder, { recursive: true, force: true });
});

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

test('missing migrations are applied in order, once', async () => {
  write('0001_first.sql', 'create table words (word text); insert into words values ($$one$$);');
  assert.equal(await migrate(base.database, { directory, schema: 'public' }), 1);
  write('0002_second.sql', 'insert into words values ($$two$$);');
  assert.equal(await migrate(base.database, { directory, schema: 'public' }), 1);
  assert.equal(await migrate(base.database, { directory, schema: 'public' }), 0);
  assert.deepEqual(await base.database.query(sql`select word from words`), [{ word: 'one' }, { word: 'two' }]);
});

test('a migration lands in its own schema', async () => {
  write('0001_first.sql', 'create table words (word text);');
  await migrate(base.database, { directory, schema: 'elsewhere' });
  assert.deepEqual(await base.database.query(sql`select schemaname from pg_tables where tablename = 'words'`), [
    { schemaname: 'elsewhere' },
  ]);
});

test('two processes at once apply each migration once', async () => {
  write('0001_slow.sql', 'create table words (word text); select pg_sleep(0.2);');
  const applied = await Promise.all([
    migrate(base.database, { directory, schema: 'public' }),
    migrate(base.database, { directory, schema: 'public' }),
  ]);
  assert.deepEqual(
    applied.toSorted((a, b) => a - b),
    [0, 1],
  );
});

test('a migration that fails leaves nothing of itself, and those before it stay', async () => {
  write('0001_good.sql', 'create table words (word text);');
  write('0002_bad.sql', 'insert into words values ($$half$$); select 1 / 0;');
  await assert.rejects(migrate(base.database, { directory, schema: 'public' }), { code: '22012' });
  assert.deepEqual(await base.database.query(sql`select word from words`), []);
  assert.deepEqual(await base.database.query(sql`select number from migrations`), [{ number: 1 }]);
});

test('an applied migration that was edited is refused', async () => {
  write('0001_first.sql', 'create table words (word text);');
  await migrate(base.database, { directory, schema: 'public' });
  write('0001_first.sql', 'create table words (word text not null);');
  await assert.rejects(migrate(base.database, { directory, schema: 'public' }), { code: 'migration_changed' });
});

test('an older program refuses the schema of a newer one', async () => {
  write('0001_first.sql', 'create table words (word text);');
  write('0002_second.sql', 'alter table words add length integer;');
  await migrate(base.database, { directory, schema: 'public' });
  rmSync(join(folder, '0002_second.sql'));
  await assert.rejects(migrate(base.database, { directory, schema: 'public' }), { code: 'schema_newer' });
});

for (const [what, names] of [
  ['a number that is missing', ['0001_a.sql', '0003_c.sql']],
  ['a number that stands twice', ['0001_a.sql', '0001_b.sql']],
  ['a name out of form', ['0001_a.sql', '2_b.sql']],
] as const) {
  test(`${what} is refused before anything is applied`, async () => {
    for (const name of names) write(name, 'select 1;');
    await assert.rejects(migrate(base.database, { directory, schema: 'public' }), { code: 'migration_gap' });
    assert.deepEqual(await base.database.query(sql`select tablename from pg_tables where schemaname = 'public'`), []);
  });
}
