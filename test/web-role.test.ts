import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql, type Database } from '#db';
import { testHub, type TestHub } from './hub.ts';

let hub: TestHub;
let web: Awaited<ReturnType<Database['connect']>>;
let role: string;

before(async () => {
  hub = await testHub();
  role = `${new URL(hub.db.url).pathname.slice(1)}_web`;
  web = await hub.db.database.connect();
  await web.query(`set role ${web.escapeIdentifier(role)}`);
});
after(async () => {
  await web.end();
  await hub.close();
});

test('the web role cannot read a key, and cannot make itself able to', async () => {
  for (const table of ['link_keys', 'customer_keys', 'call_keys', 'key_roots']) {
    await assert.rejects(web.query(`select * from ${table}`), { code: '42501' }, table);
    await assert.rejects(web.query(`delete from ${table}`), { code: '42501' }, table);
  }
  await assert.rejects(web.query(`grant select on link_keys to current_user`), { code: '42501' });
  const memberships = await hub.db.database.query(sql`
    select from pg_roles where not rolname = ${role} and pg_has_role(${role}, oid, 'member')`);
  assert.equal(memberships.length, 0);
  const [rights] = await hub.db.database.query(sql`
    select rolsuper, rolcreaterole, rolcreatedb, rolbypassrls from pg_roles where rolname = ${role}`);
  assert.deepEqual(rights, { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false });
});

test('the web role reads nothing that is sealed or wrapped, no record, no message and no list of uses', async () => {
  const readable = await hub.db.database.query<{ table: string; column: string; type: string }>(sql`
    select c.relname as table, a.attname as column, format_type(a.atttypid, null) as type
    from pg_attribute a join pg_class c on c.oid = a.attrelid
    where c.relnamespace in ('public'::regnamespace, 'sandbox'::regnamespace) and c.relkind = 'r' and a.attnum > 0
      and not a.attisdropped and has_column_privilege(${role}, c.oid, a.attnum, 'select')`);
  assert.deepEqual([...new Set(readable.map(({ table }) => table))].toSorted(), [
    'conversations',
    'customers',
    'intake_counts',
    'links',
    'revocations',
    'sessions',
  ]);
  const bytes = readable.filter(({ type }) => type === 'bytea').map(({ table, column }) => `${table}.${column}`);
  assert.deepEqual(bytes, ['sessions.session_index']);
});

test('the listeners work as that role', async () => {
  for (const url of [`${hub.url}/readyz`, hub.staffUrl]) assert.equal((await fetch(url)).status, 200);
  const [row] = await hub.db.database.query<{ connections: bigint }>(sql`
    select count(*) as connections from pg_stat_activity where usename = ${role}`);
  assert.ok(Number(row?.connections) > 0);
});
