import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLog } from '#base';
import { hubMigrations, migrate, openDatabase, startPostgres, type EmbeddedPostgres } from '#db';

const log = createLog(process.env['TEST_LOG'] ?? 'silent');

/** A real PostgreSQL with fsync on, of one test alone, that the test may kill: it is looked after as the hub's own is. */
export class OwnPostgres {
  readonly #folder: string;
  readonly #ownsFolder: boolean;
  readonly #server: EmbeddedPostgres;

  private constructor(folder: string, ownsFolder: boolean, server: EmbeddedPostgres) {
    this.#folder = folder;
    this.#ownsFolder = ownsFolder;
    this.#server = server;
  }

  /** Starts one and brings its schema up to date; in a folder of its own unless one is given. */
  static async start(folder?: string): Promise<OwnPostgres> {
    const directory = folder ?? mkdtempSync(join(tmpdir(), 'tellerline-fault-postgres-'));
    const server = await startPostgres({ directory, log });
    const database = openDatabase(server.url, { log, connectionsMax: 1 });
    await migrate(database, { directory: hubMigrations, schema: 'public' });
    await database.close();
    return new OwnPostgres(directory, folder === undefined, server);
  }

  get url(): string {
    return this.#server.url;
  }

  /** The postmaster. */
  get pid(): number {
    return this.#server.pid;
  }

  get folder(): string {
    return this.#folder;
  }

  /** Ends the postmaster as `kill -9` does; its sessions find out by themselves. */
  kill(): void {
    process.kill(this.pid, 'SIGKILL');
  }

  async close(): Promise<void> {
    await this.#server.stop();
    if (this.#ownsFolder) rmSync(this.#folder, { recursive: true, force: true });
  }
}
