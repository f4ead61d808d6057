-- proof --------------------------------------------------------------------------------------

-- One row a transaction, written in that transaction. leaf_index is its place in the log, given by the
-- sequencer; null until then. leaf_id says nothing of the order: rows commit out of its order, and with gaps.
create table log_leaves (
  leaf_id bigint generated always as identity primary key,
  leaf bytea not null check (length(leaf) = 37),
  -- 32 bytes for each entry, in their order: what the leaf's root is made of.
  commitments bytea not null check (length(commitments) > 0 and length(commitments) % 32 = 0),
  leaf_index bigint unique
);
create index log_leaves_waiting on log_leaves (leaf_id) where leaf_index is null;

create table log_tiles (
  level smallint not null,
  tile_index bigint not null,
  -- Up to 256 hashes of 32 bytes; a tile only ever grows at its end.
  hashes bytea not null check (length(hashes) between 32 and 8192 and length(hashes) % 32 = 0),
  primary key (level, tile_index)
);

-- The one row is the newest checkpoint. It moves from one to the next by compare-and-swap.
create table log_head (
  is_newest boolean primary key default true check (is_newest),
  size bigint not null,
  root bytea not null check (length(root) = 32),
  note text not null
);

-- vault --------------------------------------------------------------------------------------

-- Where the use stands in the log; null for uses from before there was one.
alter table accesses add column leaf_id bigint, add column leaf_position integer;
