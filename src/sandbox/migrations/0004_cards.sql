-- What the stand-in banks know of cards, of what was asked about them, and of disputes.

create table sandbox.cards (
  card_id text primary key,
  account_id text not null references sandbox.accounts,
  last4 text not null,
  state text not null default 'active' check (state in ('active', 'frozen', 'lost', 'stolen', 'replaced', 'expired')),
  online boolean not null default true,
  abroad boolean not null default true,
  spending_limit jsonb,
  -- When the newest action that was carried out had been asked for: none that was asked for before is carried out.
  asked_at timestamptz(3) not null,
  made_at timestamptz(3) not null
);
create index cards_of_account on sandbox.cards (account_id);

-- Each request that changes something, by its recipient's key: asked again it is answered the same.
create table sandbox.control_actions (
  client_id text not null,
  action_key uuid not null,
  consent_id text not null,
  -- What was asked, hashed: the same key for something else is refused.
  request_hash bytea not null,
  -- What has become of it. Pending until then: it is carried out when it is due, null when never.
  answer jsonb not null,
  request jsonb not null,
  due_at timestamptz(3),
  at timestamptz(3) not null,
  primary key (client_id, action_key)
);
create index control_actions_due on sandbox.control_actions (due_at) where due_at is not null;

create table sandbox.holds (
  case_id text primary key,
  account_id text not null references sandbox.accounts,
  state text not null default 'held' check (state in ('held', 'released', 'declined')),
  answer text check (answer in ('mine', 'not-mine')),
  retry_until timestamptz(3),
  -- What happens when nobody answers in time.
  answer_by timestamptz(3) not null,
  otherwise text not null check (otherwise in ('release', 'decline')),
  purchase jsonb not null,
  at timestamptz(3) not null
);
create index holds_of_account on sandbox.holds (account_id, at);

create table sandbox.disputes (
  dispute_id text primary key,
  account_id text not null references sandbox.accounts,
  state text not null default 'opened' check (state in ('opened', 'in-review', 'needs-more', 'won', 'lost', 'closed')),
  purchase jsonb not null,
  reason text not null,
  evidence jsonb not null default '[]',
  opened_at timestamptz(3) not null,
  updated_at timestamptz(3) not null
);
create index disputes_of_account on sandbox.disputes (account_id, opened_at);
