-- Between what a wait was told to lie mostly, in seconds: a number alone says more than anybody knows of a short queue.
alter table desk_waits add column told_from_seconds integer, add column told_to_seconds integer,
  add check (told_from_seconds < told_to_seconds);
