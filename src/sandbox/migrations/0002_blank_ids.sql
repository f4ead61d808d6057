-- Some banks tell what is authorized without an id, and give it one when it is posted.
alter table sandbox.transactions add column blank_id boolean not null default false;
