-- Where the rows of a tenant are: in this database beside those of others, or in a database of its own. It never changes.
ALTER TABLE tenant ADD COLUMN isolation text NOT NULL DEFAULT 'pooled' CHECK (isolation IN ('pooled', 'database'));
ALTER TABLE tenant ADD CHECK (NOT (home AND isolation = 'database'));
GRANT INSERT (isolation) ON tenant TO fh_app;

-- In a database of a tenant's own: entries that are made and on their way into the log, which is in another database. What
-- stands here and was not carried is made anew; what was carried becomes leaves. Either way what is due is due until then.
CREATE TABLE audit_staged (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  n bigint NOT NULL CHECK (n >= 0),
  kind text NOT NULL CHECK (kind IN ('event', 'request', 'lost')),
  source text NOT NULL,
  entry text NOT NULL,
  salts jsonb NOT NULL,
  PRIMARY KEY (tenant_id, n)
);
ALTER TABLE audit_staged ENABLE ROW LEVEL SECURITY;
ALTER TABLE audit_staged FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON audit_staged FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, DELETE ON audit_staged TO fh_app;
-- To lock what is due, until what is made of it is staged.
GRANT UPDATE (kind) ON audit_pending TO fh_app;

-- In the database of the log: the last entries that were carried of such a tenant, its n-th on, to which leaves, in the
-- transaction in which the log grew by them. Numbers only.
CREATE TABLE audit_carried (
  tenant uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  n bigint NOT NULL CHECK (n >= 0),
  leaf bigint NOT NULL CHECK (leaf >= 0),
  count bigint NOT NULL CHECK (count > 0)
);
GRANT SELECT, INSERT, UPDATE ON audit_carried TO fh_app;
