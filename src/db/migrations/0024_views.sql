-- delivery -----------------------------------------------------------------------------------

-- Addresses that open messages once, in a browser of their customer's: what a messenger is given in the place of
-- what it may not carry. The token itself stands in the message alone.
create table view_addresses (
  -- SHA-256 of the token.
  token_index bytea primary key,
  customer_id uuid not null,
  conversation_id uuid not null,
  -- Where the address was sent: with that channel identity it goes.
  identity_id uuid not null references channel_identities on delete cascade,
  -- Null: what the bank told last.
  message_id uuid,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index view_addresses_by_end on view_addresses (expires_at);
create index view_addresses_of_identity on view_addresses (identity_id);
alter table view_addresses enable row level security;
