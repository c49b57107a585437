import { isDeepStrictEqual } from 'node:util'
import type { Clock } from '../kernel/clock.ts'
import { Fault } from '../kernel/fault.ts'
import { isOwnAway } from '../store/each-tenant.ts'
import type { Store, TenantId } from '../store/store.ts'
import { censusMark, takeCensus, takeShutCensus } from './census.ts'
import { Roster } from './roster.ts'
import type { Census } from './roster.ts'
import type { AwayTenants } from './tenants/directory.ts'
import { TenantDirectory } from './tenants/directory.ts'
import { readTenants } from './tenants/tenant-rows.ts'

/** A database that has been away for longer may have revoked what we still remember. */
const MAX_AGE_MS = 60_000
/** A tenant's own database that takes longer is away: what is revoked in others must be heard of. */
const OWN_PATIENCE_MS = 1500

type Change = (roster: Roster) => void
interface Marked {
  readonly mark: string
  readonly census: Census
}

/**
 * Who may come in, in memory. Our own commits are applied at once; what other replicas commit is read at every
 * refresh. When the database stays away the last picture serves for a minute, then nobody comes in.
 */
export class Snapshot {
  readonly #store: Store
  readonly #clock: Clock
  readonly #changed: () => void
  #roster = new Roster([])
  #directory = new TenantDirectory([], null)
  #censuses: ReadonlyMap<TenantId, Marked> = new Map()
  #asOfMs = Number.NEGATIVE_INFINITY
  #refreshing: Promise<void> | null = null
  #duringRefresh: Change[] = []
  /** Tenants of which the roster shows more than their census: a mark that is the same again would hide it. */
  readonly #ahead = new Set<TenantId>()

  /** `changed` is called after every change and every reading: time alone ends keys and sessions. */
  constructor(store: Store, clock: Clock, changed: () => void) {
    this.#store = store
    this.#clock = clock
    this.#changed = changed
  }

  /** @throws Fault `unavailable` when the picture is older than a minute. */
  get roster(): Roster {
    if (this.#clock.now() - this.#asOfMs > MAX_AGE_MS) {
      throw new Fault('unavailable', 'Who may come in cannot be checked: the database does not answer.', {
        retryAfterS: 3,
      })
    }
    return this.#roster
  }

  /** What tenants there are, as old as the roster. */
  get directory(): TenantDirectory {
    return this.#directory
  }

  /** Applies what was just committed here, before the call that committed it returns. */
  apply(tenant: TenantId, change: Change): void {
    change(this.#roster)
    this.#ahead.add(tenant)
    // A refresh under way may have read before our commit; what it reads is corrected with this.
    if (this.#refreshing) this.#duringRefresh.push(change)
    this.#changed()
  }

  /** As `refresh`, and what was committed before the call is in it: a reading that is under way may not have seen it. */
  async refreshNow(): Promise<void> {
    await this.#refreshing?.catch(() => undefined)
    await this.refresh()
  }

  /** Reads what changed anywhere. Calls that overlap share one reading. */
  async refresh(): Promise<void> {
    this.#refreshing ??= this.#read().finally(() => {
      this.#refreshing = null
    })
    await this.#refreshing
  }

  async #read(): Promise<void> {
    this.#duringRefresh = []
    const startedMs = this.#clock.now()
    const ahead = new Set(this.#ahead)
    this.#ahead.clear()
    try {
      await this.#readTenants()
      const { censuses, away } = await this.#readAll(ahead)
      if (!isDeepStrictEqual(away, this.#directory.away)) {
        this.#directory = new TenantDirectory(this.#directory.all, this.#store.home, away)
      }
      this.#take(censuses)
      this.#asOfMs = startedMs
      this.#changed()
    } catch (error) {
      for (const tenant of ahead) this.#ahead.add(tenant)
      throw error
    }
  }

  /** The same object until something of it changes. */
  async #readTenants(): Promise<void> {
    const { home } = this.#store
    const records = await this.#store.withTenant({ tenant: home }, readTenants)
    if (isDeepStrictEqual(records, this.#directory.all)) return
    this.#directory = new TenantDirectory(records, home, this.#directory.away)
  }

  /** Of a tenant whose own database is away what was known stays, for when it is back: nobody comes in until then. */
  async #readAll(
    ahead: ReadonlySet<TenantId>,
  ): Promise<{ readonly censuses: ReadonlyMap<TenantId, Marked>; readonly away: AwayTenants }> {
    const away = new Map<TenantId, 'known' | 'unknown'>()
    const read = async (tenant: TenantId): Promise<[TenantId, Marked][]> => {
      const isAhead = ahead.has(tenant)
      if (!this.#store.isSeparate(tenant)) return [[tenant, await this.#readTenant(tenant, isAhead)]]
      const marked = await this.#readOwn(tenant, isAhead)
      if (marked !== null) return [[tenant, marked]]
      const last = this.#censuses.get(tenant)
      away.set(tenant, last ? 'known' : 'unknown')
      // What was applied here and not read yet is still ahead of what is known.
      if (isAhead) this.#ahead.add(tenant)
      return last ? [[tenant, last]] : []
    }
    const tenants = await this.#store.tenants()
    const own = Promise.all(tenants.filter((tenant) => this.#store.isSeparate(tenant)).map(read))
    own.catch(() => undefined)
    const shared: [TenantId, Marked][] = []
    for (const tenant of tenants) if (!this.#store.isSeparate(tenant)) shared.push(...(await read(tenant)))
    return { censuses: new Map([...shared, ...(await own).flat()]), away }
  }

  /** Null where its database is away, or so slow that others would wait for it. */
  async #readOwn(tenant: TenantId, isAhead: boolean): Promise<Marked | null> {
    const reading = this.#readTenant(tenant, isAhead)
    const late = Promise.withResolvers<null>()
    const timer = setTimeout(() => late.resolve(null), OWN_PATIENCE_MS)
    try {
      return await Promise.race([reading, late.promise])
    } catch (error) {
      if (isOwnAway(this.#store, tenant, error)) return null
      throw error
    } finally {
      clearTimeout(timer)
      reading.catch(() => undefined)
    }
  }

  #take(censuses: ReadonlyMap<TenantId, Marked>): void {
    if (sameCensuses(censuses, this.#censuses)) return
    const roster = new Roster(censuses.values().map(({ census }) => census))
    for (const change of this.#duringRefresh) change(roster)
    this.#roster = roster
    this.#censuses = censuses
  }

  async #readTenant(tenant: TenantId, isAhead: boolean): Promise<Marked> {
    const last = isAhead ? undefined : this.#censuses.get(tenant)
    return this.#store.withTenant({ tenant }, async (tx) => {
      const isShut = this.#directory.isShut(tenant)
      const mark = `${isShut} ${await censusMark(tx)}`
      if (last?.mark === mark) return last
      const census = await (isShut ? takeShutCensus(tx) : takeCensus(tx, this.#roster))
      // What was committed in between may be in it or not; a mark that no census has makes the next reading a whole one.
      return { mark: mark === `${isShut} ${await censusMark(tx)}` ? mark : '', census }
    })
  }
}

function sameCensuses(left: ReadonlyMap<TenantId, Marked>, right: ReadonlyMap<TenantId, Marked>): boolean {
  return left.size === right.size && left.entries().every(([tenant, marked]) => right.get(tenant) === marked)
}
