-- Row-level security: beneath the program's own checks, PostgreSQL hands a connection that works for one
-- customer no row of another, and one that takes a bank's events no row of another bank. Which customer or
-- bank that is, a transaction says when it begins (`db/scoped.ts`). The hub's own role owns the tables and is
-- not restrained; the roles beside it have the rights of their lists and, of the rows, what stands here.
-- A table of persons or banks without a policy shows those roles nothing.

create function current_customer() returns uuid stable parallel safe language sql
  return nullif(current_setting('tellerline.customer', true), '')::uuid;
create function current_bank() returns text stable parallel safe language sql
  return nullif(current_setting('tellerline.bank', true), '');
create function is_web_role() returns boolean stable parallel safe language sql
  return current_user = left(current_database(), 55) || '_web';

-- A policy is asked for every row, so the bank stands in the rows that events bring.
alter table accounts add column bank_id text;
update accounts a set bank_id = l.bank_id from links l where l.link_id = a.link_id;
alter table accounts alter column bank_id set not null;

alter table records add column bank_id text;
update records r set bank_id = k.bank_id from link_keys k where k.link_id = r.link_id;
alter table records alter column bank_id set not null;

alter table messages add column bank_id text;
update messages m set bank_id = k.bank_id from link_keys k where k.link_id = m.link_id;
alter table messages add check ((link_id is null) = (bank_id is null));

-- Also for the end of an account, which takes all keys of one customer.
create index link_keys_of_customer on link_keys (customer_id);

do $$
declare name text;
begin
  foreach name in array array[
    'accounts', 'bank_logins', 'call_keys', 'channel_identities', 'consents', 'conversations', 'customer_keys',
    'customers', 'entries', 'event_keys', 'intake_counts', 'ledger', 'link_attempts', 'link_keys', 'links',
    'lookbacks', 'messages', 'passkeys', 'records', 'revocations', 'root_leases', 'sessions', 'turns', 'withdrawals'
  ] loop
    execute format('alter table %I enable row level security', name);
  end loop;
end $$;

-- Rows of a person, for a transaction that works for that person.
create policy customer on link_keys using (customer_id = current_customer()) with check (false);
create policy customer on consents using (customer_id = current_customer()) with check (false);
create policy customer on customer_keys using (customer_id = current_customer()) with check (false);
create policy customer on conversations using (customer_id = current_customer()) with check (false);
create policy customer on ledger using (customer_id = current_customer());
create policy customer on records
  using (link_id in (select link_id from link_keys where customer_id = current_customer())) with check (false);
create policy customer on messages
  using (conversation_id in (select conversation_id from conversations where customer_id = current_customer())) with check (false);
create policy customer on entries
  using (conversation_id in (select conversation_id from conversations where customer_id = current_customer())) with check (false);

-- Rows of a bank, for a transaction that takes that bank's events.
create policy bank on links for select using (bank_id = current_bank());
create policy bank on accounts for select using (bank_id = current_bank());
create policy bank on consents for select using (bank_id = current_bank());
create policy bank on withdrawals for select using (bank_id = current_bank());
create policy bank on link_keys using (bank_id = current_bank()) with check (false);
create policy bank on records using (bank_id = current_bank());
create policy bank on messages using (bank_id = current_bank());
create policy bank on event_keys using (sender = 'bank:' || current_bank());
create policy bank on intake_counts using (sender = 'bank:' || current_bank());
-- Whose conversation and ledger an event goes into is known by the routing alone: of these the role may read
-- no more than ids and numbers, and a key of nobody who has no link to this bank.
create policy bank on conversations using (current_bank() is not null);
create policy bank on entries for insert with check (current_bank() is not null);
create policy bank on ledger for insert with check (current_bank() is not null);
create policy bank on customer_keys for select
  using (use = 'ledger' and exists (
    select from link_keys k where k.customer_id = customer_keys.customer_id and k.bank_id = current_bank() and k.wrapped_key is not null));

-- The listeners find a session by its cookie before they know whose it is, and count for the staff's pages.
create policy listeners on sessions using (is_web_role());
create policy listeners on customers using (is_web_role());
create policy listeners on conversations for select using (is_web_role());
create policy listeners on links for select using (is_web_role());
create policy listeners on intake_counts for select using (is_web_role());
create policy listeners on revocations for select using (is_web_role());
