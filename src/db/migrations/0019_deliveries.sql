-- delivery -----------------------------------------------------------------------------------

-- A customer may be met on other messengers than this program's own.
alter table channel_identities drop constraint channel_identities_channel_check;
alter table channel_identities add check (channel ~ '^[a-z][a-z0-9-]{0,30}$');

-- Where a conversation is brought to besides the browsers that are connected: a channel identity, and how
-- much of a card may go there.
create table destinations (
  conversation_id uuid not null,
  identity_id uuid not null references channel_identities on delete cascade,
  customer_id uuid not null,
  channel text not null,
  detail text not null check (detail in ('full', 'masked', 'pointer')),
  created_at timestamptz not null,
  primary key (conversation_id, identity_id)
);
create index destinations_of_identity on destinations (identity_id);

-- One entry of a conversation on its way to one channel identity. It holds no content: that is read through
-- the gate when it is sent.
create table deliveries (
  conversation_id uuid not null,
  identity_id uuid not null,
  seq bigint not null,
  -- What a messenger is given as our reference, the same at every attempt.
  delivery_id uuid not null unique,
  -- Of 1,024, by conversation: what one process at a time works on.
  shard smallint not null,
  customer_id uuid not null,
  channel text not null,
  entry text not null check (entry in ('message', 'edit', 'removal')),
  message_id uuid not null,
  revision integer not null,
  state text not null check (state in ('waiting', 'attempted', 'unknown', 'delivered', 'skipped', 'parked')),
  attempts integer not null default 0,
  -- Attempts that failed for this delivery's own sake, as far as can be told.
  failures integer not null default 0,
  -- Of the lease under which it was attempted last.
  fence integer,
  -- The messenger's own id of what was sent, and the revision that it showed.
  platform_id text,
  shown_revision integer,
  -- Why it is where it is: a code, never a messenger's own words.
  code text,
  at timestamptz not null,
  next_at timestamptz not null,
  primary key (conversation_id, identity_id, seq)
);
create index deliveries_open on deliveries (channel, shard, conversation_id, identity_id, seq)
  where state in ('waiting', 'attempted', 'unknown');
create index deliveries_parked on deliveries (channel, at) where state = 'parked';
create index deliveries_by_platform_id on deliveries (channel, platform_id) where platform_id is not null;
-- For forgetting; rows lie in it about as they came.
create index deliveries_by_age on deliveries using brin (at);

-- Processes that bring deliveries on their way, each with how long it may be believed to be there; and which
-- of them works on which shard. The fence moves on whenever a shard changes hands.
create table delivery_nodes (
  node_id uuid primary key,
  until timestamptz not null
);
create table delivery_leases (
  shard smallint primary key check (shard between 0 and 1023),
  node_id uuid,
  fence integer not null
);

alter table destinations enable row level security;
alter table deliveries enable row level security;
-- Whose conversation an event goes into is known by the routing alone, as with the conversation's entries.
create policy bank on destinations for select using (current_bank() is not null);
create policy bank on deliveries using (current_bank() is not null);
