import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import { createLog } from '#base';
import type { ServerFrame } from '#contract';
import { openDatabase, runningPostgres, sql, type Database } from '#db';
import { BankSigner, purchaseOn } from './bank-signer.ts';
import { freePorts, ready, runTellerline, type Run } from './run.ts';
import { cardsOf, readMessages, Visitor } from './visitor.ts';
import { until } from './until.ts';

// A signal to stop, under load: what is under way is finished and shown, nothing new is taken, the browsers
// are sent away, and nothing that was acknowledged is lost. The sender keeps its own book.

type Purchase = ReturnType<typeof purchaseOn>;

/** What a sender knows of its batches. */
class Book {
  readonly acknowledged: Purchase[] = [];
  /** Refused by 503: the hub says that it took nothing of them. */
  readonly refused: Purchase[][] = [];
  /** No answer came. */
  readonly unknown: Purchase[][] = [];
  readonly codes = new Set<string>();

  async send(bank: BankSigner, batch: Purchase[]): Promise<void> {
    try {
      const { status, body } = await bank.send(batch);
      if (status === 202) return void this.acknowledged.push(...batch);
      assert.equal(status, 503, JSON.stringify(body));
      this.codes.add(body.code);
      this.refused.push(batch);
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      this.unknown.push(batch);
    }
  }
}

const sockets = 6;
const senders = 8;

test('told to stop under load it finishes what it has taken, takes no more, sends the browsers away, and loses nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'tellerline-stop-'));
  const data = join(folder, 'data');
  const [port = 0, staff = 0, sandbox = 0] = await freePorts(3);
  const url = `http://localhost:${port}`;
  const start = async (): Promise<Run> => {
    const started = runTellerline(data, ['start'], {
      TELLERLINE_PORT: String(port),
      TELLERLINE_STAFF_PORT: String(staff),
      TELLERLINE_SANDBOX_PORT: String(sandbox),
    });
    await started.until(ready);
    return started;
  };
  let running = await start();
  let database = openDatabase(runningPostgres(data) ?? '', { log: createLog('silent'), connectionsMax: 3 });
  t.after(async () => {
    running.process.kill('SIGTERM');
    await running.end();
    rmSync(folder, { recursive: true, force: true });
  });

  const visitor = await Visitor.arrive({ url });
  await visitor.link('citi', 'customer-1');
  const bank = await BankSigner.of({ url, db: { database } }, 'citi');
  const card = await bank.accountId('customer-1', 'card');
  const before = (await visitor.me()).lastSeq;
  const browsers = await Promise.all(Array.from({ length: sockets }, () => Watching.begin(url, visitor, before)));

  const book = new Book();
  const stopping = new AbortController();
  const sending = Promise.all(
    Array.from({ length: senders }, async () => {
      while (book.unknown.length === 0 && !(stopping.signal.aborted && book.refused.length > 0))
        await book.send(
          bank,
          Array.from({ length: 20 }, () => purchaseOn(card)),
        );
    }),
  );
  await until('a load', async () => book.acknowledged.length > 1000);

  // One batch is under way for as long as this transaction holds its conversation.
  const lock = await holdConversation(database);
  await until('batches under way', async () => (await metric(staff, 'tellerline_batches_in_flight')) >= senders);
  stopping.abort();
  running.process.kill('SIGTERM');
  const unready = await until('it to say that it stops', async () => {
    const answer = await fetch(`${url}/readyz`);
    return answer.status === 503 && ((await answer.json()) as { code: string });
  });
  assert.equal(unready.code, 'stopping');
  assert.equal((await fetch(`${url}/livez`)).status, 200);
  const late = await fetch(`${url}/api/me`);
  assert.deepEqual([late.status, late.headers.get('connection')], [503, 'close']);
  assert.ok(Number(late.headers.get('retry-after')) > 0);
  await book.send(bank, [purchaseOn(card)]);
  assert.deepEqual([...book.codes], ['stopping']);
  const acknowledgedBefore = book.acknowledged.length;
  assert.ok(
    browsers.every((browser) => browser.code === undefined),
    'nobody is sent away before what was taken is shown',
  );
  lock.release();
  const releasedMs = performance.now();
  await sending;
  assert.ok(book.acknowledged.length >= acknowledgedBefore + 20 * senders, 'what was under way was finished');
  // 1 would say that it took longer than the 25 s that it has.
  assert.equal(await running.end(), 0, running.said());
  const stopSeconds = ((performance.now() - releasedMs) / 1000).toFixed(1);
  await database.close().catch(() => undefined);
  await until('the browsers to be sent away', async () => browsers.every((browser) => browser.code !== undefined));
  assert.deepEqual(
    browsers.map((browser) => browser.code),
    Array.from({ length: sockets }, () => 1012),
  );
  const lastAcknowledged = new Set(book.acknowledged.map((purchase) => purchase.transaction.id));
  for (const browser of browsers)
    assert.equal(lastAcknowledged.difference(browser.shown).size, 0, 'all of it was shown before they were sent away');

  running = await start();
  database = openDatabase(runningPostgres(data) ?? '', { log: createLog('silent'), connectionsMax: 1 });
  const entries = await visitor.entries();
  assert.deepEqual(
    entries.map((entry) => entry.seq),
    entries.map((_, n) => n + 1),
  );
  const shown = cardsOf(readMessages(entries), 'transaction').map((one) => one.transaction.id);
  assert.equal(new Set(shown).size, shown.length, 'none is shown twice');
  assert.equal(lastAcknowledged.difference(new Set(shown)).size, 0, 'none is lost');
  const refused = book.refused.flat().map((purchase) => purchase.transaction.id);
  assert.equal(new Set(refused).intersection(new Set(shown)).size, 0, 'of what was refused nothing was taken');
  assert.ok(refused.length > 0);

  // What was refused or not answered is sent again, and is then there once.
  for (const batch of [...book.refused, ...book.unknown]) assert.equal((await bank.send(batch)).status, 202);
  const everything = cardsOf(await visitor.conversation(), 'transaction').map((one) => one.transaction.id);
  const sent = [...book.acknowledged, ...book.refused.flat(), ...book.unknown.flat()].map((one) => one.transaction.id);
  assert.equal(everything.length, new Set(everything).size);
  assert.deepEqual(new Set(sent).difference(new Set(everything)).size, 0);
  await database.close();
  t.diagnostic(
    `${book.acknowledged.length} purchases acknowledged, ${refused.length} refused, ${book.unknown.flat().length} without an answer: 0 lost, 0 twice; ended ${stopSeconds} s after the last lock was gone`,
  );
});

