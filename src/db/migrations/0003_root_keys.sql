-- Data keys are wrapped under a root key of their owner: a bank, or 'operator' for customers' own keys.
-- Roots are held by a key provider and never stand here; a row says which generation wraps today.

create table key_roots (
  owner text primary key,
  generation integer not null,
  -- Generations below this one have been destroyed at the provider.
  oldest_generation integer not null,
  rotated_at timestamptz not null
);

-- Null: wrapped by the key-encrypting key itself, from before there were roots. The next rotation rewraps it.
alter table link_keys add column root_generation integer;
alter table customer_keys add column root_generation integer;

-- Keys that serve one call: the revocation that tells a bank of a stopped link. Gone when it is confirmed.
create table call_keys (
  call_id uuid primary key,
  link_id uuid not null,
  bank_id text not null,
  root_generation integer,
  wrapped_key bytea not null
);
insert into call_keys (call_id, link_id, bank_id, wrapped_key)
  select revocation_id, link_id, bank_id, wrapped_key from revocations where wrapped_key is not null;
drop index revocations_open;
alter table revocations drop column wrapped_key;
create index revocations_open on revocations (next_try_at) where sealed is not null;
