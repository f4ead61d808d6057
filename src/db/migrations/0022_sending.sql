-- delivery -----------------------------------------------------------------------------------

-- What a delivery is told for, so that the level of detail chosen for that purpose holds; and whether it answers
-- what was asked at that very messenger, which is answered even where nothing is told for the purpose.
alter table deliveries add column purpose text;
alter table deliveries add column asked boolean not null default false;

-- At which level a delivery goes to its destination now; null: not at all.
create function delivery_detail(detail text, details jsonb, purpose text, asked boolean) returns text
  immutable parallel safe language sql
  return case when details ->> purpose = 'off' then case when asked then 'pointer' end
    else coalesce(details ->> purpose, detail) end;

-- A delivery that a messenger takes in several parts, in order: which of them it has, so that a further attempt
-- goes on behind them. Rows are there from before the first call on.
create table delivery_parts (
  delivery_id uuid not null references deliveries (delivery_id) on delete cascade,
  part smallint not null,
  parts smallint not null,
  -- Of the message that was cut into these parts, and the first attempt to send it: an echo of an earlier one
  -- says nothing of them.
  revision integer not null,
  since_attempt integer not null,
  -- The messenger's own id; null: not known to be taken.
  platform_id text,
  primary key (delivery_id, part)
);
alter table delivery_parts enable row level security;

-- channels/meta ------------------------------------------------------------------------------

-- Message templates as they stand at a messenger: of which content (a hash of ours), and whether they were approved.
create table channel_templates (
  channel text not null,
  -- The page, or the business account, that they belong to.
  account text not null,
  name text not null,
  language text not null,
  status text not null,
  hash bytea not null,
  updated_at timestamptz not null,
  primary key (channel, account, name, language)
);
alter table channel_templates enable row level security;
