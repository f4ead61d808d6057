-- delivery -----------------------------------------------------------------------------------

-- A messenger's own id of a message may hold a person's telephone number (WhatsApp's does), so it stands nowhere in
-- clear: a keyed hash finds what carries it, and where it has to be named to the messenger again it is sealed for
-- the customer. The hash cannot be made here, where its key is not: ids of before are forgotten, and with them what
-- was told of them. A later change of such a message stands alone instead of under it.
drop index deliveries_by_platform_id;
alter table deliveries
  drop column platform_id,
  add column platform_index bytea,
  add column sealed_platform_id bytea;
create index deliveries_by_platform_index on deliveries (channel, platform_index) where platform_index is not null;

alter table delivery_parts
  drop column platform_id,
  add column platform_index bytea,
  add column sealed_platform_id bytea;

drop table channel_statuses;
-- What a messenger said last of a message of ours; `applied`: it has had its effect. One that comes before the
-- messenger's answer to the sending itself waits here. It goes with the delivery that it is of.
create table channel_statuses (
  channel text not null,
  platform_index bytea not null,
  status text not null check (status in ('sent', 'failed', 'delivered', 'read')),
  code integer,
  applied boolean not null,
  at timestamptz not null,
  primary key (channel, platform_index)
);
create index channel_statuses_waiting on channel_statuses (at) where not applied;
create index channel_statuses_by_time on channel_statuses (at);
alter table channel_statuses enable row level security;

-- Whether a body says something of our own messages alone: it is worked through beside what people did.
alter table channel_inbox add column settles boolean not null default false;

-- linking --------------------------------------------------------------------------------------

-- The message in which a code was said last, as a keyed hash: told again by its messenger it is answered as before.
alter table link_attempts add column said_index bytea;
create index link_attempts_by_saying on link_attempts (said_index) where said_index is not null;

-- customers --------------------------------------------------------------------------------------

-- How often a code was said that nobody awaits there, since when: in a chat, and by a customer anywhere.
alter table channel_identities
  add column stray_codes integer not null default 0,
  add column stray_codes_since timestamptz;
alter table customers
  add column stray_codes integer not null default 0,
  add column stray_codes_since timestamptz;
