/**
 * `node test/revocation-history.ts [reads] [revocations]`: reads through the gate in two processes while a
 * third revokes, one of the readers paused and resumed in the middle of its reads; then the history is
 * checked: no read that begins after a revocation's answer succeeds (promise P5). Prints what it found and
 * writes it to `test/results/`.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLog, newId, systemClock, systemRandom } from '#base';
import { unscoped } from '#db';
import type { AccountRef, BankId, ConsentId, CustomerId, LinkId } from '#base';
import { grantConsent } from '#consent';
import { createProofLog, readLogKey } from '#proof';
import { testDatabase, type TestDatabase } from '#test/database';
import { createVault, fileKeyProvider, type Vault } from '#vault';
import type { Begin, Seen } from './revocation-process.fixture.ts';

/** What came of a history. */
export interface HistoryResult {
  readonly reads: number;
  readonly opened: number;
  readonly refused: number;
  readonly revocations: number;
  readonly pauses: number;
  /** Revocations that were answered while a reader stood still. */
  readonly revokedInPause: number;
  /** Links and readers with a read that began before the revocation's answer and came back, open, after it. */
  readonly across: number;
  /** Reads that began after the answer of their link's revocation and succeeded. */
  readonly violations: number;
}

type Linked = Begin['links'][number];
const bankId = 'citi' as BankId;

/** Runs a history and checks it. */
export async function runHistory(reads: number, revocations: number): Promise<HistoryResult> {
  const db = await testDatabase();
  const keys = mkdtempSync(join(tmpdir(), 'tellerline-history-'));
  const children: ChildProcess[] = [];
  try {
    const links = await makeLinks(db, keys, revocations);
    const start = (role: Begin['role'], count: number) => {
      const child = fork(new URL('revocation-process.fixture.ts', import.meta.url));
      child.send({ role, url: db.url, keys, links, reads: count } satisfies Begin);
      return child;
    };
    const readers = [start('reader', Math.ceil(reads / 2)), start('reader', Math.floor(reads / 2))];
    const revoker = start('revoker', 0);
    children.push(...readers, revoker);
    const pausing = pauseNowAndThen(readers[1] as ChildProcess);
    keepPace({ readers, revoker, share: revocations / reads, revokedOne: pausing.revokedOne });
    const [revoked, ...read] = await Promise.all([seenBy(revoker), ...readers.map(seenBy)]);
    pausing.stop();
    const sum = (of: 'opened' | 'refused'): number => read.reduce((all, one) => all + one[of], 0);
    return {
      reads: sum('opened') + sum('refused'),
      opened: sum('opened'),
      refused: sum('refused'),
      revocations: revoked.times.length,
      ...pausing.counts(),
      ...checkHistory(revoked, read),
    };
  } finally {
    for (const child of children) if (child.exitCode === null) child.kill('SIGKILL');
    await db.close();
    rmSync(keys, { recursive: true });
  }
}

/** Holds what the readers saw against the answers that the revoker had; times are of one clock. */
export function checkHistory(
  revoker: Pick<Seen, 'times'>,
  readers: readonly Pick<Seen, 'times'>[],
): Pick<HistoryResult, 'violations' | 'across'> {
  const answeredAt = new Map(revoker.times.map(([n, at]) => [n, BigInt(at)]));
  let [violations, across] = [0, 0];
  for (const [n, began, returned] of readers.flatMap(({ times }) => times)) {
    const answered = answeredAt.get(n);
    if (answered === undefined) continue;
    if (BigInt(began) > answered) violations += 1;
    else if (BigInt(returned) > answered) across += 1;
  }
  return { violations, across };
}

/**
 * Tells the revoker how far it may go, so that the revocations are spread over the whole of the reads, and
 * the readers how far it has come, so that they read where the two meet.
 */
function keepPace(history: {
  readonly readers: readonly ChildProcess[];
  readonly revoker: ChildProcess;
  readonly share: number;
  readonly revokedOne: () => void;
}): void {
  const { readers, revoker, share, revokedOne } = history;
  const done = readers.map(() => 0);
  for (const [n, reader] of readers.entries()) {
    reader.on('message', (reads) => {
      if (typeof reads !== 'number') return;
      done[n] = reads;
      const all = done.reduce((sum, one) => sum + one, 0);
      tell(revoker, Math.round(all * share));
    });
  }
  revoker.on('message', (at) => {
    if (typeof at !== 'number') return;
    revokedOne();
    for (const reader of readers) tell(reader, at);
  });
}

