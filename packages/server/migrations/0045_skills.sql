-- Versions of skills that a tenant took in, each under the digest of its bundle. The bundle is sealed; names, versions
-- and publishers are words that operators chose, like names of targets.
CREATE TABLE skill_version (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  name text NOT NULL CHECK (name ~ '^[a-z0-9]+(-[a-z0-9]+)*$' AND length(name) <= 64),
  version text NOT NULL CHECK (length(version) <= 64),
  publisher text NOT NULL CHECK (length(publisher) <= 64),
  kind text NOT NULL CHECK (kind IN ('openapi', 'http', 'mcp', 'code', 'prompt', 'workflow')),
  -- What vouches for it: nobody, its publisher's signature, or a certifier's besides.
  level text NOT NULL CHECK (level IN ('dev', 'signed', 'certified')),
  -- What its own check came to at installation.
  verdict text CHECK (verdict IN ('pass', 'review', 'block')),
  dek bytea NOT NULL,
  bundle_sealed bytea NOT NULL,
  report_sealed bytea,
  size_bytes integer NOT NULL CHECK (size_bytes >= 0),
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Who said yes to its permissions. Null: nobody yet, and it is not called.
  approved_by text,
  approved_at timestamptz,
  revoked_by text,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, digest),
  CHECK ((approved_by IS NULL) = (approved_at IS NULL)),
  CHECK ((revoked_by IS NULL) = (revoked_at IS NULL))
);
ALTER TABLE skill_version ALTER COLUMN bundle_sealed SET STORAGE EXTERNAL;
CREATE INDEX skill_version_name ON skill_version (tenant_id, name, created_at);

-- Which version of a skill is called. A switch is a change of `active`.
CREATE TABLE skill (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  name text NOT NULL,
  dek bytea NOT NULL,
  -- JSON: where its server is in this house, and the like.
  settings_sealed bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('enabled', 'disabled', 'quarantined')),
  -- Why it is not enabled.
  why text,
  -- Ids as access lists have them. Null: everybody who may use skills.
  audience text[],
  active text,
  previous text,
  candidate text,
  -- Percent of callers that are given the candidate, besides those of `canary_principals`.
  canary_share integer CHECK (canary_share BETWEEN 0 AND 100),
  canary_principals text[],
  canary_since timestamptz,
  creator text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, name),
  FOREIGN KEY (tenant_id, active) REFERENCES skill_version (tenant_id, digest),
  FOREIGN KEY (tenant_id, previous) REFERENCES skill_version (tenant_id, digest),
  FOREIGN KEY (tenant_id, candidate) REFERENCES skill_version (tenant_id, digest),
  CHECK ((candidate IS NULL) = (canary_since IS NULL))
);

-- Values that the broker adds to requests; written, never read back.
CREATE TABLE skill_secret (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  skill text NOT NULL,
  name text NOT NULL,
  dek bytea NOT NULL,
  value_sealed bytea NOT NULL,
  creator text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, skill, name)
);

-- What skills keep between calls.
CREATE TABLE skill_item (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  skill text NOT NULL,
  key_index bytea NOT NULL,
  dek bytea NOT NULL,
  item_sealed bytea NOT NULL,
  size_bytes integer NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, skill, key_index)
);

-- How calls of a version went, minute by minute. `buckets`: how many took at most so long, by the bounds of the program.
CREATE TABLE skill_figure (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  digest text NOT NULL,
  minute timestamptz NOT NULL,
  calls integer NOT NULL,
  failed integer NOT NULL,
  buckets integer[] NOT NULL,
  PRIMARY KEY (tenant_id, digest, minute)
);

-- How often the skills of a tenant changed: a process that knows an older number reads them again.
CREATE TABLE skill_change (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  changes bigint NOT NULL CHECK (changes > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

-- What must vouch for skills that the tenant takes in. No row: a certifier.
CREATE TABLE skill_policy (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  level text NOT NULL CHECK (level IN ('dev', 'signed', 'certified')),
  creator text NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['skill_version', 'skill', 'skill_secret', 'skill_item', 'skill_figure', 'skill_change', 'skill_policy']
  LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', name);
    EXECUTE format(
      'CREATE POLICY own_tenant ON %I FOR ALL '
      'USING (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid) '
      'WITH CHECK (tenant_id = nullif(current_setting(''fh.tenant'', true), '''')::uuid)', name);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON %I TO fh_app', name);
  END LOOP;
END
$$;
