-- A bank's hours by weekday: 1 Monday … 7 Sunday; a day without a row is closed. Of a bank without any row the usual ones hold.
create table desk_days (
  bank_id text not null,
  weekday smallint not null check (weekday between 1 and 7),
  opens_minute smallint not null check (opens_minute between 0 and 1439),
  closes_minute smallint not null check (closes_minute between 1 and 1440),
  primary key (bank_id, weekday),
  check (opens_minute < closes_minute)
);
insert into desk_days (bank_id, weekday, opens_minute, closes_minute)
  select distinct bank_id, unnest(days), opens_minute, closes_minute from desk_hours;
alter table desk_hours drop column opens_minute, drop column closes_minute, drop column days;

-- Within how many minutes of business a team's answers are promised, where a bank has said something else than is usual.
create table desk_promises (
  bank_id text not null,
  team text not null check (team in ('fraud', 'cards', 'payments', 'accounts', 'general')),
  minutes integer not null check (minutes between 1 and 10080),
  primary key (bank_id, team)
);

-- Which supervisor changed what of these, when: from what to what. about: the weekday, day, team or person.
create table desk_changes (
  bank_id text not null,
  change_id bigint generated always as identity primary key,
  at timestamptz(3) not null,
  by_name text not null,
  what text not null check (what in ('time-zone', 'day', 'holiday', 'promise', 'capacity')),
  about text not null,
  was text not null,
  became text not null
);
create index desk_changes_of on desk_changes (bank_id, change_id);
create index desk_changes_old on desk_changes (at);

do $$
declare name text;
begin
  foreach name in array array['desk_days', 'desk_promises', 'desk_changes'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy bank on %I using (bank_id = current_bank())', name);
  end loop;
end $$;
