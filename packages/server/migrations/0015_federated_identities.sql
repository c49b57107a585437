-- Accounts elsewhere that open an account here: by connection, issuer and subject, never by a name or an address.
CREATE TABLE federated_identity (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  connection text NOT NULL CHECK (connection ~ '^[a-z][a-z0-9-]{0,31}$'),
  identity_index bytea NOT NULL,
  dek bytea NOT NULL,
  identity_sealed bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  used_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, identity_index),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX federated_identity_account ON federated_identity (tenant_id, account_id);

ALTER TABLE federated_identity ENABLE ROW LEVEL SECURITY;
ALTER TABLE federated_identity FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON federated_identity FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON federated_identity TO fh_app;
