import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  CompactRange,
  consistencySpans,
  emptyRoot,
  inclusionSpans,
  leafHash,
  levelsOf,
  pathIn,
  rootOf,
  rootOfSpan,
  verifyConsistency,
  verifyInclusion,
} from './merkle.ts';
import {
  bundle,
  edgeTiles,
  entriesIn,
  grow,
  hashOfSpan,
  parseTileAddress,
  tileAddress,
  tileName,
  tilesFor,
} from './tiles.ts';

/** The root as RFC 6962, section 2.1 writes it, word for word. */
function naiveRoot(data: readonly Buffer[]): Buffer {
  const sha256 = (...parts: Buffer[]): Buffer => hash('sha256', Buffer.concat(parts), 'buffer');
  if (data.length === 0) return sha256();
  if (data.length === 1) return sha256(Buffer.of(0), data[0] ?? Buffer.alloc(0));
  let k = 1;
  while (k * 2 < data.length) k *= 2;
  return sha256(Buffer.of(1), naiveRoot(data.slice(0, k)), naiveRoot(data.slice(k)));
}

const dataOf = (count: number): Buffer[] => Array.from({ length: count }, (_, n) => Buffer.from(`leaf ${n}`));
const sizes = fc.integer({ min: 1, max: 700 });

test('roots are those of Certificate Transparency’s own test vectors', () => {
  // merkletree/testonly of transparency-dev/merkle: the eight reference leaves and their roots.
  const leaves = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
  const roots = [
    '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
    'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
    'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
    '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
    'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
    '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
  ];
  const hashes = leaves.map((leaf) => leafHash(Buffer.from(leaf, 'hex')));
  assert.deepEqual(
    roots.map((_, n) => rootOf(hashes.slice(0, n + 1)).toString('hex')),
    roots,
  );
  assert.equal(emptyRoot.toString('hex'), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test('the compact range, the tiles and the definition have one root', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 600 }), { minLength: 1, maxLength: 4 }), (steps) => {
      const data = dataOf(steps.reduce((sum, step) => sum + step, 0));
      const hashes = data.map(leafHash);
      const tiles = new Map<string, Buffer>();
      const range = new CompactRange();
      for (const step of steps) {
        const edge = new Map(
          edgeTiles(range.size).map((id) => [tileName(id), tiles.get(tileName(id)) ?? Buffer.alloc(0)]),
        );
        const some = hashes.slice(range.size, range.size + step);
        for (const tile of grow(edge, range.size, some)) tiles.set(tileName(tile), tile.hashes);
        for (const one of some) range.append(one);
        const root = naiveRoot(data.slice(0, range.size));
        assert.deepEqual(range.root(), root);
        assert.deepEqual(hashOfSpan(tiles, { lo: 0, hi: range.size }), root);
        const needed = tilesFor([{ lo: 0, hi: range.size }]).map(tileName);
        assert.deepEqual(needed.toSorted(), edgeTiles(range.size).map(tileName).toSorted());
      }
    }),
    { numRuns: 30 },
  );
});

test('every leaf has an inclusion proof that verifies, from leaves and from tiles alike', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, pick) => {
      const hashes = dataOf(size).map(leafHash);
      const index = pick % size;
      const spans = inclusionSpans(index, size);
      const path = spans.map((span) => rootOfSpan(hashes, span));
      const tiles = new Map(grow(new Map(), 0, hashes).map((tile) => [tileName(tile), tile.hashes]));
      assert.deepEqual(
        spans.map((span) => hashOfSpan(tiles, span)),
        path,
      );
      const levels = levelsOf(hashes);
      assert.deepEqual([pathIn(levels, index), levels.at(-1)], [path, [naiveRoot(dataOf(size))]]);
      const claim = { leaf: leafHash(Buffer.from(`leaf ${index}`)), index, size, path };
      assert.equal(verifyInclusion(claim, naiveRoot(dataOf(size))), true);
    }),
    { numRuns: 60 },
  );
});

test('a tree begins with every earlier one, and the proof of it verifies', () => {
  fc.assert(
    fc.property(sizes, fc.nat(), (size, pick) => {
      const earlier = pick % (size + 1);
      const hashes = dataOf(size).map(leafHash);
      const path = consistencySpans(earlier, size).map((span) => rootOfSpan(hashes, span));
      const old = { size: earlier, root: rootOf(hashes.slice(0, earlier)) };
      assert.equal(verifyConsistency(old, { size, root: rootOf(hashes) }, path), true);
    }),
    { numRuns: 100 },
  );
});

