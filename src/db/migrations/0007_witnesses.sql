-- proof: witnesses -------------------------------------------------------------------------------

alter table log_head add column signed_at timestamptz not null default now();

-- The newest checkpoint that each witness has cosigned: its size, and the signature line for the note.
create table log_witnesses (
  name text primary key,
  size bigint not null,
  line text not null,
  cosigned_at timestamptz not null
);

-- vault: retention of the ledger. Its rows come in the order of their time, so that a summary of each range
-- of pages finds the old ones, and costs an insertion next to nothing.
drop index ledger_by_age;
create index ledger_by_age on ledger using brin (at);
