-- Whoever takes a case after its promise was missed keeps it, so the counts compare when it was taken as well.
drop index cases_counted;
create index cases_counted on cases (bank_id, team, locale, state, claimed_by, due_at, late_for, claimed_at) where state <> 'closed';
