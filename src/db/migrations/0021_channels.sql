-- delivery -----------------------------------------------------------------------------------

-- Where a channel identity is met at its messenger. The indexes are keyed hashes: they find a person who writes
-- again, and tell nobody who it is. Of one person there is one address in use; what came of a number that has a
-- new owner stays retired.
create table channel_addresses (
  identity_id uuid primary key references channel_identities on delete cascade,
  customer_id uuid not null,
  channel text not null,
  -- Of the page or the business number.
  account text not null,
  person_index bytea,
  number_index bytea,
  -- Under the customer's conversation key.
  sealed bytea not null,
  state text not null check (state in ('in-use', 'retired')),
  -- When the person last wrote, by our clock: what may be sent depends on it.
  heard_at timestamptz,
  created_at timestamptz not null,
  check (person_index is not null or number_index is not null)
);
create unique index channel_addresses_by_person on channel_addresses (channel, account, person_index)
  where state = 'in-use' and person_index is not null;
create unique index channel_addresses_by_number on channel_addresses (channel, account, number_index)
  where state = 'in-use' and number_index is not null;
create index channel_addresses_of_customer on channel_addresses (customer_id);

-- How much of a card goes there, by the purpose of what is told, where that differs from `detail`: an object of
-- purposes with full, masked, pointer, or off. And what is done when a messenger may not be written to.
alter table destinations add column details jsonb not null default '{}';
alter table destinations add column otherwise text not null default 'wait'
  check (otherwise in ('wait', 'elsewhere', 'drop'));
-- Used only when another cannot be.
alter table destinations add column spare boolean not null default false;

-- conversation -------------------------------------------------------------------------------

-- Where it was said: the answer goes there. Null: in a browser.
alter table turns add column identity_id uuid;
