-- Data of people: who put something in, what is being erased, and what of the record may be.

-- Whoever added it: an account, a key, or the program. Null: from before, or erased.
ALTER TABLE collection ADD COLUMN creator text;
ALTER TABLE document ADD COLUMN creator text;
CREATE INDEX document_creator ON document (tenant_id, creator) WHERE creator IS NOT NULL;

-- An erasure under way or done. `principals` are the ids that the person acted under; they are dropped an hour after the
-- end, when what was still on its way has been erased as well. The id of an account that is gone says nothing of anybody.
CREATE TABLE erasure (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  principals text[] NOT NULL,
  creator text NOT NULL,
  state text NOT NULL CHECK (state IN ('erasing', 'done')),
  counts jsonb NOT NULL DEFAULT '{}',
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  done_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, account_id)
);
ALTER TABLE erasure ENABLE ROW LEVEL SECURITY;
ALTER TABLE erasure FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON erasure FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON erasure TO fh_app;

-- What an event says of people may be erased, and events that were kept long enough may go. Either needs an event that
-- names the entries: whatever else is changed or missing is found by whoever verifies the log.
GRANT UPDATE (actor, subject, detail, private_sealed), DELETE ON audit_event TO fh_app;
GRANT UPDATE (actor) ON routing_version TO fh_app;
