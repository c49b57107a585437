-- What every process must hear of the keys of all tenants, once a second: numbers and times, nothing else. Its column
-- is called `tenant` because the rule for tenant_id is another one: all rows may be read, only the own one written.
CREATE TABLE key_state (
  tenant uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  -- Grows with every change of the keys.
  epoch bigint NOT NULL DEFAULT 1,
  -- Data keys are being wrapped anew.
  rewrapping boolean NOT NULL DEFAULT false,
  -- All versions of the key are gone, and none is ever made again.
  shredded_at timestamptz
);
ALTER TABLE key_state ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_state FORCE ROW LEVEL SECURITY;
CREATE POLICY anyone_reads ON key_state FOR SELECT USING (true);
CREATE POLICY own_added ON key_state FOR INSERT
  WITH CHECK (tenant = nullif(current_setting('fh.tenant', true), '')::uuid);
CREATE POLICY own_changed ON key_state FOR UPDATE
  USING (tenant = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON key_state TO fh_app;

-- From when on a version seals: a moment after it was made, so that every process can open what it seals.
ALTER TABLE tenant_key ADD COLUMN active_from timestamptz NOT NULL DEFAULT now();
GRANT UPDATE, DELETE ON tenant_key TO fh_app;

-- The way of one tenant's data keys to the newest version, and how far it is. One row is worked on by one process at a
-- time, a batch in each transaction: whatever ends the process, the next one goes on from here.
CREATE TABLE key_rewrap (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  to_version integer NOT NULL CHECK (to_version > 0),
  pass integer NOT NULL DEFAULT 1,
  -- Where in the walk: the number of the table, and the key of the last row that was looked at there.
  place integer NOT NULL DEFAULT 0,
  after text,
  pass_started_at timestamptz NOT NULL DEFAULT now(),
  -- Rows of this pass under an older version, and those among them that somebody else had locked: the next pass finds them.
  found bigint NOT NULL DEFAULT 0,
  passed_over bigint NOT NULL DEFAULT 0,
  -- Of all passes; `total` was counted at the start.
  total bigint NOT NULL,
  seen bigint NOT NULL DEFAULT 0,
  rewrapped bigint NOT NULL DEFAULT 0,
  started_at timestamptz NOT NULL DEFAULT now(),
  done_at timestamptz
);
ALTER TABLE key_rewrap ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_rewrap FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON key_rewrap FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE, DELETE ON key_rewrap TO fh_app;
GRANT UPDATE (dek) ON signing_key, routing_version TO fh_app;

-- Of the installation, not of a tenant: the secret from which rooms derive values. The root key that wraps it is the one
-- under which new keys are wrapped.
CREATE TABLE installation_key (
  purpose text PRIMARY KEY CHECK (purpose = 'derive'),
  wrapped bytea NOT NULL,
  root_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, UPDATE ON installation_key TO fh_app;
