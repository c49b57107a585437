-- Documents that were written in a conversation, a row for each version, sealed under the key of the conversation.
-- `call`: of the tool by which a model wrote it; made again after a crash, it finds what it wrote.
CREATE TABLE artifact_version (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  artifact_id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  run_id uuid,
  call text,
  message_id uuid,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  size_bytes integer NOT NULL,
  body_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, artifact_id, version),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX artifact_of_conversation ON artifact_version (tenant_id, conversation_id, artifact_id, version);
CREATE UNIQUE INDEX artifact_of_call ON artifact_version (tenant_id, run_id, call) WHERE call IS NOT NULL;

ALTER TABLE artifact_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE artifact_version FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON artifact_version FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON artifact_version TO fh_app;
