import { hash } from 'node:crypto';

/**
 * The Merkle tree of RFC 6962 (section 2.1; the same in RFC 9162): SHA-256, a leaf under the prefix 0x00,
 * a node under 0x01. Positions count from 0; hashes are 32 bytes.
 */
export const hashBytes = 32;

/** Hash of a leaf: SHA-256(0x00 || data). */
export function leafHash(data: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(1 + data.length);
  bytes[0] = 0;
  data.copy(bytes, 1);
  return hash('sha256', bytes, 'buffer');
}

/** Hash of a node: SHA-256(0x01 || left || right). */
export function nodeHash(left: Buffer, right: Buffer): Buffer {
  const bytes = Buffer.allocUnsafe(1 + 2 * hashBytes);
  bytes[0] = 1;
  left.copy(bytes, 1);
  right.copy(bytes, 1 + hashBytes);
  return hash('sha256', bytes, 'buffer');
}

/** Root of the tree without leaves: SHA-256 of nothing. */
export const emptyRoot: Buffer = hash('sha256', Buffer.alloc(0), 'buffer');

/** A run of leaves: from `lo`, up to and without `hi`. */
export interface Span {
  readonly lo: number;
  readonly hi: number;
}

/**
 * The right edge of a tree: one hash for each complete subtree, largest first. All that is needed to add
 * leaves and to know the root; at most 53 hashes, however large the tree.
 */
export class CompactRange {
  readonly #edge: { size: number; hash: Buffer }[] = [];
  #size = 0;

  /** How many leaves there are. */
  get size(): number {
    return this.#size;
  }

  /** Adds a leaf by its hash. */
  append(leaf: Buffer): void {
    let added = { size: 1, hash: leaf };
    for (let last = this.#edge.at(-1); last?.size === added.size; last = this.#edge.at(-1)) {
      this.#edge.pop();
      added = { size: 2 * added.size, hash: nodeHash(last.hash, added.hash) };
    }
    this.#edge.push(added);
    this.#size += 1;
  }

