-- The audit log: every event, and every request that may have left for a managed target, becomes one leaf of one Merkle
-- tree. What a row says is committed to in the leaf; docs/audit-format.md has the format.

ALTER TABLE audit_event ADD COLUMN outcome text NOT NULL DEFAULT 'done' CHECK (outcome IN ('done', 'refused'));
-- From where, why, and what it was before and after: JSON, sealed like what people write. Null where there is nothing.
ALTER TABLE audit_event ADD COLUMN dek bytea;
ALTER TABLE audit_event ADD COLUMN private_sealed bytea;
ALTER TABLE audit_event ADD CHECK ((dek IS NULL) = (private_sealed IS NULL));

-- What is to become a leaf. Rows are put here by triggers, in the transaction of what they speak of, so that no commit,
-- however late, can be passed over.
CREATE TABLE audit_pending (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  kind text NOT NULL CHECK (kind IN ('event', 'request')),
  source text NOT NULL,
  PRIMARY KEY (tenant_id, kind, source)
);

-- A leaf. `leaf` counts over all tenants, `n` over the tenant's own; `salts` open what the entry commits to and are
-- dropped with what is erased.
CREATE TABLE audit_leaf (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  leaf bigint NOT NULL CHECK (leaf >= 0),
  n bigint NOT NULL CHECK (n >= 0),
  kind text NOT NULL CHECK (kind IN ('event', 'request', 'lost')),
  source text NOT NULL,
  entry text NOT NULL,
  salts jsonb NOT NULL,
  PRIMARY KEY (tenant_id, leaf)
);
CREATE INDEX audit_leaf_source ON audit_leaf (tenant_id, source, leaf DESC);

-- Of all tenants together, and hashes only: C2SP tlog-tiles. A tile of fewer than 256 hashes grows, a full one never
-- changes. They lie here and not among the blobs because they must be there exactly when their leaves are.
CREATE TABLE audit_tile (
  level integer NOT NULL CHECK (level BETWEEN 0 AND 7),
  place bigint NOT NULL CHECK (place >= 0),
  hashes bytea NOT NULL CHECK (length(hashes) BETWEEN 32 AND 8192 AND length(hashes) % 32 = 0),
  PRIMARY KEY (level, place)
);
-- Hashes do not compress.
ALTER TABLE audit_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- Signed notes (C2SP tlog-checkpoint). The newest says how long the log is.
CREATE TABLE audit_checkpoint (
  size bigint PRIMARY KEY CHECK (size > 0),
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  note text NOT NULL
);

-- How far each receiver of the log was served: the next leaf that it is due.
CREATE TABLE audit_delivery (
  receiver text PRIMARY KEY,
  next bigint NOT NULL CHECK (next >= 0)
);

-- The Ed25519 key of the log, of the home tenant.
CREATE TABLE audit_key (
  tenant_id uuid NOT NULL REFERENCES tenant (id),
  id text NOT NULL,
  dek bytea NOT NULL,
  private_sealed bytea NOT NULL,
  public_key bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id)
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['audit_pending', 'audit_leaf', 'audit_key']
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

CREATE FUNCTION audit_event_pends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_pending (tenant_id, kind, source) VALUES (NEW.tenant_id, 'event', NEW.id::text)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
CREATE TRIGGER audit_pends AFTER INSERT ON audit_event FOR EACH ROW EXECUTE FUNCTION audit_event_pends();

CREATE FUNCTION request_record_pends() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  INSERT INTO audit_pending (tenant_id, kind, source) VALUES (NEW.tenant_id, 'request', NEW.id)
  ON CONFLICT DO NOTHING;
  RETURN NULL;
END
$$;
-- A record that is whole, of a request that left for a managed target or of which nobody knows whether it did.
CREATE TRIGGER audit_pends AFTER INSERT OR UPDATE ON request_record FOR EACH ROW
WHEN (NEW.admitted_offset IS NOT NULL AND NEW.settled_offset IS NOT NULL
  AND (NEW.bytes_managed > 0 OR NEW.zone = 'managed' OR NEW.state = 'unknown'))
EXECUTE FUNCTION request_record_pends();

-- What was there before the log was. Forced row-level security binds the owner too, who is of no tenant.
ALTER TABLE audit_event NO FORCE ROW LEVEL SECURITY;
ALTER TABLE request_record NO FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_pending NO FORCE ROW LEVEL SECURITY;
INSERT INTO audit_pending (tenant_id, kind, source) SELECT tenant_id, 'event', id::text FROM audit_event;
INSERT INTO audit_pending (tenant_id, kind, source) SELECT tenant_id, 'request', id FROM request_record
WHERE admitted_offset IS NOT NULL AND settled_offset IS NOT NULL
  AND (bytes_managed > 0 OR zone = 'managed' OR state = 'unknown');
ALTER TABLE audit_event FORCE ROW LEVEL SECURITY;
ALTER TABLE request_record FORCE ROW LEVEL SECURITY;
ALTER TABLE audit_pending FORCE ROW LEVEL SECURITY;

GRANT SELECT, INSERT, DELETE ON audit_pending TO fh_app;
GRANT SELECT, INSERT ON audit_leaf, audit_checkpoint, audit_key TO fh_app;
-- What an entry commits to is erased with its salts; the entry itself stays as it is.
GRANT UPDATE (salts) ON audit_leaf TO fh_app;
-- A rotation of the tenant's key wraps data keys anew; what they seal stays as it is.
GRANT UPDATE (dek) ON audit_event, audit_key TO fh_app;
GRANT SELECT, INSERT, UPDATE ON audit_tile, audit_delivery TO fh_app;
