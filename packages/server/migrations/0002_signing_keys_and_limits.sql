-- The Ed25519 keys that sign what private targets are told of a caller. The id is the RFC 7638 thumbprint of the
-- public key, which anybody may fetch; the private one is sealed like everything else.
CREATE TABLE signing_key (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id text NOT NULL,
  dek bytea NOT NULL,
  private_sealed bytea NOT NULL,
  public_key bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);
ALTER TABLE signing_key ENABLE ROW LEVEL SECURITY;
ALTER TABLE signing_key FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON signing_key FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);
GRANT SELECT, INSERT ON signing_key TO fh_app;

-- What the key may use at most: numbers under the names of the contract; a name that is absent bounds nothing.
ALTER TABLE api_key ADD COLUMN limits jsonb NOT NULL DEFAULT '{}';
