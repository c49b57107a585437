-- Programs that act in their own name: their keys do not end when the person who made them leaves.
CREATE TABLE service_account (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  name_index bytea NOT NULL,
  role text NOT NULL,
  scopes text[] NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  ceiling text NOT NULL CHECK (ceiling IN ('public', 'internal', 'confidential', 'restricted')),
  limits jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT now(),
  disabled_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name_index)
);

ALTER TABLE service_account ENABLE ROW LEVEL SECURITY;
ALTER TABLE service_account FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON service_account FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON service_account TO fh_app;

CREATE TRIGGER tell_identity
  AFTER INSERT OR UPDATE OR DELETE ON service_account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();
