-- What stands for what in the named conversations of a principal, sealed under the tenant's keys. `version` counts the
-- writes: whoever writes on an older one reads again.
CREATE TABLE privacy_vault (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  conversation_index bytea NOT NULL,
  principal text NOT NULL,
  dek bytea NOT NULL,
  minted_sealed bytea NOT NULL,
  version integer NOT NULL CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, conversation_index)
);
CREATE INDEX privacy_vault_used ON privacy_vault (tenant_id, used_at);

-- What left for managed targets and what came back, as it went over the wire. Many calls are sealed as one: a key and a
-- large value for each would cost more than the calls.
CREATE TABLE egress_batch (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- Of its last call.
  at timestamptz NOT NULL,
  dek bytea NOT NULL,
  calls_sealed bytea NOT NULL,
  PRIMARY KEY (tenant_id, id)
);
CREATE INDEX egress_batch_at ON egress_batch (tenant_id, at);

-- Where each call stands in its batch: at `start` the path and a line end, then what left, then what came back.
CREATE TABLE egress (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  request text NOT NULL,
  call bigint GENERATED ALWAYS AS IDENTITY,
  principal text NOT NULL,
  target text NOT NULL,
  at timestamptz NOT NULL,
  batch uuid NOT NULL,
  start integer NOT NULL,
  outbound_bytes integer NOT NULL,
  inbound_bytes integer,
  PRIMARY KEY (tenant_id, request, call),
  FOREIGN KEY (tenant_id, batch) REFERENCES egress_batch (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX egress_of_batch ON egress (tenant_id, batch);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['privacy_vault', 'egress_batch', 'egress']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON privacy_vault, egress_batch, egress TO fh_app;
