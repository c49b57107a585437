-- People and groups that a directory elsewhere keeps here over SCIM: what it told of them, beside the account or group
-- itself. What is not in these tables is none of its business.
CREATE TABLE provisioned_user (
  tenant_id uuid NOT NULL,
  account_id uuid NOT NULL,
  dek bytea NOT NULL,
  resource_sealed bytea NOT NULL,
  -- Blind index of the id at the directory.
  external_index bytea,
  -- What the directory said last, and when the account was shut because of it. One that was shut at another time was shut
  -- here, and is not opened by the directory.
  active boolean NOT NULL,
  shut_at timestamptz,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, account_id),
  UNIQUE (tenant_id, external_index),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);

CREATE TABLE provisioned_group (
  tenant_id uuid NOT NULL,
  group_id uuid NOT NULL,
  dek bytea NOT NULL,
  resource_sealed bytea NOT NULL,
  version integer NOT NULL DEFAULT 1 CHECK (version > 0),
  created_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, group_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES people_group (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['provisioned_user', 'provisioned_group']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON provisioned_user, provisioned_group TO fh_app;

-- A directory may rename an account: every process is told of that too.
DROP TRIGGER tell_identity ON account;
CREATE TRIGGER tell_identity
  AFTER INSERT OR DELETE OR UPDATE OF id, name_index, role, disabled_at ON account
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();
