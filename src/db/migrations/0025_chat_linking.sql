-- linking: a bank linked from another messenger ------------------------------------------------

-- identity_id: the chat in which the linking was asked for; null: asked for in the browser itself. chat: what the
-- disclosure and the bank's page call that chat. token_index finds the one-time address, which a browser claims;
-- until then there is no session. code_index: the code that has to be said in that chat, as a keyed hash, so that
-- it is noticed when it is said in another; the code itself stands in sealed. confirm_by: until when.
-- storing: the code was said, and the link is being stored.
alter table link_attempts
  alter column session_index drop not null,
  add column identity_id uuid,
  add column chat text,
  add column token_index bytea unique,
  add column claimed_at timestamptz,
  add column code_index bytea,
  add column code_tries integer not null default 0,
  add column confirm_by timestamptz,
  add column ended_why text check (ended_why in ('declined', 'late', 'wrong-code', 'foreign-chat', 'failed')),
  add check ((identity_id is null) = (chat is null)),
  add check ((identity_id is null) = (token_index is null)),
  add check (session_index is not null or identity_id is not null);
alter table link_attempts drop constraint link_attempts_state_check;
alter table link_attempts add constraint link_attempts_state_check
  check (state in ('open', 'at-bank', 'confirming', 'storing', 'done', 'declined', 'failed'));
create index link_attempts_confirming on link_attempts (identity_id) where state in ('confirming', 'storing');
create index link_attempts_by_code on link_attempts (code_index) where code_index is not null;

-- customers --------------------------------------------------------------------------------------

-- linking: a browser that was given one linking to do from another messenger, and may do nothing else.
alter table sessions add column scope text not null default 'full' check (scope in ('full', 'linking'));

-- A code by which a customer brings another messenger's chat to their own: good once, for ten minutes. A keyed hash.
create table join_codes (
  customer_id uuid primary key references customers on delete cascade,
  code_index bytea not null unique,
  expires_at timestamptz not null
);
alter table join_codes enable row level security;
-- How often a code was tried in a chat, right or wrong, since when.
alter table channel_identities
  add column join_tries integer not null default 0,
  add column join_tried_at timestamptz;
