-- delivery -----------------------------------------------------------------------------------

-- A customer said of a message "this is advertising". The index is a keyed hash of customer and message: it
-- keeps a second tap from counting twice, and says neither who it was nor of which message.
create table advertising_marks (
  mark_index bytea primary key,
  sender text not null,
  month date not null
);
create index advertising_marks_by_month on advertising_marks (month, sender);

-- How many messages a sender has sent in a month. Each batch adds a row, so that batches do not wait for one
-- another; a chore adds the rows up.
create table messages_sent (
  sender text not null,
  month date not null,
  sent bigint not null
);

alter table advertising_marks enable row level security;
alter table messages_sent enable row level security;
create policy bank on messages_sent for insert with check (sender in (current_bank(), 'tellerline'));