/** Tells a process how far the others are; one that is just ending needs it no more. */
function tell(child: ChildProcess, at: number): void {
  if (child.connected) child.send(at, () => undefined);
}

async function seenBy(child: ChildProcess): Promise<Seen> {
  return new Promise((resolve, reject) => {
    child.on('message', (message: Seen | number) => {
      if (typeof message !== 'number') resolve(message);
    });
    child.on('exit', (code) => {
      reject(new Error(`a process of the history ended with ${code} before it had told what it saw`));
    });
  });
}

/** Stops a process wherever it is, lets the others go on, and resumes it. */
function pauseNowAndThen(child: ChildProcess): {
  stop: () => void;
  revokedOne: () => void;
  counts: () => Pick<HistoryResult, 'pauses' | 'revokedInPause'>;
} {
  const stopping = new AbortController();
  let [paused, pauses, revokedInPause] = [false, 0, 0];
  const run = async (): Promise<void> => {
    while (!stopping.signal.aborted && child.exitCode === null) {
      await sleep(180);
      paused = child.kill('SIGSTOP');
      await sleep(120);
      paused = false;
      child.kill('SIGCONT');
      pauses += 1;
    }
  };
  void run();
  return {
    stop: () => stopping.abort(),
    revokedOne: () => {
      if (paused) revokedInPause += 1;
    },
    counts: () => ({ pauses, revokedInPause }),
  };
}

async function makeLinks(db: TestDatabase, keys: string, count: number): Promise<Linked[]> {
  const { database } = db;
  const signer = readLogKey(keys, 'log.example/log', systemRandom);
  const proof = createProofLog({ database, signer, log: createLog('silent') });
  const provider = fileKeyProvider(keys, systemRandom);
  const vault = createVault({
    database,
    readers: unscoped(database),
    provider,
    proof,
    clock: systemClock,
    random: systemRandom,
  });
  const links: Linked[] = [];
  for (let n = 0; n < count; n += 1) links.push(await makeLink(db, vault));
  return links;
}

async function makeLink({ database }: TestDatabase, vault: Vault): Promise<Linked> {
  const ids = { linkId: newId<LinkId>(), customerId: newId<CustomerId>(), accountRef: newId<AccountRef>() };
  await database.transaction(async (tx) => {
    await vault.createCustomerKeys(tx, ids.customerId);
    await vault.createLinkKey(tx, { ...ids, bankId });
    const grantedAt = new Date();
    const expiresAt = new Date(grantedAt.getTime() + 86_400_000);
    const consentId = newId<ConsentId>();
    const given = { ...ids, consentId, bankId, purposes: ['transactions'], grantedAt, expiresAt } as const;
    await grantConsent(tx, { ...given, sealedDocument: Buffer.alloc(0) });
    const sealers = await vault.linkSealers(tx, [ids.linkId]);
    const localDate = '2026-11-02';
    const transaction = { id: 't', status: 'posted', amount: '1.00', currency: 'USD', direction: 'debit' } as const;
    const occurred = { occurredAt: `${localDate}T12:00:00Z`, localDate, description: 'a purchase' };
    const content = { kind: 'transaction', bank: bankId, account: { kind: 'card', last4: '2291' } } as const;
    const record = {
      ...ids,
      subjectIndex: vault.index('transaction', ids.linkId),
      localDate,
      occurredAt: new Date(occurred.occurredAt),
      stage: 2,
      content: { ...content, transaction: { ...transaction, ...occurred } },
    };
    await vault.storeRecords(tx, sealers, [record], 'event');
  });
  return ids;
}

if (import.meta.main) {
  const [reads = 1_000_000, revocations = 10_000] = process.argv.slice(2).map(Number);
  const began = performance.now();
  const result = await runHistory(reads, revocations);
  const at = new Date().toISOString();
  const machine = `${availableParallelism()} cores`;
  const seconds = Math.round((performance.now() - began) / 1000);
  const text = `${JSON.stringify({ at, machine, seconds, ...result }, undefined, 2)}\n`;
  mkdirSync(new URL('results/', import.meta.url), { recursive: true });
  writeFileSync(new URL('results/revocation-history.json', import.meta.url), text);
  process.stdout.write(text);
  process.exitCode = result.violations === 0 ? 0 : 1;
}
