import { Client, escapeIdentifier } from 'pg'
import { Fault } from '../../kernel/fault.ts'
import type { DatabaseTarget } from '../database.ts'
import type { TenantId } from '../store.ts'
import { nameOf, PREFIX, restsAmong } from './names.ts'

/** Where the databases of single tenants are, and how they come and go. */
export interface TenantPlace {
  /** So many at most, and why no more. */
  readonly most: number
  readonly refusal: string
  /** What requests of this tenant log in to, and what migrations of its database do. */
  targets(tenant: TenantId): { readonly requests: DatabaseTarget; readonly migrations: DatabaseTarget }
  /** An empty database and a login that may connect to it only. Every step may have been done before. */
  make(tenant: TenantId): Promise<void>
  /** Whether there is one. */
  has(tenant: TenantId): Promise<boolean>
  /** The database and its login, whoever is connected. */
  drop(tenant: TenantId): Promise<void>
  /** Ids of tenants for which something was made that nobody ever used. */
  rests(): Promise<readonly string[]>
}

/** Each tenant has this many connections at most, and one that listens; the shared database keeps the rest. */
export const POOL_SIZE = 3
const MOST = 20

/** Where Freehold may make no databases. */
export const noPlace: TenantPlace = {
  most: 0,
  refusal:
    'Tenants with a database of their own need a login that may make databases and logins on your PostgreSQL (tenantDatabases), which this installation has not; see docs/external-database.md.',
  targets: () => {
    throw new Fault('unavailable', 'The database of this tenant is not part of this installation.')
  },
  make: () => Promise.reject(new Fault('conflict', noPlace.refusal)),
  has: () => Promise.resolve(false),
  drop: () => Promise.resolve(),
  rests: () => Promise.resolve([]),
}

/** On a PostgreSQL of our own, which is administered through its socket. */
export function ownPlace(socketDir: string, superuser: string): TenantPlace {
  const socket = { host: socketDir, port: 5432 }
  const administer = async <T>(work: (client: Client) => Promise<T>, database = 'postgres'): Promise<T> => {
    const client = new Client({ ...socket, user: superuser, database })
    client.on('error', () => undefined)
    try {
      await client.connect()
      return await work(client)
    } finally {
      await client.end().catch(() => undefined)
    }
  }
  const isThere = async (client: Client, name: string): Promise<boolean> =>
    (await client.query('SELECT FROM pg_database WHERE datname = $1', [name])).rowCount === 1
  /** The first transaction of a tenant makes its keys. One that cannot be looked into is left alone. */
  const isUsed = (name: string): Promise<boolean> => looked(name).catch(() => true)
  const looked = (name: string): Promise<boolean> =>
    administer(async (client) => {
      const { rows } = await client.query<{ there: boolean }>(
        "SELECT to_regclass('tenant_key') IS NOT NULL AS there",
      )
      if (!rows[0]?.there) return false
      return (await client.query('SELECT FROM tenant_key LIMIT 1')).rowCount === 1
    }, name)
  return {
    most: MOST,
    refusal: `There are ${MOST} tenants with a database of their own already, for which one server has connections.`,
    targets: (tenant) => {
      const name = nameOf(tenant)
      return {
        requests: { ...socket, database: name, user: name },
        migrations: { ...socket, database: name, user: superuser },
      }
    },
    make: (tenant) =>
      administer(async (client) => {
        const name = nameOf(tenant)
        const quoted = escapeIdentifier(name)
        const { rowCount } = await client.query('SELECT FROM pg_roles WHERE rolname = $1', [name])
        if (rowCount === 0) {
          await client.query(
            `BEGIN; CREATE ROLE ${quoted} LOGIN NOINHERIT CONNECTION LIMIT ${POOL_SIZE + 2}; GRANT fh_app TO ${quoted}; COMMIT`,
          )
        }
        if (!(await isThere(client, name))) await client.query(`CREATE DATABASE ${quoted} OWNER fh_owner`)
        await client.query(
          `REVOKE ALL ON DATABASE ${quoted} FROM PUBLIC; GRANT CONNECT ON DATABASE ${quoted} TO ${quoted};
           REVOKE ALL ON DATABASE postgres, template1 FROM PUBLIC`,
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
      const { rows } = await administer((client) =>
        client.query<{ name: string; has_database: boolean }>(
          `SELECT rolname AS name, EXISTS (SELECT FROM pg_database WHERE datname = rolname) AS has_database
           FROM pg_roles WHERE starts_with(rolname, $1)`,
          [PREFIX],
        ),
      )
      return restsAmong(rows, isUsed)
    },
  }
}
