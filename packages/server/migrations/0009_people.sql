-- People beside the owner: accounts that can be shut, groups, roles of the tenant's own, one-time links.

-- An account that somebody is to sign in to by other means has no password.
ALTER TABLE account ALTER COLUMN password_sealed DROP NOT NULL;
ALTER TABLE account ADD COLUMN disabled_at timestamptz;

-- How a session was opened, and what the browser called itself then.
ALTER TABLE session ADD COLUMN method text NOT NULL DEFAULT 'password';
ALTER TABLE session ADD COLUMN dek bytea;
ALTER TABLE session ADD COLUMN agent_sealed bytea;

-- The name is one that the operator chose, like that of a target.
CREATE TABLE custom_role (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,63}$'),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, name)
);

CREATE TABLE people_group (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  name_index bytea NOT NULL,
  roles text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name_index)
);

CREATE TABLE group_member (
  tenant_id uuid NOT NULL,
  group_id uuid NOT NULL,
  account_id uuid NOT NULL,
  PRIMARY KEY (tenant_id, group_id, account_id),
  FOREIGN KEY (tenant_id, group_id) REFERENCES people_group (tenant_id, id) ON DELETE CASCADE,
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX group_member_account ON group_member (tenant_id, account_id);

-- One-time links: to join, or (with an account) to choose a new password. One that was used or withdrawn is gone.
CREATE TABLE invitation (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea,
  secret_hash bytea NOT NULL,
  account_id uuid,
  role text NOT NULL,
  groups uuid[] NOT NULL,
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['custom_role', 'people_group', 'group_member', 'invitation']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON custom_role, people_group, group_member, invitation TO fh_app;
