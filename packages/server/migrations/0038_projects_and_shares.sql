-- Conversations that belong together, by whoever has them.
CREATE TABLE project (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  owner text NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX project_of_owner ON project (tenant_id, owner);

ALTER TABLE conversation ADD FOREIGN KEY (tenant_id, project_id) REFERENCES project (tenant_id, id);
CREATE INDEX conversation_of_project ON conversation (tenant_id, project_id);

-- A branch as it was when somebody shared it with the others of the tenant. It is found by the hash of a secret that
-- only whoever has the link knows.
CREATE TABLE share (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  conversation_id uuid NOT NULL,
  owner text NOT NULL,
  dek bytea NOT NULL,
  secret_hash bytea NOT NULL,
  snapshot_sealed bytea NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  messages integer NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash),
  FOREIGN KEY (tenant_id, conversation_id) REFERENCES conversation (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX share_of_conversation ON share (tenant_id, conversation_id);

-- What somebody wants models to know in every conversation, and prompts that somebody uses again.
CREATE TABLE note (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  owner text NOT NULL,
  kind text NOT NULL CHECK (kind IN ('memory', 'template')),
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  dek bytea NOT NULL,
  text_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX note_of_owner ON note (tenant_id, owner, kind, id);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['project', 'share', 'note']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON project, share, note TO fh_app;
