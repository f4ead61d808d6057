-- orders -------------------------------------------------------------------------------------

-- Receipts and parcels are records like any other, sealed under the key of the link to their shop.
alter table records drop constraint records_kind_check;
alter table records add constraint records_kind_check check (kind in ('transaction', 'balance', 'receipt', 'parcel'));

-- What a shop or a carrier calls an order or a parcel, as a keyed hash, and the record that it leads to: a refund
-- names its order alone, and a carrier nothing but the tracking number. Gone with the record.
create table order_routes (
  route_index bytea not null,
  link_id uuid not null,
  subject_index bytea not null,
  primary key (route_index, link_id),
  foreign key (link_id, subject_index) references records (link_id, subject_index) on delete cascade
);
create index order_routes_of_record on order_routes (link_id, subject_index);
alter table order_routes enable row level security;
