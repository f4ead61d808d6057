-- vault --------------------------------------------------------------------------------------

-- The bank has withdrawn: nothing is read under the key any more, and it is destroyed when the bank's
-- tokens were taken out for the call that ends its grant.
alter table link_keys add column closed boolean not null default false;

-- linking: a whole bank pulls out --------------------------------------------------------------

create table withdrawals (
  withdrawal_id uuid primary key,
  bank_id text not null,
  begun_by text not null check (begun_by in ('bank', 'operator')),
  -- begun: nothing new comes; closed: nothing is readable; keys-gone; done: rows gone, receipt entered.
  step text not null check (step in ('begun', 'closed', 'keys-gone', 'done')),
  begun_at timestamptz not null,
  closed_at timestamptz,
  keys_gone_at timestamptz,
  -- The bank's root of that time, destroyed: no backup opens any more.
  root_gone_at timestamptz,
  done_at timestamptz,
  -- From then on the bank may be linked again.
  returned_at timestamptz,
  returned_by text check (returned_by in ('bank', 'operator')),
  -- How many there were to end, and what has been done of it.
  links integer not null,
  ended integer not null default 0,
  keys integer not null default 0,
  records bigint not null default 0,
  messages bigint not null default 0,
  -- The receipt: what the log commits to, the key of its salt in base64, and where it stands. Counts alone.
  record text,
  salt_key text,
  leaf_id bigint,
  leaf_position integer
);
create unique index withdrawals_in_force on withdrawals (bank_id) where returned_at is null;
create index links_of_bank_stopping on links (bank_id, link_id) where state = 'stopping';
