-- what banks tell of cards -------------------------------------------------------------------

-- What customers asked their banks lately to do to cards, with its sealed content: by it what a bank tells of a card is
-- known for what was asked for here. The role that takes in events may not select that column: through here it gets it
-- of its own bank alone, and of a few acts.
create function recent_card_asks(link uuid, since timestamptz)
returns table (action_id uuid, state text, sealed bytea)
stable security definer set search_path = public, pg_temp language sql as $$
  select a.action_id, a.state, a.sealed
  from bank_actions a
  cross join (
    select case current_setting('role') when 'none' then session_user::text else current_setting('role') end as caller
  ) c
  where a.link_id = link and a.kind = 'card' and a.requested_at >= since
    and (c.caller = current_user
      or (c.caller = left(current_database(), 55) || '_intake' and a.bank_id = current_bank()))
  order by a.requested_at desc limit 20
$$;
