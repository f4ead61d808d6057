import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { systemClock } from '#base';
import { sql } from '#db';
import type { LogExport, LogStatus } from '#proof';
import { verify } from '../src/app/verify.ts';
import { openWitness } from '../src/sandbox/witness.ts';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// The log as a stranger and as the customer see it: over HTTP, and in a file.

let hub: TestHub;
let visitor: Visitor;
const folder = mkdtempSync(join(tmpdir(), 'tellerline-verify-'));
const remember = join(folder, 'checkpoint');

before(async () => {
  hub = await testHub({ witness: true });
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
});
after(async () => {
  await hub.close();
  rmSync(folder, { recursive: true, force: true });
});

const logAddress = (): string => `${hub.url}/log/`;
const read = (path: string): Promise<Response> => fetch(new URL(path, logAddress()));

/** How many leaves are committed, and how many of them the newest checkpoint covers. */
async function leaves(): Promise<{ committed: bigint; covered: bigint }> {
  const [row] = await hub.db.database.query<{ committed: bigint; covered: bigint }>(sql`
    select count(*) as committed, coalesce((select size from log_head), 0) as covered from log_leaves`);
  return row ?? { committed: 0n, covered: 0n };
}

async function covered(): Promise<bigint> {
  await until('every leaf to be signed', async () => {
    const { committed, covered } = await leaves();
    return committed > 0n && committed === covered;
  });
  return (await leaves()).covered;
}

test('each batch of events and each page of the conversation adds one leaf, and no use is without one', async () => {
  const bank = await BankSigner.of(hub, 'citi');
  const accountId = await bank.accountId('customer-1', 'card');
  const purchase = (): Record<string, unknown> => ({
    id: randomUUID(),
    type: 'transaction.authorized',
    occurredAt: '2026-11-20T14:14:00-05:00',
    accountId,
    transaction: {
      id: randomUUID(),
      status: 'authorized',
      amount: '12.34',
      currency: 'USD',
      direction: 'debit',
      localDate: '2026-11-20',
      description: 'PLANTED',
    },
  });
  const before = (await leaves()).committed;
  assert.equal((await bank.send([purchase(), purchase(), purchase()])).status, 202);
  assert.equal((await leaves()).committed, before + 1n);
  await visitor.call('GET', '/api/entries?after=0&limit=50');
  assert.equal((await leaves()).committed, before + 2n);
  const [bare] = await hub.db.database.query<{ count: bigint }>(
    sql`select count(*) from ledger where leaf_id is null or leaf_position is null`,
  );
  assert.equal(bare?.count, 0n);
});

test('a stranger reads checkpoint, key and tiles, and every other address is refused', async () => {
  const size = await covered();
  const checkpoint = await read('checkpoint');
  assert.match(await checkpoint.text(), new RegExp(`^localhost:0/log\n${size}\n`));
  assert.equal(checkpoint.headers.get('access-control-allow-origin'), '*');
  assert.match(await (await read('key')).text(), /^localhost:0\/log\+[0-9a-f]{8}\+\S+\n$/);
  const tile = await read(`tile/0/000.p/${size}`);
  assert.equal((await tile.bytes()).length, Number(size) * 32);
  assert.match(tile.headers.get('cache-control') ?? '', /immutable/);
  // Each entry is 37 bytes after two of length.
  assert.equal((await (await read(`tile/entries/000.p/${size}`)).bytes()).length, Number(size) * 39);
  assert.equal((await (await read('tile/0/000.p/1')).bytes()).length, 32);
  for (const path of [
    'tile/0/000',
    `tile/0/000.p/${size + 1n}`,
    'tile/0/0',
    'tile/1/000.p/1',
    'tile/0/000.p/0',
    'tile/8/0/000',
    'tile/',
    'tile/entries/001',
    'tile/0/%2e%2e/key',
    'tile/0/000.p/01',
    'leaves',
    '',
  ]) {
    assert.equal((await read(path)).status, 404, path);
  }
});

test('"verify" passes the log, remembers its checkpoint, and passes what the log becomes', async () => {
  await covered();
  const key = await (await read('key')).text();
  const first = await verify(logAddress(), { remember, all: true });
  assert.equal(first.holds, true, first.said.join('\n'));
  await visitor.call('GET', '/api/entries?after=0&limit=50');
  await covered();
  const next = await verify(logAddress(), { key: key.trim(), remember, all: true });
  assert.equal(next.holds, true, next.said.join('\n'));
  assert.match(next.said.join('\n'), /continues the remembered checkpoint/);
  // The log may have grown since.
  await until('what is remembered to be the newest', async () => {
    const again = await verify(logAddress(), { key: key.trim(), remember, all: true });
    assert.equal(again.holds, true, again.said.join('\n'));
    return readFileSync(remember, 'utf8') === (await (await read('checkpoint')).text());
  });
});

