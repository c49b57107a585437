import * as audit from '../../audit/audit.ts'
import type { Clock } from '../../kernel/clock.ts'
import type { Store } from '../../store/store.ts'

const RECORD_EVERY_MS = 60_000

/** Puts wrong codes on record, once a minute at most, so that guessing does not fill it. */
export class Refusals {
  readonly #store: Store
  readonly #clock: Clock
  #count = 0
  #nextAtMs = 0

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  async record(reason: 'not_armed' | 'wrong_code', request: string | undefined): Promise<void> {
    this.#count += 1
    const now = this.#clock.now()
    if (now < this.#nextAtMs) return
    const count = this.#count
    this.#count = 0
    this.#nextAtMs = now + RECORD_EVERY_MS
    await this.#store.withTenant({ tenant: this.#store.home }, (tx) =>
      audit.append(tx, {
        action: 'break_glass.refused',
        actor: 'anonymous',
        ...(request === undefined ? {} : { request }),
        detail: { reason, count },
      }),
    )
  }
}
