-- What somebody signs in with besides a password, or instead of one.

-- An authenticator app (RFC 6238). last_step: the newest 30 seconds whose code was used; none is good twice.
CREATE TABLE totp (
  tenant_id uuid NOT NULL,
  account_id uuid NOT NULL,
  dek bytea NOT NULL,
  secret_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  last_step bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, account_id),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);

-- Codes on paper for whoever lost the app; one that was used is gone.
CREATE TABLE recovery_code (
  tenant_id uuid NOT NULL,
  account_id uuid NOT NULL,
  code_hash bytea NOT NULL,
  PRIMARY KEY (tenant_id, account_id, code_hash),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE passkey (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  -- Of the id that the authenticator chose.
  credential_hash bytea NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  credential_sealed bytea NOT NULL,
  -- How often it has signed, where it counts.
  counter bigint NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, credential_hash),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX passkey_account ON passkey (tenant_id, account_id);

-- Challenges that were answered, until they are too old to be answered again.
CREATE TABLE used_challenge (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  challenge_hash bytea NOT NULL,
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, challenge_hash)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['totp', 'recovery_code', 'passkey', 'used_challenge']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON totp, recovery_code, passkey TO fh_app;
GRANT SELECT, INSERT, DELETE ON used_challenge TO fh_app;
