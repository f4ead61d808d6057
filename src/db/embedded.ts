import { execFile, spawn } from 'node:child_process';
import { createHmac, randomBytes } from 'node:crypto';
import { chmodSync, chownSync, existsSync, mkdirSync, openSync, closeSync } from 'node:fs';
import { readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { TellerlineError, type Log } from '#base';
import { packagedBinaries, type Binaries } from './binaries.ts';
import { keepRunning, type Server } from './keep-running.ts';
import { takeOwnership } from './owner.ts';
import { processMark, servesFolder } from './process.ts';
import { chooseUser, fileOwner, type RunAs } from './run-as.ts';
import { durable, fleeting, keepMemory, serverSettings } from './server-settings.ts';

/** Database and role that the hub works with; PostgreSQL's own superuser stays unused after the start. */
const hubName = 'tellerline';
const superuser = 'postgres';

/** The longest wait for a start: recovery after a crash replays up to `max_wal_size` of log. */
const startMsMax = 60_000;
/** A fast shutdown ends sessions and writes a checkpoint; after this the immediate one follows. */
const stopMsMax = 12_000;
/** The longest wait for the last sessions of a server that was killed. */
const orphansMsMax = 20_000;

/** The server that came along, running. */
export interface EmbeddedPostgres {
  /** Connects as the hub's role to the hub's database. Holds the password: never log it. */
  readonly url: string;
  /** Of the server that runs now: one that ends by itself is started again. */
  readonly pid: number;
  /** True when the server was already running, left over by a hub that was killed. */
  readonly adopted: boolean;
  /** Stops the server and gives the data folder back. Safe to call twice. */
  stop(): Promise<void>;
  /**
   * Ends the server without a shutdown checkpoint and waits for it, synchronously: for a process that is
   * itself ending. The next start replays the log; nothing committed is lost.
   */
  kill(): void;
}

/** Where the server lives, and how it runs. */
export interface EmbeddedOptions {
  /** The data folder; made when missing. The cluster, its password and its log lie inside. */
  directory: string;
  log: Log;
  /** Programs to run instead of the packaged ones. */
  binaries?: Binaries;
  /** False gives up what survives a power cut, for tests only. */
  durable?: boolean;
}

/** What the steps of a start hand to each other; `data` is PostgreSQL's own folder, without symbolic links. */
interface Cluster extends Pick<EmbeddedOptions, 'directory' | 'log'> {
  data: string;
  binaries: Binaries;
  runAs: RunAs;
  password: string;
  durable: boolean;
}

/**
 * Starts the PostgreSQL that the package brings, on a data folder that this process then owns.
 * A server left running there by a killed process is taken over instead.
 *
 * @throws TellerlineError `data_folder_held`, `data_folder_version`, `postgres_failed`, and those of
 *   `packagedBinaries` and `chooseUser`
 */
export async function startPostgres(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  // As root the server's own user has to pass through; what lies inside has modes of its own.
  mkdirSync(options.directory, { recursive: true, mode: process.getuid?.() === 0 ? 0o711 : 0o700 });
  const directory = realpathSync(options.directory);
  const release = takeOwnership(directory);
  try {
    const cluster = openCluster(directory, options);
    if (!existsSync(join(cluster.data, 'PG_VERSION'))) await initialise(cluster);
    refuseOtherVersion(cluster);
    const orphan = await findOrphan(cluster);
    const server = orphan ?? (await launch(cluster));
    return await finish(cluster, server, orphan !== undefined, release);
  } catch (error) {
    release();
    throw error;
  }
}

/**
 * How to reach the server that runs on a data folder now, for a command beside a running hub; undefined
 * when none does. The address holds the password: never log it.
 */
export function runningPostgres(directory: string): string | undefined {
  const data = join(directory, 'postgres');
  const passwordFile = join(directory, 'postgres-password');
  const found = readPidFile(data);
  if (!found?.ready || !existsSync(passwordFile) || !servesFolder(found.pid, realpathSync(data))) return undefined;
  return hubUrl(readFileSync(passwordFile, 'utf8').trim(), found.port);
}

function hubUrl(password: string, port: number): string {
  return `postgres://${hubName}:${hubPassword(password)}@127.0.0.1:${port}/${hubName}`;
}

async function finish(
  cluster: Cluster,
  server: Server,
  adopted: boolean,
  release: () => void,
): Promise<EmbeddedPostgres> {
  const kept = keepRunning(server, (port) => launchOn(cluster, port), cluster.log);
  const leaveAndStop = async (): Promise<void> => {
    await kept.leave();
    await stopServer(kept.server, cluster.log);
    release();
  };
  let stopping: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopping ??= leaveAndStop());
  try {
    await prepareHubDatabase(cluster, server.port);
  } catch (error) {
    await stop();
    throw error;
  }
  const kill = (): void => {
    void kept.leave();
    killServer(kept.server);
    release();
  };
  return {
    url: hubUrl(cluster.password, server.port),
    get pid() {
      return kept.server.pid;
    },
    adopted,
    stop,
    kill,
  };
}

