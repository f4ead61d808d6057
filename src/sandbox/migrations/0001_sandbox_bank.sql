-- The stand-in banks' own books. All of it lies in schema sandbox, so that it can be dropped whole.
-- Amounts are in minor units and signed from the holder's side: what is owed on a card is negative.

-- keys and the authorization server's state ----------------------------------------------------

create table sandbox.bank_secrets (
  bank_id text not null,
  purpose text not null check (purpose in ('token-signing', 'cookies', 'dpop-nonces')),
  secret jsonb not null,
  created_at timestamptz not null,
  primary key (bank_id, purpose)
);

-- The keys that events are signed with; two at once while the older one is being retired.
create table sandbox.event_keys (
  bank_id text not null,
  kid text not null,
  private_jwk jsonb not null,
  created_at timestamptz not null,
  retires_at timestamptz,
  primary key (bank_id, kid)
);

-- Data recipients registered at the banks, besides the hub that the sandbox was started with.
create table sandbox.recipients (
  client_id text primary key,
  name text not null,
  redirect_uri text not null,
  events_origin text not null,
  jwks jsonb not null
);

create table sandbox.authorization_state (
  bank_id text not null,
  model text not null,
  id text not null,
  payload jsonb not null,
  grant_id text,
  uid text,
  expires_at timestamptz,
  consumed_at timestamptz,
  primary key (bank_id, model, id)
);
create index authorization_state_of_grant on sandbox.authorization_state (bank_id, grant_id) where grant_id is not null;
create index authorization_state_of_session on sandbox.authorization_state (bank_id, uid) where uid is not null;
create index authorization_state_to_sweep on sandbox.authorization_state (expires_at);

-- customers, accounts, history -------------------------------------------------------------------

create table sandbox.customers (
  bank_id text not null,
  customer_id text not null,
  given_name text not null,
  family_name text not null,
  city text not null,
  region text not null,
  time_zone text not null,
  created_at timestamptz not null,
  primary key (bank_id, customer_id)
);

create table sandbox.accounts (
  account_id text primary key,
  bank_id text not null,
  customer_id text not null,
  kind text not null check (kind in ('checking', 'savings', 'card')),
  product text not null,
  last4 text not null,
  currency text not null,
  opening_minor bigint not null,
  -- Opening and everything posted.
  current_minor bigint not null,
  -- What authorized and not yet posted purchases hold back; positive when money will go out.
  held_minor bigint not null,
  credit_line_minor bigint,
  unique (bank_id, customer_id, kind),
  foreign key (bank_id, customer_id) references sandbox.customers
);

create table sandbox.transactions (
  account_id text not null references sandbox.accounts,
  transaction_id text not null,
  status text not null check (status in ('authorized', 'posted', 'reversed')),
  kind text not null,
  direction text not null check (direction in ('debit', 'credit')),
  amount_minor bigint not null check (amount_minor > 0),
  occurred_at timestamptz not null,
  -- The day as the customer's own calendar had it.
  local_date date not null,
  booked_at timestamptz not null,
  posted_at timestamptz,
  description text not null,
  merchant jsonb,
  card_last4 text,
  online boolean,
  primary key (account_id, transaction_id),
  check ((status = 'posted') = (posted_at is not null))
);
create index transactions_by_day on sandbox.transactions (account_id, local_date, occurred_at, transaction_id);
create index transactions_held on sandbox.transactions (booked_at) where status = 'authorized';

-- consents and what follows from them ------------------------------------------------------------

create table sandbox.consents (
  -- Also the grant's id at the authorization server.
  consent_id text primary key,
  bank_id text not null,
  customer_id text not null,
  client_id text not null,
  status text not null check (status in ('ACTIVE', 'REVOKED')),
  duration_type text not null,
  duration_days integer,
  lookback_days integer not null,
  data_clusters text[] not null,
  chat text,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  updated_at timestamptz not null,
  revocation_reason text,
  revocation_initiator text,
  -- The customer changed the password at the bank: tokens given out before are dead, the consent is not.
  login_broken boolean not null default false,
  foreign key (bank_id, customer_id) references sandbox.customers
);
create index consents_of_customer on sandbox.consents (bank_id, customer_id);

create table sandbox.consent_accounts (
  consent_id text not null references sandbox.consents,
  account_id text not null references sandbox.accounts,
  primary key (consent_id, account_id)
);
create index consents_of_account on sandbox.consent_accounts (account_id);

create table sandbox.subscriptions (
  subscription_id text primary key,
  consent_id text not null references sandbox.consents,
  callback_url text not null,
  type text not null,
  category text not null,
  subscriber jsonb not null,
  created_at timestamptz not null,
  ended_at timestamptz
);
create index subscriptions_of_consent on sandbox.subscriptions (consent_id) where ended_at is null;

-- events on their way to subscribers -------------------------------------------------------------

-- Written in the transaction that booked what they tell; taken out into a delivery in order of seq.
create table sandbox.events_waiting (
  seq bigint generated always as identity primary key,
  bank_id text not null,
  callback_url text not null,
  event jsonb not null
);
create index events_waiting_of_callback on sandbox.events_waiting (bank_id, callback_url, seq);

create table sandbox.deliveries (
  delivery_id text primary key,
  seq bigint generated always as identity unique,
  bank_id text not null,
  callback_url text not null,
  event_count integer not null,
  -- The signed body, the same at every attempt; emptied once it was taken.
  body text,
  state text not null check (state in ('queued', 'sent', 'failed')),
  attempts integer not null default 0,
  answer_status integer,
  answer text,
  created_at timestamptz not null,
  tried_at timestamptz,
  sent_at timestamptz
);
create index deliveries_queued on sandbox.deliveries (bank_id, callback_url, seq) where state = 'queued';
create index deliveries_of_bank on sandbox.deliveries (bank_id, seq);
