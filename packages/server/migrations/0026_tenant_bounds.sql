-- Since when a tenant is shut, and what bounds it: quotas, limits, from which networks it is used, what it may reach. The
-- operator of the platform chose all of it; it holds names of targets and networks, and nothing that the tenant wrote.
ALTER TABLE tenant ADD COLUMN suspended_at timestamptz;
ALTER TABLE tenant ADD COLUMN bounds jsonb NOT NULL DEFAULT '{}';
ALTER TABLE tenant ADD CHECK (NOT (home AND suspended_at IS NOT NULL));
GRANT UPDATE (suspended_at, bounds) ON tenant TO fh_app;
