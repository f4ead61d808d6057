-- linking ------------------------------------------------------------------------------------

-- A link is found by the reference that its customer reads out to staff: the last twelve digits of its id,
-- 48 random bits.
create index links_by_reference on links (right(link_id::text, 12));

-- When the disclosure of an attempt was first handed to the browser.
alter table link_attempts add column shown_at timestamptz;
