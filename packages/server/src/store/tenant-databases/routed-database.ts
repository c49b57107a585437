import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import { Fault } from '../../kernel/fault.ts'
import type { Database } from '../database.ts'
import type { ListeningOptions } from '../listening.ts'
import { IDENTITY_CHANNEL, Listening } from '../listening.ts'
import type { TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import { tenantId } from '../tenant-id.ts'
import type { TenantDatabaseEvent } from './own-database.ts'
import { OwnDatabase } from './own-database.ts'
import type { TenantPlace } from './own-place.ts'

/** A tenant as everything that goes through all of them needs to know it. */
export interface ListedTenant {
  readonly id: TenantId
  readonly home: boolean
}

interface RoutedOptions {
  readonly main: Database
  readonly place: TenantPlace
  /** Another set of migrations; for tests. */
  readonly migrations: string | undefined
  readonly onEvent: (event: TenantDatabaseEvent) => void
  readonly onLost: () => void
}

/**
 * Every transaction in the database that its tenant's rows are in: the one that most of them share, where row-level
 * security keeps them apart, or one of the tenant's own. A tenant that is not known yet is looked up first, so that
 * nothing of it is ever written to the shared one.
 */
export class RoutedDatabase implements Database {
  readonly #options: RoutedOptions
  readonly #own = new Map<TenantId, OwnDatabase>()
  readonly #listening = new Map<TenantId, Listening>()
  /** Where they are never changes. */
  readonly #pooled = new Set<TenantId>()
  #hearing: Pick<ListeningOptions, 'heard' | 'heardRun' | 'heardReplica' | 'heardSkills'> | null = null

  constructor(options: RoutedOptions) {
    this.#options = options
  }

  async transaction<T>(tenant: TenantId | null, fn: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    const { main } = this.#options
    if (tenant === null || this.#pooled.has(tenant)) return main.transaction(tenant, fn)
    const own = this.#own.get(tenant) ?? (await this.#find(tenant))
    return (own ?? main).transaction(tenant, fn)
  }

  /** A transaction of the tenant in the database that all tenants are listed in, wherever its rows are. */
  shared<T>(tenant: TenantId, fn: (db: Kysely<Tables>) => Promise<T>): Promise<T> {
    return this.#options.main.transaction(tenant, fn)
  }

  isSeparate(tenant: TenantId): boolean {
    return this.#own.has(tenant)
  }

  /** How many have a database of their own, and how many of those cannot be used. */
  standing(): { readonly up: number; readonly down: number } {
    const up = this.#own.values().filter((one) => one.isUp)
    const count = [...up].length
    return { up: count, down: this.#own.size - count }
  }

  /** All that were ever made, in this process's knowledge from now on. */
  async tenants(): Promise<readonly ListedTenant[]> {
    const rows = await this.#options.main.transaction(null, (db) =>
      db.selectFrom('tenant').select(['id', 'home', 'isolation', 'deleted_at']).execute(),
    )
    return rows.map(({ id: text, home, isolation, deleted_at }) => {
      const id = tenantId(text)
      if (isolation === 'database' && deleted_at === null) this.#add(id)
      else {
        // Nothing is left of one that was removed but its row in this list.
        if (this.#own.has(id)) this.#forget(id).catch(() => undefined)
        this.#pooled.add(id)
      }
      return { id, home }
    })
  }

  /**
   * Brings the database of every tenant that has one up to this version. One that fails is left out until it can be.
   * What is left of a tenant that never came to be is taken away.
   */
  async open(): Promise<void> {
    await this.tenants()
    await this.#dropRests()
    // One after the other: a start that is slower is better than a server without connections.
    for (const [tenant, own] of this.#own) await own.transaction(tenant, nothing).catch(() => undefined)
  }

  /** A database for a tenant that is to be made. @throws Fault `conflict` where that cannot be */
  async make(tenant: TenantId): Promise<void> {
    const { place } = this.#options
    if (this.#own.size >= place.most) {
      throw new Fault('conflict', place.refusal, { param: 'isolation' })
    }
    try {
      await place.make(tenant)
      await this.#add(tenant).transaction(tenant, nothing)
    } catch (error) {
      await this.drop(tenant).catch(() => undefined)
      throw error
    }
  }

  /** With everything in it; nobody asks for the tenant any more. */
  async drop(tenant: TenantId): Promise<void> {
    await this.#forget(tenant)
    await this.#options.place.drop(tenant)
  }

  /** Whether the tenant's own database is still there. */
  has(tenant: TenantId): Promise<boolean> {
    return this.#options.place.has(tenant)
  }

  /** Calls back after a commit in any of the tenants' own databases that changes who may come in. */
  listen(hearing: Pick<ListeningOptions, 'heard' | 'heardRun' | 'heardReplica' | 'heardSkills'>): void {
    this.#hearing = hearing
    for (const tenant of this.#own.keys()) this.#listen(tenant)
  }

  settled(): void {
    this.#options.main.settled()
  }

  ping(): Promise<boolean> {
    return this.#options.main.ping()
  }

  async close(): Promise<void> {
    await Promise.all([...this.#listening.values()].map((one) => one.close()))
    await Promise.all([...this.#own.values()].map((one) => one.close()))
    await this.#options.main.close()
  }

  /** Null where its rows are in the shared one, or there is no such tenant. */
  async #find(tenant: TenantId): Promise<OwnDatabase | null> {
    await this.tenants()
    return this.#own.get(tenant) ?? null
  }

  #add(tenant: TenantId): OwnDatabase {
    const known = this.#own.get(tenant)
    if (known) return known
    const { place, migrations, onEvent, onLost } = this.#options
    const own = new OwnDatabase({ tenant, place, migrations, onEvent, onLost })
    this.#own.set(tenant, own)
    if (this.#hearing !== null) this.#listen(tenant)
    return own
  }

  async #forget(tenant: TenantId): Promise<void> {
    const own = this.#own.get(tenant)
    const listening = this.#listening.get(tenant)
    this.#own.delete(tenant)
    this.#listening.delete(tenant)
    await Promise.all([listening?.close(), own?.close()])
  }

  #listen(tenant: TenantId): void {
    const hearing = this.#hearing
    if (hearing === null || this.#listening.has(tenant)) return
    const listening = new Listening({
      target: this.#options.place.targets(tenant).requests,
      ring: (word) => this.transaction(tenant, (db) => ring(db, word)),
      ...hearing,
      // Whether it is heard at once or found by looking is a matter of a few seconds, and told for the shared one.
      changed: () => undefined,
    })
    this.#listening.set(tenant, listening)
  }

  async #dropRests(): Promise<void> {
    const { place } = this.#options
    for (const id of await place.rests()) {
      const tenant = tenantId(id)
      // What cannot be taken away now harms nobody, and the next start tries again.
      if (!this.#own.has(tenant)) await place.drop(tenant).catch(() => undefined)
    }
  }
}

const nothing = (): Promise<void> => Promise.resolve()

/** Rings the channel that changes of who may come in are told by. */
export async function ring(db: Kysely<Tables>, word: string): Promise<void> {
  await sql`select pg_notify(${IDENTITY_CHANNEL}, ${word})`.execute(db)
}
