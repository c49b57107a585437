import type { ClientBase } from 'pg'

/**
 * What must hold of the schema after every migration, each as a query that returns the names that break it. A broken
 * one means that a tenant could see another, so the platform does not start.
 */
const RULES: readonly { readonly broken: string; readonly query: string }[] = [
  {
    broken: 'row-level security is not enabled and forced',
    query:
      'SELECT t.oid::regclass::text AS name FROM tenant_table t WHERE NOT (t.relrowsecurity AND t.relforcerowsecurity)',
  },
  {
    broken: 'a command has no policy',
    query: `SELECT t.oid::regclass::text AS name FROM tenant_table t WHERE EXISTS (
      SELECT FROM unnest(ARRAY['r', 'a', 'w', 'd']) AS command (letter) WHERE NOT EXISTS (
        SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polpermissive AND p.polcmd::text IN ('*', command.letter)))`,
  },
  {
    // Permissive policies are joined by OR: one that forgets the tenant opens the table.
    broken: 'a policy does not ask for the tenant',
    query: `SELECT t.oid::regclass::text AS name FROM tenant_table t JOIN pg_policy p ON p.polrelid = t.oid
      WHERE p.polpermissive AND (
        coalesce(pg_get_expr(p.polqual, p.polrelid), 'fh.tenant') NOT LIKE '%fh.tenant%'
        OR coalesce(pg_get_expr(p.polwithcheck, p.polrelid), 'fh.tenant') NOT LIKE '%fh.tenant%')`,
  },
  {
    // A unique value across tenants tells one of them what another has.
    broken: 'a unique index does not start with tenant_id',
    query: `SELECT i.indexrelid::regclass::text AS name FROM tenant_table t JOIN pg_index i ON i.indrelid = t.oid
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id'
      WHERE i.indisunique AND i.indkey[0] <> a.attnum`,
  },
  {
    broken: 'tenant_id may be null',
    query: `SELECT t.oid::regclass::text AS name FROM tenant_table t
      JOIN pg_attribute a ON a.attrelid = t.oid AND a.attname = 'tenant_id' WHERE NOT a.attnotnull`,
  },
  {
    broken: 'the function runs with its owner’s rights',
    query:
      'SELECT p.oid::regprocedure::text AS name FROM pg_proc p WHERE p.prosecdef AND p.proowner = $1::regrole',
  },
  {
    broken: 'the role could pass row-level security by',
    query: `SELECT rolname AS name FROM pg_roles
      WHERE rolname IN ('fh_app', 'fh_owner') AND (rolsuper OR rolbypassrls)`,
  },
  {
    broken: 'the application’s role owns it',
    query: "SELECT oid::regclass::text AS name FROM pg_class WHERE relowner = 'fh_app'::regrole",
  },
]

const TENANT_TABLES = `WITH tenant_table AS (
  SELECT c.oid, c.relrowsecurity, c.relforcerowsecurity FROM pg_class c
  WHERE c.relkind IN ('r', 'p', 'm', 'f') AND c.relowner = $1::regrole AND EXISTS (
    SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND a.attname = 'tenant_id' AND NOT a.attisdropped))`

/** Every breach as one line; an empty list is a sound schema. `owner` is the role that owns our tables. */
export async function schemaBreaches(client: ClientBase, owner = 'fh_owner'): Promise<readonly string[]> {
  const breaches: string[] = []
  for (const { broken, query } of RULES) {
    // Every rule is given the owner, also one that does not ask for it.
    const result = await client.query<{ name: string }>(
      `${TENANT_TABLES} SELECT DISTINCT name FROM (${query}) AS breach (name) WHERE $1::text <> '' ORDER BY name`,
      [owner],
    )
    breaches.push(...result.rows.map((row) => `${row.name}: ${broken}`))
  }
  return breaches
}
