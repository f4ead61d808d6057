import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseError } from 'pg';
import { createLog } from '#base';
import { ensureSandboxRole, migrate, openDatabase, startPostgres, type Database } from '#db';

/** The schemas, where their migrations lie, and the committed text of what these make (`tools/schema.ts`). */
export const schemas = [
  {
    schema: 'public',
    directory: new URL('../src/db/migrations/', import.meta.url),
    description: new URL('../src/db/schema.txt', import.meta.url),
  },
  {
    schema: 'sandbox',
    directory: new URL('../src/sandbox/migrations/', import.meta.url),
    description: new URL('../src/sandbox/schema.txt', import.meta.url),
  },
] as const;

/** Two of three turns are already rare; more than this is a session that comes back each time. */
const dropTurnsMax = 20;

/** Silent unless `TEST_LOG` names a level. */
const log = createLog(process.env['TEST_LOG'] ?? 'silent');

const sandboxRole = 'tellerline_test_sandbox';

export interface TestDatabase {
  /** As the hub connects. */
  url: string;
  /** As the sandbox connects. */
  sandboxUrl: string;
  /** A pool on `url`, closed by `close`. */
  database: Database;
  /** Closes the pool and drops the database, whoever is still connected. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * A fresh database on real PostgreSQL with both schemas at their newest version, copied from a template
 * that the first caller makes. `tools/test.ts` names one server for all test files in `TEST_DATABASE_URL`;
 * without it (one file run by hand) this process starts one of its own and stops it at its end.
 */
export async function testDatabase(): Promise<TestDatabase> {
  const server = await testServer();
  const template = await templateOf(server);
  const name = `tl_test_${randomBytes(6).toString('hex')}`;
  // The template's files are copied: by the log, as is usual, each page of it costs ten times the work.
  await administer(server, `create database ${name} template ${template} strategy file_copy`);

  const url = withDatabase(server, name);
  const database = openDatabase(url, { log, connectionsMax: 8 });
  let closing: Promise<void> | undefined;
  return {
    url,
    sandboxUrl: sandboxUrlFor(url, server),
    database,
    close: () => {
      closing ??= database
        .close()
        .then(() => dropDatabase(server, name))
        // A hub that ran on it has made roles, which belong to the server.
        .then(() =>
          administer(server, `drop role if exists ${name}_web, ${name}_reader, ${name}_intake, ${name}_desk`),
        );
      return closing;
    },
  };
}

/** A database without any schema of ours, for tests of the migrations themselves. */
export async function emptyDatabase(): Promise<Omit<TestDatabase, 'sandboxUrl'>> {
  const server = await testServer();
  const name = `tl_test_${randomBytes(6).toString('hex')}`;
  await administer(server, `create database ${name}`);
  const url = withDatabase(server, name);
  const database = openDatabase(url, { log, connectionsMax: 4 });
  return {
    url,
    database,
    close: async () => {
      await database.close();
      await dropDatabase(server, name);
    },
  };
}

/** Migrates both schemas of an empty database, as a start does. */
export async function migrateBoth(
  database: Database,
  url: string,
  role?: { role: string; password: string },
): Promise<void> {
  const [hub, sandbox] = schemas;
  await migrate(database, hub);
  const sandboxUrl = await ensureSandboxRole(database, { url, ...role });
  const asSandbox = openDatabase(sandboxUrl, { log, connectionsMax: 1 });
  try {
    await migrate(asSandbox, sandbox);
  } finally {
    await asSandbox.close();
  }
}

let ownServer: Promise<string> | undefined;

/** URL of the server that tests make their databases on; its role may create databases and roles. */
export function testServer(): Promise<string> {
  const given = process.env['TEST_DATABASE_URL'];
  if (given) return Promise.resolve(given);
  ownServer ??= startOwnServer();
  return ownServer;
}

async function startOwnServer(): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'tellerline-test-'));
  const server = await startPostgres({ directory, log, durable: false });
  // The process must end by itself when its tests are done, so the server is stopped on the way out.
  process.on('exit', () => {
    server.kill();
    rmSync(directory, { recursive: true, force: true });
  });
  return server.url;
}

const templates = new Map<string, Promise<string>>();

/** Name of the template for the migrations as they are now; made by the first process that needs it. */
function templateOf(server: string): Promise<string> {
  let template = templates.get(server);
  if (template === undefined) {
    template = makeTemplate(server);
    templates.set(server, template);
  }
  return template;
}

async function makeTemplate(server: string): Promise<string> {
  const hash = createHash('sha256');
  for (const { directory } of schemas) {
    for (const file of readdirSync(directory).toSorted())
      hash.update(file).update(readFileSync(new URL(file, directory)));
  }
  const name = `tl_template_${hash.digest('hex').slice(0, 12)}`;
  const database = openDatabase(server, { log, connectionsMax: 1 });
  const client = await database.connect();
  try {
    await client.query("select pg_advisory_lock(hashtext('tellerline test template'))");
    const { rowCount } = await client.query('select from pg_database where datname = $1', [name]);
    if (rowCount !== 0) return name;
    // It gets its name when it is whole: a run that was killed leaves no half template.
    const draft = `${name}_draft`;
    await client.query(`drop database if exists ${draft} with (force)`);
    await client.query(`create database ${draft}`);
    const url = withDatabase(server, draft);
    const inside = openDatabase(url, { log, connectionsMax: 1 });
    try {
      await migrateBoth(inside, url, { role: sandboxRole, password: sandboxPassword(server) });
    } finally {
      await inside.close();
    }
    await client.query(`alter database ${draft} rename to ${name}`);
    return name;
  } finally {
    await client.end();
    await database.close();
  }
}

/** The same in every process that uses this server, and known to nobody who cannot use it anyway. */
function sandboxPassword(server: string): string {
  return createHash('sha256').update(`sandbox of ${server}`).digest('base64url');
}

function sandboxUrlFor(url: string, server: string): string {
  const result = new URL(url);
  result.username = sandboxRole;
  result.password = sandboxPassword(server);
  return result.href;
}

function withDatabase(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}

/**
 * Drops a database, whoever is still connected.
 *
 * Only a superuser may end an autovacuum worker by `force`, and the role that runs tests is none. A plain
 * `drop database` ends such a worker but no session, so the two take turns until neither is there.
 */
async function dropDatabase(server: string, name: string): Promise<void> {
  for (let turn = 1; ; turn += 1) {
    const drop = `drop database if exists ${name}`;
    try {
      await administer(server, turn % 2 === 1 ? `${drop} with (force)` : drop);
      return;
    } catch (error) {
      const code = error instanceof DatabaseError ? error.code : undefined;
      const stillUsed = code === '42501' || code === '55006';
      if (!stillUsed || turn === dropTurnsMax) throw error;
    }
  }
}

async function administer(server: string, statement: string): Promise<void> {
  const database = openDatabase(server, { log, connectionsMax: 1 });
  const client = await database.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
    await database.close();
  }
}
