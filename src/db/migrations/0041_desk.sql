-- consent ------------------------------------------------------------------------------------

-- What staff may be shown beside the words of a case, field by field; of consents to `customer-chat` alone.
alter table consents add column chat_fields text[] not null default '{}';

-- A case is its own consent: the button that opened it allows its words to the bank's staff, and nothing besides but
-- the fields that the customer has added for this talk.
create table case_consents (
  case_id uuid primary key,
  customer_id uuid not null,
  link_id uuid not null,
  bank_id text not null,
  opened_at timestamptz(3) not null,
  closed_at timestamptz(3),
  closed_by text check (closed_by in ('customer', 'staff', 'link')),
  fields text[] not null default '{}',
  check ((closed_at is null) = (closed_by is null))
);
create index case_consents_of_link on case_consents (link_id);
create index case_consents_of_customer on case_consents (customer_id);

-- desk ---------------------------------------------------------------------------------------

-- How many cases a bank has had: their numbers.
create table desk_numbers (bank_id text primary key, last_number bigint not null);

-- A matter between a customer and a bank's staff: metadata, and the question under the link's key. When the link ends,
-- whose it was and all that was said go with it; what is counted stays.
create table cases (
  bank_id text not null,
  case_id uuid not null unique,
  number bigint not null,
  link_id uuid,
  customer_id uuid,
  conversation_id uuid,
  -- Where it was opened, at a messenger; null: in a browser.
  identity_id uuid,
  topic text not null,
  team text not null check (team in ('fraud', 'cards', 'payments', 'accounts', 'general')),
  locale text not null,
  -- 0 fraud, 1 high, 2 normal.
  priority smallint not null check (priority between 0 and 2),
  state text not null check (state in ('waiting', 'claimed', 'with-customer', 'closed')),
  -- What its customer types now goes here: one case of a conversation at a time.
  is_talk boolean not null,
  opened_at timestamptz(3) not null,
  updated_at timestamptz(3) not null,
  -- By when an answer was promised; far off while it is the customer's turn.
  due_at timestamptz(3) not null,
  claimed_by text,
  claimed_name text,
  claimed_at timestamptz(3),
  -- The first time that somebody took it, and answered.
  came_at timestamptz(3),
  first_answer_at timestamptz(3),
  closed_at timestamptz(3),
  closed_by text check (closed_by in ('customer', 'staff', 'link')),
  last_seq bigint not null default 0,
  unread integer not null default 0,
  -- Numbers of the conversation: how far its customer has it, and has read.
  had_seq bigint not null default 0,
  read_seq bigint not null default 0,
  proposals_waiting integer not null default 0,
  rating smallint check (rating between 1 and 5),
  -- Which place in the queue the customer was told last.
  place_told integer,
  sealed_question bytea,
  primary key (bank_id, case_id),
  unique (bank_id, number),
  check ((link_id is null) = (sealed_question is null)),
  check ((claimed_by is null) = (claimed_name is null)),
  check ((closed_at is null) = (state <> 'closed'))
);
create unique index cases_talk on cases (conversation_id) where is_talk;
create index cases_open on cases (bank_id, priority, due_at, case_id) where state <> 'closed';
create index cases_waiting on cases (bank_id, team, priority, due_at, case_id) where state = 'waiting';
create index cases_claimed on cases (bank_id, claimed_by, priority, due_at, case_id) where state <> 'closed' and claimed_by is not null;
create index cases_updated on cases (bank_id, updated_at);
create index cases_opened on cases (bank_id, opened_at);
create index cases_closed on cases (closed_at) where state = 'closed';
create index cases_of_link on cases (link_id) where link_id is not null;
create index cases_of_customer on cases (customer_id) where customer_id is not null;

-- What happened in a case, gapless by its own number; what was said stands under the link's key.
create table case_entries (
  bank_id text not null,
  case_id uuid not null,
  seq bigint not null,
  entry_id uuid not null unique,
  link_id uuid not null,
  at timestamptz(3) not null,
  kind text not null check (kind in ('said', 'picture', 'note', 'looked', 'proposed', 'happened')),
  -- Whoever of the bank it is from; null: the customer.
  by_staff text,
  client_id uuid,
  -- Of what staff say: its message in the customer's conversation, and the number that it has there.
  message_id uuid,
  thread_seq bigint,
  sealed bytea not null,
  primary key (bank_id, case_id, seq),
  foreign key (bank_id, case_id) references cases (bank_id, case_id) on delete cascade
);
create unique index case_entries_client on case_entries (bank_id, case_id, client_id) where client_id is not null;
create index case_entries_of_link on case_entries (link_id, entry_id);

