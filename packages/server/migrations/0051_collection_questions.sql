-- Questions that a collection is to answer, with the document that should come up. What is asked and expected is sealed; the place
-- at which it came up when they were last asked is kept, so that the next time can be compared with it.
CREATE TABLE collection_question (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  collection_id uuid NOT NULL,
  -- The principal that wrote it; `erased` where that one is gone.
  creator text NOT NULL,
  dek bytea NOT NULL,
  body_sealed bytea NOT NULL,
  -- From 1; null: not among those that were looked at, or never asked.
  place integer CHECK (place > 0),
  asked_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX collection_question_of ON collection_question (tenant_id, collection_id, id);

ALTER TABLE collection_question ENABLE ROW LEVEL SECURITY;
ALTER TABLE collection_question FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON collection_question FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON collection_question TO fh_app;
