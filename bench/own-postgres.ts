import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { createLog } from '#base';
import { hubMigrations, migrate, openDatabase, startPostgres, type Database } from '#db';

/** A fresh PostgreSQL of one part of the bench, with fsync on and the hub's schema. */
export interface OwnPostgres {
  /** A pool as the hub's own role. */
  readonly database: Database;
  readonly url: string;
  /** Of the postmaster. */
  readonly pid: number;
  /** A folder beside its data, removed with it. */
  readonly folder: string;
  /** Runs statements as PostgreSQL's superuser; answers the rows of the last one. */
  superuser<Found extends pg.QueryResultRow>(...statements: string[]): Promise<Found[]>;
}

/** Runs work over a fresh PostgreSQL and removes it. It counts statements once `pg_stat_statements.track` is set. */
export async function onOwnPostgres<Result>(work: (own: OwnPostgres) => Promise<Result>): Promise<Result> {
  const log = createLog('error');
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-'));
  const options = { directory: join(folder, 'data'), log, durable: true };
  try {
    await countStatements(options);
    const server = await startPostgres(options);
    // Whoever ends a run by Ctrl-C leaves neither a server nor its gigabytes behind.
    const end = (): void => {
      server.kill();
      rmSync(folder, { recursive: true, force: true });
    };
    process.once('exit', end);
    try {
      const superuser = superuserAt(server.url, options.directory);
      const database = openDatabase(server.url, { log, connectionsMax: 16 });
      await superuser('create extension pg_stat_statements');
      await migrate(database, { directory: hubMigrations, schema: 'public' });
      const result = await work({ database, url: server.url, pid: server.pid, folder, superuser });
      await database.close();
      return result;
    } finally {
      process.off('exit', end);
      await server.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The counting of statements is loaded at a start and switched off until it is wanted. */
async function countStatements(options: Parameters<typeof startPostgres>[0]): Promise<void> {
  const server = await startPostgres(options);
  try {
    await superuserAt(server.url, options.directory)(
      `alter system set shared_preload_libraries = 'pg_stat_statements'`,
      `alter system set pg_stat_statements.track = 'none'`,
    );
  } finally {
    await server.stop();
  }
}

function superuserAt(url: string, directory: string): OwnPostgres['superuser'] {
  return async <Found extends pg.QueryResultRow>(...statements: string[]) => {
    const { hostname, port, pathname } = new URL(url);
    const password = readFileSync(join(directory, 'postgres-password'), 'utf8').trim();
    const client = new pg.Client({
      host: hostname,
      port: Number(port),
      database: pathname.slice(1),
      user: 'postgres',
      password,
    });
    await client.connect();
    try {
      let rows: Found[] = [];
      for (const statement of statements) rows = (await client.query<Found>(statement)).rows;
      return rows;
    } finally {
      await client.end();
    }
  };
}
