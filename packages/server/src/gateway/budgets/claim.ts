import { Fault } from '../../kernel/fault.ts'
import type { Purse } from './purse.ts'

/** So much of one purse. */
export interface Part {
  readonly purse: Purse
  readonly amount: number
}

export interface Refused {
  readonly fault: Fault
  readonly purse: Purse
}

/**
 * What one request wants of several purses: all of it or nothing. While one of them lets it wait it holds nothing of
 * the others, or somebody else would be refused there for a request that is refused itself.
 */
export class Claim {
  readonly #parts: readonly Part[]
  readonly #held = new Set<Part>()
  readonly #sinceMs = performance.now()
  readonly #end = Promise.withResolvers<Refused | null>()
  #asked = 0
  #isShort = false
  #refused: Refused | null = null

  /** `held`: parts that are taken already, and are given up and taken again like the others. */
  constructor(parts: readonly Part[], held: readonly Part[]) {
    this.#parts = [...held, ...parts]
    for (const part of held) this.#held.add(part)
  }

  /** To be called once; null when all is taken. */
  taken(): Promise<Refused | null> {
    this.#go()
    return this.#end.promise
  }

  /** Those of which nothing was left are asked first: most likely it ends there. */
  #go(): void {
    const missing = this.#parts.filter((part) => !this.#held.has(part))
    if (missing.length === 0) return this.#end.resolve(null)
    const full = missing.filter(({ purse }) => purse.isFull)
    this.#isShort = false
    const lacking = (full.length > 0 ? full : missing).filter((part) => !this.#takes(part))
    if (this.#refused !== null) return this.#step()
    this.#asked = lacking.length
    for (const part of lacking) this.#ask(part)
    if (lacking.length === 0) this.#step()
  }

  /** What is there is taken at once, or somebody else would have taken it meanwhile. */
  #takes(part: Part): boolean {
    const { purse, amount } = part
    try {
      if (!purse.has(amount)) return false
      purse.take(amount)
      this.#held.add(part)
    } catch (error) {
      this.#refused = longer(this.#refused, purse, error)
    }
    return true
  }

  #ask(part: Part): void {
    const { purse, amount } = part
    const ended = (): void => {
      this.#asked -= 1
      if (this.#asked === 0) this.#step()
      else if (this.#isShort || this.#refused !== null) this.#release()
    }
    purse.want(amount, {
      waitedMs: performance.now() - this.#sinceMs,
      short: () => {
        this.#isShort = true
        this.#release()
      },
      taken: () => {
        this.#held.add(part)
        ended()
      },
      refused: (fault) => {
        this.#refused = longer(this.#refused, purse, fault)
        this.#release()
        ended()
      },
    })
  }

  #step(): void {
    if (this.#refused === null) return this.#go()
    this.#release()
    this.#end.resolve(this.#refused)
  }

  #release(): void {
    const held = [...this.#held]
    this.#held.clear()
    for (const { purse, amount } of held) purse.settle(amount, 0)
  }
}

/** Whoever waits for a shorter one would be refused again. */
export function longer(known: Refused | null, purse: Purse, error: unknown): Refused {
  if (!(error instanceof Fault)) throw error
  const isLonger = known === null || (error.retryAfterS ?? 0) > (known.fault.retryAfterS ?? 0)
  return isLonger ? { fault: error, purse } : known
}
