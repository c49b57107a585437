-- From when on a tenant may be removed, and since when it is. Its row stays: the entries of the audit log are of it.
ALTER TABLE tenant ADD COLUMN deletes_at timestamptz CHECK (deletes_at IS NULL OR suspended_at IS NOT NULL);
ALTER TABLE tenant ADD COLUMN deleted_at timestamptz CHECK (deleted_at IS NULL OR deletes_at IS NOT NULL);
GRANT UPDATE (deletes_at, deleted_at) ON tenant TO fh_app;

-- What is only ever added to goes with its tenant, and not before.
DO $$
DECLARE
  name text;
BEGIN
  FOREACH name IN ARRAY ARRAY['routing_version', 'cache_purge', 'dictionary_change']
  LOOP
    EXECUTE format('GRANT DELETE ON %I TO fh_app', name);
    EXECUTE format(
      'CREATE POLICY goes_with_tenant ON %I AS RESTRICTIVE FOR DELETE USING (EXISTS ('
      'SELECT FROM tenant WHERE tenant.id = tenant_id AND deletes_at <= clock_timestamp()))', name);
  END LOOP;
END
$$;
