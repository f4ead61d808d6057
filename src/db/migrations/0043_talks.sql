-- desk ---------------------------------------------------------------------------------------

-- How far a customer has read is looked up with each mark of theirs: by the conversation, among open cases.
create index cases_of_conversation on cases (conversation_id) where state <> 'closed' and conversation_id is not null;
