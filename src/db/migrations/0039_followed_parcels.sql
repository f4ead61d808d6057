-- orders -------------------------------------------------------------------------------------

-- Parcels that a customer follows by the number alone, at the carrier that they connected: what it tells of such a
-- number goes to that link. `next_at`: when the carrier is asked to tell of it; null once it does.
create table followed_parcels (
  link_id uuid not null references links (link_id),
  tracking_index bytea not null,
  follow_id uuid not null,
  customer_id uuid not null,
  bank_id text not null,
  sealed bytea not null,
  begun_at timestamptz(3) not null,
  next_at timestamptz(3),
  lease_until timestamptz(3) not null,
  attempts integer not null default 0,
  primary key (tracking_index, link_id)
);
create index followed_parcels_of_link on followed_parcels (link_id);
create index followed_parcels_due on followed_parcels (next_at) where next_at is not null;
alter table followed_parcels enable row level security;
