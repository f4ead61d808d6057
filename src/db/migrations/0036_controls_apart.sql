-- controls, each on its own --------------------------------------------------------------------

-- That nobody knows what became of an action is marked without a key, and told as soon as the link's key can be had:
-- when telling it is tried next; null when nothing is left to tell.
alter table bank_actions add column tell_at timestamptz(3);
create index bank_actions_untold on bank_actions (tell_at) where tell_at is not null;

-- The account that an action is about, by our name of it: one that is given up takes its own actions along, and no others.
alter table bank_actions add column account_ref uuid;
alter table bank_cards add column account_ref uuid;

-- Its message went with those of an account that was given up: the next that is said of it is a new one.
alter table bank_actions add column unsaid boolean not null default false;

-- Grows with each limit that is asked for: buttons that were made before it do not change the limit any more.
alter table bank_cards add column limit_generation integer not null default 0;
