-- Whom a document is for, beside its class and the policies: sets of readers, each kept once, because documents of one
-- source share a few. A set never changes what it names (an erased person is taken out), and its number is given once.
CREATE TABLE acl_set (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id integer NOT NULL CHECK (id > 0),
  -- user:<account>, group:<id>, service:<id>, key:<id>, in order; empty: nobody.
  members text[] NOT NULL,
  -- SHA-256 of the members; of nothing in particular once somebody was taken out.
  members_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, members_hash)
);
ALTER TABLE acl_set ENABLE ROW LEVEL SECURITY;
ALTER TABLE acl_set FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON acl_set FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE (members, members_hash), DELETE ON acl_set TO fh_app;

-- Rows are taken away with their whole tenant only: a number that was given twice would show one set's documents to
-- the readers of another for as long as somebody remembers the first.
CREATE POLICY goes_with_tenant ON acl_set AS RESTRICTIVE FOR DELETE USING (EXISTS (
  SELECT FROM tenant WHERE tenant.id = tenant_id AND deletes_at <= clock_timestamp()));

-- Null: everybody of the tenant whom class and policies let.
ALTER TABLE document ADD COLUMN acl_set integer;
ALTER TABLE document ADD FOREIGN KEY (tenant_id, acl_set) REFERENCES acl_set (tenant_id, id);
-- What new documents get that say nothing of it.
ALTER TABLE collection ADD COLUMN acl_set integer;
ALTER TABLE collection ADD FOREIGN KEY (tenant_id, acl_set) REFERENCES acl_set (tenant_id, id);
