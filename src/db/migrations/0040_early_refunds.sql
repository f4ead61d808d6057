-- orders -------------------------------------------------------------------------------------

-- What a shop gave back on an order that it has not told of yet, where it named its customer: sealed under that link's
-- key until the order comes, or 35 days.
create table early_refunds (
  link_id uuid not null references links (link_id),
  order_index bytea not null,
  refund_id uuid not null,
  sealed bytea not null,
  kept_until timestamptz(3) not null,
  primary key (link_id, order_index, refund_id)
);
create index early_refunds_by_end on early_refunds (kept_until);
alter table early_refunds enable row level security;
