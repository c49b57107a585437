-- The bodies of a closed conversation may lie together as one sealed object; then `bodies_blob` names it and its rows have
-- none. All of them or none: whoever moves them does it in one transaction. `bodies_back_at`: when they last came back.
ALTER TABLE conversation ADD COLUMN bodies_blob text;
ALTER TABLE conversation ADD COLUMN bodies_back_at timestamptz;
ALTER TABLE message ALTER COLUMN body_sealed DROP NOT NULL;
ALTER TABLE run_event ALTER COLUMN events_sealed DROP NOT NULL;
CREATE INDEX conversation_at_home ON conversation (tenant_id, touched) WHERE bodies_blob IS NULL;
CREATE INDEX conversation_away ON conversation (tenant_id, id) WHERE bodies_blob IS NOT NULL;

-- A share of which anybody who has the link reads, without being known here.
ALTER TABLE share ADD COLUMN for_anyone boolean NOT NULL DEFAULT false;

-- Whoever deletes a conversation looks for what stands for what in it.
CREATE INDEX privacy_vault_of_principal ON privacy_vault (tenant_id, (split_part(principal, '/', 1)));
