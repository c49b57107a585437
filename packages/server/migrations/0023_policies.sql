-- Policies of a tenant's own: each row is the whole, as one change left it, and the newest is in force. The document names
-- people and groups and is sealed. Earlier versions can be read and made the newest again, never changed.
CREATE TABLE policy_version (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  version integer NOT NULL CHECK (version > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  policies integer NOT NULL CHECK (policies >= 0),
  dek bytea NOT NULL,
  document_sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
-- Already encrypted, therefore not compressible: storing without an attempt saves the time.
ALTER TABLE policy_version ALTER COLUMN document_sealed SET STORAGE EXTERNAL;

ALTER TABLE policy_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy_version FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON policy_version FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE (dek) ON policy_version TO fh_app;

-- Every process reads them anew with the commit, like whoever may come in. A data key that is wrapped anew is no change.
CREATE TRIGGER tell_identity
  AFTER INSERT OR DELETE ON policy_version
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();
