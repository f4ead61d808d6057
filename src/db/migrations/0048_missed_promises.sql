-- Which promise of an answer was missed and told so: the customer once, and the desk. Another promise is another time.
alter table cases add column late_for timestamptz(3);
-- What was missed before nobody is told of any more.
update cases set late_for = due_at where state in ('waiting', 'claimed') and due_at <= now();
create index cases_missed on cases (due_at)
  where state in ('waiting', 'claimed') and link_id is not null and late_for is distinct from due_at;
create index cases_with_staff on cases (bank_id, claimed_by) where state = 'claimed';
