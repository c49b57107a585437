-- Sets of readers that nothing names any more may go, but never the newest: the next one is numbered after it, and a
-- number that was given twice would show one set's documents to the readers of another.
DROP POLICY goes_with_tenant ON acl_set;
CREATE POLICY goes_with_tenant ON acl_set AS RESTRICTIVE FOR DELETE USING (
  EXISTS (SELECT FROM tenant WHERE tenant.id = tenant_id AND deletes_at <= clock_timestamp())
  OR EXISTS (SELECT FROM acl_set newer WHERE newer.tenant_id = acl_set.tenant_id AND newer.id > acl_set.id));
CREATE INDEX document_acl_set ON document (tenant_id, acl_set) WHERE acl_set IS NOT NULL;

-- Which source brought a document, so that none is left behind by a run that was cut short before it wrote down what it
-- had brought. Null: somebody added it. A source that is gone is named by nothing else any more.
ALTER TABLE document ADD COLUMN source_id uuid;
CREATE INDEX document_source ON document (tenant_id, source_id, id) WHERE source_id IS NOT NULL;
