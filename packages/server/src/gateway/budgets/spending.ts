import type { SpendingName } from '@freehold/contract/limits.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Purse } from './purse.ts'

/** What one request reserves and spends, in every purse that it comes out of. */
export class Spending {
  readonly #purses: readonly Purse[]
  readonly #refused: ((limit: SpendingName) => void) | undefined
  #tokens = 0
  #micros = 0

  constructor(purses: readonly Purse[], refused?: (limit: SpendingName) => void) {
    this.#purses = purses
    this.#refused = refused
  }

  /**
   * Once. Null when it is done at once; otherwise it waits for the database. What costs nothing has room in a budget
   * that is used up. @throws Fault `over_limit`, also by rejecting; rejects with `unavailable` too
   */
  reserve(tokens: number, micros: number): Promise<void> | null {
    const lacking = this.#lacking(tokens, micros)
    if (lacking.length > 0) return this.#wait(lacking, { tokens, micros })
    for (const purse of this.#purses) take(purse, amount(purse, tokens, micros))
    this.#tokens = tokens
    this.#micros = micros
    return null
  }

  /** Instead of the reservation, or without one. */
  settle(tokens: number, micros: number): void {
    const [reservedTokens, reservedMicros] = [this.#tokens, this.#micros]
    this.#tokens = 0
    this.#micros = 0
    for (const purse of this.#purses) {
      const reserved = amount(purse, reservedTokens, reservedMicros)
      const spent = amount(purse, tokens, micros)
      if (reserved !== 0 || spent !== 0) purse.settle(reserved, spent)
    }
  }

  /** A reservation that was not settled. */
  giveBack(): void {
    if (this.#tokens !== 0 || this.#micros !== 0) this.settle(0, 0)
  }

  /** @throws Fault: of several purses in which all is spent the one that stays so longest is told */
  #lacking(tokens: number, micros: number): readonly Purse[] {
    const lacking: Purse[] = []
    let refused: Refused | null = null
    for (const purse of this.#purses) {
      const wanted = amount(purse, tokens, micros)
      if (wanted === 0) continue
      try {
        if (!purse.has(wanted)) lacking.push(purse)
      } catch (error) {
        refused = longer(refused, purse, error)
      }
    }
    if (refused !== null) throw this.#told(refused)
    return lacking
  }

  async #wait(
    lacking: readonly Purse[],
    { tokens, micros }: { readonly tokens: number; readonly micros: number },
  ): Promise<void> {
    const wanted = (purse: Purse): number => amount(purse, tokens, micros)
    // What is there is taken first, or somebody else would have taken it meanwhile.
    const taken = this.#purses.filter((purse) => wanted(purse) !== 0 && !lacking.includes(purse))
    for (const purse of taken) purse.take(wanted(purse))
    const ends = await Promise.allSettled(lacking.map((purse) => purse.want(wanted(purse))))
    let refused: Refused | null = null
    for (const [at, purse] of lacking.entries()) {
      const end = ends[at]
      if (end?.status === 'rejected') refused = longer(refused, purse, end.reason)
    }
    if (refused === null) {
      this.#tokens = tokens
      this.#micros = micros
      return
    }
    for (const purse of taken) purse.settle(wanted(purse), 0)
    for (const [at, purse] of lacking.entries())
      if (ends[at]?.status === 'fulfilled') purse.settle(wanted(purse), 0)
    throw this.#told(refused)
  }

  #told({ fault, purse }: Refused): Fault {
    if (fault.code === 'over_limit') this.#refused?.(purse.limitName)
    return fault
  }
}

interface Refused {
  readonly fault: Fault
  readonly purse: Purse
}

function take(purse: Purse, wanted: number): void {
  if (wanted !== 0) purse.take(wanted)
}

const amount = ({ unit }: Purse, tokens: number, micros: number): number =>
  unit === 'tokens' ? tokens : micros

/** Whoever waits for a shorter one would be refused again. */
function longer(known: Refused | null, purse: Purse, error: unknown): Refused {
  if (!(error instanceof Fault)) throw error
  const isLonger = known === null || (error.retryAfterS ?? 0) > (known.fault.retryAfterS ?? 0)
  return isLonger ? { fault: error, purse } : known
}
