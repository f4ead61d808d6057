import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { connect, type Socket as Connection } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import { createLog, limits, systemClock, unmetered, type Clock } from '#base';
import type { ServerFrame } from '#contract';
import { openDatabase, sql } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// What whoever runs it is told, and what it refuses before it is too much.

let aheadMs = 0;
const clock: Clock = { nowMs: () => systemClock.nowMs(), monotonicMs: () => systemClock.monotonicMs() + aheadMs };
const keys = mkdtempSync(join(tmpdir(), 'tellerline-operations-'));

let hub: TestHub;
let visitor: Visitor;
let bank: BankSigner;
let card = '';
before(async () => {
  hub = await testHub({ clock, settings: { TELLERLINE_KEYS: join(keys, 'keys') } });
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(async () => {
  await hub.close();
  rmSync(keys, { recursive: true, force: true });
});

const metrics = async (): Promise<string> => (await fetch(`${hub.staffUrl}/metrics`)).text();

/** The value of one line of the metrics; 0 when there is none. */
async function metric(name: string): Promise<number> {
  const line = (await metrics()).split('\n').find((one) => one.startsWith(`${name} `));
  return line === undefined ? 0 : Number(line.slice(name.length + 1));
}

const ready = async (): Promise<{ status: number; code?: string }> => {
  const answer = await fetch(`${hub.url}/readyz`);
  const { code } = (await answer.json()) as { code?: string };
  return { status: answer.status, ...(code !== undefined && { code }) };
};

/** A browser's socket. */
function browser(of: Visitor = visitor): WebSocket {
  const cookie = `tellerline_session=${of.cookie('tellerline_session')}`;
  return new WebSocket(`${hub.url.replace('http', 'ws')}/ws`, { headers: { origin: hub.url, cookie } });
}

test('events are counted by what became of them, and their way is timed to the commit and to the screen', async () => {
  const counted = ['accepted', 'duplicate', 'dropped', 'refused'] as const;
  const counts = async (): Promise<number[]> => {
    const values: number[] = [];
    for (const outcome of counted)
      values.push(await metric(`tellerline_events_total{sender="bank",outcome="${outcome}"}`));
    return values;
  };
  const wayTo = (end: string): Promise<number> => metric(`tellerline_event_seconds_count{${end}}`);
  const before = await counts();
  const socket = browser();
  await once(socket, 'open');
  let shown = 0;
  socket.on('message', (data: Buffer) => {
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if (frame.frame === 'entries') shown += frame.entries.length;
  });
  socket.send(JSON.stringify({ frame: 'resume', after: (await visitor.me()).lastSeq }));
  await until('the socket to be counted', async () => (await metric('tellerline_sockets_connected')) === 1);
  const screenBefore = await wayTo('since="bank",until="socket"');

  const purchases = [purchaseOn(card), purchaseOn(card), purchaseOn(card)];
  assert.equal((await bank.send(purchases)).status, 202);
  assert.equal((await bank.send(purchases.slice(0, 2))).status, 202);
  assert.equal((await bank.send([purchaseOn('of-nobody')])).status, 202);
  const changed = { ...purchases[0], occurredAt: new Date(Date.now() - 5000).toISOString() };
  assert.equal((await bank.send([changed, purchaseOn(card)])).status, 409);
  assert.equal((await bank.send([{ ...purchaseOn(card), type: 'nonsense' }])).status, 422);
  assert.equal((await bank.send([purchaseOn(card)], { signedBody: Buffer.from('other') })).status, 401);

  assert.deepEqual(
    (await counts()).map((count, n) => count - (before[n] ?? 0)),
    [3, 2, 1, 2],
  );
  for (const code of ['event_contradicts', 'event_malformed', 'webhook_signature_invalid'])
    assert.equal(await metric(`tellerline_batches_refused_total{sender="bank",code="${code}"}`), 1, code);
  for (const alarm of ['events_dropped', 'event_contradicts'])
    assert.equal(await metric(`tellerline_alarms_total{alarm="${alarm}"}`), 1, alarm);
  await until('the purchases on the screen', async () => shown === 3);
  // One frame, timed once.
  assert.equal((await wayTo('since="bank",until="socket"')) - screenBefore, 1);
  for (const end of ['since="bank",until="commit"', 'since="arrival",until="commit"', 'since="arrival",until="socket"'])
    assert.ok((await wayTo(end)) >= 1, end);
  for (const step of ['receive', 'verify', 'parse', 'store', 'hand-on'])
    assert.ok((await metric(`tellerline_step_seconds_count{step="${step}"}`)) >= 1, step);
  socket.close();
});

test('the metrics tell of the process, the pools and the log, and nothing of any person', async () => {
  const said = await metrics();
  for (const name of [
    'process_resident_memory_bytes ',
    'nodejs_eventloop_lag_p99_seconds ',
    'tellerline_database_connections{pool="intake"} ',
    'tellerline_database_waiting{pool="reader"} ',
    'tellerline_log_leaves_waiting ',
    'tellerline_log_stopped 0',
    'tellerline_oldest_undelivered_seconds{backlog="in-flight"} ',
    'tellerline_unknown_outcomes_total{what="commit"} 0',
  ])
    assert.ok(said.includes(`\n${name}`), name);
  const me = await visitor.me();
  const rows = await hub.db.database.query<{ id: string }>(sql`
    select customer_id::text as id from customers union select conversation_id::text from conversations
    union select link_id::text from links`);
  const planted = [
    card,
    visitor.cookie('tellerline_session') ?? '',
    'customer-1',
    me.timeZone,
    ...rows.map((row) => row.id),
  ];
  assert.ok(planted.length >= 7 && planted.every((one) => one.length > 7));
  assert.deepEqual(
    planted.filter((one) => said.includes(one)),
    [],
  );
  // On the public listener there is no such page.
  assert.equal((await fetch(`${hub.url}/metrics`)).status, 404);
});

test('an error at COMMIT is counted as an outcome that nobody knows, and a refused COMMIT is not', async () => {
  const seen: string[] = [];
  const meter = { ...unmetered, unknown: (what: string) => void seen.push(what) };
  const database = openDatabase(hub.db.url, { log: createLog('silent'), connectionsMax: 2, meter });
  await database.execute(sql`create table deferred (n integer unique deferrable initially deferred)`);
  const twice = database.transaction((tx) => tx.execute(sql`insert into deferred values (1), (1)`));
  await assert.rejects(twice, /duplicate key/);
  assert.deepEqual(seen, []);
  const cut = database.transaction(async (tx) => {
    const [row] = await tx.query<{ pid: number }>(sql`select pg_backend_pid() as pid`);
    await hub.db.database.query(sql`select pg_terminate_backend(${row?.pid})`);
    await until('the end of the connection', async () => {
      const alive = await hub.db.database.query(sql`select from pg_stat_activity where pid = ${row?.pid}`);
      return alive.length === 0;
    });
  });
  await assert.rejects(cut);
  assert.deepEqual(seen, ['commit']);
  await database.execute(sql`drop table deferred`);
  await database.close();
});

test('without its keys it is alive and not ready, within one lease', async () => {
  assert.equal((await ready()).status, 200);
  const folder = join(keys, 'keys');
  renameSync(folder, `${folder}-away`);
  aheadMs += 31_000;
  const unready = await ready();
  renameSync(`${folder}-away`, folder);
  assert.equal(unready.code, 'root_gone');
  assert.equal((await fetch(`${hub.url}/livez`)).status, 200);
  await until('it to be ready', async () => (await fetch(`${hub.url}/readyz`)).status === 200);
  assert.ok((await metric('tellerline_alarms_total{alarm="keys_unreachable"}')) >= 1);
});

test('with a log that stands still it is not ready', async () => {
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = hub.db.database.transaction(async (tx) => {
    await tx.query(sql`select from log_head for update`);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  assert.equal((await bank.send([purchaseOn(card)])).status, 202);
  aheadMs += limits.checkpointLateMsMax + 1000;
  // A round that began before the lock may still end well.
  const unready = await until('it not to be ready', async () => {
    const now = await ready();
    if (now.code === undefined) aheadMs += limits.checkpointLateMsMax + 1000;
    return now.code !== undefined && now;
  });
  assert.equal(unready.code, 'checkpoint_late');
  release.resolve();
  await holding;
  await until('it to be ready', async () => (await fetch(`${hub.url}/readyz`)).status === 200);
});

test('with a database that takes no writes it is not ready', async () => {
  const name = new URL(hub.db.url).pathname.slice(1);
  const setReadOnly = async (readOnly: boolean): Promise<void> => {
    await hub.db.database.execute({
      text: `alter database "${name}" set default_transaction_read_only = ${readOnly ? 'on' : 'off'}`,
      values: [],
    });
    await hub.db.database.query(sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = ${name} and pid <> pg_backend_pid()`);
  };
  await setReadOnly(true);
  const unready = await until('it not to be ready', async () => {
    const now = await ready();
    return now.code === 'database_read_only' && now;
  });
  assert.equal(unready.code, 'database_read_only');
  await hub.db.database.execute({ text: 'set default_transaction_read_only = off', values: [] });
  await setReadOnly(false);
  await until('it to be ready', async () => (await fetch(`${hub.url}/readyz`)).status === 200);
});

/** Says that it sends a batch of so many bytes, and sends none. */
async function announce(bytes: number): Promise<Connection> {
  const { hostname, port, host } = new URL(hub.url);
  const connection = connect(Number(port), hostname);
  await once(connection, 'connect');
  connection.write(`POST /v1/banks/citi/events HTTP/1.1\r\nHost: ${host}\r\nContent-Length: ${bytes}\r\n\r\n`);
  return connection;
}

test('what there is no room for is refused before it is read, says when to come again, and is taken then', async () => {
  const fit = Math.floor(limits.bytesArrivingPerAddressMax / limits.eventBodyBytesMax);
  const announced = await Promise.all(Array.from({ length: fit }, () => announce(limits.eventBodyBytesMax)));
  await until('them to be in', async () => (await metric('tellerline_batches_in_flight')) === fit);
  const purchase = purchaseOn(card);
  const entriesBefore = (await visitor.me()).lastSeq;
  const refused = await bank.send([purchase]);
  assert.deepEqual([refused.status, refused.body.code, refused.body.retryAfterSeconds], [503, 'intake_full', 1]);
  assert.equal(await metric('tellerline_batches_in_flight_bytes'), fit * limits.eventBodyBytesMax);
  assert.equal((await visitor.me()).lastSeq, entriesBefore);
  for (const connection of announced) connection.destroy();
  await until('room', async () => (await metric('tellerline_batches_in_flight')) === 0);
  const taken = await bank.send([purchase]);
  assert.deepEqual([taken.status, taken.body.accepted, taken.body.duplicates], [202, 1, 0]);
});

test('while a lock holds up the oldest batch, more are refused, and the held one is not lost', async () => {
  const [row] = await hub.db.database.query<{ id: string }>(sql`select conversation_id::text as id from conversations`);
  const held = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const holding = hub.db.database.transaction(async (tx) => {
    await tx.query(sql`select from conversations where conversation_id = ${row?.id} for update`);
    held.resolve();
    await release.promise;
  });
  await held.promise;
  const stuck = bank.send([purchaseOn(card)]);
  await until('it to be in', async () => (await metric('tellerline_batches_in_flight')) === 1);
  aheadMs += limits.batchInFlightMsMax + 1;
  const refused = await bank.send([purchaseOn(card)]);
  assert.deepEqual([refused.status, refused.body.code], [503, 'backlog_too_old']);
  release.resolve();
  await holding;
  assert.equal((await stuck).status, 202);
  assert.equal((await bank.send([purchaseOn(card)])).status, 202);
});

test('a browser that does not take what it is sent is closed, and resumes without a gap', async () => {
  const before = (await visitor.me()).lastSeq;
  const slow = browser();
  await once(slow, 'open');
  const got: number[] = [];
  const codes: number[] = [];
  const keep = (data: Buffer): void => {
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if (frame.frame === 'entries') got.push(...frame.entries.map((entry) => entry.seq));
  };
  slow.on('message', keep);
  slow.on('close', (code) => codes.push(code));
  slow.send(JSON.stringify({ frame: 'resume', after: before }));
  await until('the socket', async () => (await metric('tellerline_sockets_connected')) === 1);
  slow.pause();
  // Far more than the buffers of two kernels and the limit hold together.
  const wide = { description: 'A purchase with a long description '.repeat(5) };
  const closed = 'tellerline_sockets_closed_total{why="slow"}';
  let sent = 0;
  while ((await metric(closed)) === 0) {
    assert.ok(sent < 40_000, 'it is closed in the end');
    const events = Array.from({ length: 500 }, () => {
      const event = purchaseOn(card);
      return { ...event, transaction: { ...event.transaction, ...wide } };
    });
    assert.equal((await bank.send(events)).status, 202);
    sent += events.length;
  }
  assert.ok((await metric('tellerline_sockets_buffered_bytes')) < limits.socketBufferBytesMax + 2 * 1024 * 1024);
  slow.resume();
  await until('the end of the slow one', async () => codes.length === 1);
  const again = browser();
  again.on('message', keep);
  await once(again, 'open');
  again.send(JSON.stringify({ frame: 'resume', after: got.at(-1) ?? before }));
  const { lastSeq } = await visitor.me();
  await until('everything', async () => got.at(-1) === lastSeq);
  assert.deepEqual(
    got,
    Array.from({ length: lastSeq - before }, (_, n) => before + n + 1),
  );
  again.close();
});
