import { createPrivateKey, randomUUID, sign } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { accountIdOf, madeAmount, madeMerchant } from './made-events.ts';

// The bank, as a process of its own: makes purchases, signs batches of them and sends these, either over a few
// connections, each as soon as the one before was answered, or at a pace that does not wait for answers.

/** What it is told. */
export interface Load {
  /** Where batches go. */
  readonly url: string;
  readonly privateKey: string;
  /** Accounts of which events are made: each equally often. */
  readonly accounts: number;
  /** The first so many accounts have a connected customer; `share` of the events is of theirs. */
  readonly connected: number;
  readonly share: number;
  readonly batch: number;
  /** Connections, each with one batch under way; or batches a second, however many are under way then. */
  readonly pace: { readonly connections: number } | { readonly batchesPerSecond: number };
  readonly seconds: number;
}

/** What it has seen. */
export interface Loaded {
  /** Events of batches that were accepted whole, and those of connected customers among them. */
  readonly acknowledged: number;
  readonly forConnected: number;
  /** Events of batches that were answered otherwise. */
  readonly refused: number;
  readonly seconds: number;
  /** From a batch's sending, or from when it should have been sent at that pace, to its answer. */
  readonly answerMs: readonly number[];
}

// Nobody else ends it when the bench is gone.
process.once('disconnect', () => process.exit());
const [load] = (await once(process, 'message')) as [Load];
const key = createPrivateKey(load.privateKey);
const agent = new Agent({ keepAlive: true, maxSockets: 'connections' in load.pace ? load.pace.connections : 64 });
const answerMs: number[] = [];
let [acknowledged, forConnected, refused] = [0, 0, 0];

const began = performance.now();
if ('connections' in load.pace) await Promise.all(Array.from({ length: load.pace.connections }, sendOn));
else await sendPaced(load.pace.batchesPerSecond);
const loaded: Loaded = {
  acknowledged,
  forConnected,
  refused,
  seconds: (performance.now() - began) / 1000,
  answerMs,
};
process.send?.(loaded, () => process.disconnect?.());

async function sendOn(): Promise<void> {
  const until = began + load.seconds * 1000;
  while (performance.now() < until) await sendBatch(performance.now());
}

/** Sends by the clock; a batch that is late, because this process was held up, counts from when it was due. */
async function sendPaced(batchesPerSecond: number): Promise<void> {
  const sending: Promise<void>[] = [];
  const count = Math.round(load.seconds * batchesPerSecond);
  for (let n = 0; n < count; n += 1) {
    const due = began + (n * 1000) / batchesPerSecond;
    const early = due - performance.now();
    if (early > 0) await sleep(early);
    sending.push(sendBatch(due));
  }
  await Promise.all(sending);
}

async function sendBatch(dueMs: number): Promise<void> {
  const { body, connected } = batchOf(dueMs);
  const accepted = await send(body);
  answerMs.push(performance.now() - dueMs);
  if (accepted === load.batch) {
    acknowledged += load.batch;
    forConnected += connected;
  } else refused += load.batch;
}

/**
 * A batch of purchases; each says when it was due, in µs of the machine's monotonic clock, so that whoever gets
 * it in the end, in another process, can tell how long it was under way.
 */
function batchOf(dueMs: number): { body: Buffer; connected: number } {
  const dueUs = Number(process.hrtime.bigint() / 1000n) - Math.round((performance.now() - dueMs) * 1000);
  const now = new Date().toISOString();
  let connected = 0;
  const events = Array.from({ length: load.batch }, () => {
    const isConnected = load.connected > 0 && Math.random() < load.share;
    if (isConnected) connected += 1;
    const account = isConnected
      ? Math.floor(Math.random() * load.connected)
      : load.connected + Math.floor(Math.random() * (load.accounts - load.connected));
    const id = randomUUID();
    return `{"id":"${id}","type":"transaction.authorized","occurredAt":"${now}","accountId":"${accountIdOf(account)}","transaction":{"id":"t${id}","status":"authorized","amount":"${madeAmount()}","currency":"USD","direction":"debit","occurredAt":"${now}","localDate":"${now.slice(0, 10)}","description":"DUE ${dueUs} WESTERVILLE OH","merchant":{"name":"${madeMerchant()}","category":"5411","address":{"city":"Westerville","region":"OH","country":"US"}}}}`;
  });
  return { body: Buffer.from(`{"events":[${events.join(',')}]}`), connected };
}

/** Answers how many events were accepted; none when the batch was refused. */
async function send(body: Buffer): Promise<number> {
  const id = randomUUID();
  const timestamp = String(Math.floor(Date.now() / 1000));
  const signature = sign(null, Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]), key).toString('base64');
  const headers = {
    'content-type': 'application/json',
    'content-length': body.length,
    'webhook-id': id,
    'webhook-timestamp': timestamp,
    'webhook-signature': `v1a,${signature}`,
  };
  return new Promise((resolve, reject) => {
    const sent = request(load.url, { method: 'POST', agent, headers }, (answer) => {
      let said = '';
      answer.on('data', (chunk: Buffer) => (said += chunk.toString()));
      answer.on('end', () =>
        resolve(answer.statusCode === 202 ? (JSON.parse(said) as { accepted: number }).accepted : 0),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
