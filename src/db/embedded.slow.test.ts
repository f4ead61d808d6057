import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, isTellerlineError } from '#base';
import { binariesIn, packagedBinaries } from './binaries.ts';
import { openDatabase } from './database.ts';
import { startPostgres } from './embedded.ts';
import { processMark } from './process.ts';
import { sql } from './sql.ts';

const log = createLog('silent');
const folders: string[] = [];

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), 'tellerline-db-'));
  folders.push(made);
  return made;
}

after(() => {
  for (const made of folders) rmSync(made, { recursive: true, force: true });
});

/** A process that starts PostgreSQL on a folder, says its process id, and stays. */
async function startElsewhere(directory: string): Promise<{ hub: ReturnType<typeof spawn>; postgres: number }> {
  const program = `
    import { createLog } from '#base';
    import { startPostgres } from '#db';
    const server = await startPostgres({ directory: ${JSON.stringify(directory)}, log: createLog('silent') });
    process.stdout.write(String(server.pid));
    setInterval(() => {}, 1000);`;
  const args = ['--input-type=module', '--eval', program];
  const hub = spawn(process.execPath, args, {
    stdio: ['ignore', 'pipe', 'inherit'],
    cwd: new URL('../..', import.meta.url),
  });
  assert.ok(hub.stdout);
  const [said] = (await once(hub.stdout, 'data')) as [Buffer];
  return { hub, postgres: Number(said.toString()) };
}

test('a new data folder becomes a server that keeps what was committed', async (t) => {
  const directory = folder();
  const began = performance.now();
  const first = await startPostgres({ directory, log });
  t.diagnostic(`first start, cluster made: ${Math.round(performance.now() - began)} ms`);
  assert.equal(first.adopted, false);

  const one = openDatabase(first.url, { log, connectionsMax: 1 });
  await one.execute(sql`create table kept (word text)`);
  await one.execute(sql`insert into kept values ('hello')`);
  const settings = await one.query(sql`
    select current_setting('fsync') as fsync, current_setting('synchronous_commit') as commit,
           current_setting('data_checksums') as checksums, current_setting('listen_addresses') as listens,
           current_setting('server_encoding') as encoding, current_setting('password_encryption') as passwords`);
  assert.deepEqual(settings[0], {
    fsync: 'on',
    commit: 'on',
    checksums: 'on',
    listens: '127.0.0.1',
    encoding: 'UTF8',
    passwords: 'scram-sha-256',
  });
  const rights = await one.query(sql`select rolsuper as super from pg_roles where rolname = current_user`);
  assert.deepEqual(rights, [{ super: false }]);
  await one.close();
  await first.stop();
  assert.equal(processMark(first.pid), undefined);
  assert.equal(existsSync(join(directory, 'owner')), false);

  const again = performance.now();
  const second = await startPostgres({ directory, log });
  t.diagnostic(`second start: ${Math.round(performance.now() - again)} ms`);
  const two = openDatabase(second.url, { log, connectionsMax: 1 });
  assert.deepEqual(await two.query(sql`select word from kept`), [{ word: 'hello' }]);
  await two.close();
  await second.stop();
});

test('a wrong password is refused, and the right one is readable by its owner only', async () => {
  const directory = folder();
  const server = await startPostgres({ directory, log, durable: false });
  try {
    assert.equal(statSync(join(directory, 'postgres-password')).mode & 0o777, 0o600);
    const url = new URL(server.url);
    url.password = 'wrong';
    const stranger = openDatabase(url.href, { log, connectionsMax: 1 });
    await assert.rejects(stranger.query(sql`select 1`), { code: '28P01' });
    await stranger.close();
  } finally {
    await server.stop();
  }
});

test('a second start on the same data folder names the process that holds it', async () => {
  const directory = folder();
  const server = await startPostgres({ directory, log, durable: false });
  try {
    await assert.rejects(startPostgres({ directory, log }), (error) => {
      assert.ok(isTellerlineError(error, 'data_folder_held'));
      assert.match(error.message, new RegExp(`process ${process.pid} since 20`));
      return true;
    });
  } finally {
    await server.stop();
  }
});

