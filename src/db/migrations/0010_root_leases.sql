-- vault --------------------------------------------------------------------------------------

-- Each time a root was asked of a bank that holds its own: entered in the log before the asking, so that the
-- bank can hold its count of releases against it. Of no person; salt_key in base64.
create table root_leases (
  lease_id uuid primary key,
  bank_id text not null,
  generation integer not null,
  at timestamptz not null,
  leaf_id bigint not null,
  leaf_position integer not null,
  salt_key text not null
);
create index root_leases_by_day on root_leases (bank_id, at);
