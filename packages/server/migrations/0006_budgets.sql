-- What may be spent: one row for each limit of a budget and each day or month that it begins anew in. "spent" is what
-- the requests on record cost and changes in the transaction that brings their records. "leased" is what processes may
-- spend besides without asking: the sum of their leases, which hold what is reserved, what is spent and not on record
-- yet, and what is idle.
CREATE TABLE budget_counter (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  budget text NOT NULL,
  period text NOT NULL CHECK (period ~ '^\d{4}-\d\d(-\d\d)?$'),
  unit text NOT NULL CHECK (unit IN ('tokens', 'micros')),
  spent bigint NOT NULL,
  leased bigint NOT NULL DEFAULT 0,
  most bigint NOT NULL,
  -- Counts what was let in, and the times that processes were asked for what they hold idle.
  grants bigint NOT NULL DEFAULT 0,
  recalls bigint NOT NULL DEFAULT 0,
  recalled_at timestamptz,
  PRIMARY KEY (tenant_id, budget, period, unit)
)
-- Updated all the time and never in its key: the next version finds room on the same page.
WITH (fillfactor = 50);

-- Of a process, which is named by the series of its write-ahead file. Its version counts the changes that the process
-- itself made, so that it can tell whether one went through whose answer was lost.
CREATE TABLE budget_lease (
  tenant_id uuid NOT NULL,
  budget text NOT NULL,
  period text NOT NULL,
  unit text NOT NULL,
  process uuid NOT NULL,
  amount bigint NOT NULL,
  version bigint NOT NULL DEFAULT 0,
  answered bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (tenant_id, budget, period, unit, process),
  FOREIGN KEY (tenant_id, budget, period, unit) REFERENCES budget_counter ON DELETE CASCADE
)
WITH (fillfactor = 50);
CREATE INDEX budget_lease_process ON budget_lease (tenant_id, process);

-- When a process that holds leases was last heard of.
CREATE TABLE budget_process (
  tenant_id uuid NOT NULL REFERENCES tenant (id) ON DELETE CASCADE,
  process uuid NOT NULL,
  seen_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, process)
);

-- A share of a budget that was reached: its key makes it one, whichever process sees it.
CREATE TABLE budget_alert (
  tenant_id uuid NOT NULL,
  budget text NOT NULL,
  period text NOT NULL,
  unit text NOT NULL,
  share double precision NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant_id, budget, period, unit, share),
  FOREIGN KEY (tenant_id, budget, period, unit) REFERENCES budget_counter ON DELETE CASCADE
);

-- The budgets that held a reservation for the request: what it cost comes out of the leases on these.
ALTER TABLE request_record ADD COLUMN budgets jsonb;

DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['budget_counter', 'budget_lease', 'budget_process', 'budget_alert']
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

GRANT SELECT, INSERT, UPDATE, DELETE ON budget_counter, budget_lease, budget_process, budget_alert TO fh_app;
