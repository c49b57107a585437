-- An emergency account that is sealed until it is used, once. Its account is shut until then and after the session.
CREATE TABLE break_glass (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  creator text NOT NULL,
  dek bytea NOT NULL,
  -- argon2id of the code; null when it was used or disarmed.
  code_sealed bytea,
  armed_at timestamptz NOT NULL DEFAULT now(),
  session_minutes integer NOT NULL CHECK (session_minutes BETWEEN 5 AND 480),
  used_at timestamptz,
  session_id uuid,
  ends_at timestamptz,
  reason_sealed bytea,
  PRIMARY KEY (tenant_id, id),
  CHECK ((used_at IS NULL) = (session_id IS NULL)),
  CHECK ((used_at IS NULL) = (reason_sealed IS NULL))
);
-- At most one is armed.
CREATE UNIQUE INDEX break_glass_armed ON break_glass (tenant_id) WHERE code_sealed IS NOT NULL;
CREATE INDEX break_glass_session ON break_glass (tenant_id, session_id) WHERE session_id IS NOT NULL;
ALTER TABLE break_glass ENABLE ROW LEVEL SECURITY;
ALTER TABLE break_glass FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON break_glass FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT, UPDATE ON break_glass TO fh_app;

-- The use in whose session it happened. The entry of the log commits to it.
ALTER TABLE audit_event ADD COLUMN break_glass uuid;
CREATE INDEX audit_event_break_glass ON audit_event (tenant_id, id) WHERE break_glass IS NOT NULL;
