-- What stands for what in the named conversations of a principal, sealed under the tenant's keys. `version` counts the
-- writes: whoever writes on an older one reads again.
CREATE TABLE privacy_vault (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  conversation_index bytea NOT NULL,
  principal text NOT NULL,
  dek bytea NOT NULL,
  minted_sealed bytea NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, conversation_index)
);
CREATE INDEX privacy_vault_used ON privacy_vault (tenant_id, used_at);

-- What left for managed targets and what came back, as it went over the wire, sealed.
CREATE TABLE egress (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  request text NOT NULL,
  attempt integer NOT NULL CHECK (attempt > 0),
  principal text NOT NULL,
  target text NOT NULL,
  at timestamptz NOT NULL,
  dek bytea NOT NULL,
  outbound_sealed bytea NOT NULL,
  inbound_sealed bytea,
  PRIMARY KEY (tenant_id, request, attempt)
);
CREATE INDEX egress_at ON egress (tenant_id, at);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['privacy_vault', 'egress']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_vault, egress TO fh_app;
