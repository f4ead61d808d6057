-- The event path: what an event needs to know is read at once, and rows that it writes carry no more indexes
-- than something asks for.

-- Where the events of some accounts go: their links, whose keys are locked against revocation until the
-- transaction ends, in the order of their ids; and then, as they stand under that lock, the keys, the purposes
-- in force, the customers' ledger keys and conversations. The role that takes in events gets its own bank's
-- alone.
create function event_routes(indexes bytea[], at timestamptz)
returns table (
  account_index bytea, account_ref uuid, left_out boolean, detail bytea, link_id uuid, customer_id uuid, bank_id text,
  epoch integer, generation integer, wrapped bytea, purposes text, ledger_generation integer, ledger_wrapped bytea,
  conversation_id uuid, hearing bytea, low bytea
)
volatile security definer set search_path = public, pg_temp language plpgsql as $$
#variable_conflict use_column
declare
  caller text := case current_setting('role') when 'none' then session_user::text else current_setting('role') end;
  bank text := case
    when caller = current_user then null
    when caller = left(current_database(), 55) || '_intake' then coalesce(current_bank(), '')
    else '' end;
begin
  perform from link_keys k
    where k.link_id = any (array(select a.link_id from accounts a where a.account_index = any (indexes)))
    order by k.link_id for share;
  return query
    select a.account_index, a.account_ref, a.left_out, a.sealed, k.link_id, k.customer_id, k.bank_id,
      k.epoch, k.root_generation, k.wrapped_key, c.purposes::text, o.root_generation, o.wrapped_key, v.conversation_id,
      a.sealed_hearing, a.sealed_low
    from accounts a
    join links l on l.link_id = a.link_id and l.state in ('linked', 'reconnect')
    join link_keys k on k.link_id = a.link_id and not k.closed and k.wrapped_key is not null
    left join consents c on c.link_id = a.link_id and c.state = 'granted' and c.expires_at > at
    left join customer_keys o on o.customer_id = k.customer_id and o.use = 'ledger'
    left join conversations v on v.customer_id = k.customer_id
    where a.account_index = any (indexes) and (bank is null or a.bank_id = bank);
end $$;

-- An old key is found by its age once a day: the rows lie in the order in which they came.
drop index event_keys_by_age;
create index event_keys_by_age on event_keys using brin (received_at);

-- A message of a link is always looked for in a conversation, so that its key finds it.
drop index messages_of_link;
-- Most messages have no client's id.
alter table messages drop constraint messages_conversation_id_client_id_key;
create unique index messages_of_client on messages (conversation_id, client_id) where client_id is not null;

-- A conversation's row changes with each event and keeps its place when there is room beside it.
alter table conversations set (fillfactor = 70);
