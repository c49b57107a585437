-- Terms of a tenant's own that the desensitiser finds. The terms are sealed under the tenant's keys; the name is one that
-- the operator chose, like that of a target. `version` counts the writes of the dictionary.
CREATE TABLE dictionary (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  name text NOT NULL CHECK (name ~ '^[a-z][a-z0-9-]{0,63}$'),
  version integer NOT NULL CHECK (version > 0),
  term_values integer NOT NULL CHECK (term_values >= 0),
  term_patterns integer NOT NULL CHECK (term_patterns >= 0),
  characters integer NOT NULL CHECK (characters >= 0),
  dek bytea NOT NULL,
  terms_sealed bytea NOT NULL,
  changed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (tenant_id, name)
);
-- Already encrypted, therefore not compressible: storing without an attempt saves the time.
ALTER TABLE dictionary ALTER COLUMN terms_sealed SET STORAGE EXTERNAL;

-- How often the dictionaries of a tenant changed: a process that knows an older number reads them again.
CREATE TABLE dictionary_change (
  tenant_id uuid PRIMARY KEY REFERENCES tenant (id) ON DELETE CASCADE,
  changes bigint NOT NULL CHECK (changes > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['dictionary', 'dictionary_change']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON dictionary TO fh_app;
GRANT SELECT, INSERT, UPDATE ON dictionary_change TO fh_app;
