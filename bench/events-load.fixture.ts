import { randomUUID, sign, createPrivateKey } from 'node:crypto';
import { once } from 'node:events';
import { Agent, request } from 'node:http';

// The bank's side of the events bench, as a process of its own: signs batches and sends them over a few
// connections, each as soon as the one before was answered; or at a given pace.

/** What it is told. */
export interface Load {
  readonly url: string;
  readonly bank: string;
  readonly privateKey: string;
  readonly accounts: readonly string[];
  readonly batch: number;
  readonly connections: number;
  readonly seconds: number;
}

/** What it has seen: events acknowledged, and the answer times of batches in ms. */
export interface Loaded {
  readonly acknowledged: number;
  readonly refused: number;
  readonly seconds: number;
  readonly answerMs: readonly number[];
}

const [load] = (await once(process, 'message')) as [Load];
const key = createPrivateKey(load.privateKey);
const agent = new Agent({ keepAlive: true, maxSockets: load.connections });
const until = performance.now() + load.seconds * 1000;
const answerMs: number[] = [];
let [acknowledged, refused] = [0, 0];
const began = performance.now();
await Promise.all(Array.from({ length: load.connections }, sendOn));
const loaded: Loaded = { acknowledged, refused, seconds: (performance.now() - began) / 1000, answerMs };
process.send?.(loaded, () => process.disconnect?.());

async function sendOn(): Promise<void> {
  while (performance.now() < until) {
    const body = batchOf();
    const began = performance.now();
    const status = await send(body);
    answerMs.push(performance.now() - began);
    if (status === 202) acknowledged += load.batch;
    else refused += load.batch;
  }
}

function batchOf(): Buffer {
  const now = new Date().toISOString();
  const events = Array.from({ length: load.batch }, () => {
    const accountId = load.accounts[Math.floor(Math.random() * load.accounts.length)];
    const id = randomUUID();
    return `{"id":"${id}","type":"transaction.authorized","occurredAt":"${now}","accountId":"${accountId}","transaction":{"id":"t${id}","status":"authorized","amount":"65.70","currency":"USD","direction":"debit","occurredAt":"${now}","localDate":"${now.slice(0, 10)}","description":"STROMAN & HUDSON WESTERVILLE OH","merchant":{"name":"Stroman & Hudson","category":"5541","address":{"city":"Westerville","region":"OH","country":"US"}}}}`;
  });
  return Buffer.from(`{"events":[${events.join(',')}]}`);
}

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
    const sent = request(`${load.url}/v1/banks/${load.bank}/events`, { method: 'POST', agent, headers }, (answer) => {
      answer.resume();
      answer.on('end', () => resolve(answer.statusCode ?? 0));
    });
    sent.on('error', reject);
    sent.end(body);
  });
}
