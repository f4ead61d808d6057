import assert from 'node:assert/strict';
import { test } from 'node:test';
import { signCheckpoint } from './checkpoint.ts';
import { leafHash, rootOf } from './merkle.ts';
import { noteSigner } from './note.ts';
import { bundle, grow, parseTileAddress, tileName, tileWidth } from './tiles.ts';
import { verifyLog, type LogFetch } from './verify-log.ts';

const signer = noteSigner('log.example/log', Buffer.alloc(32, 7));
const other = noteSigner('log.example/log', Buffer.alloc(32, 8));
const leavesOf = (count: number): Buffer[] => Array.from({ length: count }, (_, n) => Buffer.from(`leaf ${n}`));
const signed = (leaves: readonly Buffer[]): string =>
  signCheckpoint({ size: leaves.length, root: rootOf(leaves.map(leafHash)) }, signer);

/** A log that serves these leaves honestly: its tiles are those that its checkpoint commits to. */
function served(leaves: readonly Buffer[], checkpoint = signed(leaves)): LogFetch {
  const tiles = new Map(grow(new Map(), 0, leaves.map(leafHash)).map((tile) => [tileName(tile), tile.hashes]));
  return async (path) => {
    if (path === 'key') return Buffer.from(`${signer.text}\n`);
    if (path === 'checkpoint') return Buffer.from(checkpoint);
    const address = parseTileAddress(path.replace('tile/', ''));
    if (!address) return undefined;
    const first = address.index * tileWidth;
    if (address.of === 'entries') return bundle(leaves.slice(first, first + address.width));
    return tiles.get(tileName(address))?.subarray(0, address.width * 32);
  };
}

const check = (fetch: LogFetch, remembered?: string) =>
  verifyLog(fetch, { expected: signer, remembered, all: remembered === undefined });

test('a log of any size passes, and so does whatever continues what was remembered', async () => {
  for (const size of [0, 1, 255, 256, 257, 600]) {
    assert.equal((await check(served(leavesOf(size)))).holds, true);
    for (const earlier of [0, 1, 200, 256, size].filter((count) => count <= size)) {
      const { holds, said } = await check(served(leavesOf(size)), signed(leavesOf(earlier)));
      assert.equal(holds, true, said.join('\n'));
    }
  }
});

test('a log that was rewritten or cut is found by whoever remembers a checkpoint, though it is signed anew', async () => {
  const honest = leavesOf(300);
  const remembered = signed(honest.slice(0, 270));
  const rewritten = [
    honest.with(5, Buffer.from('altered')),
    honest.toSpliced(5, 1),
    honest.with(5, honest[6] ?? honest[0] ?? Buffer.alloc(0)).with(6, honest[5] ?? Buffer.alloc(0)),
    honest.toSpliced(5, 0, Buffer.from('put in')),
    honest.with(269, Buffer.from('altered')),
  ];
  for (const leaves of rewritten) {
    assert.equal((await check(served(leaves))).holds, true, 'by itself it looks well');
    assert.equal((await check(served(leaves), remembered)).holds, false);
  }
  const shorter = await check(served(honest.slice(0, 269)), remembered);
  assert.match(shorter.said.join('\n'), /shorter/);
  assert.equal(shorter.holds, false);
  // Altered after what was remembered: that is not a rewriting of it.
  assert.equal((await check(served(honest.with(280, Buffer.from('other'))), remembered)).holds, true);
});

test('leaves that are not those of the checkpoint, and missing ones, are found', async () => {
  const honest = leavesOf(300);
  for (const leaves of [honest.with(299, Buffer.from('altered')), honest.slice(0, 299)]) {
    assert.equal((await check(served(leaves, signed(honest)))).holds, false);
  }
});

test('a checkpoint of another key is refused', async () => {
  const { holds } = await verifyLog(served(leavesOf(3)), { expected: other, remembered: undefined, all: false });
  assert.equal(holds, false);
});
