import type { FaultCode } from '../kernel/fault.ts'
import { Fault } from '../kernel/fault.ts'

/** So many failures in a row, and searches go on without asking for a while. */
const FAILURES = 3
const REST_MS = 10_000

/** What is no fault of the provider: it may answer the next question. */
const OURS: ReadonlySet<FaultCode> = new Set([
  'no_route',
  'stays_home',
  'not_allowed',
  'above_ceiling',
  'over_limit',
  'invalid',
])

/** Asks a provider while somebody waits: after some failures in a row nobody waits for it until it had time to recover. */
export class Patience {
  readonly #nowMs: () => number
  #failures = 0
  #restsUntilMs = -Infinity
  #last: FaultCode = 'upstream_down'

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs
  }

  /** What the provider says, or the code of why it says nothing. A bug flies. */
  async try<T>(ask: () => Promise<T>): Promise<{ readonly value: T } | { readonly fault: FaultCode }> {
    if (this.#nowMs() < this.#restsUntilMs) return { fault: this.#last }
    try {
      const value = await ask()
      this.#failures = 0
      return { value }
    } catch (error) {
      if (!(error instanceof Fault)) throw error
      const { code } = error
      if (!OURS.has(code)) this.#failed(code)
      return { fault: code }
    }
  }

  #failed(code: FaultCode): void {
    this.#last = code
    this.#failures++
    if (this.#failures >= FAILURES) this.#restsUntilMs = this.#nowMs() + REST_MS
  }
}
