import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLog } from '#base';
import { emptyDatabase, testDatabase, testServer, type TestDatabase } from '#test/database';
import { openDatabase, type Database } from './database.ts';
import { ensureSandboxRole } from './sandbox-role.ts';
import { sql } from './sql.ts';

const log = createLog('silent');
let base: TestDatabase;
let sandbox: Database;

before(async () => {
  base = await testDatabase();
  sandbox = openDatabase(base.sandboxUrl, { log, connectionsMax: 2 });
});

after(async () => {
  await sandbox.close();
  await base.close();
});

test('the sandbox has a schema of its own, which its unqualified names mean', async () => {
  await sandbox.execute(sql`create table scratch (n integer)`);
  assert.deepEqual(await base.database.query(sql`select schemaname from pg_tables where tablename = 'scratch'`), [
    { schemaname: 'sandbox' },
  ]);
});

test("the sandbox can neither read nor name the hub's tables", async () => {
  await assert.rejects(sandbox.query(sql`select * from public.migrations`), { code: '42501' });
  const rights = await base.database.query<{ name: string }>(sql`
    select c.relname as name from pg_class c
     where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'v')
       and has_table_privilege('tellerline_test_sandbox', c.oid, 'select,insert,update,delete')`);
  assert.deepEqual(rights, []);
});

test('each start gives the role a new password, and the old one opens nothing', async () => {
  const other = await emptyDatabase();
  const role = new URL(other.url).pathname.slice(1) + '_sandbox';
  try {
    const first = await ensureSandboxRole(other.database, { url: other.url });
    const second = await ensureSandboxRole(other.database, { url: other.url });
    assert.equal(new URL(second).username, role);
    const old = openDatabase(first, { log, connectionsMax: 1 });
    await assert.rejects(old.query(sql`select 1`), { code: '28P01' });
    await old.close();
    const current = openDatabase(second, { log, connectionsMax: 1 });
    assert.deepEqual(await current.query(sql`select current_schema() as schema`), [{ schema: 'sandbox' }]);
    await current.close();
  } finally {
    await other.close();
    await dropRole(role);
  }
});

test('a user of the server who may not make roles gets a sentence that says what to do', async () => {
  const other = await emptyDatabase();
  const plain = `tl_test_plain_${process.pid}`;
  const owner = await other.database.connect();
  await owner.query(`create role ${plain} login password 'plain'`);
  const url = new URL(other.url);
  url.username = plain;
  url.password = 'plain';
  const database = openDatabase(url.href, { log, connectionsMax: 1 });
  try {
    await assert.rejects(ensureSandboxRole(database, { url: url.href }), { code: 'sandbox_role_refused' });
  } finally {
    await database.close();
    await owner.end();
    await other.close();
    await dropRole(plain);
  }
});

async function dropRole(role: string): Promise<void> {
  const server = openDatabase(await testServer(), { log, connectionsMax: 1 });
  const client = await server.connect();
  await client.query(`drop role if exists ${role}`);
  await client.end();
  await server.close();
}