test('a customer’s export passes offline, and no altered record, salt or proof does', async () => {
  await covered();
  const exported = (await visitor.call<LogExport>('GET', '/api/log-export')).body;
  const uses = await hub.db.database.query(sql`select from ledger`);
  assert.ok(uses.length > 3);
  assert.equal(exported.entries.length, uses.length);
  const file = join(folder, 'export.json');
  const check = async (changed: LogExport): Promise<boolean> => {
    writeFileSync(file, JSON.stringify(changed));
    return (await verify(file, {})).holds;
  };
  assert.equal(await check(exported), true);
  const [first, second] = exported.entries;
  assert.ok(first && second);
  const rest = exported.entries.slice(2);
  assert.equal(await check({ ...exported, entries: [{ ...first, salt: second.salt }, second, ...rest] }), false);
  assert.equal(await check({ ...exported, entries: [{ ...first, record: second.record }, second, ...rest] }), false);
  const elsewhere = { ...first, leaf: { ...first.leaf, index: first.leaf.index + 1 } };
  assert.equal(await check({ ...exported, entries: [elsewhere, second, ...rest] }), false);
  assert.equal(await check({ ...exported, checkpoint: exported.checkpoint.replace(/\n\d+\n/, '\n7\n') }), false);
  const stranger = await Visitor.arrive(hub);
  assert.deepEqual((await stranger.call<LogExport>('GET', '/api/log-export')).body.entries, []);
  assert.equal((await fetch(`${hub.url}/api/log-export`)).status, 401);
});

test('the command says so in plain words, and its exit code is 0 or 1', async () => {
  await covered();
  const file = join(folder, 'export.json');
  const exported = (await visitor.call<LogExport>('GET', '/api/log-export')).body;
  const run = (text: string): { status: number | null; stdout: string } => {
    writeFileSync(file, text);
    const cli = new URL('../src/app/cli.ts', import.meta.url).pathname;
    return spawnSync(process.execPath, [cli, 'verify', file], { encoding: 'utf8' });
  };
  const well = run(JSON.stringify(exported));
  assert.equal(well.status, 0);
  assert.match(well.stdout, /entries are in the log, word for word\.\nAll is well\.\n$/);
  const ill = run(JSON.stringify(exported).replaceAll('conversation-shown', 'nothing-happened'));
  assert.equal(ill.status, 1);
  assert.match(ill.stdout, /NOT in the log[^]*This does NOT hold\.\n$/);
  assert.equal(run('{}').status, 1);
});

test('a restarted hub goes on with its log, and an altered leaf is found by whoever reads them', async () => {
  await hub.restart();
  await covered();
  assert.equal((await verify(logAddress(), { remember, all: true })).holds, true);
  await hub.db.database.execute(
    sql`update log_leaves set leaf = set_byte(leaf, 9, get_byte(leaf, 9) # 1) where leaf_index = 0`,
  );
  const altered = await verify(logAddress(), { all: true });
  assert.equal(altered.holds, false);
  assert.match(altered.said.join('\n'), /do NOT make the root/);
});

test('the log’s state says who witnesses it, and that nobody independent does', async () => {
  await covered();
  const status = await until('a cosignature', async () => {
    const said = (await (await fetch(`${hub.url}/api/log-status`)).json()) as LogStatus;
    return said.witnesses[0]?.size === said.size && said;
  });
  const [witness, ...more] = status.witnesses;
  assert.deepEqual([witness?.name, witness?.independent, more], ['sandbox-witness', false, []]);
  assert.deepEqual([status.stopped, status.behind], [null, 0]);
  assert.ok(Date.now() - Date.parse(String(witness?.at)) < 120_000);
  assert.match(await (await read('checkpoint')).text(), /\n— sandbox-witness \S+\n$/);
  const witnessKey = await (await fetch(`${hub.sandboxUrl}/witness/key`)).text();
  const seen = await verify(logAddress(), { witness: witnessKey.trim() });
  assert.match(seen.said.join('\n'), /sandbox-witness has cosigned it at/);
  assert.equal(seen.holds, true);
  const unknown = openWitness(join(folder, 'unknown'), await (await read('key')).text(), systemClock);
  const unseen = await verify(logAddress(), { witness: unknown.key });
  assert.match(unseen.said.join('\n'), /NOT cosigned/);
  assert.equal(unseen.holds, false);
});

test('a log that may not go on is no longer ready, and its state says why', async () => {
  assert.equal((await fetch(`${hub.url}/readyz`)).status, 200);
  await hub.db.database.execute(sql`truncate log_leaves, log_tiles, log_head`);
  const ready = await until('the log to stop', async () => {
    const answer = await fetch(`${hub.url}/readyz`);
    return answer.status === 503 && answer;
  });
  const { code } = (await ready.json()) as { code: string };
  const { stopped } = (await (await fetch(`${hub.url}/api/log-status`)).json()) as LogStatus;
  // Its own memory and the witness know it both; who notices first is chance.
  assert.ok(['log_went_back', 'log_witness_ahead'].includes(code), code);
  assert.equal(stopped, code);
  assert.ok(hub.logged().includes(`"alarm":"${code}"`));
});
