-- What is kept of every request: ids, times, sizes, counts, classes and names of the configuration. A row is made of two
-- lines of a write-ahead file, which arrive in any order and more than once; the place of each in its file (wal, offset)
-- says that it is here. Before the admitted line has come, its columns are null and "at" is that of the settled one.
CREATE TABLE request_record (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id text NOT NULL,
  at timestamptz NOT NULL,
  state text NOT NULL CHECK (state IN ('admitted', 'settled', 'failed', 'unknown')),

  admitted_wal uuid,
  admitted_offset bigint,
  principal text,
  operation text,
  config text,
  rule text,
  class text CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  base_class text CHECK (base_class IN ('public', 'internal', 'confidential', 'restricted')),
  declared_class text CHECK (declared_class IN ('public', 'internal', 'confidential', 'restricted')),
  conversation_class text CHECK (conversation_class IN ('public', 'internal', 'confidential', 'restricted')),
  found_class text CHECK (found_class IN ('public', 'internal', 'confidential', 'restricted')),
  findings jsonb,
  model_asked text,
  bytes_in bigint,
  reserved_tokens bigint,
  reserved_micros bigint,
  mode text CHECK (mode IN ('strict', 'async')),

  settled_wal uuid,
  settled_offset bigint,
  settled_at timestamptz,
  status integer,
  code text,
  target text,
  zone text CHECK (zone IN ('local', 'private', 'managed')),
  model text,
  attempts integer,
  bytes_private bigint,
  bytes_managed bigint,
  masked jsonb,
  first_token_ms double precision,
  duration_ms double precision,
  input_tokens bigint,
  output_tokens bigint,
  estimated boolean,
  cost_micros bigint,
  answer_hash text,

  PRIMARY KEY (tenant_id, id),
  CHECK ((admitted_wal IS NULL) = (admitted_offset IS NULL)),
  CHECK ((settled_wal IS NULL) = (settled_offset IS NULL)),
  CHECK (admitted_offset IS NOT NULL OR settled_offset IS NOT NULL),
  CHECK (admitted_offset IS NULL OR (principal IS NOT NULL AND operation IS NOT NULL AND class IS NOT NULL))
)
-- Most rows are written twice: room on the page keeps the second version beside the first and out of the indexes.
WITH (fillfactor = 80);
CREATE INDEX request_record_at ON request_record (tenant_id, at DESC, id DESC);
CREATE INDEX request_record_principal ON request_record (tenant_id, principal, at DESC, id DESC);
CREATE INDEX request_record_answer ON request_record (tenant_id, principal, answer_hash) WHERE answer_hash IS NOT NULL;

-- The class that each named conversation has reached. The index is blind: it holds the principal and the client's own id.
CREATE TABLE conversation_class (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  conversation_index bytea NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  updated_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, conversation_index)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['request_record', 'conversation_class']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
  END LOOP;
END
$$;

GRANT SELECT, INSERT, UPDATE, DELETE ON request_record, conversation_class TO fh_app;
