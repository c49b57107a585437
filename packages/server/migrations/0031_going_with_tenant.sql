-- Who changed policies is erased with a person; what the policies were stays.
GRANT UPDATE (actor) ON policy_version TO fh_app;

-- Rows of these tables are taken away with their whole tenant only, when its time has come.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['policy_version', 'erasure', 'break_glass']
  LOOP
    EXECUTE format('GRANT DELETE ON %I TO fh_app', name);
    EXECUTE format(
      'CREATE POLICY goes_with_tenant ON %I AS RESTRICTIVE FOR DELETE USING (EXISTS ('
      'SELECT FROM tenant WHERE tenant.id = tenant_id AND deletes_at <= clock_timestamp()))', name);
  END LOOP;
END
$$;
