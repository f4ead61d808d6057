-- linking ------------------------------------------------------------------------------------

-- What the customer wants to be told of an account, under the link's key; null: everything. It stands in the
-- row that an event looks up anyway.
alter table accounts add column sealed_hearing bytea;
