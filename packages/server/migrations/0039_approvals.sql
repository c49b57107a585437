-- Calls of tools that a person is asked about, and what became of it: they go with their run. The arguments are sealed. `call` is the run's own
-- name of the call: whoever asks again, because the process was killed, finds the same row.
CREATE TABLE approval (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  owner text NOT NULL,
  conversation_id uuid NOT NULL,
  run_id uuid NOT NULL,
  call text NOT NULL,
  tool text NOT NULL,
  effect text NOT NULL CHECK (effect IN ('read', 'write', 'destructive', 'external-send')),
  because text NOT NULL CHECK (because IN ('always', 'policy', 'untrusted')),
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  dek bytea NOT NULL,
  question_sealed bytea NOT NULL,
  -- Null while it waits.
  decision text CHECK (decision IN ('once', 'always', 'deny', 'expired', 'withdrawn')),
  decided_by text,
  decided_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, run_id, call),
  FOREIGN KEY (tenant_id, run_id) REFERENCES run (tenant_id, id) ON DELETE CASCADE,
  CHECK ((decision IS NULL) = (decided_at IS NULL))
);
CREATE INDEX approval_waiting ON approval (tenant_id, owner, id) WHERE decision IS NULL;
CREATE INDEX approval_owner ON approval (tenant_id, owner);

-- Tools that somebody said `always` to. `scope_index`: what of the tool, blind.
CREATE TABLE tool_grant (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  owner text NOT NULL,
  tool text NOT NULL,
  dek bytea NOT NULL,
  scope_sealed bytea NOT NULL,
  scope_index bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, owner, tool, scope_index)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['approval', 'tool_grant']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON approval, tool_grant TO fh_app;