test('in a sample every flipped bit, deletion and swap is found', () => {
  const size = 21;
  const hashes = dataOf(size).map(leafHash);
  const root = rootOf(hashes);
  const flips = (bytes: Buffer): Buffer[] =>
    Array.from({ length: bytes.length * 8 }, (_, bit) => {
      const copy = Buffer.from(bytes);
      copy[bit >> 3] = (copy[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      return copy;
    });
  let refused = 0;
  const refuse = (holds: boolean): void => {
    assert.equal(holds, false);
    refused += 1;
  };
  for (const index of [0, 7, 16, 20]) {
    const path = inclusionSpans(index, size).map((span) => rootOfSpan(hashes, span));
    const claim = { leaf: hashes[index] ?? root, index, size, path };
    assert.equal(verifyInclusion(claim, root), true);
    for (const leaf of flips(claim.leaf)) refuse(verifyInclusion({ ...claim, leaf }, root));
    for (const other of flips(root)) refuse(verifyInclusion(claim, other));
    for (const [n, step] of path.entries()) {
      for (const flipped of flips(step)) refuse(verifyInclusion({ ...claim, path: path.with(n, flipped) }, root));
      refuse(verifyInclusion({ ...claim, path: path.toSpliced(n, 1) }, root));
      refuse(verifyInclusion({ ...claim, path: path.toSpliced(n, 0, step) }, root));
    }
    for (let other = 0; other < size; other += 1)
      if (other !== index) refuse(verifyInclusion({ ...claim, index: other }, root));
  }
  for (let n = 0; n + 1 < size; n += 1) {
    const swapped = hashes.with(n, hashes[n + 1] ?? root).with(n + 1, hashes[n] ?? root);
    const shorter = hashes.toSpliced(n, 1);
    for (const earlier of [n + 1, size - 1]) {
      const old = { size: earlier, root: rootOf(hashes.slice(0, earlier)) };
      for (const altered of [swapped, [...shorter, leafHash(Buffer.from('put in'))]]) {
        const path = consistencySpans(earlier, size).map((span) => rootOfSpan(altered, span));
        const unchanged = altered.slice(0, earlier).every((one, at) => one.equals(hashes[at] ?? root));
        if (!unchanged) refuse(verifyConsistency(old, { size, root: rootOf(altered) }, path));
      }
    }
  }
  assert.ok(refused > 5000, `${refused} alterations`);
});

test('addresses of tiles have one way to be written', () => {
  const address = (index: number, width = 256) => tileAddress({ of: 'hashes', level: 0, index, width });
  // The examples of C2SP tlog-tiles.
  assert.equal(address(1_234_067), '0/x001/x234/067');
  assert.equal(tileAddress({ of: 'entries', level: 0, index: 1_234_067, width: 8 }), 'entries/x001/x234/067.p/8');
  fc.assert(
    fc.property(
      fc.nat({ max: 10 ** 9 }),
      fc.integer({ min: 1, max: 256 }),
      fc.integer({ min: 0, max: 63 }),
      (index, width, level) => {
        const one = { of: 'hashes', level, index, width } as const;
        assert.deepEqual(parseTileAddress(tileAddress(one)), one);
      },
    ),
  );
  for (const wrong of [
    '0/1',
    '0/0001',
    '0/x000/001',
    '00/001',
    '64/001',
    '0/001.p/0',
    '0/001.p/256',
    '0/001.p/01',
    '0/x001',
    '0/001/',
    '/001',
    'entries/x12/003',
    '0/001.p/',
  ]) {
    assert.equal(parseTileAddress(wrong), undefined, wrong);
  }
});

test('a bundle gives back its entries, and one that is cut off is refused', () => {
  const entries = [Buffer.from('a'), Buffer.alloc(0), Buffer.alloc(300, 7)];
  const bytes = bundle(entries);
  assert.deepEqual(entriesIn(bytes), entries);
  assert.equal(entriesIn(bytes.subarray(0, -1)), undefined);
});