  /** The root of the leaves added so far. */
  root(): Buffer {
    return joinSubtrees(this.#edge.map((one) => one.hash));
  }

  /** A copy that grows by itself. */
  clone(): CompactRange {
    const copy = new CompactRange();
    copy.#edge.push(...this.#edge);
    copy.#size = this.#size;
    return copy;
  }
}

/** Joins the hashes of neighbouring subtrees, each at most as large as the one before it, into their root. */
export function joinSubtrees(hashes: readonly Buffer[]): Buffer {
  return hashes.length === 0 ? emptyRoot : hashes.reduceRight((right, left) => nodeHash(left, right));
}

/** The root over leaf hashes. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const range = new CompactRange();
  for (const leaf of leaves) range.append(leaf);
  return range.root();
}

/** The largest power of two below `count`, for a count of at least 2: where RFC 6962 splits a tree. */
function split(count: number): number {
  let power = 1;
  while (power * 2 < count) power *= 2;
  return power;
}

/**
 * The subtrees whose hashes prove that leaf `index` is in the tree of `size` leaves, lowest first (PATH in
 * RFC 6962, section 2.1.1).
 */
export function inclusionSpans(index: number, size: number): Span[] {
  if (!Number.isSafeInteger(size) || index < 0 || index >= size) {
    throw new RangeError(`there is no leaf ${index} among ${size}`);
  }
  const spans: Span[] = [];
  let [lo, hi] = [0, size];
  while (hi - lo > 1) {
    const middle = lo + split(hi - lo);
    if (index < middle) {
      spans.push({ lo: middle, hi });
      hi = middle;
    } else {
      spans.push({ lo, hi: middle });
      lo = middle;
    }
  }
  return spans.toReversed();
}

/**
 * The subtrees whose hashes prove that the tree of `size` leaves begins with the one of `earlier` leaves
 * (PROOF in RFC 6962, section 2.1.2). Nothing is needed for equal sizes and for the empty tree.
 */
export function consistencySpans(earlier: number, size: number): Span[] {
  if (!Number.isSafeInteger(size) || earlier < 0 || earlier > size) {
    throw new RangeError(`a tree of ${size} leaves does not begin with ${earlier}`);
  }
  if (earlier === 0 || earlier === size) return [];
  const spans: Span[] = [];
  let [lo, hi] = [0, size];
  // True while the earlier tree's root is itself the root of [lo, hi) at the end, which a verifier knows.
  let whole = true;
  while (earlier !== hi) {
    const middle = lo + split(hi - lo);
    if (earlier <= middle) {
      spans.push({ lo: middle, hi });
      hi = middle;
    } else {
      spans.push({ lo, hi: middle });
      lo = middle;
      whole = false;
    }
  }
  if (!whole) spans.push({ lo, hi });
  return spans.toReversed();
}

/** The root of a span of leaf hashes that are all at hand. */
export function rootOfSpan(leaves: readonly Buffer[], { lo, hi }: Span): Buffer {
  return rootOf(leaves.slice(lo, hi));
}

/**
 * All hashes of a tree, level by level from its leaves to its root, for many paths out of it. A hash without
 * a neighbour stands on the next level as it is: that is where RFC 6962 splits a tree.
 */
export function levelsOf(leaves: readonly Buffer[]): Buffer[][] {
  const levels = [[...leaves]];
  for (let below = levels[0] ?? []; below.length > 1;) {
    const level: Buffer[] = [];
    for (let n = 0; n < below.length; n += 2) {
      const [left, right] = [below[n], below[n + 1]];
      if (left) level.push(right ? nodeHash(left, right) : left);
    }
    levels.push(level);
    below = level;
  }
  return levels;
}

/** The path from a leaf to the root, lowest first, out of all hashes of its tree. */
export function pathIn(levels: readonly (readonly Buffer[])[], index: number): Buffer[] {
  const size = levels[0]?.length ?? 0;
  if (index < 0 || index >= size) throw new RangeError(`there is no leaf ${index} among ${size}`);
  return levels.flatMap((level, height) => {
    const at = Math.floor(index / 2 ** height);
    return level[at % 2 === 0 ? at + 1 : at - 1] ?? [];
  });
}

/** What an inclusion proof claims. */
export interface InclusionClaim {
  readonly leaf: Buffer;
  readonly index: number;
  readonly size: number;
  readonly path: readonly Buffer[];
}

/** The root to which an inclusion path leads (RFC 9162, section 2.1.3.2); undefined when its form is wrong. */
export function rootOfInclusion({ leaf, index, size, path }: InclusionClaim): Buffer | undefined {
  if (!isCount(index) || !isCount(size) || index >= size || !areHashes([leaf, ...path])) return undefined;
  let [first, last, result] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (last === 0) return undefined;
    if (first % 2 === 1 || first === last) {
      result = nodeHash(sibling, result);
      while (first % 2 === 0 && first !== 0) [first, last] = [first / 2, Math.floor(last / 2)];
    } else {
      result = nodeHash(result, sibling);
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 ? result : undefined;
}

/** Whether the leaf is in the tree that has this root. */
export function verifyInclusion(claim: InclusionClaim, root: Buffer): boolean {
  return rootOfInclusion(claim)?.equals(root) ?? false;
}

/** One tree by its size and root. */
export interface TreeHead {
  readonly size: number;
  readonly root: Buffer;
}

/** Whether `later` begins with all of `earlier`, unaltered (RFC 9162, section 2.1.4.2). */
export function verifyConsistency(earlier: TreeHead, later: TreeHead, path: readonly Buffer[]): boolean {
  if (!isCount(earlier.size) || !isCount(later.size) || earlier.size > later.size) return false;
  if (!areHashes([earlier.root, later.root, ...path])) return false;
  if (earlier.size === later.size) return path.length === 0 && earlier.root.equals(later.root);
  if (earlier.size === 0) return path.length === 0 && earlier.root.equals(emptyRoot);
  const isPowerOfTwo = Number.isInteger(Math.log2(earlier.size)) && 2 ** Math.log2(earlier.size) === earlier.size;
  const [seed, ...rest] = isPowerOfTwo ? [earlier.root, ...path] : path;
  if (!seed) return false;
  let [first, last] = [earlier.size - 1, later.size - 1];
  while (first % 2 === 1) [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  let [old, grown] = [seed, seed];
  for (const sibling of rest) {
    if (last === 0) return false;
    if (first % 2 === 1 || first === last) {
      old = nodeHash(sibling, old);
      grown = nodeHash(sibling, grown);
      while (first % 2 === 0 && first !== 0) [first, last] = [first / 2, Math.floor(last / 2)];
    } else {
      grown = nodeHash(grown, sibling);
    }
    [first, last] = [Math.floor(first / 2), Math.floor(last / 2)];
  }
  return last === 0 && old.equals(earlier.root) && grown.equals(later.root);
}

const isCount = (value: number): boolean => Number.isSafeInteger(value) && value >= 0;
const areHashes = (values: readonly Buffer[]): boolean => values.every((value) => value.length === hashBytes);