function openCluster(directory: string, options: EmbeddedOptions): Cluster {
  const binaries = options.binaries ?? packagedBinaries();
  const runAs = chooseUser(join(binaries.folder, 'postgres'), directory);
  const data = join(directory, 'postgres');
  const passwordFile = join(directory, 'postgres-password');
  // Without a cluster an old password opens nothing; with a cluster it must not be replaced.
  if (!existsSync(passwordFile)) writeFileSync(passwordFile, randomBytes(24).toString('base64url'), { mode: 0o600 });
  chmodSync(passwordFile, 0o600);
  const password = readFileSync(passwordFile, 'utf8').trim();
  return { directory, data, binaries, runAs, password, durable: options.durable ?? true, log: options.log };
}

/** The hub's role has a password of its own, so that what the hub holds does not open the superuser. */
function hubPassword(password: string): string {
  return createHmac('sha256', password).update(hubName).digest('base64url');
}

/** Makes the cluster under another name and renames it when it is whole, so that a kill leaves no half one. */
async function initialise(cluster: Cluster): Promise<void> {
  const draft = `${cluster.data}.new`;
  const passwordFile = join(cluster.directory, 'initdb-password');
  rmSync(draft, { recursive: true, force: true });
  rmSync(cluster.data, { recursive: true, force: true });
  mkdirSync(draft, { mode: 0o700 });
  writeFileSync(passwordFile, cluster.password, { mode: 0o600 });
  const owner = fileOwner();
  if (owner) for (const path of [draft, passwordFile]) chownSync(path, owner.uid, owner.gid);

  // The built-in locale is part of PostgreSQL 17 and later: sorting does not change with the machine's libraries.
  const locale =
    cluster.binaries.major >= 17
      ? ['--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
      : ['--locale=C.UTF-8'];
  try {
    await run(cluster, 'initdb', [
      `--pgdata=${draft}`,
      `--username=${superuser}`,
      '--auth=scram-sha-256',
      `--pwfile=${passwordFile}`,
      '--encoding=UTF8',
      ...locale,
      '--data-checksums',
      ...(cluster.durable ? [] : ['--no-sync']),
    ]);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(draft, cluster.data);
}

/** Runs one of the programs to its end. */
async function run({ binaries, runAs }: Cluster, program: string, args: readonly string[]): Promise<void> {
  const [file = '', ...rest] = [...runAs.prefix, join(binaries.folder, program), ...args];
  try {
    await promisify(execFile)(file, rest, { cwd: '/', env: { ...process.env, LC_ALL: 'C' }, ...runAs.ids });
  } catch (error) {
    const said = (error as { stderr?: string }).stderr?.trim().split('\n').at(-1) ?? '';
    throw new TellerlineError('postgres_failed', 500, `${program} failed: ${said}`, {}, { cause: error });
  }
}

function refuseOtherVersion({ data, directory, binaries }: Cluster): void {
  const found = Number(readFileSync(join(data, 'PG_VERSION'), 'utf8'));
  if (found === binaries.major) return;
  throw new TellerlineError(
    'data_folder_version',
    500,
    `The data folder ${directory} was written by PostgreSQL ${found}; this is PostgreSQL ${binaries.major}. Carry it over with pg_upgrade, or choose another folder with TELLERLINE_DATA.`,
    { found, expected: binaries.major },
  );
}

/** The lines of `postmaster.pid` that matter here: 1 process id, 4 port, 8 status ("ready" with spaces behind). */
function readPidFile(data: string): { pid: number; port: number; ready: boolean } | undefined {
  const file = join(data, 'postmaster.pid');
  if (!existsSync(file)) return undefined;
  const lines = readFileSync(file, 'utf8').split('\n');
  return { pid: Number(lines[0]), port: Number(lines[3]), ready: lines[7]?.trim() === 'ready' };
}

/**
 * The server that still runs on this data folder, if one does. The number in `postmaster.pid` may by now
 * belong to another program, and PostgreSQL would refuse to start because of it: then the file is removed.
 */
async function findOrphan({ data, log }: Cluster): Promise<Server | undefined> {
  const found = readPidFile(data);
  if (found === undefined) return undefined;
  if (!servesFolder(found.pid, data)) {
    rmSync(join(data, 'postmaster.pid'), { force: true });
    return undefined;
  }
  // It may be in the middle of its own start or of its shutdown.
  const server = await untilReady(data, found.pid);
  if (server !== undefined) log.info({ pid: server.pid }, 'taking over the PostgreSQL of a hub that was killed');
  return server;
}

/** Waits until the server accepts connections; undefined when it ended instead. */
async function untilReady(data: string, pid: number): Promise<Server | undefined> {
  const mark = processMark(pid);
  if (mark === undefined) return undefined;
  const deadline = performance.now() + startMsMax;
  while (performance.now() < deadline) {
    const state = readPidFile(data);
    if (state?.pid === pid && state.ready) return { pid, mark, port: state.port };
    if (processMark(pid) !== mark) return undefined;
    await sleep(10);
  }
  return undefined;
}

async function launch(cluster: Cluster): Promise<Server> {
  // Another program may take the free port before PostgreSQL binds it: then the next one is tried.
  for (let attempt = 1; attempt <= 3; attempt += 1) {
    const server = await launchOn(cluster, await freePort());
    if (server !== undefined) return server;
  }
  const said = readFileSync(serverLog(cluster), 'utf8').trim().split('\n').slice(-3).join(' ');
  throw new TellerlineError('postgres_failed', 500, `PostgreSQL did not start. It said: ${said}`);
}

/** Starts the server on a port; undefined when it did not come so far as to accept connections. */
async function launchOn(cluster: Cluster, port: number): Promise<Server | undefined> {
  const deadline = performance.now() + orphansMsMax;
  for (;;) {
    const pid = spawnServer(cluster, port);
    const mark = processMark(pid);
    const server = await untilReady(cluster.data, pid);
    if (server !== undefined) return server;
    if (mark !== undefined) await stopServer({ pid, mark, port }, cluster.log);
    // Sessions of a server that was killed find out when they next wait; until then nobody else may write here.
    const orphans = readFileSync(serverLog(cluster), 'utf8').includes('pre-existing shared memory block');
    if (!orphans || performance.now() > deadline) return undefined;
    await sleep(100);
  }
}

/**
 * Starts the server in a session of its own, so that Ctrl-C in a terminal reaches the hub only, which
 * stops PostgreSQL last. Its output goes to a file: a pipe would break when the hub is killed.
 */
function spawnServer(cluster: Cluster, port: number): number {
  const { binaries, runAs, data } = cluster;
  const settings = Object.entries({ ...serverSettings, ...(cluster.durable ? durable : fleeting), port: String(port) });
  const args = ['-D', data, ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`])];
  const [file = '', ...rest] = [...runAs.prefix, join(binaries.folder, 'postgres'), ...args];
  // What the one before said last stays beside it: of one that ended by itself it is the reason.
  if (existsSync(serverLog(cluster))) renameSync(serverLog(cluster), `${serverLog(cluster)}.1`);
  const output = openSync(serverLog(cluster), 'w', 0o600);
  try {
    const stdio: ['ignore', number, number] = ['ignore', output, output];
    const child = spawn(file, rest, {
      cwd: '/',
      detached: true,
      stdio,
      env: { ...process.env, ...keepMemory, LC_ALL: 'C' },
      ...runAs.ids,
    });
    child.on('error', (error) => cluster.log.error({ err: error }, 'PostgreSQL could not be started'));
    child.unref();
    if (child.pid === undefined) throw new TellerlineError('postgres_failed', 500, `${file} could not be run.`);
    return child.pid;
  } finally {
    closeSync(output);
  }
}

function serverLog({ directory }: Cluster): string {
  return join(directory, 'postgres.log');
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === 'string') throw new Error('a TCP listener has a port');
  return address.port;
}

/** Proves that the server is the one of this data folder, and makes the hub's role and database when missing. */
async function prepareHubDatabase(cluster: Cluster, port: number): Promise<void> {
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: superuser,
    password: cluster.password,
    database: 'postgres',
  });
  await client.connect();
  try {
    const { rows } = await client.query<{ data: string; role: boolean; base: boolean }>(
      `select current_setting('data_directory') as data,
              exists (select from pg_roles where rolname = $1) as role,
              exists (select from pg_database where datname = $1) as base`,
      [hubName],
    );
    if (rows[0]?.data !== cluster.data)
      throw new TellerlineError('postgres_failed', 500, 'Another PostgreSQL answered.');
    if (!rows[0].role) {
      const password = client.escapeLiteral(hubPassword(cluster.password));
      await client.query(`create role ${hubName} login createrole createdb password ${password}`);
    }
    if (!rows[0].base) await client.query(`create database ${hubName} owner ${hubName}`);
  } finally {
    await client.end();
  }
}

/** Fast shutdown (SIGINT: sessions end, a checkpoint is written), then the immediate one (SIGQUIT). */
async function stopServer({ pid, mark }: Server, log: Log): Promise<void> {
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (processMark(pid) !== mark) return;
    if (signal !== 'SIGINT') log.warn({ pid, signal }, 'PostgreSQL takes too long to stop');
    process.kill(pid, signal);
    if (await untilGone(pid, mark, signal === 'SIGINT' ? stopMsMax : 3000)) return;
  }
}

async function untilGone(pid: number, mark: string, waitMs: number): Promise<boolean> {
  const deadline = performance.now() + waitMs;
  while (performance.now() < deadline) {
    if (processMark(pid) !== mark) return true;
    await sleep(10);
  }
  return false;
}

function killServer({ pid, mark }: Server): void {
  if (processMark(pid) !== mark) return;
  process.kill(pid, 'SIGQUIT');
  const deadline = performance.now() + 3000;
  const nothing = new Int32Array(new SharedArrayBuffer(4));
  while (processMark(pid) === mark && performance.now() < deadline) Atomics.wait(nothing, 0, 0, 10);
}
