import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import type { Privacy } from '#contract';
import { sql, type Database } from '#db';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';

type Connection = Awaited<ReturnType<Database['connect']>>;

let hub: TestHub;
let web: Connection;
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
  // Both are keyed hashes, which open nothing.
  assert.deepEqual(bytes.toSorted(), ['customers.stray_said_index', 'sessions.session_index']);
});

/** A connection that works as one of the roles, for this customer or bank. */
async function asRole(name: 'reader' | 'intake', scope?: { customer: string } | { bank: string }): Promise<Connection> {
  const client = await hub.db.database.connect();
  await client.query(`set role ${client.escapeIdentifier(role.replace(/_web$/, `_${name}`))}`);
  for (const [what, whom] of Object.entries(scope ?? {}))
    await client.query(`set tellerline.${what} = ${client.escapeLiteral(whom)}`);
  return client;
}

async function tablesOf(client: Connection): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(`select relname as name from pg_class
    where relnamespace = 'public'::regnamespace and relkind = 'r' and has_any_column_privilege(oid, 'select') order by 1`);
  return rows.map((row) => row.name);
}

const countIn = async (client: Connection, table: string): Promise<number> =>
  Number((await client.query<{ n: bigint }>(`select count(*) as n from ${table}`)).rows[0]?.n);

test('every table with rows of persons or banks is under row-level security', async () => {
  const open = await hub.db.database.query<{ name: string }>(sql`
    select distinct c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and not a.attisdropped
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and not c.relrowsecurity
      and a.attname in ('customer_id', 'bank_id', 'link_id', 'conversation_id', 'sender')`);
  assert.deepEqual(open, []);
});

test('beneath the gate PostgreSQL shows a customer’s transaction no row of another, and lets it change none', async (t) => {
  const [ana, bea] = [await Visitor.arrive(hub), await Visitor.arrive(hub)];
  await ana.link('citi', 'customer-1');
  await bea.link('us-bank', 'customer-2');
  for (const one of [ana, bea]) {
    const { links } = (await one.call<Privacy>('GET', '/api/privacy')).body;
    await one.call('POST', `/api/links/${links[0]?.id}/narrow`, { purposes: ['balances'] });
  }
  const customers = await hub.db.database.query<{ customerId: string; bankId: string }>(sql`
    select customer_id as "customerId", bank_id as "bankId" from links`);
  await hub.db.database.execute(sql`insert into case_consents (case_id, customer_id, link_id, bank_id, opened_at)
    select gen_random_uuid(), customer_id, link_id, bank_id, now() from links`);
  const idOf = (bank: string): string => customers.find((one) => one.bankId === bank)?.customerId ?? '';
  const own = await asRole('reader', { customer: idOf('citi') });
  const nobody = await asRole('reader');
  try {
    const tables = (await tablesOf(own)).filter((table) => table !== 'log_leaves');
    let seen = 0;
    for (const table of tables) {
      const [all] = await hub.db.database.query<{ n: bigint }>({
        text: `select count(*) as n from ${table}`,
        values: [],
      });
      const mine = await countIn(own, table);
      assert.ok(mine > 0 && mine < Number(all?.n), `${table}: ${mine} of ${all?.n}`);
      assert.equal(await countIn(nobody, table), 0, table);
      seen += Number(all?.n) - mine;
    }
    const foreign = await own.query(`select from records where bank_id = 'us-bank'`);
    assert.equal(foreign.rowCount, 0);
    const refused = { code: '42501' };
    await assert.rejects(own.query('update link_keys set epoch = epoch + 1'), refused);
    await assert.rejects(own.query('delete from records'), refused);
    const entry = `insert into ledger (customer_id, entry_id, at, leaf_id, leaf_position, sealed)
      values ('${idOf('us-bank')}', gen_random_uuid(), now(), 1, 0, '')`;
    await assert.rejects(own.query(entry), refused);
    t.diagnostic(`${tables.length} tables, ${seen} rows of others, 0 of them shown`);
  } finally {
    await own.end();
    await nobody.end();
  }
});

