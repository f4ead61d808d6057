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

/** The newest checkpoint as everybody sees it. */
export interface Published {
  readonly size: number;
  /** The signed note, with the cosignatures that witnesses have given for this very tree. */
  readonly note: string;
  readonly signedAt: Date;
}

/** The newest checkpoint that a witness has cosigned. */
export interface Cosigned {
  readonly name: string;
  readonly size: number;
  /** The signature line, with its newline. */
  readonly line: string;
  readonly at: Date;
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
  /** How many committed leaves have no place yet. */
  waitingCount(): Promise<number>;
  published(): Promise<Published | undefined>;
  /** What each witness has cosigned last, also those that are asked no more. */
  cosigned(): Promise<Cosigned[]>;
  /** Keeps a cosignature, unless that witness has cosigned a larger tree. */
  cosign(cosigned: Cosigned): Promise<void>;
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
    waitingCount: async () => {
      const [row] = await database.query<{ count: bigint }>(
        sql`select count(*) from log_leaves where leaf_index is null`,
      );
      return Number(row?.count ?? 0);
    },
    published: async () => {
      const [row] = await database.query<{ size: bigint; note: string; signedAt: Date }>(sql`
        select h.size, h.signed_at as "signedAt", h.note || coalesce(
          (select string_agg(w.line, '' order by w.name) from log_witnesses w where w.size = h.size), '') as note
        from log_head h`);
      return row && { ...row, size: Number(row.size) };
    },
    cosigned: async () => {
      const rows = await database.query<Omit<Cosigned, 'size'> & { size: bigint }>(
        sql`select name, size, line, cosigned_at as at from log_witnesses order by name`,
      );
      return rows.map((row) => ({ ...row, size: Number(row.size) }));
    },
    cosign: async ({ name, size, line, at }) => {
      await database.execute(sql`insert into log_witnesses (name, size, line, cosigned_at)
        values (${name}, ${size}, ${line}, ${at})
        on conflict (name) do update set size = excluded.size, line = excluded.line, cosigned_at = excluded.cosigned_at
        where log_witnesses.size <= excluded.size`);
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
            update log_head set size = ${size}, root = ${root}, note = ${note}, signed_at = now()
            where size = ${previous.size} and root = ${previous.root}`)
        : await tx.execute(sql`
            insert into log_head (size, root, note) values (${size}, ${root}, ${note}) on conflict do nothing`);
      return swapped === 1;
    },
  };
}