test('the server of a hub that was killed is taken over with all data, and stopped with its new hub', async () => {
  const directory = folder();
  const { hub, postgres } = await startElsewhere(directory);
  hub.kill('SIGKILL');
  await once(hub, 'exit');
  assert.notEqual(processMark(postgres), undefined, 'PostgreSQL outlives the killed hub');

  const server = await startPostgres({ directory, log });
  assert.equal(server.adopted, true);
  assert.equal(server.pid, postgres);
  const database = openDatabase(server.url, { log, connectionsMax: 1 });
  assert.deepEqual(await database.query(sql`select 1 as one`), [{ one: 1 }]);
  await database.close();
  await server.stop();
  assert.equal(processMark(postgres), undefined);
});

test('a server that was killed as well is started anew, and what was committed is there', async () => {
  const directory = folder();
  const first = await startPostgres({ directory, log });
  const one = openDatabase(first.url, { log, connectionsMax: 1 });
  await one.execute(sql`create table kept (word text)`);
  await one.execute(sql`insert into kept values ('hello')`);
  await one.close();
  first.kill();

  const second = await startPostgres({ directory, log });
  const two = openDatabase(second.url, { log, connectionsMax: 1 });
  assert.deepEqual(await two.query(sql`select word from kept`), [{ word: 'hello' }]);
  await two.close();
  await second.stop();
});

test('a server that has ended by itself is started again where it was, also while a session of it goes on', async () => {
  const server = await startPostgres({ directory: folder(), log });
  const killed = server.pid;
  const database = openDatabase(server.url, { log, connectionsMax: 2 });
  await database.execute(sql`create table kept (word text)`);
  await database.execute(sql`insert into kept values ('hello')`);
  // It waits for nothing, so it does not notice that its postmaster is gone.
  const busy = await database.connect();
  busy.on('error', () => undefined);
  busy.query('select max(sqrt(n)) from generate_series(1, 8000000) as n').catch(() => undefined);
  process.kill(killed, 'SIGKILL');

  const deadline = performance.now() + 60_000;
  while (server.pid === killed && performance.now() < deadline) await sleep(20);
  assert.notEqual(server.pid, killed);
  const again = openDatabase(server.url, { log, connectionsMax: 1 });
  assert.deepEqual(await again.query(sql`select word from kept`), [{ word: 'hello' }]);
  await again.close();
  await busy.end().catch(() => undefined);
  await database.close();
  await server.stop();
  assert.equal(processMark(server.pid), undefined, 'and whoever stops it stops the new one');
});

test('a postmaster.pid that now names some other running program does not hinder a start', async () => {
  const directory = folder();
  const first = await startPostgres({ directory, log, durable: false });
  const pidFile = join(directory, 'postgres', 'postmaster.pid');
  const lines = readFileSync(pidFile, 'utf8').split('\n');
  await first.stop();
  writeFileSync(pidFile, [String(process.pid), ...lines.slice(1)].join('\n'));

  const second = await startPostgres({ directory, log, durable: false });
  assert.equal(second.adopted, false);
  await second.stop();
});

test('the lock of a process that has ended, or whose number was given away, is taken over', async () => {
  const directory = folder();
  const file = join(directory, 'owner');
  writeFileSync(file, JSON.stringify({ pid: process.pid, mark: 'another start', since: '2026-01-01T00:00:00.000Z' }));
  const server = await startPostgres({ directory, log, durable: false });
  await server.stop();
  assert.equal(existsSync(file), false);
});

const notRoot = process.getuid?.() !== 0 && 'needs root';
test('as root, programs and data beneath a closed folder work, as in a clone in /root', { skip: notRoot }, async () => {
  const closed = folder();
  chmodSync(closed, 0o700);
  const native = dirname(packagedBinaries().folder);
  cpSync(native, join(closed, 'native'), { recursive: true, verbatimSymlinks: true });
  const binaries = binariesIn(join(closed, 'native', 'bin'));
  const server = await startPostgres({ directory: join(closed, 'deep', 'data'), log, durable: false, binaries });
  const database = openDatabase(server.url, { log, connectionsMax: 1 });
  assert.deepEqual(await database.query(sql`select 1 as one`), [{ one: 1 }]);
  await database.close();
  await server.stop();
});

test('a cluster of another PostgreSQL version is refused with a sentence', async () => {
  const directory = folder();
  const server = await startPostgres({ directory, log, durable: false });
  await server.stop();
  writeFileSync(join(directory, 'postgres', 'PG_VERSION'), '14\n');
  await assert.rejects(startPostgres({ directory, log }), { code: 'data_folder_version' });
});
