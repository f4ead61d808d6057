-- The tables of the main job. Which folder owns which table stands in docs/ARCHITECTURE.md.
-- Ids of customers, links and conversations lead every large table's key, so that the same
-- schema can be spread over machines by customer. Columns named sealed* hold ciphertext.

-- customers ----------------------------------------------------------------------------------

create table customers (
  customer_id uuid primary key,
  locale text not null check (locale in ('en', 'es')),
  time_zone text not null,
  created_at timestamptz not null
);

create table channel_identities (
  identity_id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  channel text not null check (channel in ('web')),
  created_at timestamptz not null
);
create index channel_identities_of_customer on channel_identities (customer_id);

-- session_index is the SHA-256 of the cookie: a copy of this table opens no session.
create table sessions (
  session_index bytea primary key,
  customer_id uuid not null references customers on delete cascade,
  identity_id uuid not null references channel_identities on delete cascade,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index sessions_of_customer on sessions (customer_id);

-- The buttons of a message count once: its id is entered here in the transaction that acts.
create table used_acts (
  message_id uuid primary key,
  used_at timestamptz not null
);

-- consent ------------------------------------------------------------------------------------

create table consents (
  consent_id uuid primary key,
  customer_id uuid not null,
  link_id uuid not null,
  bank_id text not null,
  state text not null check (state in ('granted', 'replaced', 'expired', 'revoked')),
  purposes text[] not null,
  granted_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  ended_by text check (ended_by in ('customer', 'bank', 'operator', 'expiry')),
  -- What was shown and signed, whole, under the customer's ledger key.
  sealed_document bytea not null,
  check ((state = 'granted') = (ended_at is null)),
  check (expires_at <= granted_at + interval '366 days')
);
create index consents_of_customer on consents (customer_id);
-- A link has one consent in force; the ones before it stay as the record of what was agreed.
create unique index consents_in_force on consents (link_id) where state = 'granted';
create index consents_to_expire on consents (expires_at) where state = 'granted';

-- vault --------------------------------------------------------------------------------------

create table customer_keys (
  customer_id uuid not null,
  use text not null check (use in ('conversation', 'ledger')),
  wrapped_key bytea not null,
  primary key (customer_id, use)
);

-- wrapped_key is null once the key is destroyed; the epoch then has moved on.
create table link_keys (
  link_id uuid primary key,
  customer_id uuid not null,
  bank_id text not null,
  epoch integer not null,
  wrapped_key bytea
);

create table records (
  link_id uuid not null,
  record_id uuid not null,
  account_ref uuid not null,
  kind text not null check (kind in ('transaction', 'balance')),
  -- Keyed hash of what the record is about at the bank: a purchase is stored once, however often it is told.
  subject_index bytea not null,
  local_date date not null,
  occurred_at timestamptz not null,
  -- When it came here: a bank may tell late, and what it tells is kept for a year from then.
  stored_at timestamptz not null,
  -- How far the matter has come (authorized 1, posted 2, reversed 3): a late event never sets it back.
  stage smallint not null,
  revision integer not null,
  epoch integer not null,
  sealed bytea not null,
  primary key (link_id, record_id),
  unique (link_id, subject_index)
);
create index records_by_day on records (link_id, kind, local_date);

create table accesses (
  customer_id uuid not null,
  access_id uuid not null,
  link_id uuid not null,
  at timestamptz not null,
  actor text not null,
  purpose text not null,
  fields text[] not null,
  reason text not null,
  records integer not null,
  primary key (customer_id, access_id)
);

-- delivery -----------------------------------------------------------------------------------

create table conversations (
  conversation_id uuid primary key,
  customer_id uuid not null unique,
  last_seq bigint not null default 0,
  read_seq bigint not null default 0,
  created_at timestamptz not null
);

-- Content stands either in the record that record_id names, or in sealed: under the link's key
-- when link_id is given, else under the customer's conversation key.
create table messages (
  conversation_id uuid not null,
  message_id uuid not null,
  revision integer not null,
  author text not null check (author in ('customer', 'tellerline', 'bank')),
  at timestamptz not null,
  link_id uuid,
  -- More links that it was read from: it goes when any of them goes.
  also_link_ids uuid[],
  epoch integer,
  purpose text,
  record_id uuid,
  client_id uuid,
  sealed bytea,
  primary key (conversation_id, message_id),
  unique (conversation_id, client_id),
  check (record_id is null or link_id is not null),
  check ((record_id is null) <> (sealed is null))
);
create index messages_of_link on messages (link_id) where link_id is not null;
create index messages_of_record on messages (record_id) where record_id is not null;

create table entries (
  conversation_id uuid not null,
  seq bigint not null,
  entry text not null check (entry in ('message', 'edit', 'removal')),
  message_id uuid not null,
  at timestamptz not null,
  primary key (conversation_id, seq)
);

-- linking ------------------------------------------------------------------------------------

-- One walk from "Link a bank" to the bank and back, bound to the browser session that began it.
create table link_attempts (
  attempt_id text primary key,
  customer_id uuid not null references customers on delete cascade,
  session_index bytea not null,
  bank_id text not null,
  state text not null check (state in ('open', 'at-bank', 'done', 'declined', 'failed')),
  state_index bytea unique,
  signings integer not null default 0,
  sealed bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null
);
create index link_attempts_of_customer on link_attempts (customer_id, created_at);

create table links (
  link_id uuid primary key,
  customer_id uuid not null,
  bank_id text not null,
  -- stopping: nothing new goes to it, and its stop is being carried out.
  state text not null check (state in ('linked', 'reconnect', 'stopping', 'stopped')),
  grant_index bytea not null,
  sealed_tokens bytea,
  sealed_grant bytea,
  -- The card in the conversation that shows this link's state, and whether the bank pushes to us yet.
  card_message_id uuid not null,
  subscribed boolean not null default false,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index links_of_customer on links (customer_id);
-- Linking a bank again renews the link that stands.
create unique index links_one_a_bank on links (customer_id, bank_id) where state <> 'stopped';
create index links_of_grant on links (grant_index);

create table accounts (
  link_id uuid not null,
  account_ref uuid not null,
  account_index bytea not null,
  ordinal integer not null,
  sealed bytea not null,
  primary key (link_id, account_ref),
  unique (link_id, account_index)
);
create index accounts_by_index on accounts (account_index);

create table lookbacks (
  link_id uuid not null,
  account_ref uuid not null,
  from_date date not null,
  to_date date not null,
  -- The day from which on every transaction is here; null while the first reading goes on.
  complete_from date,
  state text not null check (state in ('reading', 'done')),
  -- Where to go on at the bank, under the link's key; null at the start.
  sealed_cursor bytea,
  transactions integer not null default 0,
  pages integer not null default 0,
  primary key (link_id, account_ref)
);
create index lookbacks_unfinished on lookbacks (link_id) where state = 'reading';

-- The tokens of a stopped link, resealed under a key that serves this one call and is then gone.
create table revocations (
  revocation_id uuid primary key,
  link_id uuid not null,
  customer_id uuid not null,
  bank_id text not null,
  -- The message that says how far the revocation has come; null when a newer grant took this one's place.
  message_id uuid,
  wrapped_key bytea,
  sealed bytea,
  attempts integer not null default 0,
  created_at timestamptz not null,
  next_try_at timestamptz not null,
  confirmed_at timestamptz,
  given_up_at timestamptz
);
create index revocations_open on revocations (next_try_at) where wrapped_key is not null;

-- conversation -------------------------------------------------------------------------------

-- What a customer said and has not been answered yet; gone in the transaction that answers.
create table turns (
  conversation_id uuid not null,
  message_id uuid not null,
  customer_id uuid not null,
  at timestamptz not null,
  attempts integer not null default 0,
  primary key (conversation_id, message_id)
);

-- intake -------------------------------------------------------------------------------------

create table event_keys (
  sender text not null,
  event_id text not null,
  content_hash bytea not null,
  received_at timestamptz not null,
  primary key (sender, event_id)
);
create index event_keys_by_age on event_keys (received_at);

-- Counts by sender and day, for alarms and for the staff's page: no ids, no contents.
create table intake_counts (
  sender text not null,
  day date not null,
  what text not null,
  count bigint not null,
  last_at timestamptz not null,
  primary key (sender, day, what)
);
