-- vault: the customer's ledger -----------------------------------------------------------------

-- Everything that was done with a customer's data, each entry's record sealed under the customer's ledger
-- key. The list in the clear that it replaces cannot be sealed here, without keys: its rows go. Their
-- leaves stay in the log.
drop table accesses;

create table ledger (
  customer_id uuid not null,
  -- UUID version 7, so newest last.
  entry_id uuid not null,
  at timestamptz not null,
  leaf_id bigint not null,
  leaf_position integer not null,
  sealed bytea not null,
  primary key (customer_id, entry_id)
);
create index ledger_by_age on ledger (at);
