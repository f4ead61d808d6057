import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';

const states = ['clear', 'sealed', 'wrapped', 'blind index', 'hash'];

interface Column {
  readonly name: string;
  readonly type: string;
}

let db: TestDatabase;
let inSchema: Column[];
const listed = readList();

before(async () => {
  db = await testDatabase();
  inSchema = await db.database.query<Column>(sql`
    select table_name || '.' || column_name as name, data_type as type from information_schema.columns
    where table_schema = 'public' order by 1`);
});
after(() => db.close());

/** Rows of docs/sealed-columns.md such as "| `links` | `link_id`, `state` | clear | why |", a column each. */
function readList(): { name: string; state: string; why: string }[] {
  const page = readFileSync(new URL('../docs/sealed-columns.md', import.meta.url), 'utf8');
  const rows = page.matchAll(/^\| `([a-z_]+)` \| ([^|]+) \| ([a-z ]+) \| ([^|]*) \|$/gm);
  return [...rows].flatMap(([, table = '', columns = '', state = '', why = '']) =>
    [...columns.matchAll(/`([a-z_0-9]+)`/g)].map(([, column = '']) => ({ name: `${table}.${column}`, state, why })),
  );
}

test('the list names every column of every table once, and none that is not there', () => {
  assert.deepEqual(listed.map(({ name }) => name).toSorted(), inSchema.map(({ name }) => name).toSorted());
});

test('every column has one of the five states and a reason', () => {
  assert.deepEqual(
    listed.filter(({ state, why }) => !states.includes(state) || why.trim() === ''),
    [],
  );
});

test('what is sealed, wrapped, hashed or indexed is bytes, and no bytes are in the clear', () => {
  const types = new Map(inSchema.map(({ name, type }) => [name, type]));
  assert.deepEqual(
    listed.filter(({ name, state }) => (types.get(name) === 'bytea') === (state === 'clear')),
    [],
  );
});
