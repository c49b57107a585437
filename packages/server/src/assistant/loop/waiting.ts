import type { TenantId } from '../../store/store.ts'
import { within } from './time-limit.ts'

const LOOK_EVERY_MS = 1000

/** Looks what became of questions: those that are answered, by id. */
export type LookFor<T> = (tenant: TenantId, ids: readonly string[]) => Promise<ReadonlyMap<string, T>>

/**
 * Those who wait for an answer that may come from any replica: one look a second for all of a tenant's together, and at
 * once where the answer was given here.
 */
export class Waiting<T> {
  readonly #look: LookFor<T>
  readonly #waiting = new Map<TenantId, Map<string, Set<(answer: T) => void>>>()
  readonly #report: (error: unknown) => void
  #timer: NodeJS.Timeout | null = null
  #isLooking = false
  /** One outage is told once, not every second. */
  #isAway = false

  constructor(look: LookFor<T>, report: (error: unknown) => void) {
    this.#look = look
    this.#report = report
  }

  /** @throws what aborted `signal` */
  async answer(tenant: TenantId, id: string, signal: AbortSignal): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const ofTenant = this.#waiting.get(tenant) ?? new Map<string, Set<(answer: T) => void>>()
    this.#waiting.set(tenant, ofTenant)
    const ofId = ofTenant.get(id) ?? new Set()
    ofTenant.set(id, ofId.add(resolve))
    try {
      // Who begins to wait looks first: it may have been answered before.
      this.#timer ??= setInterval(() => void this.look(), LOOK_EVERY_MS)
      void this.look(tenant, [id])
      return await within(promise, signal)
    } finally {
      ofId.delete(resolve)
      if (ofId.size === 0) ofTenant.delete(id)
      if (ofTenant.size === 0) this.#waiting.delete(tenant)
      if (this.#waiting.size === 0) this.close()
    }
  }

  /** Looks now, for one or for all. What cannot be told now is told by a later look. */
  async look(tenant?: TenantId, ids?: readonly string[]): Promise<void> {
    if (tenant !== undefined)
      return this.#lookFor(tenant, ids ?? [...(this.#waiting.get(tenant)?.keys() ?? [])])
    if (this.#isLooking) return
    this.#isLooking = true
    try {
      for (const [one, waiting] of this.#waiting) await this.#lookFor(one, [...waiting.keys()])
    } finally {
      this.#isLooking = false
    }
  }

  async #lookFor(tenant: TenantId, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    try {
      for (const [id, answer] of await this.#look(tenant, ids))
        for (const tell of this.#waiting.get(tenant)?.get(id) ?? []) tell(answer)
      this.#isAway = false
    } catch (error) {
      if (!this.#isAway) this.#report(error)
      this.#isAway = true
    }
  }

  close(): void {
    if (this.#timer !== null) clearInterval(this.#timer)
    this.#timer = null
  }
}
