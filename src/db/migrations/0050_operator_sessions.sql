-- http: sessions of the operator. session_hash: of the cookie, keyed by the operator's secret, so that whoever replaces
-- the secret ends them all; signing out deletes one.
create table operator_sessions (
  session_hash bytea primary key,
  started_at timestamptz(3) not null,
  ends_at timestamptz(3) not null
);
create index operator_sessions_over on operator_sessions (ends_at);
alter table operator_sessions enable row level security;
