-- Why a field was looked at, for whoever watches over the looks of a bank's staff; null: a case was opened.
alter table staff_looks add column reason text;
