import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { Database } from '../database.ts'
import type { KeyRing, TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import { tenantId } from '../tenant-id.ts'
import { keyRing, type TenantKeys } from './key-ring.ts'
import type { Roots } from './roots.ts'
import { loadKeys, type LoadedKeys, shreddedFault, suspendedFault } from './tenant-keys.ts'

/** How fast changes of keys come about; tests turn faster hands. */
export interface KeyTimes {
  /** How often each process looks whether keys changed. */
  readonly lookMs: number
  /** Nobody gets a ring on the strength of a look that is older. */
  readonly staleMs: number
  /** From when on a new version seals: longer than the two above, so that every process can open it by then. */
  readonly sealAfterMs: number
  /** How long an old version is kept after the new one seals: longer than anybody holds on to what it sealed. */
  readonly retireAfterMs: number
  /** How long the keys of a tenant that was suspended stay open, for what is on its way to be written. */
  readonly shutAfterMs: number
}

export const KEY_TIMES: KeyTimes = {
  lookMs: 1000,
  staleMs: 2500,
  sealAfterMs: 4000,
  retireAfterMs: 3_600_000,
  shutAfterMs: 5000,
}

/** What is known of a tenant's keys without being one of them. */
export interface KeyState {
  readonly epoch: string
  readonly rewrapping: boolean
  readonly isShredded: boolean
}

interface Held {
  epoch: string
  /** Null: gone for good, or shut. */
  keys: TenantKeys | null
  /** Its tenant is suspended: this ring opens nothing any more, another one does when the tenant is open again. */
  isShut: boolean
  readonly ring: KeyRing
}

export interface RingsOptions {
  readonly database: Pick<Database, 'transaction'>
  readonly roots: Roots
  readonly times: KeyTimes
  /** A process could not follow; it tries again. */
  readonly onFailed: (error: unknown) => void
  /** The keys of a tenant are gone, or shut: what was read with them is to be forgotten. */
  readonly onShredded: (tenant: TenantId) => void
}

/** The open key rings of this process. What happens to keys in any other process is followed within seconds. */
export class Rings {
  readonly #options: RingsOptions
  readonly #held = new Map<TenantId, Promise<Held>>()
  #states: ReadonlyMap<TenantId, KeyState> = new Map()
  #shutTenants: ReadonlySet<TenantId> = new Set()
  #lookedMs = Number.NEGATIVE_INFINITY
  #looking: Promise<void> | null = null
  #timer: NodeJS.Timeout | null = null
  #isFailing = false
  #isClosed = false

  constructor(options: RingsOptions) {
    this.#options = options
    this.#schedule()
  }

  /** Of a tenant that is suspended one that opens and seals nothing. @throws Fault `shredded`, `unavailable` */
  async of(tenant: TenantId): Promise<KeyRing> {
    if (performance.now() - this.#lookedMs > this.#options.times.staleMs) await this.look()
    let held = await this.#open(tenant)
    if (held.isShut) {
      // It may be open again, and whoever asks has heard of it.
      await this.look()
      held = await this.#open(tenant)
    }
    if (held.keys === null && !held.isShut) throw shreddedFault()
    return held.ring
  }

  /** What is known of every tenant whose keys ever changed. */
  get states(): ReadonlyMap<TenantId, KeyState> {
    return this.#states
  }

  /** Looks now. Several at once are one. @throws Fault */
  look(): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    return this.#looking
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking?.catch(() => undefined)
    this.#held.clear()
  }

  #schedule(): void {
    this.#timer = setTimeout(async () => {
      try {
        await this.look()
        this.#isFailing = false
      } catch (error) {
        // Said once, until it works again: a database that is away is news once.
        if (!this.#isFailing) this.#options.onFailed(error)
        this.#isFailing = true
      }
      if (!this.#isClosed) this.#schedule()
    }, this.#options.times.lookMs).unref()
  }

  async #look(): Promise<void> {
    // What is seen is at least as new as the moment of asking.
    const askedMs = performance.now()
    const { database, times } = this.#options
    const [states, shut] = await database.transaction(null, async (db) => [
      await readStates(db),
      await readShut(db, times.shutAfterMs),
    ])
    this.#states = states
    this.#shutTenants = shut
    this.#lookedMs = askedMs
    await this.#followShut()
    for (const [tenant, { epoch, isShredded }] of this.#states) {
      const held = await this.#held.get(tenant)?.catch(() => undefined)
      if (isShredded) this.#shred(tenant, held)
      else if (held && held.epoch !== epoch) await this.#reload(tenant, held)
    }
  }

  /** Drops the keys of tenants that were suspended, and forgets what was shut of those that are open again. */
  async #followShut(): Promise<void> {
    for (const [tenant, opening] of this.#held) {
      const held = await opening.catch(() => undefined)
      const isShut = this.#shutTenants.has(tenant)
      if (!held || held.isShut === isShut) continue
      if (!isShut) this.#held.delete(tenant)
      else if (held.keys !== null) {
        held.keys = null
        held.isShut = true
        this.#options.onShredded(tenant)
      }
    }
  }

  #shred(tenant: TenantId, held: Held | undefined): void {
    if (!held || held.keys === null) return
    held.keys = null
    this.#options.onShredded(tenant)
  }

  /** A key service that does not answer keeps nobody from what is open already. */
  async #reload(tenant: TenantId, held: Held): Promise<void> {
    try {
      const { epoch, keys } = await this.#load(tenant, held.keys)
      if (held.keys === null) return
      held.keys = keys
      held.epoch = epoch
    } catch (error) {
      this.#options.onFailed(error)
    }
  }

  #open(tenant: TenantId): Promise<Held> {
    const known = this.#held.get(tenant)
    if (known) return known
    if (this.#shutTenants.has(tenant)) {
      const shut = Promise.resolve(heldOf(tenant, '', null))
      this.#held.set(tenant, shut)
      return shut
    }
    const opening = this.#load(tenant, null).then(({ epoch, keys }) => heldOf(tenant, epoch, keys))
    this.#held.set(tenant, opening)
    // A failure is not remembered: the next request tries again.
    opening.catch(() => this.#held.delete(tenant))
    return opening
  }

  /** In a transaction of its own: keys made for a request that then fails must not vanish with it. */
  #load(tenant: TenantId, known: TenantKeys | null): Promise<LoadedKeys> {
    const { database, roots } = this.#options
    return database.transaction(tenant, (db) => loadKeys(db, { tenant, roots, known }))
  }
}

