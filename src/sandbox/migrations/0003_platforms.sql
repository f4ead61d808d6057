-- What the stand-ins of Messenger and WhatsApp keep, so that a chat by hand goes on after a restart: secrets,
-- people, messages, templates, profiles, subscriptions. They work in memory and write each change here.

create table sandbox.platform_documents (
  kind text not null,
  id text not null,
  document jsonb not null,
  -- The order in which they were made.
  seq bigint not null,
  primary key (kind, id)
);

-- Pictures that people sent, and those that the platform fetched for the hub.
create table sandbox.platform_media (
  media_id text primary key,
  mime_type text not null,
  bytes bytea not null,
  created_at timestamptz not null
);
