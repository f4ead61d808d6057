import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLog } from '#base';
import { sql } from '#db';
import { testDatabase, type TestDatabase } from '#test/database';
import type { EntryPlace } from './append.ts';
import { openCheckpoint } from './checkpoint.ts';
import { leafFrom, leafOf } from './entry.ts';
import { createProofLog, type ProofLog, type Proofs } from './log.ts';
import { leafHash, rootOfInclusion, verifyInclusion } from './merkle.ts';
import { noteSigner } from './note.ts';

const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
const leafCount = 200;
const entriesPerLeaf = 2001;

let db: TestDatabase;
let proof: ProofLog;
/** The first, some in between and the last entry of each leaf, with what was committed there. */
const entries: { place: EntryPlace; commitment: Buffer }[] = [];
before(async () => {
  db = await testDatabase();
  proof = createProofLog({ database: db.database, signer, log: createLog('silent') });
  for (let n = 0; n < leafCount; n += 1) {
    const commitments = Array.from({ length: entriesPerLeaf }, () => randomBytes(32));
    const [row] = await db.database.query<{ leafId: bigint }>(sql`
      insert into log_leaves (leaf, commitments) values (${leafOf(commitments)}, ${Buffer.concat(commitments)})
      returning leaf_id as "leafId"`);
    assert.ok(row);
    for (const position of [0, 7 * n, entriesPerLeaf - 1])
      entries.push({
        place: { leafId: row.leafId, position },
        commitment: commitments[position] ?? assert.fail(`no entry ${position}`),
      });
  }
  while ((await proof.sequencer.round()) !== 'idle') continue;
});
after(() => db.close());

/** How long nothing else got its turn while the work ran, at the longest. */
async function longestBlockMs(work: () => Promise<void>): Promise<number> {
  const state = { isRunning: true, longest: 0, last: performance.now() };
  const watching = (async () => {
    while (state.isRunning) {
      await nextTurn();
      const now = performance.now();
      state.longest = Math.max(state.longest, now - state.last);
      state.last = now;
    }
  })();
  await work();
  state.isRunning = false;
  await watching;
  return state.longest;
}

test('a long list of proofs out of large leaves holds nothing else up, and each of them leads to the signed root', async (t) => {
  let answer: Proofs | undefined;
  const places = entries.map(({ place }) => place);
  const blocked = await longestBlockMs(async () => {
    answer = await proof.proofs(places.toReversed());
  });
  const proofs = answer?.proofs.toReversed() ?? [];
  const tree = openCheckpoint(answer?.checkpoint ?? '', signer);
  assert.equal(tree?.size, leafCount);
  for (const [n, { commitment, place }] of entries.entries()) {
    const found = proofs[n];
    assert.ok(found && tree);
    assert.deepEqual([found.entries, found.position], [entriesPerLeaf, place.position]);
    const claim = { leaf: leafHash(commitment), index: found.position, size: found.entries, path: found.innerPath };
    const inner = rootOfInclusion(claim);
    assert.ok(inner);
    const leaf = leafHash(leafFrom(found.entries, inner));
    assert.equal(verifyInclusion({ leaf, index: found.index, size: tree.size, path: found.path }, tree.root), true);
  }
  t.diagnostic(`blocked for ${Math.round(blocked)} ms at the longest`);
  // Hashing all of it in one go took more than a second.
  assert.ok(blocked < 600, `${blocked} ms`);
});

test('many entries of one leaf cost its tree once', async (t) => {
  const { leafId } = entries[0]?.place ?? assert.fail('no leaf');
  const places = Array.from({ length: 1000 }, (_, position) => ({ leafId, position }));
  const began = performance.now();
  assert.equal((await proof.proofs(places))?.proofs.filter(Boolean).length, 1000);
  const tookMs = performance.now() - began;
  t.diagnostic(`${Math.round(tookMs)} ms`);
  // Hashing the leaf again for each of them took more than two seconds.
  assert.ok(tookMs < 1000, `${tookMs} ms`);
});
