import type { Kysely } from 'kysely'
import { DatabaseError } from 'pg'
import { Fault } from '../../kernel/fault.ts'
import { type Database, openDatabase } from '../database.ts'
import { migrate } from '../migrations.ts'
import type { TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { TenantPlace } from './own-place.ts'
import { POOL_SIZE } from './own-place.ts'

/** What is told of the database of one tenant. */
export type TenantDatabaseEvent =
  | { readonly event: 'tenant_database.down'; readonly tenant: TenantId; readonly error: unknown }
  | { readonly event: 'tenant_database.up'; readonly tenant: TenantId }

interface OwnDatabaseOptions {
  readonly tenant: TenantId
  readonly place: TenantPlace
  /** Another set of migrations; for tests. */
  readonly migrations: string | undefined
  readonly onEvent: (event: TenantDatabaseEvent) => void
  readonly onLost: () => void
}

/** One that is down is tried again so often, by whoever needs it. */
const AGAIN_MS = 1000

/**
 * The database of one tenant. It is brought up to this version before anything else is done in it; where that fails, or
 * nobody answers, its tenant is told so and no other.
 */
export class OwnDatabase implements Omit<Database, 'settled'> {
  readonly #options: OwnDatabaseOptions
  #opening: Promise<Database> | null = null
  #opened: Database | null = null
  #isUp = false
  #isClosed = false
  #failedMs = Number.NEGATIVE_INFINITY
  #told: 'nothing' | 'up' | 'down' = 'nothing'

  constructor(options: OwnDatabaseOptions) {
    this.#options = options
  }

  /** Whether it answered when it was last asked. */
  get isUp(): boolean {
    return this.#isUp
  }

  async transaction<T>(tenant: TenantId | null, fn: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    // One database, one tenant: whoever asks for another one has come to the wrong place.
    if (tenant !== this.#options.tenant) throw new Error('this database is of another tenant')
    // Whoever asks in between would wait as long as the one before, and a connection is waiting with each.
    if (performance.now() - this.#failedMs < AGAIN_MS) throw away()
    const database = await this.#open()
    try {
      const result = await database.transaction(tenant, fn)
      this.#turn(true)
      return result
    } catch (error) {
      if (isAway(error)) this.#turn(false, error)
      throw error
    }
  }

  async ping(): Promise<boolean> {
    return this.#opened?.ping() ?? false
  }

  async close(): Promise<void> {
    this.#isClosed = true
    await this.#opening?.catch(() => undefined)
    await this.#opened?.close()
  }

  async #open(): Promise<Database> {
    if (this.#opened !== null) return this.#opened
    if (this.#isClosed) throw away()
    this.#opening ??= this.#prepare().finally(() => (this.#opening = null))
    return this.#opening
  }

  async #prepare(): Promise<Database> {
    const { place, tenant, migrations, onLost } = this.#options
    try {
      const targets = place.targets(tenant)
      await migrate({ target: targets.migrations, directory: migrations, of: tenant })
      this.#opened = openDatabase({ target: targets.requests, poolSize: POOL_SIZE, onLost })
      return this.#opened
    } catch (error) {
      this.#turn(false, error)
      throw away(error)
    }
  }

  /** Told when it turns, and not again until it turns back. */
  #turn(isUp: boolean, error?: unknown): void {
    this.#isUp = isUp
    this.#failedMs = isUp ? Number.NEGATIVE_INFINITY : performance.now()
    const word = isUp ? 'up' : 'down'
    if (this.#told === word || this.#isClosed) return
    const { tenant, onEvent } = this.#options
    if (isUp) {
      if (this.#told === 'down') onEvent({ event: 'tenant_database.up', tenant })
    } else onEvent({ event: 'tenant_database.down', tenant, error })
    this.#told = word
  }
}

/** SQLSTATE of what is refused to one transaction and says nothing of the next one. */
const OF_ONE = /^(?:40|25P03|55P03|57014)/

/** Whether nobody answers there, or nobody is let in. */
function isAway(error: unknown): boolean {
  if (!(error instanceof Fault) || error.code !== 'unavailable') return false
  return !(error.cause instanceof DatabaseError && OF_ONE.test(error.cause.code ?? ''))
}

const away = (cause?: unknown): Fault =>
  new Fault('unavailable', 'The database of this tenant does not answer at the moment. Try again shortly.', {
    cause,
    retryAfterS: 3,
  })
