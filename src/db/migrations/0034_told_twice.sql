-- customers --------------------------------------------------------------------------------------

-- Codes that nobody awaits there: the message in which the last was said, as a keyed hash, so that one that is told
-- again is counted once; and how many of them were said while that chat awaited a code of its own.
alter table channel_identities
  add column stray_said_index bytea,
  add column stray_own integer not null default 0;
alter table customers
  add column stray_said_index bytea,
  add column stray_own integer not null default 0;
