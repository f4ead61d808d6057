import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, describe, test } from 'node:test';
import { ready, runTellerline, type Run } from './run.ts';
import { Visitor } from './visitor.ts';

const folder = mkdtempSync(join(tmpdir(), 'tellerline-start-'));
/** The one that hubs run on here, one after the other. */
const data = 'data';
const runs: Run[] = [];

// What a failed test has left running is stopped like anything else, so that no PostgreSQL stays behind.
after(async () => {
  for (const { process: child, end } of runs) {
    if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
    await end();
  }
  rmSync(folder, { recursive: true, force: true });
});

function run(on: string, args: readonly string[], env: Record<string, string> = {}): Run {
  const started = runTellerline(join(folder, on), args, env);
  runs.push(started);
  return started;
}

function postgresPid(): number {
  return Number(readFileSync(join(folder, data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
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

// One after the other on one data folder: a start takes longer than all that is asked of it.
describe('a hub on its data folder', () => {
  let tellerline: Run;
  let url: string;
  let sandboxUrl: string;

  test('is ended cleanly by a signal in the middle of its first start', async () => {
    const interrupted = run(data, ['start']);
    await interrupted.until(/Starting PostgreSQL/);
    interrupted.process.kill('SIGINT');
    assert.equal(await interrupted.end(), 0, interrupted.said());
    assert.doesNotMatch(interrupted.said(), /is ready/);
  });

  test('starts all the same after that, and says where to go once it can serve', async (t) => {
    tellerline = run(data, ['start']);
    const [, seconds, hubUrl, staffUrl, atSandbox] = await tellerline.until(ready);
    t.diagnostic(`ready in ${seconds} s`);
    url = String(hubUrl);
    sandboxUrl = String(atSandbox);
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
    assert.equal((await fetch(`${sandboxUrl}/control/openapi.json`)).status, 200);
    assert.equal((await fetch(String(staffUrl))).status, 200);
  });

  test('is left alone by a second start, which says which process holds the folder', async () => {
    const second = run(data, ['start']);
    assert.equal(await second.end(), 1);
    assert.match(second.said(), new RegExp(`held by process ${tellerline.process.pid} since `));
    assert.equal((await fetch(`${url}/readyz`)).status, 200);
  });

  test('has a sandbox in which play books a file, and prints totals to check against the file', async () => {
    const file = join(folder, 'use.csv');
    writeFileSync(
      file,
      'card,amount,merchant,date\n1,65.70,Fuel,2024-01-01\n2,1.91,Home,2024-01-02\n1,x,Home,2024-01-02\n',
    );
    const port = new URL(sandboxUrl).port;
    const play = run(data, ['play', file, '--bank', 'us-bank'], { TELLERLINE_SANDBOX_PORT: port });
    assert.equal(await play.end(), 0, play.said());
    assert.match(play.said(), /^line 4: the amount is not a number/m);
    assert.match(play.said(), /^rows +3\n[^]*^sum +USD 67\.61\n^rejected +1\n^accepted by the bank +2,/m);
  });

  test('carries on after kill -9 with the PostgreSQL and the conversation that were left; SIGINT stops all of it', async () => {
    // The next start has another port; the customer is the same by the cookie.
    const hub = { url };
    const customer = await Visitor.arrive(hub);
    await customer.ask('Which banks can I link?');
    const conversation = await customer.entries();
    const me = await customer.me();
    assert.ok(conversation.length >= 2);
    const postgres = postgresPid();
    tellerline.process.kill('SIGKILL');
    await tellerline.end();
    assert.equal(isRunning(postgres), true);

    const next = run(data, ['start']);
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

  test('names a port that is taken with the setting to change, and leaves nothing running', async (t) => {
    const other = createServer().listen(0, '127.0.0.1');
    t.after(() => other.close());
    await once(other, 'listening');
    const address = other.address();
    assert.ok(address !== null && typeof address === 'object');
    const tellerline = run(data, ['start'], { TELLERLINE_STAFF_PORT: String(address.port) });
    assert.equal(await tellerline.end(), 1);
    assert.match(tellerline.said(), new RegExp(`Port ${address.port} is taken .* TELLERLINE_STAFF_PORT`));
    assert.throws(postgresPid, { code: 'ENOENT' });
  });
});

test('a wrong setting is refused before anything is started', async () => {
  const tellerline = run('refused', ['start'], { TELLERLINE_PORT: 'seven' });
  assert.equal(await tellerline.end(), 1);
  assert.match(tellerline.said(), /^TELLERLINE_PORT must be a port/);
});
