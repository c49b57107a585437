-- The targets and rules of the settings: each row is the whole, as one change left it, and the newest is in force. The
-- document holds credentials and is sealed. Earlier versions can be read and made the newest again, never changed.
CREATE TABLE routing_version (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  version integer NOT NULL CHECK (version > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  actor text NOT NULL,
  targets integer NOT NULL CHECK (targets >= 0),
  routes integer NOT NULL CHECK (routes >= 0),
  dek bytea NOT NULL,
  document_sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, version)
);
-- Already encrypted, therefore not compressible: storing without an attempt saves the time.
ALTER TABLE routing_version ALTER COLUMN document_sealed SET STORAGE EXTERNAL;

ALTER TABLE routing_version ENABLE ROW LEVEL SECURITY;
ALTER TABLE routing_version FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON routing_version FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON routing_version TO fh_app;
