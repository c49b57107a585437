-- Files of conversations. Each is sealed under a key of its own, which goes with the row: what lies in the object store
-- can then be opened by nobody. While it is `reading` a process holds a lease on it; one whose lease has run out is read
-- by the next.
CREATE TABLE attachment (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  dek bytea NOT NULL,
  meta_sealed bytea NOT NULL,
  content_sealed bytea,
  blob_key text NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  size_bytes integer NOT NULL,
  text_length integer,
  state text NOT NULL CHECK (state IN ('reading', 'ready', 'failed')),
  code text,
  attempts integer NOT NULL DEFAULT 0,
  lease_until timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX attachment_of_conversation ON attachment (tenant_id, conversation_id, id);
CREATE INDEX attachment_reading ON attachment (tenant_id, lease_until) WHERE state = 'reading';

ALTER TABLE attachment ENABLE ROW LEVEL SECURITY;
ALTER TABLE attachment FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON attachment FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON attachment TO fh_app;
