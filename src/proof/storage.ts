import { invariant } from '#base';
import { sql, type Database, type Queryable, type Transaction } from '#db';
import type { TreeHead } from './merkle.ts';
import { tileName, type Tile, type TileId, type Tiles } from './tiles.ts';

/** The newest checkpoint: its tree, and the signed note. */
export interface Head extends TreeHead {
  readonly note: string;
}

/** A leaf that is committed and has no place in the log yet. */
export interface WaitingLeaf {
  readonly leafId: bigint;
  readonly leaf: Buffer;
}

/** What is read of the log. */
export interface LogReading {
  head(): Promise<Head | undefined>;
  /** The leaves from `from`, up to and without `to`: exactly so many, in their order. */
  leaves(from: number, to: number): Promise<Buffer[]>;
  /** The tiles that are there, each as wide as it has become. */
  tiles(ids: readonly TileId[]): Promise<Tiles>;
}

/** One turn of a sequencer: all of it is done, or nothing. */
export interface Round extends LogReading {
  /** The newest checkpoint, held against other sequencers until the round ends; `busy` when one of them holds it. */
  holdHead(): Promise<Head | 'busy' | undefined>;
  waiting(max: number): Promise<WaitingLeaf[]>;
  /** Gives leaves their places, from `first` on. */
  place(first: number, leafIds: readonly bigint[]): Promise<void>;
  writeTiles(tiles: readonly Tile[]): Promise<void>;
  /** Compare-and-swap: false when the newest checkpoint is not `previous` (undefined: there is none). */
  swapHead(previous: Head | undefined, next: Head): Promise<boolean>;
}

/** Where the log is kept: the port between the sequencer and the database, at which tests break things. */
export interface LogStorage extends LogReading {
  isWaiting(): Promise<boolean>;
  round<Result>(work: (round: Round) => Promise<Result>): Promise<Result>;
}

/** The log in PostgreSQL. */
export function postgresStorage(database: Database): LogStorage {
  return {
    ...reading(database),
    isWaiting: async () => {
      const [row] = await database.query<{ waiting: boolean }>(
        sql`select exists (select from log_leaves where leaf_index is null) as waiting`,
      );
      return row?.waiting ?? false;
    },
    round: (work) => database.transaction((tx) => work(roundIn(tx))),
  };
}

function reading(db: Queryable): LogReading {
  return {
    head: async () => {
      const [row] = await db.query<HeadRow>(sql`select size, root, note from log_head`);
      return row && headOf(row);
    },
    leaves: async (from, to) => {
      const rows = await db.query<{ leaf: Buffer }>(sql`
        select leaf from log_leaves where leaf_index >= ${from} and leaf_index < ${to} order by leaf_index`);
      return rows.map((row) => row.leaf);
    },
    tiles: async (ids) => {
      if (ids.length === 0) return new Map();
      const rows = await db.query<{ level: number; index: bigint; hashes: Buffer }>(sql`
        select t.level, t.tile_index as index, t.hashes from log_tiles t
        join unnest(${ids.map((id) => id.level)}::smallint[], ${ids.map((id) => id.index)}::bigint[])
          as wanted (level, tile_index) on wanted.level = t.level and wanted.tile_index = t.tile_index`);
      return new Map(rows.map((row) => [tileName({ level: row.level, index: Number(row.index) }), row.hashes]));
    },
  };
}

interface HeadRow {
  readonly size: bigint;
  readonly root: Buffer;
  readonly note: string;
}

const headOf = ({ size, root, note }: HeadRow): Head => ({ size: Number(size), root, note });

function roundIn(tx: Transaction): Round {
  return {
    ...reading(tx),
    holdHead: async () => {
      const [row] = await tx.query<HeadRow>(sql`select size, root, note from log_head for update skip locked`);
      if (row) return headOf(row);
      const [held] = await tx.query<object>(sql`select from log_head`);
      return held ? 'busy' : undefined;
    },
    waiting: (max) =>
      tx.query<WaitingLeaf>(sql`
        select leaf_id as "leafId", leaf from log_leaves where leaf_index is null order by leaf_id limit ${max}`),
    place: async (first, leafIds) => {
      const placed = await tx.execute(sql`
        update log_leaves l set leaf_index = ${first}::bigint + given.ordinal - 1
        from unnest(${leafIds}::bigint[]) with ordinality as given (leaf_id, ordinal)
        where l.leaf_id = given.leaf_id and l.leaf_index is null`);
      invariant(placed === leafIds.length, 'a leaf gets its place once');
    },
    writeTiles: async (tiles) => {
      await tx.execute(sql`
        insert into log_tiles (level, tile_index, hashes)
        select * from unnest(${tiles.map((tile) => tile.level)}::smallint[], ${tiles.map((tile) => tile.index)}::bigint[],
          ${tiles.map((tile) => tile.hashes)}::bytea[])
        on conflict (level, tile_index) do update set hashes = excluded.hashes`);
    },
    swapHead: async (previous, { size, root, note }) => {
      const swapped = previous
        ? await tx.execute(sql`
            update log_head set size = ${size}, root = ${root}, note = ${note}
            where size = ${previous.size} and root = ${previous.root}`)
        : await tx.execute(sql`
            insert into log_head (size, root, note) values (${size}, ${root}, ${note}) on conflict do nothing`);
      return swapped === 1;
    },
  };
}
