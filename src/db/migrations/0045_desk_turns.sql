-- For which fields staff have asked the customer, and when (milliseconds): one open ask for each.
alter table cases add column asked jsonb not null default '{}';
