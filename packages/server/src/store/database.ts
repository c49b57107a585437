import { CompiledQuery, Kysely, PostgresDialect } from 'kysely'
import { type ClientConfig, Pool, type PoolClient } from 'pg'
import { noConnection } from './database-fault.ts'
import { kyselyOver, Lease } from './lease.ts'
import type { TenantId } from './store.ts'
import type { Tables } from './tables.ts'

/** How to reach the database; without a password where the socket's directory is the lock. */
export type DatabaseTarget = Readonly<
  Pick<ClientConfig, 'host' | 'port' | 'user' | 'database' | 'password' | 'ssl'>
>

/**
 * Together they keep a request under five seconds when the database stops answering: at most one wait for a
 * connection and one for an answer, because the connection that timed out is not used again.
 */
const CONNECT_PATIENCE_MS = 1500
const ANSWER_PATIENCE_MS = 3000
/** Nobody asks anything yet while a server starts, and a busy machine makes connections slowly. */
const START_PATIENCE_MS = 10_000
/** Enforced by the server, sooner than ours, so that a slow statement ends there too and the connection survives. */
const SERVER_LIMITS = {
  statement_timeout: '2800',
  lock_timeout: '2000',
  idle_in_transaction_session_timeout: '10000',
}
const PROBE_PATIENCE_MS = 1000

export interface DatabaseOptions {
  readonly target: DatabaseTarget
  /** Connections at most; default 10. */
  readonly poolSize?: number
  /** Waits longer for a connection, until `settled` is called. */
  readonly isStarting?: boolean
  /** An idle connection was lost; the next request opens another. */
  readonly onLost?: () => void
}

/** Transactions as the application role, on a pool of connections. */
export interface Database {
  /** `tenant` null sets none: then no row of any tenant is visible. */
  transaction<T>(tenant: TenantId | null, fn: (db: Kysely<Tables>) => Promise<T>): Promise<T>
  ping(): Promise<boolean>
  /** The start is over: from now on whoever waits for a connection is told soon. */
  settled(): void
  close(): Promise<void>
}

export function openDatabase(options: DatabaseOptions): Database {
  const pool = new Pool({
    ...options.target,
    max: options.poolSize ?? 10,
    connectionTimeoutMillis: options.isStarting === true ? START_PATIENCE_MS : CONNECT_PATIENCE_MS,
    query_timeout: ANSWER_PATIENCE_MS,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    application_name: 'freehold',
  })
  pool.on('error', () => options.onLost?.())
  // The pool listens to idle connections only; one that dies while it is lent fails its query and would throw here.
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    transaction: (tenant, fn) => transaction(pool, tenant, fn),
    ping: () => ping(pool),
    settled() {
      pool.options.connectionTimeoutMillis = CONNECT_PATIENCE_MS
    },
    close: () => closePool(pool),
  }
}

/**
 * BEGIN, role and tenant travel as one message. That is the simple protocol, which has no parameters: the id stands
 * in the text, and its type says that it was parsed as a UUID.
 */
function prefix(tenant: TenantId | null): string {
  const limits = Object.entries(SERVER_LIMITS).map(
    ([name, value]) => `set_config('${name}', '${value}', true)`,
  )
  const settings = [`set_config('fh.tenant', '${tenant ?? ''}', true)`, ...limits].join(', ')
  return `BEGIN; SET LOCAL ROLE fh_app; SELECT ${settings}`
}

async function transaction<T>(
  pool: Pool,
  tenant: TenantId | null,
  fn: (db: Kysely<Tables>) => Promise<T>,
): Promise<T> {
  const lease = new Lease(await connect(pool))
  try {
    await lease.query(prefix(tenant))
    const result = await fn(kyselyOver(lease))
    const { command } = await lease.query('COMMIT')
    // PostgreSQL answers COMMIT with ROLLBACK when a statement had failed and its error was swallowed.
    if (command !== 'COMMIT') throw new Error('a statement failed, so nothing of this transaction was kept')
    return result
  } catch (error) {
    // When the rollback fails too, the lease is broken and its connection destroyed: the first error is the news.
    if (!lease.isBroken) await lease.query('ROLLBACK').catch(() => undefined)
    throw error
  } finally {
    lease.close()
  }
}

/** At run time no failure to connect is a bug: this database was reached when the platform started. */
async function connect(pool: Pool): Promise<PoolClient> {
  try {
    return await pool.connect()
  } catch (error) {
    throw noConnection(error)
  }
}

/** A server that does not react keeps no goodbye waiting. */
async function closePool(pool: Pool): Promise<void> {
  const late = Promise.withResolvers<void>()
  const timer = setTimeout(late.resolve, ANSWER_PATIENCE_MS)
  await Promise.race([pool.end(), late.promise]).finally(() => clearTimeout(timer))
}

async function ping(pool: Pool): Promise<boolean> {
  const late = Promise.withResolvers<boolean>()
  const timer = setTimeout(() => late.resolve(false), PROBE_PATIENCE_MS)
  const asked = pool.query('SELECT 1').then(
    () => true,
    () => false,
  )
  return Promise.race([asked, late.promise]).finally(() => clearTimeout(timer))
}

/** A connection that may change the schema; `prepare` runs first on it. The caller destroys it. */
export function openForMigration(target: DatabaseTarget, prepare: string): Kysely<unknown> {
  const pool = new Pool({ ...target, max: 1, application_name: 'freehold migration' })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return new Kysely({
    dialect: new PostgresDialect({
      pool,
      onCreateConnection: async (connection) => {
        await connection.executeQuery(CompiledQuery.raw(prepare))
      },
    }),
  })
}

/** Runs a script of our own, as it is in its file. */
export async function runScript(db: Kysely<unknown>, script: string): Promise<void> {
  await db.executeQuery(CompiledQuery.raw(script))
}
