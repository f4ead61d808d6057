-- delivery -----------------------------------------------------------------------------------

-- An answer that was read from several banks now lies under the keys of all of them. Those from before lie
-- under the first one's alone, so that they could be read from a copy of the database after another of their
-- links was stopped: they go. Their entries stay, and are shown as removed.
delete from messages where cardinality(also_link_ids) > 0 and sealed is not null;
