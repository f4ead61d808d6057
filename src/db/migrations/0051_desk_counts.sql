-- The counts of an inbox read this index alone and no row: rows are wide, and changed with each word. Rows that were
-- changed are looked at in the table until they are vacuumed, so that comes early here.
create index cases_counted on cases (bank_id, team, locale, state, claimed_by, due_at, late_for) where state <> 'closed';
alter table cases set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_threshold = 200);
