-- Calls of skills as they happened, kept where an operator asked for it: an upgrade is tried on them before it is made.
CREATE TABLE skill_fixture (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  skill text NOT NULL,
  digest text NOT NULL,
  operation text NOT NULL,
  dek bytea NOT NULL,
  -- JSON: the input, the requests and answers, and the result.
  exchange_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX skill_fixture_of ON skill_fixture (tenant_id, skill, operation, id);

-- What an upgrade would break and somebody has said to go on with all the same.
CREATE TABLE skill_exception (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- SHA-256 over what would break: another version of it is another one.
  finding bytea NOT NULL,
  skill text NOT NULL,
  dek bytea NOT NULL,
  reason_sealed bytea NOT NULL,
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, finding)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['skill_fixture', 'skill_exception']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fh_app', name);
  END LOOP;
END
$$;
