import assert from 'node:assert/strict';
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, mkdtempSync, openSync, readFileSync, readSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { systemClock, systemRandom, type BankId } from '#base';
import { endConsent } from '#consent';
import { sql, unscoped } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import { dataKey } from './cipher.ts';
import { fileKeyProvider } from './key-files.ts';
import { rootLeaseMs } from './key-provider.ts';
import { plantLink, type PlantedLink } from './planted-link.fixture.ts';
import { testProof } from './proof.fixture.ts';
import { createRoots } from './roots.ts';
import { createVault, type Vault } from './vault.ts';
import { linkContext } from './wrapped-keys.ts';

// What a core file of a process would hold: all its memory is read while it lives, which is the same bytes.
// Keys have to be gone. Text that was opened and shown lies in the heap of V8 until that is used again:
// it is counted here, said in docs/PROMISES.md, and ends with the process.

const folder = mkdtempSync(join(tmpdir(), 'tellerline-core-'));
const provider = fileKeyProvider(folder, systemRandom);
const bankId = 'citi' as BankId;
const plantedText = 'planted-merchant-of-the-core';
let ids: PlantedLink;
let db: TestDatabase;
let vault: Vault;

before(async () => {
  db = await testDatabase();
  const { database } = db;
  vault = createVault({
    database,
    readers: unscoped(database),
    proof: testProof(database),
    provider,
    clock: systemClock,
    random: systemRandom,
  });
  ids = await plantLink(database, vault, plantedText);
});
after(async () => {
  await db.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The secrets whose bytes are looked for, each with what derives from it. */
async function secretsOf(): Promise<{ linkKey: Buffer[]; root: Buffer[] }> {
  const [row] = await db.database.query<{ epoch: number; generation: number; wrapped: Buffer }>(sql`
    select epoch, root_generation as generation, wrapped_key as wrapped from link_keys where link_id = ${ids.linkId}`);
  assert.ok(row);
  const roots = createRoots({ database: db.database, provider, clock: systemClock, random: systemRandom });
  const context = linkContext(ids.linkId, row.epoch);
  const [secret = Buffer.alloc(0)] = await roots.unwrap(bankId, [{ ...row, context }]);
  return { linkKey: withDerived(secret), root: withDerived(await provider.leaseRoot(bankId, row.generation)) };
}

function withDerived(secret: Buffer): Buffer[] {
  const own = Buffer.from(secret);
  // The commitment stands in every ciphertext and is no secret.
  return [own, dataKey(secret).encryption];
}

/** How often any of the byte strings occurs in the memory of a process. */
function occurrences(pid: number, wanted: readonly Buffer[]): number {
  const memory = openSync(`/proc/${pid}/mem`, 'r');
  try {
    let found = 0;
    for (const line of readFileSync(`/proc/${pid}/maps`, 'latin1').split('\n')) {
      const [, from = '', to = '', rights = '', path = ''] =
        /^([0-9a-f]+)-([0-9a-f]+) (\S+) \S+ \S+ \S+\s*(.*)$/.exec(line) ?? [];
      if (!rights.startsWith('rw') || path.startsWith('[v')) continue;
      found += inRegion(memory, Number(`0x${from}`), Number(`0x${to}`), wanted);
    }
    return found;
  } finally {
    closeSync(memory);
  }
}

/** Some machines let nobody look into another process, not even its parent. */
function mayLookInto(pid: number): boolean {
  try {
    closeSync(openSync(`/proc/${pid}/mem`, 'r'));
    return true;
  } catch {
    return false;
  }
}

const pieceBytes = 16 * 1024 * 1024;

function inRegion(memory: number, from: number, to: number, wanted: readonly Buffer[]): number {
  const overlap = Math.max(...wanted.map((one) => one.length)) - 1;
  let found = 0;
  for (let at = from; at < to; at += pieceBytes) {
    const piece = Buffer.alloc(Math.min(pieceBytes + overlap, to - at));
    let read = 0;
    try {
      read = readSync(memory, piece, 0, piece.length, at);
    } catch {
      // A region that is reserved and was never touched has no bytes.
      continue;
    }
    for (const one of wanted)
      for (
        let hit = piece.indexOf(one);
        hit >= 0 && hit < Math.min(read, pieceBytes);
        hit = piece.indexOf(one, hit + 1)
      )
        found += 1;
  }
  return found;
}

/** What the child has said so far, kept so that nothing is missed between two waits. */
function listen(child: ChildProcess): {
  readonly heard: readonly unknown[];
  until(said: (message: unknown) => boolean): Promise<void>;
} {
  const heard: unknown[] = [];
  let wake = (): void => undefined;
  child.on('message', (message) => {
    heard.push(message);
    wake();
  });
  let gone = false;
  child.on('exit', () => {
    gone = true;
    wake();
  });
  return {
    heard,
    until: async (said) => {
      while (!heard.some(said)) {
        assert.ok(!gone, 'the process that reads is there');
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
}

test('after a revocation and one lease the memory of a process that read holds neither the link’s key nor a root', async (t) => {
  const { linkKey, root } = await secretsOf();
  const plaintext = [Buffer.from(plantedText)];
  const child = fork(new URL('core-process.fixture.ts', import.meta.url), {
    execArgv: ['--expose-gc', ...(process.env['FLAGS']?.split(' ') ?? [])],
  });
  const { heard, until } = listen(child);
  try {
    child.send({ url: db.url, keys: folder, linkId: ids.linkId, customerId: ids.customerId });
    await until((message) => Number(message) >= 500);
    const pid = child.pid ?? 0;
    if (!mayLookInto(pid)) return t.skip('this machine lets nobody read the memory of another process');
    const before = { root: occurrences(pid, root), plaintext: occurrences(pid, plaintext) };
    assert.ok(before.root > 0 && before.plaintext > 0, 'the search finds what is there');

    await db.database.transaction(async (tx) => {
      await vault.lockKeys(tx, [ids.linkId]);
      await endConsent(tx, ids.linkId, 'customer', Date.now());
      await vault.eraseLink(tx, ids.linkId);
    });
    await until((message) => message === 'refused');
    const read = Math.max(...heard.filter((message) => typeof message === 'number'));
    const at = { linkKey: occurrences(pid, linkKey) };
    await sleep(rootLeaseMs + 1_000);
    child.send('collect');
    await until((message) => message === 'collected');
    const later = {
      linkKey: occurrences(pid, linkKey),
      root: occurrences(pid, root),
      plaintext: occurrences(pid, plaintext),
    };
    t.diagnostic(
      `before: root ${before.root}, plaintext ${before.plaintext}; at the refusal: link key ${at.linkKey}; after the lease: link key ${later.linkKey}, root ${later.root}, plaintext ${later.plaintext} of ${read} times that it was opened`,
    );
    assert.deepEqual([later.linkKey, later.root], [0, 0]);
  } finally {
    if (child.connected) {
      child.send('end');
      await once(child, 'exit');
    }
  }
});
