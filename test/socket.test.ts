import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { WebSocket } from 'ws';
import type { Entry, ServerFrame } from '#contract';
import { BankSigner } from './bank-signer.ts';
import { testHub, type TestHub } from './hub.ts';
import { Visitor } from './visitor.ts';
import { until } from './until.ts';

// Promise P2 at the hub's end: every entry exactly once, in order, whatever happens to the socket.

let hub: TestHub;
let bank: BankSigner;
let visitor: Visitor;
let card = '';
before(async () => {
  hub = await testHub();
  visitor = await Visitor.arrive(hub);
  await visitor.link('citi', 'customer-1');
  bank = await BankSigner.of(hub, 'citi');
  card = await bank.accountId('customer-1', 'card');
});
after(() => hub.close());

/** A browser's socket that keeps what it was sent. */
class Socket {
  readonly frames: ServerFrame[] = [];
  readonly socket: WebSocket;
  closed: number | undefined;

  constructor(headers: Record<string, string> = {}) {
    const cookie = `tellerline_session=${visitor.cookie('tellerline_session')}`;
    this.socket = new WebSocket(`${hub.url.replace('http', 'ws')}/ws`, {
      headers: { origin: hub.url, cookie, ...headers },
    });
    this.socket.on('message', (data: Buffer) => this.frames.push(JSON.parse(data.toString()) as ServerFrame));
    this.socket.on('close', (code) => (this.closed = code));
    this.socket.on('error', () => (this.closed ??= 0));
  }

  async resume(after: number): Promise<void> {
    await until('the socket', async () => this.socket.readyState === WebSocket.OPEN);
    this.socket.send(JSON.stringify({ frame: 'resume', after }));
    await until('the hello', async () => this.frames.some((frame) => frame.frame === 'hello'));
  }

  entries(): Entry[] {
    return this.frames.flatMap((frame) => (frame.frame === 'entries' ? frame.entries : []));
  }
}

const purchase = () => ({
  id: randomUUID(),
  type: 'transaction.authorized',
  occurredAt: '2026-11-20T14:14:00-05:00',
  accountId: card,
  transaction: {
    id: randomUUID(),
    status: 'authorized',
    amount: '12.34',
    currency: 'USD',
    direction: 'debit',
    localDate: '2026-11-20',
    description: 'A purchase',
  },
});
const lastSeq = async () => (await visitor.me()).lastSeq;
const seqs = (socket: Socket) => socket.entries().map((entry) => entry.seq);
const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, n) => from + n);

test('a browser that resumes gets what it lacks and then what comes, each once and in order', async () => {
  const known = (await lastSeq()) - 1;
  const socket = new Socket();
  const sending = Array.from({ length: 30 }, () => bank.send([purchase(), purchase()]));
  await socket.resume(known);
  await Promise.all(sending);
  const end = await lastSeq();
  await until('everything', async () => seqs(socket).at(-1) === end);
  assert.deepEqual(seqs(socket), range(known + 1, end));
  socket.socket.close();
});

test('sockets that come and go while events pour in miss nothing and repeat nothing', async () => {
  let known = await lastSeq();
  const begin = known;
  const seen: number[] = [];
  const pouring = (async () => {
    for (let n = 0; n < 40; n += 1) await bank.send([purchase(), purchase(), purchase()]);
  })();
  for (let n = 0; n < 8; n += 1) {
    const socket = new Socket();
    await socket.resume(known);
    await until('something new', async () => socket.entries().length > 0 || known >= begin + 120);
    socket.socket.terminate();
    seen.push(...seqs(socket));
    known = seen.at(-1) ?? known;
  }
  await pouring;
  const last = new Socket();
  await last.resume(known);
  const end = await lastSeq();
  await until('the rest', async () => (seqs(last).at(-1) ?? known) === end);
  seen.push(...seqs(last));
  assert.deepEqual(seen, range(begin + 1, end));
  last.socket.close();
});

test('two windows show the same, and what one reads is read in the other', async () => {
  const one = new Socket();
  const two = new Socket();
  await Promise.all([one.resume(0), two.resume(0)]);
  const end = await lastSeq();
  await until('both', async () => seqs(one).at(-1) === end && seqs(two).at(-1) === end);
  assert.deepEqual(one.entries(), two.entries());
  one.socket.send(JSON.stringify({ frame: 'read', seq: end }));
  await until('the mark', async () => (await visitor.me()).readSeq === end);
  one.socket.send(JSON.stringify({ frame: 'read', seq: 1 }));
  one.socket.send(JSON.stringify({ frame: 'read', seq: end + 1000 }));
  await visitor.ask('help');
  assert.ok((await visitor.me()).readSeq <= (await lastSeq()));
  assert.ok((await visitor.me()).readSeq >= end, 'a mark never goes back');
  one.socket.close();
  two.socket.close();
});

test('a browser that claims to know more than there is starts from the beginning', async () => {
  const socket = new Socket();
  await socket.resume(1_000_000);
  const end = await lastSeq();
  await until('everything', async () => seqs(socket).at(-1) === end);
  assert.deepEqual(seqs(socket), range(1, end));
  socket.socket.close();
});

test('a socket of another site, without a session or with nonsense is closed', async () => {
  const foreign: Record<string, string>[] = [
    { origin: 'https://evil.example' },
    { cookie: '' },
    { cookie: 'tellerline_session=made-up' },
    { origin: 'not a url' },
  ];
  for (const headers of foreign) {
    const socket = new Socket(headers);
    await until('the refusal', async () => socket.closed !== undefined);
    assert.deepEqual(socket.frames, []);
  }
  for (const nonsense of ['{', '[]', '{"frame":"resume","after":-1}', '{"frame":"other"}', 'x'.repeat(5000)]) {
    const socket = new Socket();
    await until('the socket', async () => socket.socket.readyState === WebSocket.OPEN);
    socket.socket.send(nonsense);
    await until('the end', async () => socket.closed !== undefined);
    assert.deepEqual(socket.frames, []);
  }
});

test('an erased link’s messages leave every open window', async () => {
  const socket = new Socket();
  await socket.resume(await lastSeq());
  await visitor.ask('stop');
  await visitor.press('stop-link');
  await until('the removals', async () => socket.entries().some((entry) => entry.entry === 'removal'));
  const replayed = await visitor.entries();
  assert.deepEqual(
    replayed.map((entry) => entry.seq),
    range(1, replayed.length),
  );
  assert.equal(JSON.stringify(replayed).includes('A purchase'), false);
  socket.socket.close();
});
