-- How often the kept answers of a tenant were purged. The answers are in the memory of each process; a process that knows
-- an older number drops what it holds.
CREATE TABLE cache_purge (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  purges bigint NOT NULL CHECK (purges > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

ALTER TABLE cache_purge ENABLE ROW LEVEL SECURITY;
ALTER TABLE cache_purge FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON cache_purge FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON cache_purge TO fh_app;
