import { createHash, type Hash } from 'node:crypto';
import { chmodSync, createReadStream, createWriteStream, openSync, closeSync, fsyncSync, renameSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import type pg from 'pg';
import { TellerlineError } from '#base';
import type { Database } from './database.ts';

const format = 'tellerline-backup/1';
const rowsAtOnce = 1000;

/** Says what a backup is of. */
export interface ArchiveHead {
  readonly format: typeof format;
  /** RFC 3339. */
  readonly at: string;
  /** The number of the newest migration: rows go back into the same schema alone. */
  readonly version: number;
}

/** How many rows of each table. */
export type ArchiveCounts = Readonly<Record<string, number>>;

/**
 * Writes every row of the hub's tables (schema `public`) to a file, as one moment saw them: gzipped lines of
 * JSON, tables in the order in which they refer to each other, with a SHA-256 of it all at the end. The file
 * is of mode 0600 and gets its name when it is whole. Keys are not in it: they are not in the database.
 */
export async function writeArchive(database: Database, file: string, at: Date): Promise<ArchiveCounts> {
  const client = await database.connect();
  const draft = `${file}.part`;
  const counts: Record<string, number> = {};
  try {
    await client.query('begin isolation level repeatable read, read only');
    const head: ArchiveHead = { format, at: at.toISOString(), version: await versionOf(client) };
    const out = createWriteStream(draft, { mode: 0o600 });
    await pipeline(Readable.from(linesOf(client, head, counts)), createGzip(), out);
    await client.query('commit');
  } finally {
    await client.end();
  }
  chmodSync(draft, 0o600);
  const written = openSync(draft, 'r');
  fsyncSync(written);
  closeSync(written);
  renameSync(draft, file);
  return counts;
}

async function* linesOf(
  client: pg.Client,
  head: ArchiveHead,
  counts: Record<string, number>,
): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256');
  const line = (value: unknown): string => {
    const text = `${JSON.stringify(value)}\n`;
    hash.update(text);
    return text;
  };
  yield line(head);
  for (const table of await tablesOf(client)) {
    const name = `public.${client.escapeIdentifier(table)}`;
    yield line({ table, columns: await columnsOf(client, table) });
    counts[table] = 0;
    await client.query(`declare archive cursor for select t::text as row from ${name} t`);
    for (;;) {
      const { rows } = await client.query<{ row: string }>(`fetch ${rowsAtOnce} from archive`);
      if (rows.length === 0) break;
      counts[table] += rows.length;
      yield rows.map(({ row }) => line(row)).join('');
    }
    await client.query('close archive');
  }
  yield `${JSON.stringify({ end: counts, sha256: hash.digest('hex') })}\n`;
}

/**
 * Puts a backup's rows into a database that was just migrated and holds nothing: all of them, or none.
 *
 * @throws TellerlineError `backup_damaged`, `backup_version`, `restore_not_empty`
 */
export async function readArchive(
  database: Database,
  file: string,
): Promise<{ head: ArchiveHead; counts: ArchiveCounts }> {
  const client = await database.connect();
  try {
    await client.query('begin');
    await requireEmpty(client);
    const read = await readRows(client, file);
    await advanceIdentities(client);
    await client.query('commit');
    await client.query('analyze');
    return read;
  } finally {
    // Ending the session undoes what was not committed.
    await client.end();
  }
}

async function readRows(client: pg.Client, file: string): Promise<{ head: ArchiveHead; counts: ArchiveCounts }> {
  const hash = createHash('sha256');
  const counts: Record<string, number> = {};
  let head: ArchiveHead | undefined;
  let table: string | undefined;
  let waiting: string[] = [];
  const flush = async (): Promise<void> => {
    if (table !== undefined && waiting.length > 0) await insertRows(client, table, waiting);
    waiting = [];
  };
  for await (const text of linesIn(file)) {
    const value = parseLine(text);
    if (typeof value === 'object' && value !== null && 'end' in value) {
      await flush();
      if (!head) throw damaged(file);
      requireWhole(value, hash, counts, file);
      return { head, counts };
    }
    hash.update(`${text}\n`);
    if (typeof value === 'string' && table !== undefined) {
      waiting.push(value);
      counts[table] = (counts[table] ?? 0) + 1;
      if (waiting.length >= rowsAtOnce) await flush();
    } else if (!head) {
      head = await requireHead(client, value, file);
    } else {
      await flush();
      table = await requireTable(client, value, file);
      counts[table] = 0;
    }
  }
  throw damaged(file);
}

