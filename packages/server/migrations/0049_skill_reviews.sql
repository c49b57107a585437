-- Skills that a check neither lets through nor blocks, and what a person said of them. The report and the reason are sealed. One for each
-- bundle: whoever submits the same again finds the decision.
CREATE TABLE skill_review (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  -- Of the bundle.
  digest text NOT NULL CHECK (digest ~ '^[0-9a-f]{64}$'),
  -- Of the report that was decided about.
  report_digest text NOT NULL CHECK (report_digest ~ '^[0-9a-f]{64}$'),
  -- The principal that submitted it; `erased` where that one is gone.
  creator text NOT NULL,
  dek bytea NOT NULL,
  report_sealed bytea NOT NULL,
  -- Null while it waits.
  decision text CHECK (decision IN ('approve', 'reject')),
  reason_sealed bytea,
  decided_by text,
  decided_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, digest),
  CHECK ((decision IS NULL) = (decided_at IS NULL)),
  CHECK ((decision IS NULL) = (reason_sealed IS NULL))
);
CREATE INDEX skill_review_waiting ON skill_review (tenant_id, id) WHERE decision IS NULL;

ALTER TABLE skill_review ENABLE ROW LEVEL SECURITY;
ALTER TABLE skill_review FORCE ROW LEVEL SECURITY;
CREATE POLICY own_tenant ON skill_review FOR ALL
  USING (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid)
  WITH CHECK (tenant_id = nullif(current_setting('fh.tenant', true), '')::uuid);

GRANT SELECT, INSERT, UPDATE, DELETE ON skill_review TO fh_app;
