-- One purchase, one message, also when the bank gives its posting another id: docs/matching.md.
--
-- match_key, 16 bytes: keyed hash of account, way, currency and the merchant's first word, of a purchase whose
-- other half may still come. 32 bytes: the blind index of the second id under which the bank told of it.
-- Null: neither is so, and it is found by subject_index alone.
alter table records add column match_key bytea;
create index records_to_match on records (link_id, match_key) where match_key is not null;
