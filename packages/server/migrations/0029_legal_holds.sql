-- What must not be erased or run out, whatever else says that it should: of a person, a collection, a time, or
-- everything. Those that were lifted stay, to show what was held and when.
CREATE TABLE legal_hold (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  scope text NOT NULL CHECK (scope IN ('person', 'collection', 'time', 'everything')),
  account_id uuid CHECK ((account_id IS NOT NULL) = (scope = 'person')),
  collection_id uuid CHECK ((collection_id IS NOT NULL) = (scope = 'collection')),
  -- Of records made from the one moment on and before the other.
  from_at timestamptz CHECK ((from_at IS NOT NULL) = (scope = 'time')),
  to_at timestamptz CHECK ((to_at IS NOT NULL) = (scope = 'time')),
  dek bytea NOT NULL,
  reason_sealed bytea NOT NULL,
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null: until it is lifted.
  expires_at timestamptz,
  lifted_at timestamptz,
  lifter text CHECK ((lifter IS NULL) = (lifted_at IS NULL)),
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE legal_hold ENABLE ROW LEVEL SECURITY;
ALTER TABLE legal_hold FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON legal_hold FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON legal_hold TO fh_app;
