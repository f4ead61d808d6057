-- vault --------------------------------------------------------------------------------------

-- A customer's own ledger leads to the receipts that are kept for it, by the place in the log.
create index receipts_by_place on receipts (leaf_id, leaf_position);
