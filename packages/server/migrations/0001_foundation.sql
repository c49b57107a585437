-- Every table with tenant_id: primary and unique keys start with it, row-level security is forced, one policy covers
-- all commands. Columns named *_sealed, dek and wrapped hold ciphertext; *_index are blind indexes.

CREATE TABLE schema_checksum (
  name text PRIMARY KEY,
  sha256 bytea NOT NULL,
  applied_at timestamptz NOT NULL DEFAULT now()
);

-- Ids only, so that the platform can list its tenants; what a tenant is called is sealed elsewhere.
CREATE TABLE tenant (
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  home boolean NOT NULL DEFAULT false,
  created_at timestamptz NOT NULL DEFAULT now()
);
CREATE UNIQUE INDEX tenant_home ON tenant (home) WHERE home;
INSERT INTO tenant (home) VALUES (true);

-- Key-encryption and blind-index keys, wrapped by the root key that root_key names. One active version per purpose.
CREATE TABLE tenant_key (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  purpose text NOT NULL CHECK (purpose IN ('kek', 'blind')),
  version integer NOT NULL CHECK (version > 0),
  wrapped bytea NOT NULL,
  root_key text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, purpose, version)
);

CREATE TABLE collection (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  name_index bytea NOT NULL,
  -- The product's own guide is kept by the program alone; people write to collections of theirs.
  origin text NOT NULL DEFAULT 'user' CHECK (origin IN ('user', 'guide')),
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name_index)
);
CREATE UNIQUE INDEX collection_guide ON collection (tenant_id) WHERE origin = 'guide';

CREATE TABLE index_segment (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  collection_id uuid NOT NULL,
  dek bytea NOT NULL,
  blob_key text NOT NULL,
  size_bytes integer NOT NULL CHECK (size_bytes >= 0),
  passages integer NOT NULL CHECK (passages >= 0),
  sequence bigserial NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX index_segment_sequence ON index_segment (tenant_id, sequence);
CREATE INDEX index_segment_collection ON index_segment (tenant_id, collection_id);

CREATE TABLE document (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  collection_id uuid NOT NULL,
  external_index bytea NOT NULL,
  dek bytea NOT NULL,
  meta_sealed bytea NOT NULL,
  text_sealed bytea NOT NULL,
  blob_key text,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  size_bytes integer NOT NULL CHECK (size_bytes >= 0),
  text_length integer NOT NULL CHECK (text_length >= 0),
  passages integer NOT NULL CHECK (passages >= 0),
  segment_id uuid NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, collection_id, external_index),
  FOREIGN KEY (tenant_id, collection_id) REFERENCES collection (tenant_id, id) ON DELETE CASCADE,
  -- Deferred: documents and the segment that indexes them are written in either order, within one transaction.
  FOREIGN KEY (tenant_id, segment_id) REFERENCES index_segment (tenant_id, id) DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX document_segment ON document (tenant_id, segment_id);
-- Already encrypted, therefore not compressible: storing without an attempt saves the time.
ALTER TABLE document ALTER COLUMN text_sealed SET STORAGE EXTERNAL;
ALTER TABLE document ALTER COLUMN meta_sealed SET STORAGE EXTERNAL;

CREATE TABLE account (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea NOT NULL,
  name_index bytea NOT NULL,
  password_sealed bytea NOT NULL,
  role text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, name_index)
);
-- The claim link makes one owner, however many claims arrive at the same moment.
CREATE UNIQUE INDEX account_one_owner ON account (tenant_id) WHERE role = 'owner';

CREATE TABLE session (
  tenant_id uuid NOT NULL,
  id uuid NOT NULL,
  account_id uuid NOT NULL,
  secret_hash bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  seen_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz NOT NULL,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash),
  FOREIGN KEY (tenant_id, account_id) REFERENCES account (tenant_id, id) ON DELETE CASCADE
);
CREATE INDEX session_account ON session (tenant_id, account_id);

CREATE TABLE api_key (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id text NOT NULL,
  dek bytea NOT NULL,
  name_sealed bytea,
  creator text NOT NULL,
  secret_hash bytea NOT NULL,
  scopes text[] NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  ceiling text NOT NULL CHECK (ceiling IN ('public', 'internal', 'confidential', 'restricted')),
  created_at timestamptz NOT NULL DEFAULT now(),
  expires_at timestamptz,
  last_used_at timestamptz,
  revoked_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, secret_hash)
);

CREATE TABLE audit_event (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id uuid NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  action text NOT NULL,
  actor text NOT NULL,
  subject text,
  request text,
  detail jsonb NOT NULL,
  PRIMARY KEY (tenant_id, id)
);

-- After a transaction-local setting ends its value is the empty string, not null: the cast would fail instead of
-- finding no row.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['tenant_key', 'collection', 'index_segment', 'document', 'account', 'session', 'api_key', 'audit_event']
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

GRANT SELECT ON tenant TO fh_app;
GRANT SELECT, INSERT ON tenant_key TO fh_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON collection, index_segment, document, account, session, api_key TO fh_app;
GRANT USAGE ON SEQUENCE index_segment_sequence_seq TO fh_app;
-- The record is written and read, never changed.
GRANT SELECT, INSERT ON audit_event TO fh_app;
