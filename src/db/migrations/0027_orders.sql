-- orders -------------------------------------------------------------------------------------

-- Receipts and parcels are records like any other, sealed under the key of the link to their shop.
alter table records drop constraint records_kind_check;
alter table records add constraint records_kind_check check (kind in ('transaction', 'balance', 'receipt', 'parcel'));
