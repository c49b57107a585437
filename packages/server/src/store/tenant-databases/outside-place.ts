import { Client, escapeIdentifier, escapeLiteral } from 'pg'
import { Fault } from '../../kernel/fault.ts'
import { noConnection } from '../database-fault.ts'
import type { DatabaseTarget } from '../database.ts'
import { connectToMigrate } from '../migrations.ts'
import { nameOf, PREFIX, restsAmong } from './names.ts'
import type { TenantPlace } from './own-place.ts'
import { scramVerifier } from './scram-verifier.ts'

const MOST = 20
/** Four of each process that runs on this server's database, and whoever is being let go. */
const MOST_CONNECTIONS = 50
const PATIENCE_MS = 5000
const GUIDE = 'docs/external-database.md has the statements for your administrator.'

interface OutsidePlaceOptions {
  /** What requests log in to in the shared database: who is asked, and how its certificate is checked. */
  readonly shared: DatabaseTarget
  /** A login that may make databases and logins; used for nothing else. */
  readonly maker: DatabaseTarget
  /** The password of one tenant's login. */
  readonly password: (tenant: string) => string
}

/**
 * On a PostgreSQL of somebody else, through a login that may make databases and logins. Who may connect to the other
 * databases of that server is not ours to change: a tenant whose login could is not made.
 */
export function outsidePlace({ shared, maker, password }: OutsidePlaceOptions): TenantPlace {
  const administer = async <T>(
    work: (client: Client) => Promise<T>,
    database = maker.database,
  ): Promise<T> => {
    const client = new Client({
      ...maker,
      database,
      connectionTimeoutMillis: PATIENCE_MS,
      application_name: 'freehold tenants',
    })
    client.on('error', () => undefined)
    try {
      await client.connect().catch((error: unknown) => {
        throw noConnection(error)
      })
      return await work(client)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const isThere = async (client: Client, name: string): Promise<boolean> =>
    (await client.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount === 1
  /**
   * The first transaction of a tenant makes its keys. Their table has a size from then on, whatever row-level security
   * shows of it. One that cannot be looked into is left alone.
   */
  const isUsed = (name: string): Promise<boolean> =>
    administer(async (client) => {
      const { rows } = await client.query<{ bytes: string | null }>(
        "SELECT pg_relation_size(to_regclass('tenant_key'))::text AS bytes",
      )
      return Number(rows[0]?.bytes ?? 0) > 0
    }, name).catch(() => true)
  return {
    most: MOST,
    refusal: `There are ${MOST} tenants with a database of their own already, which is as many as are looked after.`,
    targets: (tenant) => {
      const name = nameOf(tenant)
      return {
        requests: { ...shared, database: name, user: name, password: password(tenant) },
        migrations: { ...maker, database: name },
      }
    },
    make: (tenant) =>
      administer(async (client) => {
        const name = nameOf(tenant)
        await makeLogin(client, name, password(tenant))
        await requireNoOther(client, name)
        const quoted = escapeIdentifier(name)
        if (!(await isThere(client, name))) {
          await client.query(`CREATE DATABASE ${quoted} OWNER fh_owner ENCODING 'UTF8' TEMPLATE template0`)
        }
        await client.query(
          `BEGIN; SET LOCAL ROLE fh_owner; REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC;
           GRANT CONNECT ON DATABASE ${quoted} TO ${quoted}; COMMIT`,
        )
      }),
    has: (tenant) => administer((client) => isThere(client, nameOf(tenant))),
    drop: (tenant) =>
      administer(async (client) => {
        const quoted = escapeIdentifier(nameOf(tenant))
        await client.query(`DROP DATABASE IF EXISTS ${quoted} WITH (FORCE)`)
        await client.query(`DROP ROLE IF EXISTS ${quoted}`)
      }),
    rests: async () => {
      // Of another installation on the same server this login is no member.
      const { rows } = await administer((client) =>
        client.query<{ name: string; has_database: boolean }>(
          `SELECT rolname AS name, EXISTS (SELECT FROM pg_database WHERE datname = rolname) AS has_database
           FROM pg_roles WHERE starts_with(rolname, $1) AND pg_has_role(session_user, oid, 'MEMBER')`,
          [PREFIX],
        ),
      )
      return restsAmong(rows, isUsed)
    },
  }
}

/** What the login that makes databases must be, and what would help. */
const MAKER_RULES: readonly { readonly when: string; readonly refusal: string }[] = [
  { when: 'NOT rolsuper AND NOT rolcreatedb', refusal: 'may not make databases: ALTER ROLE … CREATEDB' },
  { when: 'NOT rolsuper AND NOT rolcreaterole', refusal: 'may not make logins: ALTER ROLE … CREATEROLE' },
  {
    when: "NOT pg_has_role(rolname, 'fh_owner', 'USAGE')",
    refusal: 'does not act for fh_owner, which owns the databases: GRANT fh_owner TO …',
  },
  {
    when: "NOT pg_has_role(rolname, 'fh_app', 'MEMBER')",
    refusal: 'may not let anybody into fh_app: GRANT fh_app TO … WITH ADMIN OPTION',
  },
]

/** @throws Fault `cannot_start` that says what the administrator has to change */
export async function requireMaker(shared: DatabaseTarget, maker: DatabaseTarget): Promise<void> {
  if (maker.host !== shared.host || maker.port !== shared.port) {
    throw new Fault('cannot_start', 'tenantDatabases must name the same host and port as database.')
  }
  const client = new Client({ ...maker, connectionTimeoutMillis: PATIENCE_MS })
  client.on('error', () => undefined)
  try {
    await connectToMigrate(client)
    for (const { when, refusal } of MAKER_RULES) {
      const { rowCount } = await client.query(
        `SELECT FROM pg_roles WHERE rolname = session_user AND (${when})`,
      )
      if (rowCount === 0) continue
      throw new Fault('cannot_start', `The login ${maker.user} of tenantDatabases ${refusal}. ${GUIDE}`)
    }
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** A member of fh_app that inherits nothing; the maker is a member of it, so that it may end its connections. */
async function makeLogin(client: Client, name: string, password: string): Promise<void> {
  const quoted = escapeIdentifier(name)
  const secret = escapeLiteral(scramVerifier(password))
  const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
  if (rowCount === 0) {
    await client.query(
      `BEGIN; CREATE ROLE ${quoted} LOGIN NOINHERIT CONNECTION LIMIT ${MOST_CONNECTIONS};
       GRANT fh_app TO ${quoted}; GRANT ${quoted} TO session_user; COMMIT`,
    )
  }
  await client.query(`ALTER ROLE ${quoted} PASSWORD ${secret}`)
}

/** @throws Fault `conflict` where the login of a tenant could look into another database of this server */
async function requireNoOther(client: Client, name: string): Promise<void> {
  const { rows } = await client.query<{ datname: string }>(
    `SELECT datname FROM pg_database
     WHERE datallowconn AND datname <> $1 AND has_database_privilege($1, oid, 'CONNECT') ORDER BY datname LIMIT 5`,
    [name],
  )
  if (rows.length === 0) return
  await client.query(`DROP ROLE ${escapeIdentifier(name)}`)
  const named = rows.map(({ datname }) => datname).join(', ')
  throw new Fault(
    'conflict',
    `Every login of this PostgreSQL may connect to ${named}, so the login of a tenant could too. ` +
      'An administrator has to REVOKE CONNECT ON DATABASE … FROM PUBLIC there; see docs/external-database.md.',
    { param: 'isolation' },
  )
}
