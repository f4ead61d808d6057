-- delivery -----------------------------------------------------------------------------------

-- The messenger said that the person wrote too long ago: only what needs no window goes there still.
alter table deliveries add column window_over boolean not null default false;
-- How often nobody knew what had become of a call, and of which part of the message: it is sent again once.
alter table deliveries add column unknowns integer not null default 0;
alter table deliveries add column unknown_part smallint;
-- The messenger could not show what this attempt, or one before, had brought it: a later word that it took it says nothing.
alter table deliveries add column failed_attempt integer not null default 0;

create index delivery_parts_by_platform_index on delivery_parts (platform_index) where platform_index is not null;

-- channels/meta ------------------------------------------------------------------------------

-- Pages and numbers that nothing is sent from, for every process alike: until somebody has mended it.
create table channel_circuits (
  channel text not null,
  account text not null,
  why text not null check (why in ('token', 'restricted')),
  -- When one call may find out whether it works again; whoever takes it moves this on.
  until timestamptz not null,
  primary key (channel, account)
);
alter table channel_circuits enable row level security;
