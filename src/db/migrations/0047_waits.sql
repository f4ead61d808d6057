-- How long each answer of staff took, and how long its customer had been away before: what forecasts of waits are learned
-- from. Of no customer: the case alone is named. It takes the place of a mean by team, which knew nothing of how times spread.
create table desk_holds (
  bank_id text not null,
  case_id uuid not null,
  team text not null check (team in ('fraud', 'cards', 'payments', 'accounts', 'general')),
  -- An answer to a customer who had come back; else the first one.
  is_return boolean not null,
  began_at timestamptz(3) not null,
  ended_at timestamptz(3) not null,
  primary key (bank_id, case_id, ended_at)
);
create index desk_holds_ended on desk_holds (bank_id, ended_at);
drop table desk_pace;

-- Days on which a bank's desk stays closed although its hours would have it open.
create table desk_holidays (
  bank_id text not null,
  day date not null,
  primary key (bank_id, day)
);

create index desk_waits_came on desk_waits (bank_id, came_at) where came_at is not null;

do $$
declare name text;
begin
  foreach name in array array['desk_holds', 'desk_holidays'] loop
    execute format('alter table %I enable row level security', name);
    execute format('create policy bank on %I using (bank_id = current_bank())', name);
  end loop;
end $$;
