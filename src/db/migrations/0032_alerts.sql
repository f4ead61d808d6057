-- fraud alerts -------------------------------------------------------------------------------

alter table records drop constraint records_kind_check;
alter table records add constraint records_kind_check check (kind in ('transaction', 'balance', 'receipt', 'parcel', 'alert'));

-- Purchases that a bank holds and asks about: where each stands. What was asked stands in its record.
create table alerts (
  link_id uuid not null,
  -- Keyed hash of the bank's name for the case: it is asked once, however often it is told.
  case_index bytea not null,
  customer_id uuid not null,
  bank_id text not null,
  message_id uuid not null,
  -- open: nobody answered. answered: an answer is on its way. settled: by the bank's own word.
  state text not null default 'open' check (state in ('open', 'answered', 'settled')),
  answer_by timestamptz(3) not null,
  -- What the bank was asked because of it.
  answer_action uuid,
  freeze_action uuid,
  dispute_action uuid,
  -- When it is looked at next; null when nothing is to be done by itself.
  next_at timestamptz(3),
  lease_until timestamptz(3) not null,
  attempts integer not null default 0,
  primary key (link_id, case_index)
);
create index alerts_due on alerts (next_at) where next_at is not null;
create index alerts_of_customer on alerts (customer_id) where state = 'open';

alter table alerts enable row level security;
create policy bank on alerts using (bank_id = current_bank());

-- The last purchases of links before a moment, with their sealed content: beside a held purchase stands the
-- customer's last own one. The role that takes in events may not select that column: through here it gets it of its
-- own bank alone, and of a few purchases.
create function last_purchases(links uuid[], before timestamptz, most integer)
returns table (link_id uuid, subject_index bytea, sealed bytea, epoch integer)
stable security definer set search_path = public, pg_temp language sql as $$
  select f.link_id, f.subject_index, f.sealed, f.epoch
  from unnest(links) as w (link_id)
  cross join lateral (
    select r.* from records r
    where r.link_id = w.link_id and r.kind = 'transaction' and r.occurred_at < before
      and r.local_date between (before - interval '15 days')::date and (before + interval '1 day')::date
    order by r.local_date desc, r.occurred_at desc, r.record_id limit least(most, 20)
  ) f
  cross join (
    select case current_setting('role') when 'none' then session_user::text else current_setting('role') end as caller
  ) c
  where c.caller = current_user
    or (c.caller = left(current_database(), 55) || '_intake' and f.bank_id = current_bank())
$$;

-- Disputes that customers opened through here: each has a message that says how far its bank has come.
create table disputes (
  link_id uuid not null,
  -- What the bank was asked to open it by.
  action_id uuid not null,
  customer_id uuid not null,
  bank_id text not null,
  message_id uuid not null,
  -- Keyed hash of the bank's number for it; null until it has one.
  dispute_index bytea,
  -- Under the link's key: the card, and the bank's number.
  sealed bytea not null,
  opened_at timestamptz(3) not null,
  -- When the bank is asked how far it has come; null when nothing more comes of it.
  next_at timestamptz(3),
  lease_until timestamptz(3) not null,
  primary key (link_id, action_id)
);
create index disputes_due on disputes (next_at) where next_at is not null;
create index disputes_of_customer on disputes (customer_id);

alter table disputes enable row level security;
