import { setImmediate as nextTurn } from 'node:timers/promises';
import { sql, type Queryable } from '#db';
import type { EntryPlace } from './append.ts';
import { hashBytes, inclusionSpans, leafHash, levelsOf, pathIn } from './merkle.ts';
import type { LogReading, Published } from './storage.ts';
import { hashOfSpan, tilesFor, type Computed } from './tiles.ts';

/** What proves that an entry is in the log: from its commitment to its leaf, and from the leaf to the root. */
export interface EntryProof {
  /** Place of the leaf in the log. */
  readonly index: number;
  /** From the leaf to the checkpoint's root. */
  readonly path: readonly Buffer[];
  /** How many entries the leaf has, which of them this is, and the path to the leaf's own root. */
  readonly entries: number;
  readonly position: number;
  readonly innerPath: readonly Buffer[];
}

/** Proofs for some entries under one checkpoint. */
export interface EntryProofs {
  /** In the order in which they were asked for; undefined for one that the checkpoint does not cover. */
  readonly proofs: readonly (EntryProof | undefined)[];
  /** How many of those are in no leaf at all, and so are not waiting for a checkpoint either. */
  readonly nowhere: number;
}

/** Leaves read at once: of the largest, a bounded part of a long list is in memory. */
const leavesPerReading = 64;
/** Commitments hashed before others get their turn: a few milliseconds. */
const hashedPerTurnMax = 2000;

/**
 * The proofs of entries under a checkpoint. A leaf may hold many entries: its tree is computed once, whichever
 * of them are asked for, and between leaves whatever else waits gets its turn.
 */
export async function proveEntries(
  parts: { readonly db: Queryable; readonly storage: LogReading },
  places: readonly EntryPlace[],
  { size }: Pick<Published, 'size'>,
): Promise<EntryProofs> {
  const proofs: (EntryProof | undefined)[] = places.map(() => undefined);
  const asked = Map.groupBy(places.entries(), ([, { leafId }]) => leafId);
  // In the order of the log, so that leaves which are read together share their tiles.
  const ids = [...asked.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const computed: Computed = new Map();
  let [found, hashed] = [0, 0];
  for (let from = 0; from < ids.length; from += leavesPerReading) {
    const leaves = await readLeaves(parts.db, ids.slice(from, from + leavesPerReading));
    const covered = leaves.filter((leaf) => isCovered(leaf, size));
    const tiles = await parts.storage.tiles(tilesFor(covered.flatMap(({ index }) => inclusionSpans(index, size))));
    for (const leaf of leaves) {
      const entries = leaf.commitments.length / hashBytes;
      const here = (asked.get(leaf.leafId) ?? []).filter(([, { position }]) => position >= 0 && position < entries);
      found += here.length;
      if (!isCovered(leaf, size)) continue;
      const { index } = leaf;
      const path = inclusionSpans(index, size).map((span) => {
        const one = hashOfSpan(tiles, span, computed);
        if (!one) throw new Error('the tiles of the log are not whole');
        return one;
      });
      const levels = levelsOf(hashesOf(leaf.commitments));
      for (const [n, { position }] of here)
        proofs[n] = { index, path, entries, position, innerPath: pathIn(levels, position) };
      hashed += entries;
      if (hashed < hashedPerTurnMax) continue;
      hashed = 0;
      await nextTurn();
    }
  }
  return { proofs, nowhere: places.length - found };
}

interface Leaf {
  readonly leafId: bigint;
  /** Its place in the log; null until it has one. */
  readonly index: number | null;
  readonly commitments: Buffer;
}

const isCovered = (leaf: Leaf, size: number): leaf is Leaf & { readonly index: number } =>
  leaf.index !== null && leaf.index < size;

async function readLeaves(db: Queryable, ids: readonly bigint[]): Promise<Leaf[]> {
  const rows = await db.query<Omit<Leaf, 'index'> & { index: bigint | null }>(sql`
    select leaf_id as "leafId", leaf_index as index, commitments from log_leaves where leaf_id = any(${ids}::bigint[])`);
  return rows.map((row) => ({ ...row, index: row.index === null ? null : Number(row.index) }));
}

const hashesOf = (commitments: Buffer): Buffer[] =>
  Array.from({ length: commitments.length / hashBytes }, (_, n) =>
    leafHash(commitments.subarray(n * hashBytes, (n + 1) * hashBytes)),
  );
