import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, escapeIdentifier } from 'pg'
import { Fault } from '../kernel/fault.ts'
import type { DatabaseTarget } from './database.ts'
import { MIGRATIONS } from './migrations.ts'

const DATABASE = 'freehold'
const LOGIN = 'fh_login'
const GUIDE = 'docs/external-database.md has the statements for your administrator.'

/** The targets of a PostgreSQL of our own: requests may take on fh_app only, migrations fh_owner. */
export interface OwnTargets {
  readonly requests: DatabaseTarget
  readonly migrations: DatabaseTarget
}

export function ownTargets(socketDir: string, superuser: string): OwnTargets {
  const socket = { host: socketDir, port: 5432, database: DATABASE }
  return { requests: { ...socket, user: LOGIN }, migrations: { ...socket, user: superuser } }
}

/** Roles and database on our own PostgreSQL. Every step may have been done before. */
export async function createOwnDatabase(socketDir: string, superuser: string): Promise<void> {
  const client = new Client({ host: socketDir, port: 5432, user: superuser, database: 'postgres' })
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [DATABASE])
    if (rowCount === 1) return
    await createRoles(client)
    await client.query(`CREATE DATABASE ${DATABASE} OWNER fh_owner`)
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** The three roles, and the login of requests: a member of fh_app that inherits nothing. */
export async function prepareOwnRoles(client: Client): Promise<void> {
  await createRoles(client)
  await client.query(
    `REVOKE ALL ON DATABASE ${DATABASE} FROM PUBLIC; GRANT CONNECT ON DATABASE ${DATABASE} TO ${LOGIN}`,
  )
}

async function createRoles(client: Client): Promise<void> {
  await client.query(rolesScript())
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [LOGIN])
  if (rowCount === 1) return
  await client.query(`BEGIN; CREATE ROLE ${LOGIN} LOGIN NOINHERIT; GRANT fh_app TO ${LOGIN}; COMMIT`)
}

async function majorOf(client: Client): Promise<number> {
  const { rows } = await client.query<{ number: string }>(
    "SELECT current_setting('server_version_num') AS number",
  )
  return Math.floor(Number(rows[0]?.number) / 10_000)
}

function rolesScript(): string {
  return readFileSync(join(MIGRATIONS, 'roles.sql'), 'utf8')
}

/** What a login of an outside database must not be, and what would help. */
const LOGIN_RULES: readonly { readonly when: string; readonly refusal: string }[] = [
  {
    when: 'rolsuper',
    refusal: 'is a superuser, whom row-level security does not bind: give Freehold a login of its own',
  },
  { when: 'rolbypassrls', refusal: 'has BYPASSRLS: ALTER ROLE … NOBYPASSRLS' },
  {
    when: "NOT pg_has_role(rolname, 'fh_app', 'MEMBER')",
    refusal: 'is not a member of fh_app: GRANT fh_app TO …',
  },
  {
    when: "NOT pg_has_role(rolname, 'fh_owner', 'MEMBER')",
    refusal: 'is not a member of fh_owner, which migrations need: GRANT fh_owner TO …',
  },
  {
    when: "pg_has_role(rolname, 'fh_owner', 'USAGE')",
    refusal: 'inherits the rights of fh_owner and so owns the tables: ALTER ROLE … NOINHERIT',
  },
  {
    when: "pg_has_role(rolname, 'fh_app', 'USAGE')",
    refusal: 'inherits the rights of fh_app: ALTER ROLE … NOINHERIT',
  },
  {
    when: "NOT has_schema_privilege('fh_owner', 'public', 'CREATE')",
    refusal: 'cannot use this database: fh_owner must own it: ALTER DATABASE … OWNER TO fh_owner',
  },
]

/**
 * Checks the login of an outside database and makes the roles when it may.
 * @throws Fault that says what the administrator has to change.
 */
export async function prepareOutsideRoles(client: Client): Promise<void> {
  const major = await majorOf(client)
  if (major < 15)
    throw new Fault('cannot_start', `The database is PostgreSQL ${major}; Freehold needs 15 or newer.`)
  await requireUtf8(client)
  const { rows } = await client.query<{
    rolname: string
    rolcreaterole: boolean
    rolsuper: boolean
    roles: number
  }>(
    `SELECT rolname, rolcreaterole, rolsuper,
       (SELECT count(*)::int FROM pg_roles WHERE rolname IN ('fh_owner', 'fh_app')) AS roles
     FROM pg_roles WHERE rolname = session_user`,
  )
  const login = rows[0]
  if (login && login.roles < 2) {
    if (!login.rolcreaterole || login.rolsuper) {
      throw new Fault('cannot_start', `The roles fh_owner and fh_app are missing in this database. ${GUIDE}`)
    }
    await client.query(rolesScript())
    const name = escapeIdentifier(login.rolname)
    // From 16 on each grant decides for itself; before, the login's own attribute does, which is checked below.
    const terms = major >= 16 ? 'WITH INHERIT FALSE, SET TRUE' : ''
    await client.query(`GRANT fh_owner, fh_app TO ${name} ${terms}`)
  }
  for (const { when, refusal } of LOGIN_RULES) {
    const broken = await client.query(`SELECT FROM pg_roles WHERE rolname = session_user AND (${when})`)
    if (broken.rowCount !== 0) {
      throw new Fault('cannot_start', `The database login ${login?.rolname ?? ''} ${refusal}. ${GUIDE}`)
    }
  }
}

async function requireUtf8(client: Client): Promise<void> {
  const { rows } = await client.query<{ encoding: string }>(
    "SELECT current_setting('server_encoding') AS encoding",
  )
  if (rows[0]?.encoding === 'UTF8') return
  throw new Fault(
    'cannot_start',
    `The database has encoding ${rows[0]?.encoding ?? 'unknown'}; Freehold needs UTF8.`,
  )
}
