-- One purchase, one message, also when the bank gives its posting another id: docs/matching.md.
--
-- match_key, 16 bytes: keyed hash of account, way, currency and the merchant's first word, of a purchase whose
-- other half may still come. 32 bytes: the blind index of the second id under which the bank told of it.
-- Null: neither is so, and it is found by subject_index alone.
alter table records add column match_key bytea;
create index records_to_match on records (link_id, match_key) where match_key is not null;

-- What stands under the ids told, and what is open under their keys, with its sealed content. The role that takes
-- in events may not select that column: through here it gets it of its own bank alone, and of purchases alone of
-- which it can name the link and a keyed hash.
create function standing_purchases(links uuid[], subjects bytea[], keys bytea[], authorizations boolean[])
returns table (
  link_id uuid, subject_index bytea, match_key bytea, sealed bytea, stage smallint, revision integer,
  occurred_at timestamptz, epoch integer
)
stable security definer set search_path = public, pg_temp language sql as $$
  with w as (
    select * from unnest(links, subjects, keys, authorizations) as w (link_id, subject_index, match_key, is_authorization)
  )
  select f.link_id, f.subject_index, f.match_key, f.sealed, f.stage, f.revision, f.occurred_at, f.epoch
  from w
  -- An authorization, of which most are new, is not looked for by its own id: where it stands, its insert finds it.
  left join lateral (
    select r.* from records r
    where not w.is_authorization and r.link_id = w.link_id and r.subject_index = w.subject_index
  ) own on true
  cross join lateral (
    select own.* where own.link_id is not null
    union all
    -- A posting that is found by its own id looks no further, unless that has a second one.
    select r.* from records r
    where (own.link_id is null or octet_length(own.match_key) > 16)
      and r.link_id = w.link_id and r.match_key = any (array[w.subject_index, w.match_key])
      and (r.match_key = w.subject_index or (r.stage = 1) <> w.is_authorization)
  ) f
  -- Who calls: as whom it logged in, or as whom it set itself.
  cross join (
    select case current_setting('role') when 'none' then session_user::text else current_setting('role') end as caller
  ) c
  where c.caller = current_user
    or (c.caller = left(current_database(), 55) || '_intake' and f.bank_id = current_bank())
$$;
