-- linking ------------------------------------------------------------------------------------

-- What the customer wants to be told of an account, under the link's key; null: everything. It stands in the
-- row that an event looks up anyway.
alter table accounts add column sealed_hearing bytea;

-- On which side of the customer's limit the account was when that was last looked at, under the link's key; null
-- where the customer has set no limit. Whoever takes in events changes it, and nothing else of an account.
alter table accounts add column sealed_low bytea;
create policy bank_notes on accounts for update using (bank_id = current_bank());

-- customers ----------------------------------------------------------------------------------

-- From when to when, by the customer's own clock, nothing is announced but what is urgent; null: never.
alter table customers add column quiet_from time;
alter table customers add column quiet_to time;
alter table customers add check ((quiet_from is null) = (quiet_to is null));

-- At which full hour of the customer's day the digest is told, and when that is next; null: there is none.
alter table customers add column digest_hour smallint check (digest_hour between 0 and 23);
alter table customers add column digest_at timestamptz;
alter table customers add check ((digest_hour is null) = (digest_at is null));
create index customers_by_digest on customers (digest_at) where digest_at is not null;
