-- Where a collection gets documents from by itself. What it is, how to get in and how far it came are sealed.
CREATE TABLE source (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  collection_id uuid NOT NULL,
  kind text NOT NULL CHECK (kind IN ('folder', 's3', 'git', 'webdav', 'imap', 'web', 'rest')),
  dek bytea NOT NULL,
  definition_sealed bytea NOT NULL,
  cursor_sealed bytea,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  every_minutes integer CHECK (every_minutes > 0),
  -- The principal whose rights it has; `erased` where that one is gone.
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  paused_at timestamptz,
  -- Set while it is taken away: what becomes of its documents.
  removing text CHECK (removing IN ('delete', 'keep')),
  due_at timestamptz,
  -- Somebody asked for a run, which tries again what could not be read.
  asked_at timestamptz,
  -- The process that runs it, which has to be heard of.
  runner uuid,
  runner_seen_at timestamptz,
  started_at timestamptz,
  finished_at timestamptz,
  succeeded_at timestamptz,
  failures integer NOT NULL DEFAULT 0,
  fault text,
  fault_sealed bytea,
  seen integer NOT NULL DEFAULT 0,
  added integer NOT NULL DEFAULT 0,
  changed integer NOT NULL DEFAULT 0,
  unchanged integer NOT NULL DEFAULT 0,
  removed integer NOT NULL DEFAULT 0,
  failed integer NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX source_due ON source (tenant_id, due_at);
CREATE INDEX source_collection ON source (tenant_id, collection_id);

-- What a source brought, sealed under the source's own key.
CREATE TABLE source_item (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  source_id uuid NOT NULL,
  item_index bytea NOT NULL,
  item_sealed bytea NOT NULL,
  outcome text NOT NULL CHECK (outcome IN ('kept', 'failed')),
  fault text,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, source_id, item_index),
  FOREIGN KEY (tenant_id, source_id) REFERENCES source (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['source', 'source_item']
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
