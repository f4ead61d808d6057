import { invariant } from '#base';
import { hashBytes, joinSubtrees, nodeHash, rootOf, type Span } from './merkle.ts';

/**
 * Tiles of C2SP tlog-tiles: a tile holds up to 256 hashes, eight levels of the tree. Tile `index` of
 * level `level` holds, side by side, the hashes of subtrees of 256^level leaves each, beginning with the
 * one at 256 × index. A partial tile is a prefix of the full one.
 */
export const tileWidth = 256;
const tileHeight = 8;

/** Which tile. */
export interface TileId {
  readonly level: number;
  readonly index: number;
}

/** A tile with its hashes, one after the other. */
export interface Tile extends TileId {
  readonly hashes: Buffer;
}

/** Tiles at hand, by `tileName`. */
export type Tiles = ReadonlyMap<string, Buffer>;

export const tileName = ({ level, index }: TileId): string => `${level}/${index}`;

/** How many subtrees of a level are complete in a tree of `size` leaves. */
const completeAt = (level: number, size: number): number => Math.floor(size / tileWidth ** level);

/** How many hashes a tile holds in the tree of `size` leaves; 0 when it is not there yet. */
export function widthOf({ level, index }: TileId, size: number): number {
  return Math.max(0, Math.min(tileWidth, completeAt(level, size) - index * tileWidth));
}

/** The partial tiles at the right edge of the tree of `size` leaves, lowest first. */
export function edgeTiles(size: number): TileId[] {
  const edge: TileId[] = [];
  for (let level = 0, complete = size; complete > 0; level += 1, complete = completeAt(level, size)) {
    if (complete % tileWidth > 0) edge.push({ level, index: Math.floor(complete / tileWidth) });
  }
  return edge;
}

/** The tiles that change or appear when leaves are added to the tree of `size` leaves, whose edge is given. */
export function grow(edge: Tiles, size: number, leaves: readonly Buffer[]): Tile[] {
  const changed: Tile[] = [];
  let added = [...leaves];
  for (let level = 0; added.length > 0; level += 1) {
    const complete = completeAt(level, size);
    const first = Math.floor(complete / tileWidth);
    const kept = complete % tileWidth;
    const before = kept > 0 ? edge.get(tileName({ level, index: first })) : undefined;
    invariant((before?.length ?? 0) === kept * hashBytes, 'the edge of the tree is at hand');
    const hashes = [...(before ? hashesIn(before) : []), ...added];
    added = [];
    for (let from = 0; from < hashes.length; from += tileWidth) {
      const some = hashes.slice(from, from + tileWidth);
      changed.push({ level, index: first + from / tileWidth, hashes: Buffer.concat(some) });
      if (some.length === tileWidth) added.push(rootOf(some));
    }
  }
  return changed;
}

/** A complete subtree: `2^height` leaves, beginning with leaf `position × 2^height`. */
interface Subtree {
  readonly height: number;
  readonly position: number;
}

/** The complete subtrees of which a span consists, left to right. */
function subtreesOf({ lo, hi }: Span): Subtree[] {
  const subtrees: Subtree[] = [];
  for (let from = lo; from < hi;) {
    let height = 0;
    while (from % 2 ** (height + 1) === 0 && from + 2 ** (height + 1) <= hi) height += 1;
    subtrees.push({ height, position: from / 2 ** height });
    from += 2 ** height;
  }
  return subtrees;
}

/** The tile in which a subtree's hashes stand. */
function tileOf({ height, position }: Subtree): TileId {
  const level = Math.floor(height / tileHeight);
  return { level, index: Math.floor((position * 2 ** (height % tileHeight)) / tileWidth) };
}

/** The tiles in which the hashes of these spans stand, each once. */
export function tilesFor(spans: readonly Span[]): TileId[] {
  const tiles = new Map<string, TileId>();
  for (const id of spans.flatMap(subtreesOf).map(tileOf)) tiles.set(tileName(id), id);
  return [...tiles.values()];
}

