-- controls -----------------------------------------------------------------------------------

-- Our record of the purchase that is disputed, where it has one: by it a receipt that is paired with it is found.
alter table disputes add column record_id uuid;
create index disputes_of_record on disputes (record_id) where record_id is not null;

-- Pictures that may become part of a case: kept from when they were chosen until the customer has said whether the bank
-- gets them.
create table case_pictures (
  link_id uuid not null,
  picture_id uuid not null,
  -- The dispute, by what its bank was asked to open it by.
  action_id uuid not null,
  customer_id uuid not null,
  -- Under the link's key: the picture, encoded anew.
  sealed bytea not null,
  at timestamptz(3) not null,
  primary key (link_id, picture_id)
);
create index case_pictures_of_customer on case_pictures (customer_id);
create index case_pictures_by_time on case_pictures (at);
alter table case_pictures enable row level security;

-- The bank has told something that may have answered the alert: it is asked whether anybody looks on or not.
alter table alerts add column woken boolean not null default false;
