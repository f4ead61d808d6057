-- desk: a bank's staff, as its own identity provider says -------------------------------------------

-- One person at one issuer. Role, teams and languages are those of the last sign-in. name_key: the name without
-- what looks alike, so that nobody at a bank passes for a colleague.
create table staff (
  staff_id uuid primary key,
  bank_id text not null,
  issuer text not null,
  subject text not null,
  name text not null check (length(name) between 1 and 64),
  name_key text not null,
  role text not null check (role in ('agent', 'supervisor', 'privacy-officer')),
  teams text[] not null,
  locales text[] not null,
  capacity integer not null check (capacity > 0),
  last_seen_at timestamptz not null,
  unique (bank_id, issuer, subject),
  unique (bank_id, name_key)
);

-- session_hash: SHA-256 of the cookie. Ends at ends_at, half an hour after last_seen_at, or when somebody ends it.
create table staff_sessions (
  session_hash bytea primary key,
  session_id uuid not null unique,
  staff_id uuid not null references staff on delete cascade,
  bank_id text not null,
  started_at timestamptz not null,
  last_seen_at timestamptz not null,
  ends_at timestamptz not null
);
create index staff_sessions_of_bank on staff_sessions (bank_id, staff_id);

-- On the way to an identity provider and back: taken once.
create table staff_sign_ins (
  state_hash bytea primary key,
  bank_id text not null,
  issuer text not null,
  nonce text not null,
  code_verifier text not null,
  expires_at timestamptz not null
);
create index staff_sign_ins_to_forget on staff_sign_ins (expires_at);

-- Whoever signs in is looked for by the hub's own role, before it is known whose staff they are; the narrower roles see
-- of these tables nothing.
alter table staff enable row level security;
alter table staff_sessions enable row level security;
alter table staff_sign_ins enable row level security;
