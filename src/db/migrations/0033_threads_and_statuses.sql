-- delivery -----------------------------------------------------------------------------------

-- When the thread with this person changed hands last, by the messenger's clock: what is told of it late, or twice,
-- says nothing.
alter table channel_addresses add column routed_at timestamptz;

-- The delivery that a status is of, once that is known: it goes with it also when the messenger's id stands with the
-- delivery no more, as where it failed and went again, or never did, as where it was taken twice.
alter table channel_statuses add column delivery_id uuid references deliveries (delivery_id) on delete cascade;
create index channel_statuses_of_delivery on channel_statuses (delivery_id) where delivery_id is not null;
