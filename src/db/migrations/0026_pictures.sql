-- channels/pictures --------------------------------------------------------------------------

-- Addresses under which a card's picture may be fetched, once: by a messenger that shows pictures, of a message
-- that goes there in full. The picture is drawn then, from what may be read then; none is kept.
create table picture_addresses (
  -- SHA-256 of the address's secret part.
  token_hash bytea primary key,
  customer_id uuid not null,
  identity_id uuid not null references channel_identities on delete cascade,
  conversation_id uuid not null,
  message_id uuid not null,
  -- What the message is told for; null: no bank told it.
  purpose text,
  theme text not null check (theme in ('light', 'dark')),
  expires_at timestamptz not null,
  used_at timestamptz
);
create index picture_addresses_expiry on picture_addresses (expires_at);
create index picture_addresses_of_identity on picture_addresses (identity_id);
alter table picture_addresses enable row level security;

-- channels/push ------------------------------------------------------------------------------

-- Browsers that are told by web push that there is something new.
create table push_subscriptions (
  identity_id uuid primary key references channel_identities on delete cascade,
  customer_id uuid not null,
  -- Of the push service's address for that browser: it finds a subscription again.
  endpoint_index bytea not null unique,
  -- Under the customer's conversation key: the address, and the keys under which what is pushed is encrypted.
  sealed bytea not null,
  created_at timestamptz not null
);
create index push_subscriptions_of_customer on push_subscriptions (customer_id);
alter table push_subscriptions enable row level security;

-- channels/email -----------------------------------------------------------------------------

-- Where a customer is told by e-mail that there is something new: one address each, confirmed by a code sent there.
create table email_addresses (
  identity_id uuid primary key references channel_identities on delete cascade,
  customer_id uuid not null unique,
  -- Under the customer's conversation key.
  sealed bytea not null,
  -- SHA-256 of the secret in the mails' own way to stop them.
  stop_hash bytea not null unique,
  created_at timestamptz not null
);
alter table email_addresses enable row level security;

-- An address that is to be confirmed. A new one takes the place of the one before.
create table email_codes (
  customer_id uuid primary key references customers on delete cascade,
  -- Under the customer's conversation key: address and code.
  sealed bytea not null,
  tries integer not null default 0,
  -- Codes sent within the hour that began with the first of them.
  sent integer not null,
  hour_began_at timestamptz not null,
  expires_at timestamptz not null
);
alter table email_codes enable row level security;