create table desk_pictures (
  bank_id text not null,
  case_id uuid not null,
  picture_id uuid not null unique,
  link_id uuid not null,
  at timestamptz(3) not null,
  sealed bytea not null,
  primary key (bank_id, case_id, picture_id),
  foreign key (bank_id, case_id) references cases (bank_id, case_id) on delete cascade
);
create index desk_pictures_of_link on desk_pictures (link_id, picture_id);

-- Card controls that staff propose; carried out by the customer's own button alone.
create table case_proposals (
  bank_id text not null,
  case_id uuid not null,
  proposal_id uuid not null unique,
  link_id uuid not null,
  seq bigint not null,
  action text not null,
  state text not null check (state in ('waits', 'confirmed', 'declined', 'expired')),
  proposed_at timestamptz(3) not null,
  expires_at timestamptz(3) not null,
  message_id uuid,
  sealed bytea not null,
  primary key (bank_id, case_id, proposal_id),
  foreign key (bank_id, case_id) references cases (bank_id, case_id) on delete cascade
);
create index case_proposals_of_link on case_proposals (link_id, proposal_id);
create index case_proposals_waiting on case_proposals (expires_at) where state = 'waits';

-- Who looked at whom: for the harvest budget, for a day.
create table staff_looks (
  bank_id text not null,
  staff_id text not null,
  at timestamptz(3) not null,
  case_id uuid not null,
  customer_index bytea not null,
  what text not null,
  look_id uuid primary key
);
create index staff_looks_of on staff_looks (bank_id, staff_id, at);
create index staff_looks_old on staff_looks (at);

-- What was told somebody who waited, beside what came true.
create table desk_waits (
  bank_id text not null,
  case_id uuid not null,
  team text not null,
  told_at timestamptz(3) not null,
  place integer not null,
  told_seconds integer not null,
  -- Nobody was there when it was told: the promise then was an hour of the day and no wait.
  while_closed boolean not null,
  came_at timestamptz(3),
  primary key (bank_id, case_id)
);
create index desk_waits_told on desk_waits (bank_id, told_at);

-- How long a case takes staff of a team, weighted towards the last ones.
create table desk_pace (
  bank_id text not null,
  team text not null,
  handling_seconds double precision not null,
  cases integer not null,
  updated_at timestamptz(3) not null,
  primary key (bank_id, team)
);

create table desk_hours (
  bank_id text primary key,
  time_zone text not null,
  opens_minute smallint not null check (opens_minute between 0 and 1439),
  closes_minute smallint not null check (closes_minute between 1 and 1440),
  -- 1 Monday … 7 Sunday.
  days smallint[] not null,
  check (opens_minute < closes_minute and cardinality(days) > 0)
);

-- Prepared answers that a bank has put in the place of ours.
create table prepared_answers (
  bank_id text not null,
  key text not null,
  kind text not null check (kind in ('canned', 'intent')),
  title text not null,
  text_en text not null,
  text_es text not null,
  edited_by text not null,
  edited_at timestamptz(3) not null,
  primary key (bank_id, key)
);

do $$
declare name text;
begin
  foreach name in array array[
    'case_consents', 'desk_numbers', 'cases', 'case_entries', 'desk_pictures', 'case_proposals', 'staff_looks',
    'desk_waits', 'desk_pace', 'desk_hours', 'prepared_answers'
  ] loop
    execute format('alter table %I enable row level security', name);
  end loop;
  -- Rows of a bank, for a transaction in which its staff read.
  foreach name in array array[
    'cases', 'case_entries', 'desk_pictures', 'case_proposals', 'staff_looks', 'desk_waits', 'desk_pace', 'desk_hours',
    'prepared_answers', 'case_consents'
  ] loop
    execute format('create policy bank on %I using (bank_id = current_bank())', name);
  end loop;
end $$;
create policy customer on case_consents for select using (customer_id = current_customer());
