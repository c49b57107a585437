-- What somebody approved of the tools of an MCP server: a tool that is another one since is not called.
CREATE TABLE mcp_tool (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  skill text NOT NULL,
  tool text NOT NULL,
  -- SHA-256 over name, description and schemas as canonical JSON.
  pin text NOT NULL CHECK (pin ~ '^[0-9a-f]{64}$'),
  dek bytea NOT NULL,
  definition_sealed bytea NOT NULL,
  approved_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, skill, tool)
);

-- The OAuth connection of a skill to its MCP server.
CREATE TABLE mcp_connection (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  skill text NOT NULL,
  state text NOT NULL CHECK (state IN ('connected', 'needs_authorisation', 'expired', 'failed')),
  reason text,
  dek bytea NOT NULL,
  -- Tokens, registrations and where the server is.
  kept_sealed bytea NOT NULL,
  -- Of the random bytes that come back with the browser; null while nobody is on the way.
  sent_hash bytea,
  sent_at timestamptz,
  expires_at timestamptz,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, skill)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['mcp_tool', 'mcp_connection']
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
