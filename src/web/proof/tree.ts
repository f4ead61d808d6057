import { concat, same, sha256, type Bytes } from './bytes.ts';

// The trees of RFC 6962, section 2.1, as a browser computes them.

/** The hash of a leaf: SHA-256(0x00 || data). */
export function leafHash(data: Uint8Array): Promise<Bytes> {
  return sha256(Uint8Array.of(0), data);
}

/** The hash of a node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Promise<Bytes> {
  return sha256(Uint8Array.of(1), left, right);
}

/** Where a leaf stands, and the hashes beside its way to the root, lowest first. */
export interface Inclusion {
  readonly leaf: Bytes;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Bytes[];
}

/** The root that a path leads to (RFC 9162, section 2.1.3.2); undefined for a path of the wrong length. */
export async function rootOfInclusion({ leaf, index, size, path }: Inclusion): Promise<Bytes | undefined> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return undefined;
  // Not by bit operations: these are of 32 bits, and a log may grow beyond.
  let [node, last] = [index, size - 1];
  let hash = leaf;
  for (const beside of path) {
    if (beside.length !== 32 || last === 0) return undefined;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(beside, hash);
      while (node % 2 === 0 && node !== 0) [node, last] = [node / 2, Math.floor(last / 2)];
    } else {
      hash = await nodeHash(hash, beside);
    }
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 ? hash : undefined;
}

/** Reads the hash of a whole subtree from a log: the leaves from `from`, as many as a power of two. */
export type SubtreeHash = (from: number, count: number) => Promise<Bytes>;

const largestPowerBelow = (count: number): number => 2 ** Math.ceil(Math.log2(count) - 1);
const isPower = (count: number): boolean => Number.isInteger(Math.log2(count));

/** A tree that was signed. */
export interface TreeHead {
  readonly size: number;
  readonly root: Bytes;
}

/**
 * True when the newer tree begins with every leaf of the older one, in the same order: both roots are
 * computed from the same hashes, which the log hands out and neither of which it can bend to both.
 */
export async function continues(older: TreeHead, newer: TreeHead, read: SubtreeHash): Promise<boolean> {
  if (older.size > newer.size) return false;
  if (older.size === newer.size) return same(older.root, newer.root);
  if (older.size === 0) return true;
  const known = new Map<string, Bytes>();
  const hashOf = async (from: number, to: number): Promise<Bytes> => {
    const count = to - from;
    // A part that lies wholly before or behind the older tree's end need not be taken apart.
    if ((to <= older.size || from >= older.size) && isPower(count)) {
      const hash = known.get(`${from}|${to}`) ?? (await read(from, count));
      known.set(`${from}|${to}`, hash);
      return hash;
    }
    const middle = from + largestPowerBelow(count);
    return nodeHash(await hashOf(from, middle), await hashOf(middle, to));
  };
  const [newRoot, oldRoot] = [await hashOf(0, newer.size), await hashOf(0, older.size)];
  return same(newRoot, newer.root) && same(oldRoot, older.root);
}

/** A log's tiles (C2SP tlog-tiles): 256 hashes of level 8 × L, or the first W of them. */
export type ReadTile = (address: string) => Promise<Bytes>;

/**
 * Reads subtree hashes from the tiles of a tree.
 *
 * @throws Error when a tile is not as long as its address says
 */
export function subtreesFromTiles(size: number, readTile: ReadTile): SubtreeHash {
  const tiles = new Map<string, Promise<Bytes>>();
  return async (from, count) => {
    const height = Math.log2(count);
    const level = Math.floor(height / 8);
    const unit = 256 ** level;
    const first = from / unit;
    const tile = Math.floor(first / 256);
    const width = Math.min(256, Math.floor(size / unit) - tile * 256);
    const address = tileAddress(level, tile, width);
    const reading = tiles.get(address) ?? readTile(address);
    tiles.set(address, reading);
    const bytes = await reading;
    if (bytes.length !== width * 32) throw new Error('a tile of the log is not as long as it should be');
    let hashes = Array.from({ length: count / unit }, (_, n): Bytes => {
      const at = ((first % 256) + n) * 32;
      return bytes.slice(at, at + 32);
    });
    while (hashes.length > 1) {
      const pairs = hashes.filter((_, n) => n % 2 === 0);
      const others = hashes;
      hashes = await Promise.all(pairs.map((left, n) => nodeHash(left, others[2 * n + 1] ?? concat())));
    }
    return hashes[0] ?? concat();
  };
}

/** `tile/<L>/<N>[.p/<W>]`, N in groups of three digits as `x001/x234/067`. */
function tileAddress(level: number, tile: number, width: number): string {
  const groups = [String(tile % 1000).padStart(3, '0')];
  for (let rest = Math.floor(tile / 1000); rest > 0; rest = Math.floor(rest / 1000))
    groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return `tile/${level}/${groups.join('/')}${width === 256 ? '' : `.p/${width}`}`;
}
