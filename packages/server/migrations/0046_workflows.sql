-- Runs of workflows: what was done stands here before and after each step, so that a process that is killed between two
-- leaves enough to go on without doing either twice.
CREATE TABLE workflow_run (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  id uuid NOT NULL,
  skill text NOT NULL,
  digest text NOT NULL,
  operation text NOT NULL,
  -- The call that it answers; made again, it finds the same row. One of an owner is none of another's.
  call_index bytea NOT NULL,
  owner text NOT NULL,
  class text NOT NULL CHECK (class IN ('public', 'internal', 'confidential', 'restricted')),
  -- `asking`: a step was under way when the process ended, and whether it was done somebody has to say.
  state text NOT NULL CHECK (state IN ('running', 'done', 'failed', 'undone', 'asking')),
  dek bytea NOT NULL,
  input_sealed bytea NOT NULL,
  output_sealed bytea,
  fault text,
  -- The process that works on it, which has to be heard of.
  runner uuid,
  runner_seen_at timestamptz,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, skill, call_index)
);
CREATE INDEX workflow_run_owner ON workflow_run (tenant_id, owner, id);

CREATE TABLE workflow_step (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  run_id uuid NOT NULL,
  id uuid NOT NULL,
  -- The step's own name, and whether it is what undoes the step.
  step text NOT NULL,
  compensates boolean NOT NULL,
  state text NOT NULL CHECK (state IN ('begun', 'done', 'failed', 'skipped', 'unknown')),
  attempts integer NOT NULL DEFAULT 1,
  -- Sealed under the key of the run.
  output_sealed bytea,
  fault text,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  ended_at timestamptz,
  PRIMARY KEY (tenant_id, id),
  UNIQUE (tenant_id, run_id, step, compensates),
  FOREIGN KEY (tenant_id, run_id) REFERENCES workflow_run (tenant_id, id) ON DELETE CASCADE
);

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['workflow_run', 'workflow_step']
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
