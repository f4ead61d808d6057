-- consent: what staff of a bank may see when their customer writes to them, field by field
alter table consents add column if not exists chat_fields text[] not null default '{}';
