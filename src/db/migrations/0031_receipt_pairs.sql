-- receipts and their purchases ----------------------------------------------------------------

-- Which card purchase paid which receipt: both are records, and the pair goes with either. One that was undone stays,
-- so that it is never made again.
create table receipt_pairs (
  receipt_link_id uuid not null,
  receipt_record_id uuid not null,
  purchase_link_id uuid not null,
  purchase_record_id uuid not null,
  customer_id uuid not null,
  undone boolean not null default false,
  made_at timestamptz not null,
  primary key (receipt_link_id, receipt_record_id, purchase_link_id, purchase_record_id),
  foreign key (receipt_link_id, receipt_record_id) references records (link_id, record_id) on delete cascade,
  foreign key (purchase_link_id, purchase_record_id) references records (link_id, record_id) on delete cascade
);
-- A purchase pays one receipt at most.
create unique index receipt_pairs_of_purchase on receipt_pairs (purchase_link_id, purchase_record_id) where not undone;
create index receipt_pairs_with_purchase on receipt_pairs (purchase_link_id, purchase_record_id);
create index receipt_pairs_of_customer on receipt_pairs (customer_id);
alter table receipt_pairs enable row level security;

-- Receipts whose purchase has not come yet, and when it is looked for next.
create table receipt_searches (
  link_id uuid not null,
  record_id uuid not null,
  customer_id uuid not null,
  next_at timestamptz not null,
  until timestamptz not null,
  primary key (link_id, record_id),
  foreign key (link_id, record_id) references records (link_id, record_id) on delete cascade
);
create index receipt_searches_due on receipt_searches (next_at);
create index receipt_searches_of_customer on receipt_searches (customer_id);
alter table receipt_searches enable row level security;

-- The other record that a message shows beside its own: of a receipt its purchase, of a purchase its receipt. Each
-- stays under its own link's key; nothing of it is copied.
alter table messages add column companion_link_id uuid;
alter table messages add column companion_record_id uuid;
alter table messages add column companion_purpose text;
create index messages_with_companion on messages (companion_link_id) where companion_link_id is not null;
