-- A branch is read with who stands beside whom in it, and to its newest end, whatever the conversation holds beside it.
CREATE INDEX message_of_parent ON message (tenant_id, conversation_id, parent_id, id);