async function* linesIn(file: string): AsyncGenerator<string, void, undefined> {
  const unzipped = createReadStream(file).pipe(createGunzip());
  const lines = createInterface({ input: unzipped, crlfDelay: Infinity });
  // What the unzipping complains of has to reach whoever reads.
  const failed = new Promise<never>((_resolve, reject) => {
    unzipped.once('error', (error) => reject(damaged(file, error)));
  });
  failed.catch(() => undefined);
  const iterator = lines[Symbol.asyncIterator]();
  for (;;) {
    const next = await Promise.race([iterator.next(), failed]);
    if (next.done) return;
    yield next.value;
  }
}

async function requireHead(client: pg.Client, value: unknown, file: string): Promise<ArchiveHead> {
  const head = value as Partial<ArchiveHead> | null;
  if (head?.format !== format || typeof head.at !== 'string' || typeof head.version !== 'number') throw damaged(file);
  const version = await versionOf(client);
  if (head.version !== version) {
    throw new TellerlineError(
      'backup_version',
      409,
      `The backup is of schema version ${head.version}, this Tellerline makes version ${version}. Restore it with the version that made it, then start the newer one.`,
    );
  }
  return head as ArchiveHead;
}

async function requireTable(client: pg.Client, value: unknown, file: string): Promise<string> {
  const { table, columns } = (value ?? {}) as { table?: unknown; columns?: unknown };
  if (typeof table !== 'string' || !(await tablesOf(client)).includes(table)) throw damaged(file);
  if (JSON.stringify(columns) !== JSON.stringify(await columnsOf(client, table))) throw damaged(file);
  return table;
}

function requireWhole(value: object, hash: Hash, counts: ArchiveCounts, file: string): void {
  const { end, sha256 } = value as { end?: ArchiveCounts; sha256?: unknown };
  const same = Object.entries(counts).every(([table, count]) => end?.[table] === count);
  if (sha256 !== hash.digest('hex') || !same) throw damaged(file);
}

async function insertRows(client: pg.Client, table: string, rows: readonly string[]): Promise<void> {
  const name = `public.${client.escapeIdentifier(table)}`;
  await client.query(
    `insert into ${name} overriding system value
     select (r).* from (select line::${name} as r from unnest($1::text[]) as line offset 0) as given`,
    [rows],
  );
}

async function requireEmpty(client: pg.Client): Promise<void> {
  for (const table of await tablesOf(client)) {
    const { rowCount } = await client.query(`select from public.${client.escapeIdentifier(table)} limit 1`);
    if (rowCount === 0) continue;
    throw new TellerlineError(
      'restore_not_empty',
      409,
      'There is something in this database already. A backup goes into an empty one: choose another data folder, or make a new database.',
    );
  }
}

/** Numbers given out from now on come after those that were restored. */
async function advanceIdentities(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ table: string; column: string }>(`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and is_identity = 'YES'`);
  for (const { table, column } of rows) {
    const name = `public.${client.escapeIdentifier(table)}`;
    await client.query(
      `select setval(pg_get_serial_sequence($1, $2), coalesce((select max(${client.escapeIdentifier(column)}) from ${name}), 0) + 1, false)`,
      [name, column],
    );
  }
}

/** The tables, each after those that it refers to. */
async function tablesOf(client: pg.Client): Promise<string[]> {
  const { rows } = await client.query<{ table: string; after: string[] }>(`
    select c.relname as table, coalesce(array_agg(f.relname::text) filter (where f.relname is not null), '{}') as after
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    left join pg_constraint k on k.conrelid = c.oid and k.contype = 'f' and k.confrelid <> c.oid
    left join pg_class f on f.oid = k.confrelid
    where n.nspname = 'public' and c.relkind = 'r' and c.relname <> 'migrations'
    group by c.relname order by c.relname`);
  const ordered: string[] = [];
  while (ordered.length < rows.length) {
    const next = rows.find(
      ({ table, after }) => !ordered.includes(table) && after.every((one) => ordered.includes(one)),
    );
    if (!next) throw new Error('the tables refer to each other in a circle');
    ordered.push(next.table);
  }
  return ordered;
}

async function columnsOf(client: pg.Client, table: string): Promise<string[]> {
  const { rows } = await client.query<{ name: string }>(
    `select column_name as name from information_schema.columns
     where table_schema = 'public' and table_name = $1 order by ordinal_position`,
    [table],
  );
  return rows.map((row) => row.name);
}

async function versionOf(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ version: number }>('select max(number) as version from public.migrations');
  return rows[0]?.version ?? 0;
}

function parseLine(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function damaged(file: string, cause?: unknown): TellerlineError {
  return new TellerlineError(
    'backup_damaged',
    400,
    `${file} is no whole backup: it was cut off or altered.`,
    {},
    { cause },
  );
}
