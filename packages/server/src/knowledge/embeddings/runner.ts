import { randomUUID } from 'node:crypto'
import type { FaultCode } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { sql } from 'kysely'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { Embed } from './batches.ts'
import type { Space } from './embedding-rows.ts'
import { spaceName } from './embedding-rows.ts'
import type { PassEnd } from './lease.ts'
import { beat, claimVectors, release, tryAgain } from './lease.ts'
import { EmbeddingPass } from './pass.ts'
import { tidyLots } from './tidying.ts'

export interface RunnerRooms {
  readonly store: Store
  /** What is configured now; null: nothing is embedded. */
  readonly space: () => Space | null
  /** Embeds for a tenant; null while that cannot be asked for, or of a tenant that is shut. */
  readonly embed: (tenant: TenantId, space: Space, signal: AbortSignal) => Embed | null
  readonly isAlone: boolean
  /** Hears when vectors of a tenant have changed. */
  readonly stored: (tenant: TenantId) => void
  readonly figures: {
    readonly passages: (count: number, asked: number) => void
    readonly ended: (code: FaultCode | 'ok') => void
  }
  /** Hears of what is no refusal. */
  readonly report: (error: unknown) => void
}

const LOOK_MS = 5000
const BEAT_MS = 5000
/** What nothing may embed is tried again after this time, also where nobody says that anything changed. */
const HELD_MS = 600_000

/** What a tenant looked like when there was nothing more to do. */
interface Rested {
  readonly stamp: string
  readonly untilMs: number
}

/** Embeds what is new, tenant by tenant. Several processes share the work: each tenant has one at a time. */
export class EmbeddingRunner {
  readonly #rooms: RunnerRooms
  readonly #id = randomUUID()
  readonly #rested = new Map<TenantId, Rested>()
  #stop = new AbortController()
  #timer: NodeJS.Timeout | null = null
  #round: Promise<void> | null = null
  #isAskedAgain = false
  #isClosed = false

  constructor(rooms: RunnerRooms) {
    this.#rooms = rooms
  }

  start(): void {
    this.nudge()
  }

  /** Something may be new. */
  nudge(): void {
    if (this.#isClosed) return
    this.#isAskedAgain = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#timer = null
    this.#round ??= this.#rounds().finally(() => (this.#round = null))
  }

  /** What was held or has failed is tried again at once; what is under way begins anew with what is configured now. */
  async again(): Promise<void> {
    this.#rested.clear()
    this.#stop.abort(new Superseded())
    this.#stop = new AbortController()
    const { store, report } = this.#rooms
    for (const tenant of await store.tenants())
      await isDone(store, tenant, () => tryAgain(store, tenant)).catch(report)
    this.nudge()
  }

  /** Resolves when nothing runs any more. */
  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    this.#stop.abort(new Superseded())
    await this.#round
  }

  async #rounds(): Promise<void> {
    while (this.#isAskedAgain && !this.#isClosed) {
      this.#isAskedAgain = false
      await this.#lookAtAll().catch(this.#rooms.report)
    }
    if (this.#isClosed) return
    this.#timer = setTimeout(() => this.nudge(), LOOK_MS).unref()
  }

  async #lookAtAll(): Promise<void> {
    const { store, report } = this.#rooms
    for (const tenant of await store.tenants()) {
      if (this.#isClosed) return
      await isDone(store, tenant, () => this.#look(tenant)).catch(report)
    }
  }

  async #look(tenant: TenantId): Promise<void> {
    const { store } = this.#rooms
    const space = this.#rooms.space()
    const stamp = `${space === null ? '' : spaceName(space)} ${await stampOf(store, tenant)}`
    const rested = this.#rested.get(tenant)
    if (rested?.stamp === stamp && performance.now() < rested.untilMs) return
    if (space === null && !(await hasLots(store, tenant))) {
      this.#rested.set(tenant, { stamp, untilMs: Infinity })
      return
    }
    const { signal } = this.#stop
    const embed = space === null ? null : this.#rooms.embed(tenant, space, signal)
    if (space !== null && embed === null) return
    const claim = { runner: this.#id, isAlone: this.#rooms.isAlone }
    if (!(await claimVectors(store, tenant, claim))) return
    const beating = setInterval(() => void this.#beat(tenant), BEAT_MS)
    let end: PassEnd = null
    try {
      end = await this.#pass(tenant, space && embed && { space, embed }, signal)
    } finally {
      clearInterval(beating)
      await release(store, tenant, { runner: this.#id, end })
    }
    if (end?.fault !== null) return
    const isHeld = end.held.length > 0
    this.#rested.set(tenant, { stamp, untilMs: performance.now() + (isHeld ? HELD_MS : Infinity) })
  }

  /** Says that it is still at work, and stops where another process took over. */
  async #beat(tenant: TenantId): Promise<void> {
    const stop = this.#stop
    try {
      if (!(await beat(this.#rooms.store, tenant, this.#id))) stop.abort(new Superseded())
    } catch (error) {
      // The pass itself meets the same trouble.
      this.#rooms.report(error)
    }
  }

  async #pass(
    tenant: TenantId,
    by: { readonly space: Space; readonly embed: Embed } | null,
    signal: AbortSignal,
  ): Promise<PassEnd> {
    const { store, figures, report } = this.#rooms
    const stored = (): void => this.#rooms.stored(tenant)
    try {
      const held = by
        ? await new EmbeddingPass({ ...by, store, tenant, signal, stored, done: figures.passages }).run()
        : new Map()
      await tidyLots({ store, tenant, signal })
      stored()
      figures.ended('ok')
      return { held: [...held.keys()], fault: null }
    } catch (error) {
      if (signal.aborted) return null
      const code = error instanceof Fault ? error.code : 'bug'
      if (!(error instanceof Fault)) report(error)
      figures.ended(code)
      return { held: [], fault: code }
    }
  }
}

/** Another process took over, or what is configured has changed. What was done until then stays. */
class Superseded extends Error {
  constructor() {
    super('this pass was superseded')
    this.name = 'Superseded'
  }
}

/** Differs when documents were added, moved or deleted. */
function stampOf(store: Store, tenant: TenantId): Promise<string> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const row = await db
      .selectFrom('index_segment')
      .select(sql<string>`count(*) || ' ' || coalesce(max(sequence), 0)`.as('stamp'))
      .executeTakeFirstOrThrow()
    return row.stamp
  })
}

/** Nothing is embedded any more, but something was. */
function hasLots(store: Store, tenant: TenantId): Promise<boolean> {
  return store.withTenant({ tenant }, async ({ db }) => {
    const row = await db.selectFrom('embedding_lot').select('id').limit(1).executeTakeFirst()
    return row !== undefined
  })
}
