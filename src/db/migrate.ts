import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import type pg from 'pg';
import { TellerlineError } from '#base';
import type { Database } from './database.ts';

interface Migration {
  number: number;
  name: string;
  sha256: string;
  text: string;
}

/** Which files go into which schema. */
export interface MigrateOptions {
  /** Folder of `NNNN_name.sql` files, counted from 0001 without a gap. A trailing slash, as URLs need. */
  directory: URL;
  /** The schema that they fill; made when missing. Unqualified names in the files mean this schema. */
  schema: string;
}

/** The hub's own migrations; their schema is `public`. */
export const hubMigrations = new URL('./migrations/', import.meta.url);

/** First key of the advisory lock, so that no other use of such locks meets this one: "TELL". */
const lockSpace = 0x54454c4c;

/**
 * Brings a schema to the newest version: each missing file in a transaction of its own, in order, forward
 * only. Two processes at once are safe: one waits for the other.
 *
 * @returns how many files were applied
 * @throws TellerlineError `migration_changed` (an applied file has been edited), `schema_newer` (the
 *   database was written by a newer version), `migration_gap` (a number is missing or doubled)
 */
export async function migrate(database: Database, { directory, schema }: MigrateOptions): Promise<number> {
  const files = readMigrations(directory);
  const client = await database.connect();
  try {
    await client.query('select pg_advisory_lock($1, hashtext($2))', [lockSpace, schema]);
    await prepareSchema(client, schema);
    const done = await readApplied(client, schema);
    refuseMismatch(files, done, schema);
    const missing = files.slice(done.length);
    for (const migration of missing) await apply(client, schema, migration);
    return missing.length;
  } finally {
    // Ending the session gives the lock back, after an error too.
    await client.end();
  }
}

/** The files of a folder in order. */
function readMigrations(directory: URL): Migration[] {
  const names = readdirSync(directory)
    .filter((name) => name.endsWith('.sql'))
    .toSorted();
  return names.map((file, index) => {
    const match = /^(\d{4})_([a-z0-9_]+)\.sql$/.exec(file);
    if (Number(match?.[1]) !== index + 1) {
      throw new TellerlineError(
        'migration_gap',
        500,
        `Expected migration number ${index + 1}, found the file ${file}.`,
      );
    }
    const text = readFileSync(new URL(file, directory), 'utf8');
    const sha256 = createHash('sha256').update(text).digest('hex');
    return { number: index + 1, name: match?.[2] ?? '', sha256, text };
  });
}

async function prepareSchema(client: pg.Client, schema: string): Promise<void> {
  const name = client.escapeIdentifier(schema);
  // Asked first: "if not exists" demands the right to create even when there is nothing to do.
  const { rowCount } = await client.query('select from pg_namespace where nspname = $1', [schema]);
  if (rowCount === 0) await client.query(`create schema ${name}`);
  const table = await client.query('select to_regclass($1) as found', [`${name}.migrations`]);
  if (table.rows[0].found !== null) return;
  await client.query(`
    create table ${name}.migrations (
      number integer primary key,
      name text not null,
      sha256 text not null,
      at timestamptz not null default now()
    )`);
}

async function readApplied(client: pg.Client, schema: string): Promise<Omit<Migration, 'text'>[]> {
  const { rows } = await client.query<Omit<Migration, 'text'>>(
    `select number, name, sha256 from ${client.escapeIdentifier(schema)}.migrations order by number`,
  );
  return rows;
}

function refuseMismatch(files: readonly Migration[], done: readonly Omit<Migration, 'text'>[], schema: string): void {
  for (const [index, applied] of done.entries()) {
    if (applied.number !== index + 1) {
      throw new TellerlineError('migration_gap', 500, `Schema ${schema} lacks migration ${index + 1}.`);
    }
    const file = files[index];
    if (file === undefined) {
      throw new TellerlineError(
        'schema_newer',
        500,
        `The database (schema ${schema}) is at version ${done.length}, this program knows ${files.length}. Start the newer version.`,
        { database: done.length, program: files.length },
      );
    }
    if (file.sha256 !== applied.sha256) {
      throw new TellerlineError(
        'migration_changed',
        500,
        `Migration ${file.number} (${file.name}) of schema ${schema} was edited after it had been applied. Put it back and write a new one.`,
        { migration: file.number },
      );
    }
  }
}

async function apply(client: pg.Client, schema: string, migration: Migration): Promise<void> {
  const name = client.escapeIdentifier(schema);
  await client.query('begin');
  try {
    await client.query(`set local search_path to ${name}`);
    await client.query(migration.text);
    await client.query(`insert into ${name}.migrations (number, name, sha256) values ($1, $2, $3)`, [
      migration.number,
      migration.name,
      migration.sha256,
    ]);
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw error;
  }
}
