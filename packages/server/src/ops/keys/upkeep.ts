import { setTimeout } from 'node:timers/promises'
import { append } from '../../audit/audit.ts'
import { causeOf } from '../../kernel/cause.ts'
import type { Log } from '../../kernel/log.ts'
import type { Metrics } from '../../kernel/metrics.ts'
import { activeRoot } from '../../store/keys/installation-secret.ts'
import type { RewrapStep } from '../../store/keys/rewrap.ts'
import { rewrapStep } from '../../store/keys/rewrap.ts'
import { rewrapKeys } from '../../store/keys/rotation.ts'
import type { StoreKeys } from '../../store/keys/store-keys.ts'
import { isDone } from '../../store/each-tenant.ts'
import type { Store, TenantId } from '../../store/store.ts'
import type { RecordOwn } from '../own-events.ts'

export interface UpkeepOptions {
  readonly store: Store
  readonly keys: StoreKeys
  readonly log: Log
  readonly metrics: Metrics
  readonly record: RecordOwn
}

/** So much of the time of each batch belongs to everybody else before the next one. */
export const PAUSE = 1 / 3
/** How often it is looked whether old versions may go. */
const WAITING_LOOK_MS = 30_000

/**
 * What rotation leaves to be done, in the background and slower than it could be: wrapping data keys anew, retiring old
 * versions, moving keys to another root. All of it goes on where another process, or this one before, was ended.
 */
export class KeyUpkeep {
  readonly #options: UpkeepOptions
  readonly #rewrapped: { inc(by?: number): void }
  readonly #waiting = new Map<TenantId, number>()
  /** At the start there may be a rest of a move that was cut short. */
  #isMoving: boolean
  #isClosed = false
  #timer: NodeJS.Timeout | null = null
  #turn: Promise<void> = Promise.resolve()

  constructor(options: UpkeepOptions) {
    const { keys, metrics } = options
    this.#options = options
    this.#isMoving = keys.roots.next !== null
    this.#rewrapped = metrics.counter('freehold_keys_rewrapped_total').bind({})
    const rewrapping = metrics.gauge('freehold_keys_rewrapping').bind({})
    metrics.beforeRender(async () => rewrapping.set(this.#tenants().length))
    this.#schedule()
  }

  /** There is something to wrap under another root key. */
  moveRoot(): void {
    this.#isMoving = true
  }

  async close(): Promise<void> {
    this.#isClosed = true
    if (this.#timer !== null) clearTimeout(this.#timer)
    await this.#turn
  }

  #tenants(): readonly TenantId[] {
    return [...this.#options.keys.states()].flatMap(([tenant, { rewrapping }]) =>
      rewrapping ? [tenant] : [],
    )
  }

  #schedule(): void {
    this.#timer = globalThis.setTimeout(() => {
      this.#turn = this.#take().then(() => {
        if (!this.#isClosed) this.#schedule()
      })
    }, this.#options.keys.times.lookMs)
    this.#timer.unref()
  }

  async #take(): Promise<void> {
    const { log } = this.#options
    try {
      if (this.#isMoving) await this.#move()
      for (const tenant of this.#tenants())
        await isDone(this.#options.store, tenant, () => this.#rewrap(tenant))
    } catch (error) {
      const { name, code } = causeOf(error)
      log.warn('keys.upkeep_failed', { name, code })
    }
  }

  async #move(): Promise<void> {
    const { store, keys, log, record } = this.#options
    const to = await keys.outside((db) => activeRoot(db, keys.roots))
    let moved = 0
    let isWhole = true
    for (const tenant of await keys.tenants()) {
      if (this.#isClosed) return
      const done = await isDone(store, tenant, async () => {
        moved += await keys.inside(tenant, (db) => rewrapKeys({ db, tenant }, keys.roots, to))
      })
      isWhole = isWhole && done
    }
    this.#isMoving = !isWhole
    if (moved === 0) return
    log.info('keys.root_moved', { keys: moved })
    await record('root_key.moved', { to: keys.roots.of(to).kind, keys: moved })
  }

  async #rewrap(tenant: TenantId): Promise<void> {
    if (performance.now() < (this.#waiting.get(tenant) ?? 0)) return
    while (!this.#isClosed) {
      const startedMs = performance.now()
      const step = await this.#step(tenant)
      if (step.kind === 'walked') this.#rewrapped.inc(step.rewrapped)
      else {
        const { retireAfterMs } = this.#options.keys.times
        if (step.kind === 'waiting')
          this.#waiting.set(tenant, performance.now() + Math.min(WAITING_LOOK_MS, retireAfterMs / 4))
        return
      }
      await setTimeout((performance.now() - startedMs) * PAUSE)
    }
  }

  #step(tenant: TenantId): Promise<RewrapStep> {
    const { store, keys } = this.#options
    return store.withTenant({ tenant }, async (tx) => {
      const step = await rewrapStep(tx, keys.times)
      if (step.kind === 'retired') {
        const { versions, version } = step
        const detail = { versions, version }
        await append(tx, { action: 'tenant_key.retired', actor: 'system', subject: tenant, detail })
      }
      return step
    })
  }
}
