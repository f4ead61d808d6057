-- customers: passkeys and sessions -------------------------------------------------------------

-- session_id names a session to its customer, where the cookie's hash must not stand. browser and system are
-- coarse words ("Firefox", "Android"); nothing else of the user agent is kept. last_seen_at is a full hour.
-- proven_at: when a passkey, or the login at a bank that vouches for the customer, last stood behind it.
alter table sessions
  add column session_id uuid not null default gen_random_uuid() unique,
  add column browser text not null default '',
  add column system text not null default '',
  add column last_seen_at timestamptz,
  add column proven_at timestamptz;
update sessions set last_seen_at = date_trunc('hour', created_at);
alter table sessions alter column last_seen_at set not null, alter column session_id drop default,
  alter column browser drop default, alter column system drop default;

-- The message that offered the first passkey: it is offered once.
alter table customers add column passkey_offer_id uuid;

create table passkeys (
  passkey_id uuid primary key,
  customer_id uuid not null references customers on delete cascade,
  -- Both as WebAuthn writes them in JSON, base64url.
  credential_id text not null unique check (length(credential_id) between 1 and 1364),
  public_key text not null,
  counter bigint not null,
  transports text[] not null,
  backed_up boolean not null,
  -- Where it was made.
  browser text not null,
  system text not null,
  created_at timestamptz not null,
  used_at timestamptz
);
create index passkeys_of_customer on passkeys (customer_id);

-- A challenge is good once, in one session, for one purpose: purpose_index hashes what it is for.
create table passkey_challenges (
  challenge_index bytea primary key,
  session_index bytea not null references sessions on delete cascade,
  purpose_index bytea not null,
  expires_at timestamptz not null
);
create index passkey_challenges_of_session on passkey_challenges (session_index);

-- Somebody proved, for one act in one session, that they are the customer. Deleted by the act that takes it.
create table sign_in_proofs (
  proof_id uuid primary key,
  session_index bytea not null references sessions on delete cascade,
  act_index bytea not null,
  by text not null check (by in ('passkey', 'bank')),
  expires_at timestamptz not null
);
create index sign_in_proofs_of_session on sign_in_proofs (session_index);

-- linking --------------------------------------------------------------------------------------

-- Whose login at a bank stands for a customer: the bank's own subject of the ID token, as a blind index. It
-- outlives a stopped link, so that nobody else's login can take its place; it goes with the customer.
create table bank_logins (
  customer_id uuid not null references customers on delete cascade,
  bank_id text not null,
  subject_index bytea not null,
  created_at timestamptz not null,
  primary key (customer_id, bank_id, subject_index)
);
create index bank_logins_by_subject on bank_logins (subject_index);

-- A walk to the bank and back links, signs a new browser in, or proves an act.
alter table link_attempts add column intent text not null default 'link'
  check (intent in ('link', 'sign-in', 'proof'));
