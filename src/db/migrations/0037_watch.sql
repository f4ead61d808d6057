-- linking ------------------------------------------------------------------------------------

-- What a customer's own watch remembers of an account, under the link's key: which merchants were seen, and in which
-- country the card was used last. Null where no rule needs a memory.
alter table accounts add column sealed_watch bytea;

-- The same as before, and what the watch remembers: whoever takes in an event decides by it without another look.
drop function event_routes(bytea[], timestamptz);
create function event_routes(indexes bytea[], at timestamptz)
returns table (
  account_index bytea, account_ref uuid, left_out boolean, detail bytea, link_id uuid, customer_id uuid, bank_id text,
  epoch integer, generation integer, wrapped bytea, purposes text, ledger_generation integer, ledger_wrapped bytea,
  conversation_id uuid, hearing bytea, low bytea, watch bytea
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
      a.sealed_hearing, a.sealed_low, a.sealed_watch
    from accounts a
    join links l on l.link_id = a.link_id and l.state in ('linked', 'reconnect')
    join link_keys k on k.link_id = a.link_id and not k.closed and k.wrapped_key is not null
    left join consents c on c.link_id = a.link_id and c.state = 'granted' and c.expires_at > at
    left join customer_keys o on o.customer_id = k.customer_id and o.use = 'ledger'
    left join conversations v on v.customer_id = k.customer_id
    where a.account_index = any (indexes) and (bank is null or a.bank_id = bank);
end $$;
