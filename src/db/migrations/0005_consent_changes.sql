-- consent ------------------------------------------------------------------------------------

-- A consent that another one took the place of says what became of it.
alter table consents drop constraint consents_state_check, drop constraint consents_ended_by_check;
update consents set state = 'amended' where state = 'replaced';
alter table consents
  add check (state in ('granted', 'amended', 'renewed', 'expired', 'revoked')),
  add check (ended_by in ('customer', 'bank', 'staff', 'operator', 'expiry')),
  -- The smallest number of days before the end that the customer was reminded of.
  add column reminded_days smallint;

-- linking ------------------------------------------------------------------------------------

-- The bank's grant still holds the account; the customer does not want it here. What the bank tells of it
-- is dropped and never stored.
alter table accounts add column left_out boolean not null default false;
