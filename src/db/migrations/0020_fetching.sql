-- linking ------------------------------------------------------------------------------------

-- What is fetched of a link whose bank does not push what has happened: when next, by whom, and since when
-- nothing could be read.
create table fetches (
  link_id uuid primary key,
  bank_id text not null,
  -- When it is fetched next; null: nothing is due.
  due_at timestamptz,
  -- Notifications so far: one that comes while a fetch runs leads to another.
  told bigint not null default 0,
  balance_told boolean not null default false,
  -- Grows with each taking up; whoever has an older one may store nothing more.
  fence bigint not null default 0,
  lease_until timestamptz not null,
  -- Fetches since the last that brought something, and failures since the last that did not fail.
  quiet integer not null default 0,
  failures integer not null default 0,
  read_at timestamptz,
  unread_since timestamptz,
  unread_why text check (unread_why in ('rate-limited', 'quota-spent', 'unreachable')),
  check ((unread_since is null) = (unread_why is null))
);
create index fetches_due on fetches (due_at) where due_at is not null;
-- Links that a bank has asked to wait: several of them mean that the bank is asked for no other.
create index fetches_paused on fetches (bank_id, due_at) where unread_why = 'rate-limited';

-- How far each account is fetched. The window and the place in it are kept until the window is read.
create table fetch_accounts (
  link_id uuid not null,
  account_ref uuid not null,
  bank_id text not null,
  from_date date,
  to_date date,
  sealed_cursor bytea,
  read_to date,
  primary key (link_id, account_ref),
  check ((from_date is null) = (to_date is null))
);

-- Calls made to a link's bank lately, in slots of a sixtieth of the bank's window.
create table call_ledgers (
  link_id uuid primary key,
  bank_id text not null,
  newest_slot bigint not null,
  calls integer[] not null
);

alter table fetches enable row level security;
alter table fetch_accounts enable row level security;
alter table call_ledgers enable row level security;
create policy bank on fetches using (bank_id = current_bank());
create policy bank on fetch_accounts using (bank_id = current_bank());
