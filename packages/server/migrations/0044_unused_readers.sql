-- Sets of readers that nothing names any more may go, but never the newest: the next one is numbered after it, and a
-- number that was given twice would show one set's documents to the readers of another.
DROP POLICY goes_with_tenant ON acl_set;
CREATE POLICY goes_with_tenant ON acl_set AS RESTRICTIVE FOR DELETE USING (
  EXISTS (SELECT FROM tenant WHERE tenant.id = tenant_id AND deletes_at <= clock_timestamp())
  OR EXISTS (SELECT FROM acl_set newer WHERE newer.tenant_id = acl_set.tenant_id AND newer.id > acl_set.id));
CREATE INDEX document_acl_set ON document (tenant_id, acl_set) WHERE acl_set IS NOT NULL;