/** `keys`: null where the tenant is suspended. */
function heldOf(tenant: TenantId, epoch: string, keys: TenantKeys | null): Held {
  const held: Held = {
    epoch,
    keys,
    isShut: keys === null,
    ring: keyRing(tenant, () => {
      if (held.keys === null) throw held.isShut ? suspendedFault() : shreddedFault()
      return held.keys
    }),
  }
  return held
}

async function readShut(db: Kysely<Tables>, afterMs: number): Promise<ReadonlySet<TenantId>> {
  const rows = await db
    .selectFrom('tenant')
    .select('id')
    .where('suspended_at', '<', sql<Date>`clock_timestamp() - ${afterMs} * interval '1 millisecond'`)
    .execute()
  return new Set(rows.map(({ id }) => tenantId(id)))
}

async function readStates(db: Kysely<Tables>): Promise<ReadonlyMap<TenantId, KeyState>> {
  const rows = await db
    .selectFrom('key_state')
    .innerJoin('tenant', 'tenant.id', 'key_state.tenant')
    .select(['tenant', 'epoch', 'shredded_at'])
    // Data keys of a tenant that is shut are wrapped anew when it is open again.
    .select(sql<boolean>`rewrapping AND suspended_at IS NULL`.as('rewrapping'))
    .execute()
  return new Map(
    rows.map(({ tenant, epoch, rewrapping, shredded_at }) => [
      tenantId(tenant),
      { epoch, rewrapping, isShredded: shredded_at !== null },
    ]),
  )
}
