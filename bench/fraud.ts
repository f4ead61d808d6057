/**
 * `npm run bench:fraud`: how long a fraud alert takes, from the bank's word over HTTP to a browser's socket, while
 * ordinary purchases of other customers come beside it. Writes `bench/results/fraud.json`.
 */
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { WebSocket } from 'ws';
import type { ServerFrame } from '#contract';
import { BankSigner } from '../test/bank-signer.ts';
import { testHub, type TestHub } from '../test/hub.ts';
import { Visitor } from '../test/visitor.ts';
import { quantile } from './measured.ts';

const alertsWanted = 200;
/** Purchases a second beside it, told one by one as a bank does. */
const besidePerSecond = 40;
const goalMs = 1000;

const hub = await testHub();
try {
  const asked = await Visitor.arrive(hub);
  await asked.link('citi', 'customer-1', ['transactions', 'fraud-alerts', 'account-management']);
  const beside = await Visitor.arrive(hub);
  await beside.link('citi', 'customer-2', ['transactions']);
  const bank = await BankSigner.of(hub, 'citi');
  const [card, other] = [await bank.accountId('customer-1', 'card'), await bank.accountId('customer-2', 'card')];
  const arrived = new Map<string, number>();
  const socket = await openSocket(hub, asked, (caseOf, atMs) => arrived.set(caseOf, atMs));
  const over = new AbortController();
  const load = (async (): Promise<number> => {
    let sent = 0;
    while (!over.signal.aborted) {
      void bank.send([purchase(other)]).catch(() => undefined);
      sent += 1;
      await sleep(1000 / besidePerSecond);
    }
    return sent;
  })();
  const took: number[] = [];
  for (let n = 0; n < alertsWanted; n += 1) {
    const merchant = `Shop ${randomUUID()}`;
    const beganMs = performance.now();
    await bank.send([suspicion(card, merchant)]);
    while (!arrived.has(merchant)) {
      if (performance.now() - beganMs > 10_000) throw new Error('an alert did not arrive');
      await sleep(1);
    }
    took.push((arrived.get(merchant) ?? 0) - beganMs);
  }
  over.abort();
  const besides = await load;
  socket.close();
  const [p50, p99, most] = [quantile(took, 0.5), quantile(took, 0.99), Math.max(...took)].map((ms) => Math.round(ms));
  const result = {
    what: 'a fraud alert from the bank’s signed request to a browser’s socket',
    alerts: took.length,
    besides,
    milliseconds: { p50, p99, most, goal: goalMs },
    isHeld: (p99 ?? Infinity) < goalMs,
    machine: `${cpus().length} cores, ${cpus()[0]?.model ?? 'unknown'}, load ${loadavg()[0]?.toFixed(1) ?? '?'}: busy with other work`,
    at: new Date().toISOString().slice(0, 10),
  };
  writeFileSync(new URL('results/fraud.json', import.meta.url), `${JSON.stringify(result, null, 2)}\n`);
  process.stdout.write(
    `fraud alerts: ${result.alerts}, ${besides} purchases beside; p50 ${p50} ms, p99 ${p99} ms, most ${most} ms (goal: p99 under ${goalMs} ms)\n`,
  );
  process.exitCode = result.isHeld ? 0 : 1;
} finally {
  await hub.close();
}

/** A browser's socket that says when it was shown an alert, by the merchant's name. */
async function openSocket(
  { url }: TestHub,
  visitor: Visitor,
  shown: (merchant: string, atMs: number) => void,
): Promise<WebSocket> {
  const cookie = `tellerline_session=${visitor.cookie('tellerline_session')}`;
  const socket = new WebSocket(`${url.replace('http', 'ws')}/ws`, { headers: { origin: url, cookie } });
  socket.on('message', (data: Buffer) => {
    const atMs = performance.now();
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if (frame.frame !== 'entries') return;
    for (const entry of frame.entries) {
      if (entry.entry === 'removal' || entry.message.content.kind !== 'card') continue;
      const { card } = entry.message.content;
      if (card.card === 'fraudAlert') shown(card.transaction.merchant?.name ?? '', atMs);
    }
  });
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ frame: 'resume', after: (await visitor.entries()).length }));
  return socket;
}

function transaction(merchant: string) {
  return {
    id: randomUUID(),
    status: 'authorized',
    amount: '128.40',
    currency: 'USD',
    direction: 'debit',
    localDate: new Date().toISOString().slice(0, 10),
    description: 'CARD PURCHASE',
    merchant: { name: merchant, category: '5944', location: { lat: 20.67, lon: -103.34 } },
  };
}

function suspicion(accountId: string, merchant: string) {
  const at = Date.now();
  return {
    id: randomUUID(),
    type: 'fraud.suspected',
    occurredAt: new Date(at).toISOString(),
    accountId,
    caseId: randomUUID(),
    transaction: transaction(merchant),
    reasons: ['unusual-place'],
    answerBy: new Date(at + 1_800_000).toISOString(),
    otherwise: 'decline',
  };
}

function purchase(accountId: string) {
  const occurredAt = new Date().toISOString();
  return { id: randomUUID(), type: 'transaction.authorized', occurredAt, accountId, transaction: transaction('Cafe') };
}