/** Hashes of subtrees that were computed from tiles before; for proofs that share their paths. */
export type Computed = Map<string, Buffer>;

/** The hash of a span as RFC 6962 splits it, from tiles; undefined when they do not hold all of it. */
export function hashOfSpan(tiles: Tiles, span: Span, computed: Computed = new Map()): Buffer | undefined {
  const hashes = subtreesOf(span).map((subtree) => hashOfSubtree(tiles, subtree, computed));
  return hashes.every((one) => one !== undefined) ? joinSubtrees(hashes) : undefined;
}

function hashOfSubtree(tiles: Tiles, subtree: Subtree, computed: Computed): Buffer | undefined {
  const { height, position } = subtree;
  if (height % tileHeight === 0) {
    const at = (position % tileWidth) * hashBytes;
    const tile = tiles.get(tileName(tileOf(subtree)));
    return tile && tile.length >= at + hashBytes ? tile.subarray(at, at + hashBytes) : undefined;
  }
  const name = `${height}/${position}`;
  const before = computed.get(name);
  if (before) return before;
  const left = hashOfSubtree(tiles, { height: height - 1, position: 2 * position }, computed);
  const right = hashOfSubtree(tiles, { height: height - 1, position: 2 * position + 1 }, computed);
  const hash = left && right && nodeHash(left, right);
  if (hash) computed.set(name, hash);
  return hash;
}

/** The hashes of a tile. */
export function hashesIn(tile: Buffer): Buffer[] {
  return Array.from({ length: tile.length / hashBytes }, (_, n) => tile.subarray(n * hashBytes, (n + 1) * hashBytes));
}

/** What stands at an address below `/log/tile/`: hashes of a level, or a bundle of entries. */
export interface TileAddress {
  readonly of: 'hashes' | 'entries';
  readonly level: number;
  readonly index: number;
  readonly width: number;
}

/**
 * Reads `<level>/<index>`, `entries/<index>`, each with `.p/<width>` when partial. The index is written in
 * groups of three digits, all but the last led by "x". Undefined for any other way to write it.
 */
export function parseTileAddress(path: string): TileAddress | undefined {
  const match = /^(entries|\d|[1-5]\d|6[0-3])\/((?:x\d{3}\/){0,4}\d{3})(?:\.p\/([1-9]\d{0,2}))?$/.exec(path);
  const [, level = '', index = '', partial] = match ?? [];
  if (!match || (index.startsWith('x000/') && index.length > 3)) return undefined;
  const width = partial === undefined ? tileWidth : Number(partial);
  if (partial !== undefined && width >= tileWidth) return undefined;
  const of = level === 'entries' ? 'entries' : 'hashes';
  return { of, level: of === 'entries' ? 0 : Number(level), index: Number(index.replaceAll(/[x/]/g, '')), width };
}

/** Writes the address that `parseTileAddress` reads. */
export function tileAddress({ of, level, index, width }: TileAddress): string {
  const digits = String(index);
  const groups = digits.padStart(Math.ceil(digits.length / 3) * 3, '0').match(/\d{3}/g) ?? [];
  const name = groups.map((group, n) => (n < groups.length - 1 ? `x${group}` : group)).join('/');
  return `${of === 'entries' ? 'entries' : level}/${name}${width < tileWidth ? `.p/${width}` : ''}`;
}

/** An entry bundle: each entry after its length in two bytes, big-endian. */
export function bundle(entries: readonly Buffer[]): Buffer {
  return Buffer.concat(
    entries.flatMap((entry) => {
      const length = Buffer.allocUnsafe(2);
      length.writeUInt16BE(entry.length);
      return [length, entry];
    }),
  );
}

/** Reads an entry bundle; undefined when it is cut off. */
export function entriesIn(bytes: Buffer): Buffer[] | undefined {
  const entries: Buffer[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 2 > bytes.length) return undefined;
    const end = at + 2 + bytes.readUInt16BE(at);
    if (end > bytes.length) return undefined;
    entries.push(bytes.subarray(at + 2, end));
    at = end;
  }
  return entries;
}
