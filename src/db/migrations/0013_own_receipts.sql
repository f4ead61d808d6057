-- vault --------------------------------------------------------------------------------------

-- A customer's own ledger leads to the receipts that are kept for it, by the place in the log; whoever reads
-- for a customer sees no other.
create index receipts_by_place on receipts (leaf_id, leaf_position);
alter table receipts enable row level security;
create policy customer on receipts for select
  using ((leaf_id, leaf_position) in (select leaf_id, leaf_position from ledger where customer_id = current_customer()));
