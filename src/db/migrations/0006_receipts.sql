-- vault: receipts of deletions -------------------------------------------------------------------

-- A receipt outlives the account that it speaks of: whoever holds its id may read it again. Sealed under a
-- key that derives from that id, which stands nowhere here.
create table receipts (
  receipt_index bytea primary key,
  sealed bytea not null,
  leaf_id bigint not null,
  leaf_position integer not null,
  expires_at timestamptz not null
);
create index receipts_by_end on receipts (expires_at);
