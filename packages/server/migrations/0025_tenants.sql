-- More tenants than the home one. What a tenant is called stands in addresses and sign-in forms, and the operator of the
-- platform chose it; a tenant without a name is one that nobody can sign in to.
ALTER TABLE tenant ADD COLUMN slug text UNIQUE CHECK (slug ~ '^[a-z][a-z0-9-]{0,62}$');
UPDATE tenant SET slug = 'home' WHERE home;

-- All processes read the list; only transactions of the home tenant, where the operator works, write it. Not a function
-- with the rights of its owner: whoever may read the list may know which tenant is the home one.
CREATE FUNCTION works_for_platform() RETURNS boolean LANGUAGE sql STABLE AS $$
  SELECT EXISTS (
    SELECT FROM tenant WHERE home AND id = nullif(current_setting('fh.tenant', true), '')::uuid
  )
$$;
ALTER TABLE tenant ENABLE ROW LEVEL SECURITY;
ALTER TABLE tenant FORCE ROW LEVEL SECURITY;
CREATE POLICY anyone_reads ON tenant FOR SELECT USING (true);
CREATE POLICY platform_adds ON tenant FOR INSERT WITH CHECK (works_for_platform() AND NOT home);
CREATE POLICY platform_changes ON tenant FOR UPDATE USING (works_for_platform())
  WITH CHECK (works_for_platform());
GRANT INSERT (id, slug) ON tenant TO fh_app;
GRANT UPDATE (slug) ON tenant TO fh_app;

CREATE TRIGGER tell_identity
  AFTER INSERT OR UPDATE OR DELETE ON tenant
  FOR EACH STATEMENT EXECUTE FUNCTION tell_identity();
