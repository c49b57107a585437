-- An application is a service account that takes people back who were signed in here. One that can keep no key says so.
ALTER TABLE service_account ADD COLUMN redirect_uris text[] NOT NULL DEFAULT '{}';
ALTER TABLE service_account ADD COLUMN keyless boolean NOT NULL DEFAULT false;

-- A person has let an application know who they are: a code, good once and for a minute, then what came of it. It goes
-- with the session, the person and the application; whoever asks for it later finds nothing.
CREATE TABLE authorisation (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  application_id uuid NOT NULL,
  account_id uuid NOT NULL,
  session_id uuid NOT NULL,
  dek bytea NOT NULL,
  request_sealed bytea NOT NULL,
  code_hash bytea NOT NULL,
  created_at timestamptz NOT NULL,
  redeemed_at timestamptz,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, application_id) REFERENCES service_account (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, session_id) REFERENCES session (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX authorisation_application ON authorisation (tenant_id, application_id);
CREATE INDEX authorisation_account ON authorisation (tenant_id, account_id);
CREATE INDEX authorisation_session ON authorisation (tenant_id, session_id);
CREATE INDEX authorisation_expires ON authorisation (tenant_id, expires_at);

ALTER TABLE authorisation ENABLE ROW LEVEL SECURITY;
ALTER TABLE authorisation FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON authorisation FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON authorisation TO fh_app;
