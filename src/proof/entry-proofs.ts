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

/** Leaves read at once: of the largest, a bounded part of a long list is in memory. */
const leavesPerReading = 64;
/** Commitments hashed before others get their turn: a few milliseconds. */
const hashedPerTurnMax = 2000;

/**
 * The proofs of entries under a checkpoint, in their order; undefined for one that it does not cover. A leaf
 * may hold many entries: its tree is computed once, whichever of them are asked for, and between leaves
 * whatever else waits gets its turn.
 */
export async function proveEntries(
  parts: { readonly db: Queryable; readonly storage: LogReading },
  places: readonly EntryPlace[],
  { size }: Pick<Published, 'size'>,
): Promise<(EntryProof | undefined)[]> {
  const proofs: (EntryProof | undefined)[] = places.map(() => undefined);
  const asked = Map.groupBy(places.keys(), (n) => places[n]?.leafId ?? 0n);
  // In the order of the log, so that leaves which are read together share their tiles.
  const ids = [...asked.keys()].toSorted((a, b) => (a < b ? -1 : 1));
  const computed: Computed = new Map();
  let hashed = 0;
  for (let from = 0; from < ids.length; from += leavesPerReading) {
    const leaves = await readLeaves(parts.db, ids.slice(from, from + leavesPerReading), size);
    const tiles = await parts.storage.tiles(tilesFor(leaves.flatMap(({ index }) => inclusionSpans(index, size))));
    for (const { leafId, index, commitments } of leaves) {
      const path = inclusionSpans(index, size).map((span) => {
        const one = hashOfSpan(tiles, span, computed);
        if (!one) throw new Error('the tiles of the log are not whole');
        return one;
      });
      const levels = levelsOf(hashesOf(commitments));
      const entries = commitments.length / hashBytes;
      for (const n of asked.get(leafId) ?? []) {
        const position = places[n]?.position ?? 0;
        proofs[n] = { index, path, entries, position, innerPath: pathIn(levels, position) };
      }
      hashed += entries;
      if (hashed < hashedPerTurnMax) continue;
      hashed = 0;
      await nextTurn();
    }
  }
  return proofs;
}

/** Those of the leaves that the tree of this size covers, with the commitments of their entries. */
async function readLeaves(
  db: Queryable,
  ids: readonly bigint[],
  size: number,
): Promise<{ leafId: bigint; index: number; commitments: Buffer }[]> {
  const rows = await db.query<{ leafId: bigint; index: bigint; commitments: Buffer }>(sql`
    select leaf_id as "leafId", leaf_index as index, commitments from log_leaves
    where leaf_id = any(${ids}::bigint[]) and leaf_index < ${size}`);
  return rows.map((row) => ({ ...row, index: Number(row.index) }));
}

const hashesOf = (commitments: Buffer): Buffer[] =>
  Array.from({ length: commitments.length / hashBytes }, (_, n) =>
    leafHash(commitments.subarray(n * hashBytes, (n + 1) * hashBytes)),
  );
