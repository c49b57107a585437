import {
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type QueryResult,
} from 'kysely'
import { DatabaseError, type PoolClient, type QueryResult as PgResult } from 'pg'
import { databaseFault } from './database-fault.ts'
import type { Tables } from './tables.ts'

/**
 * One pooled connection, lent for one transaction. Afterwards it is closed: a query that somebody forgot to await
 * fails instead of running in the next tenant's transaction. A connection that failed in any other way than by an
 * SQL error, or that is still inside a transaction, is destroyed and not lent again.
 */
export class Lease implements DatabaseConnection {
  readonly #client: PoolClient
  #closed = false
  #broken = false
  #last: Promise<unknown> = Promise.resolve()

  constructor(client: PoolClient) {
    this.#client = client
  }

  get isBroken(): boolean {
    return this.#broken
  }

  /** Queries run one after the other, in the order of the calls. */
  query(text: string, values: readonly unknown[] = []): Promise<PgResult> {
    if (this.#closed) return Promise.reject(new Error('this transaction is over'))
    const turn = this.#last.then(() => this.#run(text, values))
    this.#last = turn.catch(() => undefined)
    return turn
  }

  async executeQuery<R>(query: CompiledQuery): Promise<QueryResult<R>> {
    const { command, rowCount, rows } = await this.query(query.sql, query.parameters)
    const changes = command !== 'SELECT' && rowCount !== null
    return { rows, ...(changes ? { numAffectedRows: BigInt(rowCount) } : {}) }
  }

  streamQuery<R>(): AsyncIterableIterator<QueryResult<R>> {
    throw new Error('rows are not streamed: page through them by key')
  }

  /** Gives the connection back. */
  close(): void {
    this.#closed = true
    this.#client.release(this.#broken || this.#client.getTransactionStatus() !== 'I')
  }

  async #run(text: string, values: readonly unknown[]): Promise<PgResult> {
    try {
      return await this.#client.query(text, [...values])
    } catch (error) {
      if (!(error instanceof DatabaseError)) this.#broken = true
      throw databaseFault(error)
    }
  }
}

/** Kysely over one lease. A transaction inside it is refused: its COMMIT would end the one that we are in. */
export function kyselyOver(lease: Lease): Kysely<Tables> {
  const nested = (): Promise<never> => Promise.reject(new Error('withTenant is the transaction'))
  const nothing = (): Promise<void> => Promise.resolve()
  const dialect: Dialect = {
    createAdapter: () => new PostgresAdapter(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
    createDriver: () => ({
      init: nothing,
      acquireConnection: () => Promise.resolve(lease),
      beginTransaction: nested,
      commitTransaction: nested,
      rollbackTransaction: nested,
      releaseConnection: nothing,
      destroy: nothing,
    }),
  }
  return new Kysely<Tables>({ dialect })
}
