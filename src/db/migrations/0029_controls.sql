-- controls -----------------------------------------------------------------------------------

-- What customers asked their banks to do: to a card, about a payment that is held, with a dispute.
create table bank_actions (
  link_id uuid not null,
  -- The Idempotency-Key at the bank: stored before the first call, the same at every repetition.
  action_id uuid not null unique,
  customer_id uuid not null,
  bank_id text not null,
  kind text not null check (kind in ('card', 'hold', 'dispute', 'evidence')),
  state text not null default 'requested' check (state in ('requested', 'sent', 'unknown', 'confirmed', 'refused')),
  -- The message that says how far it has come.
  message_id uuid not null,
  -- What was asked for, and how the bank settled it: under the link's key.
  sealed bytea not null,
  -- In milliseconds, and later than that of any before on this link: the bank orders them by it.
  requested_at timestamptz(3) not null,
  -- A call may have been made: it is asked about before it is asked for again.
  called boolean not null default false,
  attempts integer not null default 0,
  fence bigint not null default 0,
  lease_until timestamptz(3) not null,
  -- When it is taken up next; null when it is settled, or given up.
  next_at timestamptz(3),
  settled_at timestamptz(3),
  primary key (link_id, action_id)
);
create index bank_actions_due on bank_actions (next_at) where next_at is not null;
create index bank_actions_open on bank_actions (requested_at) where state in ('requested', 'sent');

-- Cards that a bank has told of, by random names of ours.
create table bank_cards (
  link_id uuid not null,
  card_ref uuid not null default gen_random_uuid(),
  bank_id text not null,
  card_index bytea not null,
  sealed bytea not null,
  told_at timestamptz(3) not null,
  primary key (link_id, card_ref),
  unique (link_id, card_index)
);

alter table bank_actions enable row level security;
alter table bank_cards enable row level security;