/** A browser that keeps what it was shown, and with what code it was closed. */
class Watching {
  readonly shown = new Set<string>();
  code: number | undefined;

  static async begin(url: string, visitor: Visitor, after: number): Promise<Watching> {
    const watching = new Watching();
    const cookie = `tellerline_session=${visitor.cookie('tellerline_session')}`;
    const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { origin: url, cookie } });
    socket.on('message', (data: Buffer) => {
      const frame = JSON.parse(data.toString()) as ServerFrame;
      if (frame.frame !== 'entries') return;
      for (const one of cardsOf(readMessages(frame.entries), 'transaction')) watching.shown.add(one.transaction.id);
    });
    socket.on('close', (code) => (watching.code = code));
    await once(socket, 'open');
    socket.send(JSON.stringify({ frame: 'resume', after }));
    return watching;
  }
}

/** Locks every conversation until released. */
async function holdConversation(database: Database): Promise<{ release: () => void }> {
  const held = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  const holding = database.transaction(async (tx) => {
    await tx.query(sql`select from conversations for update`);
    held.resolve();
    await released.promise;
  });
  await held.promise;
  return {
    release: () => {
      released.resolve();
      holding.catch(() => undefined);
    },
  };
}

async function metric(staffPort: number, name: string): Promise<number> {
  const text = await (await fetch(`http://localhost:${staffPort}/metrics`)).text();
  const line = text.split('\n').find((one) => one.startsWith(`${name} `));
  if (line === undefined) await sleep(10);
  return Number(line?.slice(name.length + 1) ?? 0);
}
