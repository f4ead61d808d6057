-- vault --------------------------------------------------------------------------------------

-- Keys of the operator's own: one for each use and day, so that what was sealed on a day dies with its key.
create table operator_keys (
  key_id uuid primary key,
  use text not null check (use in ('inbox')),
  day date not null,
  root_generation integer not null,
  wrapped_key bytea not null,
  unique (use, day)
);
alter table operator_keys enable row level security;

-- delivery -----------------------------------------------------------------------------------

-- What messengers told and is not worked through yet, as it came.
create table channel_inbox (
  inbox_id uuid primary key,
  channel text not null,
  -- Under this key of the operator's.
  key_id uuid not null,
  sealed bytea not null,
  received_at timestamptz not null,
  attempts integer not null,
  -- Until then whoever has taken it works on it, or it waits to be tried again.
  next_at timestamptz not null
);
create index channel_inbox_due on channel_inbox (next_at);
alter table channel_inbox enable row level security;

-- What could not be understood, or not be carried out: until a newer version can.
create table dead_letters (
  letter_id uuid primary key,
  channel text not null,
  key_id uuid not null,
  sealed bytea not null,
  received_at timestamptz not null,
  at timestamptz not null,
  reason text not null
);
alter table dead_letters enable row level security;

-- What a person did counts once, however often a messenger tells it.
create table channel_seen (
  channel text not null,
  key_index bytea not null,
  at timestamptz not null,
  primary key (channel, key_index)
);
create index channel_seen_by_time on channel_seen (at);
alter table channel_seen enable row level security;

-- What a messenger said last of a message of ours, by its own id; `applied`: it has had its effect. One that comes
-- before the messenger's answer to the sending itself waits here.
create table channel_statuses (
  channel text not null,
  platform_id text not null,
  status text not null check (status in ('sent', 'failed', 'delivered', 'read')),
  code integer,
  applied boolean not null,
  at timestamptz not null,
  primary key (channel, platform_id)
);
create index channel_statuses_waiting on channel_statuses (at) where not applied;
create index channel_statuses_by_time on channel_statuses (at);
alter table channel_statuses enable row level security;

-- Pictures that people sent, decoded and encoded anew.
create table channel_media (
  media_id uuid primary key,
  identity_id uuid not null references channel_identities on delete cascade,
  customer_id uuid not null,
  -- Under the customer's conversation key.
  sealed bytea not null,
  at timestamptz not null
);
create index channel_media_of_customer on channel_media (customer_id);
create index channel_media_by_time on channel_media (at);
alter table channel_media enable row level security;

-- Until then another app, or a person at the page's inbox, has the thread: nothing is answered meanwhile.
alter table channel_addresses add column away_until timestamptz;
alter table channel_addresses enable row level security;
