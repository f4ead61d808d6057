-- For which fields staff have asked the customer, and when (milliseconds): one open ask for each. When somebody was told
-- that the promise of a case was not kept.
alter table cases add column asked jsonb not null default '{}', add column late_told_at timestamptz(3);
create index cases_late on cases (due_at) where state in ('waiting', 'claimed');
