-- controls -----------------------------------------------------------------------------------

-- Which account an alert or a dispute is about: an account that is given up takes its own along, and no other's. Null
-- of what was entered before.
alter table alerts add column account_ref uuid;
alter table disputes add column account_ref uuid;

-- How often a bank has told something that may have answered an alert, since it was last asked: a word that comes while
-- it is being asked is not lost.
alter table alerts alter column woken drop default;
alter table alerts alter column woken type integer using woken::integer;
alter table alerts alter column woken set default 0;

-- When its customer was last seen to look on, by whichever process they are connected to.
alter table alerts add column seen_at timestamptz(3);

alter table disputes
  -- Keyed hash of the bank's id of the purchase: by it the record is found that comes after the dispute.
  add column purchase_index bytea,
  -- How often its bank was asked since it last told something: the pauses grow with it.
  add column asked integer not null default 0,
  add column asked_at timestamptz(3),
  -- Its message is gone, and a new one is written.
  add column unsaid boolean not null default false;
create index disputes_of_purchase on disputes (link_id, purchase_index) where record_id is null;
create policy bank on disputes using (bank_id = current_bank());

-- orders -------------------------------------------------------------------------------------

-- That the number goes to the carrier is in the customer's list, once for all the times that the carrier is asked.
alter table followed_parcels add column entered boolean not null default false;
