/**
 * `node bench/proof.ts [seconds]`: what the proof log carries on this machine, on a real PostgreSQL of its
 * own with fsync on. Leaves one by one, each in its own transaction; entries in batches of 1,000; how long
 * a committed leaf waits for a checkpoint; how long a proof takes.
 */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog } from '#base';
import { hubMigrations, migrate, openDatabase, startPostgres, type Database } from '#db';
import { createProofLog, readLogKey, type EntryPlace, type LogEntry, type ProofLog } from '#proof';

const seconds = Number(process.argv[2] ?? 5);
const log = createLog('error');
const saltKey = Buffer.alloc(32, 1);

const entry = (): LogEntry => ({
  record: {
    type: 'access',
    id: randomUUID(),
    at: new Date().toISOString(),
    customer: randomUUID(),
    link: randomUUID(),
    actor: 'task:answer',
    purpose: 'transactions',
    fields: ['transaction'],
    reason: 'question-answered',
    records: 12,
  },
  saltKey,
});

const folder = mkdtempSync(join(tmpdir(), 'tellerline-bench-'));
const server = await startPostgres({ directory: join(folder, 'data'), log, durable: true });
try {
  const database = openDatabase(server.url, { log, connectionsMax: 16 });
  await migrate(database, { directory: hubMigrations, schema: 'public' });
  const signer = readLogKey(join(folder, 'keys'), 'bench.example/log', { bytes: (count) => Buffer.alloc(count, 3) });
  const proof = createProofLog({ database, signer, log });
  proof.sequencer.start();
  console.log(`${cpus()[0]?.model ?? ''}, ${availableParallelism()} cores; ${seconds} s each`);
  for (const [what, atOnce, batch] of [
    ['leaves singly, 14 at once', 14, 1],
    ['entries in batches of 1,000, 2 at once', 2, 1000],
  ] as const) {
    const { perSecond, lagMs } = await load(database, proof, atOnce, batch);
    const lag = [0.5, 0.99, 1].map((q) => `${quantile(lagMs, q).toFixed(0)} ms`).join(' / ');
    console.log(`${what}: ${Math.round(perSecond).toLocaleString('en')} a second; lag p50 / p99 / max ${lag}`);
  }
  await timeProofs(proof);
  await proof.sequencer.stop();
  await database.close();
} finally {
  await server.stop();
  rmSync(folder, { recursive: true, force: true });
}

/** Appends for the time given; every committed leaf's wait for a checkpoint is measured by looking. */
async function load(
  database: Database,
  proof: ProofLog,
  atOnce: number,
  batch: number,
): Promise<{ perSecond: number; lagMs: number[] }> {
  const waiting: { place: EntryPlace; at: number }[] = [];
  const lagMs: number[] = [];
  let entries = 0;
  const state = { running: true };
  const began = performance.now();
  const append = async (): Promise<void> => {
    while (state.running) {
      const given = Array.from({ length: batch }, entry);
      const [place] = await database.transaction((tx) => proof.append(tx, given));
      entries += batch;
      if (place) waiting.push({ place, at: performance.now() });
    }
  };
  const watch = async (): Promise<void> => {
    while (state.running || waiting.length > 0) {
      await sleep(10);
      // The oldest that waits: leaves are covered in their order, give or take those of one moment.
      const some = waiting.slice(0, 1);
      const found = some.length > 0 ? await proof.proofs(some.map((one) => one.place)) : undefined;
      if (!found?.proofs[0]) continue;
      const now = performance.now();
      const covered = await coveredOf(database, waiting);
      for (const one of covered) lagMs.push(now - one.at);
      const gone = new Set(covered);
      waiting.splice(0, waiting.length, ...waiting.filter((one) => !gone.has(one)));
    }
  };
  const watching = watch();
  const appending = Promise.all(Array.from({ length: atOnce }, append));
  await sleep(seconds * 1000);
  state.running = false;
  await appending;
  const perSecond = entries / ((performance.now() - began) / 1000);
  await watching;
  return { perSecond, lagMs };
}

async function coveredOf<One extends { place: EntryPlace }>(
  database: Database,
  waiting: readonly One[],
): Promise<One[]> {
  const ids = waiting.map((one) => one.place.leafId);
  const rows = await database.query<{ leafId: bigint }>({
    text: `select leaf_id as "leafId" from log_leaves where leaf_id = any($1::bigint[]) and leaf_index is not null`,
    values: [ids],
  });
  const covered = new Set(rows.map((row) => row.leafId));
  return waiting.filter((one) => covered.has(one.place.leafId));
}

async function timeProofs(proof: ProofLog): Promise<void> {
  const ids = Array.from({ length: 500 }, (_, n) => ({ leafId: BigInt(n + 1), position: 0 }));
  const one = performance.now();
  for (const place of ids.slice(0, 100)) await proof.proofs([place]);
  const singly = (performance.now() - one) / 100;
  const many = performance.now();
  await proof.proofs(ids);
  const together = (performance.now() - many) / ids.length;
  console.log(`a proof: ${singly.toFixed(2)} ms alone, ${together.toFixed(3)} ms among 500`);
}

function quantile(values: readonly number[], q: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? Number.NaN;
}