test('a purchase that a posting may replace is given to the role that takes in events, of its own bank alone', async () => {
  const [named] = await hub.db.database.query<{ links: string[]; subjects: Buffer[] }>(
    sql`select array_agg(link_id) as links, array_agg(subject_index) as subjects from records`,
  );
  const ask = async (client: Connection): Promise<string[]> => {
    const { rows } = await client.query<{ link: string }>(
      `select distinct link_id as link from standing_purchases($1, $2, $2, (select array_agg(false) from unnest($1::uuid[])))`,
      [named?.links, named?.subjects],
    );
    await client.end();
    return rows.map((row) => row.link);
  };
  const ofCiti = await hub.db.database.query<{ link: string }>(
    sql`select distinct link_id as link from records where bank_id = 'citi'`,
  );
  assert.deepEqual(
    await ask(await asRole('intake', { bank: 'citi' })),
    ofCiti.map((row) => row.link),
  );
  assert.deepEqual(await ask(await asRole('intake')), []);
  assert.deepEqual(await ask(await asRole('reader')), []);
});

test('the role that takes in events sees rows of that one bank, and of a person what routing needs', async () => {
  const client = await asRole('intake', { bank: 'citi' });
  const nobody = await asRole('intake');
  try {
    for (const table of ['links', 'accounts', 'link_keys', 'consents', 'records', 'messages']) {
      const { rows } = await client.query<{ bank: string }>(
        `select distinct ${
          table === 'messages'
            ? `'citi' as bank from messages where link_id in (select link_id from links)`
            : `bank_id as bank from ${table}`
        }`,
      );
      assert.deepEqual(rows, [{ bank: 'citi' }], table);
      assert.equal(await countIn(nobody, table), 0, table);
    }
    const keys = await countIn(client, 'customer_keys');
    assert.equal(keys, 1, 'the ledger key of the one who linked this bank');
    const refused = { code: '42501' };
    for (const what of [
      'sealed from records',
      'sealed from messages',
      'sealed_document from consents',
      'sealed_tokens from links',
      'sealed from ledger',
      '* from entries',
      '* from customers',
      '* from sessions',
      '* from call_keys',
    ])
      await assert.rejects(client.query(`select ${what}`), refused, what);
    const record = `insert into records (link_id, record_id, account_ref, bank_id, kind, subject_index, local_date, occurred_at, stored_at, stage, revision, epoch, sealed)
      values (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), 'us-bank', 'balance', '', now(), now(), now(), 1, 1, 1, '')`;
    await assert.rejects(client.query(record), refused);
    await assert.rejects(client.query('update link_keys set epoch = epoch + 1'), refused);
    await assert.rejects(client.query('delete from records'), refused);
  } finally {
    await client.end();
    await nobody.end();
  }
});

test('the listeners work as that role', async () => {
  for (const url of [`${hub.url}/readyz`, hub.staffUrl]) assert.equal((await fetch(url)).status, 200);
  const [row] = await hub.db.database.query<{ connections: bigint }>(sql`
    select count(*) as connections from pg_stat_activity where usename = ${role}`);
  assert.ok(Number(row?.connections) > 0);
});

test('the last purchases before a held one are given to the role that takes in events, of its own bank alone', async () => {
  const { database } = hub.db;
  const all = await database.query<{ link: string; bank: string }>(
    sql`select distinct link_id as link, bank_id as bank from records where kind = 'transaction'`,
  );
  for (const bank of ['citi', 'wells-fargo']) {
    const client = await asRole('intake', { bank });
    const { rows } = await client.query<{ link: string }>(
      `select distinct link_id as link from last_purchases($1, now() + interval '1 day', 20)`,
      [all.map(({ link }) => link)],
    );
    await client.end();
    const own = all.filter((one) => one.bank === bank).map(({ link }) => link);
    assert.deepEqual(rows.map(({ link }) => link).toSorted(), own.toSorted(), bank);
  }
});
