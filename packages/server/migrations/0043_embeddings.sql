-- Vectors of passages, of many documents at once, sealed in the object store.
CREATE TABLE embedding_lot (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  collection_id uuid NOT NULL,
  -- Vectors of one space can be compared: the same model, dimensions and words before a passage.
  space text NOT NULL,
  dek bytea NOT NULL,
  blob_key text NOT NULL,
  size_bytes integer NOT NULL CHECK (size_bytes >= 0),
  -- As many as stand in it, those among them that are gone since.
  documents integer NOT NULL CHECK (documents >= 0),
  passages integer NOT NULL CHECK (passages >= 0),
  -- Passages without a vector, because of what stands in them.
  withheld integer NOT NULL CHECK (withheld >= 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX embedding_lot_collection ON embedding_lot (tenant_id, collection_id);

-- The lot that holds all vectors of a document.
CREATE TABLE embedded_document (
  tenant_id uuid NOT NULL,
  document_id uuid NOT NULL,
  lot_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, document_id),
  FOREIGN KEY (tenant_id, document_id) REFERENCES document (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, lot_id) REFERENCES embedding_lot (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX embedded_document_lot ON embedded_document (tenant_id, lot_id);

-- How far the vectors of a tenant are, and which process works on them.
CREATE TABLE embedding_state (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  -- The process that works, which has to be heard of.
  runner uuid,
  runner_seen_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  -- Not to be tried again before.
  due_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  fault text,
  -- Classes that nothing may embed as things stand, until it is tried again.
  held text[] NOT NULL DEFAULT '{}'
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['embedding_lot', 'embedded_document', 'embedding_state']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fh_app', name);
  END LOOP;
END
$$;
