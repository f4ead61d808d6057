import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, beforeEach, test } from 'node:test';
import { ready, runTellerline, type Run } from './run.ts';
import { Visitor } from './visitor.ts';

const folders: string[] = [];
const runs: Run[] = [];
let data: string;

beforeEach(() => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-start-'));
  folders.push(folder);
  data = join(folder, 'data');
});

// What a failed test has left running is stopped like anything else, so that no PostgreSQL stays behind.
afterEach(async () => {
  for (const { process: child, end } of runs.splice(0)) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await end();
  }
});

after(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

function run(args: readonly string[], env: Record<string, string> = {}): Run {
  const started = runTellerline(data, args, env);
  runs.push(started);
  return started;
}

function postgresPid(): number {
  return Number(readFileSync(join(data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  // In a container without an init the ended orphan of a killed process stays behind as a zombie.
  return process.platform !== 'linux' || !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
}

test('start says where to go once the hub can serve, and SIGINT stops all of it, PostgreSQL included', async (t) => {
  const tellerline = run(['start']);
  const [, seconds, url, staffUrl, sandboxUrl] = await tellerline.until(ready);
  t.diagnostic(`ready in ${seconds} s, the first time on a new data folder`);
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  assert.equal((await fetch(`${sandboxUrl}/control/openapi.json`)).status, 200);
  assert.equal((await fetch(String(staffUrl))).status, 200);

  const postgres = postgresPid();
  tellerline.process.kill('SIGINT');
  assert.equal(await tellerline.end(), 0, tellerline.said());
  assert.equal(isRunning(postgres), false);
});

test('a second start on the same data folder says which process holds it, and leaves that one alone', async () => {
  const first = run(['start']);
  const [, , url] = await first.until(ready);
  const second = run(['start']);
  assert.equal(await second.end(), 1);
  assert.match(second.said(), new RegExp(`held by process ${first.process.pid} since `));
  assert.equal((await fetch(`${url}/readyz`)).status, 200);
  first.process.kill('SIGTERM');
  assert.equal(await first.end(), 0, first.said());
});

test('a start after kill -9 carries on with the PostgreSQL and the conversation that were left, and stops in the end', async () => {
  const killed = run(['start']);
  const [, , url] = await killed.until(ready);
  // The next start has another port; the customer is the same by the cookie.
  const hub = { url: String(url) };
  const customer = await Visitor.arrive(hub);
  await customer.ask('Which banks can I link?');
  const conversation = await customer.entries();
  const me = await customer.me();
  assert.ok(conversation.length >= 2);
  const postgres = postgresPid();
  killed.process.kill('SIGKILL');
  await killed.end();
  assert.equal(isRunning(postgres), true);

  const next = run(['start']);
  const [, , nextUrl] = await next.until(ready);
  assert.equal(postgresPid(), postgres);
  hub.url = String(nextUrl);
  assert.deepEqual(await customer.me(), me);
  assert.deepEqual(await customer.entries(), conversation);
  await customer.ask('And how much did I spend?');
  next.process.kill('SIGINT');
  assert.equal(await next.end(), 0, next.said());
  assert.equal(isRunning(postgres), false);
});

test('a signal in the middle of a start ends it cleanly', async () => {
  const tellerline = run(['start']);
  await tellerline.until(/Starting PostgreSQL/);
  tellerline.process.kill('SIGINT');
  assert.equal(await tellerline.end(), 0, tellerline.said());
  assert.doesNotMatch(tellerline.said(), /is ready/);
  // Nothing is left that would hinder the next one.
  const next = run(['start']);
  await next.until(ready);
  next.process.kill('SIGINT');
  assert.equal(await next.end(), 0, next.said());
});

test('a port that is taken is named with the setting to change, and nothing is left running', async (t) => {
  const other = createServer().listen(0, '127.0.0.1');
  t.after(() => other.close());
  await once(other, 'listening');
  const address = other.address();
  assert.ok(address !== null && typeof address === 'object');
  const tellerline = run(['start'], { TELLERLINE_STAFF_PORT: String(address.port) });
  assert.equal(await tellerline.end(), 1);
  assert.match(tellerline.said(), new RegExp(`Port ${address.port} is taken .* TELLERLINE_STAFF_PORT`));
  assert.throws(postgresPid, { code: 'ENOENT' });
});

test('a wrong setting is refused before anything is started', async () => {
  const tellerline = run(['start'], { TELLERLINE_PORT: 'seven' });
  assert.equal(await tellerline.end(), 1);
  assert.match(tellerline.said(), /^TELLERLINE_PORT must be a port/);
});

test('play books a file through a running sandbox and prints totals to check against the file', async () => {
  const tellerline = run(['start']);
  const [, , , , sandboxUrl] = await tellerline.until(ready);
  const file = join(data, 'use.csv');
  writeFileSync(
    file,
    'card,amount,merchant,date\n1,65.70,Fuel,2024-01-01\n2,1.91,Home,2024-01-02\n1,x,Home,2024-01-02\n',
  );
  const port = new URL(String(sandboxUrl)).port;
  const play = run(['play', file, '--bank', 'us-bank'], { TELLERLINE_SANDBOX_PORT: port });
  assert.equal(await play.end(), 0, play.said());
  assert.match(play.said(), /^line 4: the amount is not a number/m);
  assert.match(play.said(), /^rows +3\n[^]*^sum +USD 67\.61\n^rejected +1\n^accepted by the bank +2,/m);
  tellerline.process.kill('SIGINT');
  assert.equal(await tellerline.end(), 0, tellerline.said());
});
