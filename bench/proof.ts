import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, systemRandom } from '#base';
import type { Database } from '#db';
import { createProofLog, readLogKey, type EntryPlace, type LogEntry, type ProofLog } from '#proof';
import { atLeast, atMost, quantile, rowOf, type Row } from './measured.ts';
import { onOwnPostgres } from './own-postgres.ts';
import { shortSeconds, type Bench, type Part } from './part.ts';

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

/** How the log is appended to: leaves one by one, each in a transaction of its own, and entries in batches. */
const loads = [
  { what: 'leaves one by one, 14 at once', atOnce: 14, batch: 1, goal: atLeast(2000) },
  { what: 'entries in batches of 1,000, 2 at once', atOnce: 2, batch: 1000, goal: atLeast(20_000) },
] as const;

/** What the proof log carries, how long a committed leaf waits for a checkpoint that covers it, how long a proof takes. */
export const proof: Part = { name: 'proof', heading: 'The proof log', run: measure };

function measure({ options, progress }: Bench): Promise<Row[]> {
  return onOwnPostgres(async ({ database, folder }) => {
    const signer = readLogKey(join(folder, 'keys'), 'bench.example/log', systemRandom);
    const proof = createProofLog({ database, signer, log });
    await proof.sequencer.start();
    // Warm, and large enough that a proof has its usual length.
    await load(database, proof, 2, 1000, 1);
    const rows: Row[] = [];
    for (const { what, atOnce, batch, goal } of loads) {
      const runs: { perSecond: number; lagMs: number[] }[] = [];
      for (let run = 1; run <= options.runs; run += 1) {
        progress(`${what}: run ${run} of ${options.runs}`);
        runs.push(await load(database, proof, atOnce, batch, shortSeconds(options)));
      }
      const lag = (share: number): number[] => runs.map((one) => quantile(one.lagMs, share));
      rows.push(
        rowOf(
          what,
          '/s',
          runs.map((one) => one.perSecond),
          goal,
        ),
        rowOf(`${what}: until a checkpoint covers one, p50`, 'ms', lag(0.5)),
        rowOf(`${what}: until a checkpoint covers one, p99`, 'ms', lag(0.99), atMost(1000)),
      );
    }
    const timed: { alone: number; together: number }[] = [];
    for (let run = 0; run < options.runs; run += 1) timed.push(await timeProofs(proof, run));
    await proof.sequencer.stop();
    return [
      ...rows,
      rowOf(
        'a proof alone',
        'ms',
        timed.map((one) => one.alone),
      ),
      rowOf(
        'a proof among 500',
        'ms',
        timed.map((one) => one.together),
      ),
    ];
  });
}

/** Appends for the time given; every committed leaf's wait for a checkpoint is measured by looking. */
async function load(
  database: Database,
  proof: ProofLog,
  atOnce: number,
  batch: number,
  forSeconds: number,
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
  await sleep(forSeconds * 1000);
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

async function timeProofs(proof: ProofLog, run: number): Promise<{ alone: number; together: number }> {
  const ids = Array.from({ length: 500 }, (_, n) => ({ leafId: BigInt(run * 500 + n + 1), position: 0 }));
  const one = performance.now();
  for (const place of ids.slice(0, 100)) await proof.proofs([place]);
  const alone = (performance.now() - one) / 100;
  const many = performance.now();
  await proof.proofs(ids);
  const together = (performance.now() - many) / ids.length;
  return { alone, together };
}
