import type { Kysely } from 'kysely'
import { sql } from 'kysely'
import type { KeyRing, TenantId } from '../store.ts'
import type { Tables } from '../tables.ts'
import type { RoutedDatabase } from '../tenant-databases/routed-database.ts'
import { tenantId } from '../tenant-id.ts'
import { activeRoot } from './installation-secret.ts'
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

interface OwnLook {
  lookedMs: number
  /** Null: its keys never changed. */
  state: KeyState | null
  looking: Promise<void> | null
}

export interface RingsOptions {
  readonly database: Pick<RoutedDatabase, 'transaction' | 'isSeparate'>
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
  /** Of tenants whose keys stand in a database of their own. */
  readonly #own = new Map<TenantId, OwnLook>()
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
    await this.#followOwn(tenant)
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
    const own = this.#own
      .entries()
      .flatMap(([tenant, { state }]) => (state === null ? [] : [[tenant, state] as const]))
    return new Map([...own, ...this.#states])
  }

  /** Looks now, also into the tenant's own database where it has one. Several at once are one. @throws Fault */
  async look(tenant?: TenantId): Promise<void> {
    this.#looking ??= this.#look().finally(() => (this.#looking = null))
    await this.#looking
    if (tenant !== undefined && this.#options.database.isSeparate(tenant)) await this.#lookOwn(tenant)
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#looking?.catch(() => undefined)
    await Promise.allSettled(this.#own.values().map(({ looking }) => looking ?? Promise.resolve()))
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
    for (const [tenant, state] of this.#states) await this.#follow(tenant, state)
    // Nobody waits for a database that is away: what is older than its time is asked for when it is needed.
    for (const tenant of this.#held.keys())
      if (this.#options.database.isSeparate(tenant)) this.#lookOwn(tenant).catch(() => undefined)
  }

  async #follow(tenant: TenantId, { epoch, isShredded }: KeyState): Promise<void> {
    const held = await this.#held.get(tenant)?.catch(() => undefined)
    if (isShredded) this.#shred(tenant, held)
    else if (held && held.epoch !== epoch) await this.#reload(tenant, held)
  }

  /** @throws Fault `unavailable` where a database of the tenant's own is away */
  async #followOwn(tenant: TenantId): Promise<void> {
    if (!this.#options.database.isSeparate(tenant)) return void this.#own.delete(tenant)
    const lookedMs = this.#own.get(tenant)?.lookedMs ?? Number.NEGATIVE_INFINITY
    if (performance.now() - lookedMs > this.#options.times.staleMs) await this.#lookOwn(tenant)
  }

  #lookOwn(tenant: TenantId): Promise<void> {
    const own = this.#own.get(tenant) ?? { lookedMs: Number.NEGATIVE_INFINITY, state: null, looking: null }
    this.#own.set(tenant, own)
    own.looking ??= this.#lookAt(tenant, own).finally(() => (own.looking = null))
    return own.looking
  }

  async #lookAt(tenant: TenantId, own: OwnLook): Promise<void> {
    const askedMs = performance.now()
    const states = await this.#options.database.transaction(tenant, readStates)
    const state = states.get(tenant)
    // Whether it is suspended stands in the list of all tenants.
    own.state = state ? { ...state, rewrapping: state.rewrapping && !this.#shutTenants.has(tenant) } : null
    own.lookedMs = askedMs
    if (own.state !== null) await this.#follow(tenant, own.state)
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
    const load = (root?: string): Promise<LoadedKeys> =>
      database.transaction(tenant, (db) => loadKeys(db, { tenant, roots, known, ...(root && { root }) }))
    if (!database.isSeparate(tenant)) return load()
    // The root key stays the one until the keys that it wraps are written.
    return database.transaction(null, async (db) => load(await activeRoot(db, roots)))
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
