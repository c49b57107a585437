import type { SpendingName } from '@freehold/contract/limits.ts'
import type { Fault } from '../../kernel/fault.ts'
import type { Part, Refused } from './claim.ts'
import { Claim, longer } from './claim.ts'
import type { Purse } from './purse.ts'

/** What one request reserves and spends, in every purse that it comes out of. */
export class Spending {
  readonly #purses: readonly Purse[]
  readonly #refused: ((limit: SpendingName) => void) | undefined
  #tokens = 0
  #micros = 0
  #isLost = false
  #isOver = false

  constructor(purses: readonly Purse[], refused?: (limit: SpendingName) => void) {
    this.#purses = purses
    this.#refused = refused
  }

  /**
   * Once. Null when it is done at once; otherwise it waits for the database. What costs nothing has room in a budget
   * that is used up. `besides` has reserved for the same request, and gives that up while this one has to wait for
   * room; where it fails, neither holds anything. @throws Fault `over_limit`, also by rejecting; rejects with
   * `unavailable` too
   */
  reserve(tokens: number, micros: number, besides: Spending | null = null): Promise<void> | null {
    this.#isLost = false
    if (this.#lacks(tokens, micros)) return this.#wait(tokens, micros, besides)
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
    this.#isOver = true
    if (this.#tokens !== 0 || this.#micros !== 0) this.settle(0, 0)
  }

  /** What it had reserved was given up for another that failed. */
  get isLost(): boolean {
    return this.#isLost
  }

  /** @throws Fault: of several purses in which all is spent the one that stays so longest is told */
  #lacks(tokens: number, micros: number): boolean {
    let isLacking = false
    let refused: Refused | null = null
    for (const purse of this.#purses) {
      const wanted = amount(purse, tokens, micros)
      if (wanted === 0) continue
      try {
        if (!purse.has(wanted)) isLacking = true
      } catch (error) {
        refused = longer(refused, purse, error)
      }
    }
    if (refused !== null) throw this.#told(refused)
    return isLacking
  }

  async #wait(tokens: number, micros: number, besides: Spending | null): Promise<void> {
    const lent = besides === null ? [] : besides.#lend()
    const refused = await new Claim(this.#parts(tokens, micros), lent).taken()
    if (refused !== null) {
      if (besides !== null) besides.#isLost = true
      throw this.#told(refused)
    }
    this.#tokens = tokens
    this.#micros = micros
    if (besides !== null) besides.#takeBack(lent)
  }

  #parts(tokens: number, micros: number): readonly Part[] {
    const parts = this.#purses.map((purse) => ({ purse, amount: amount(purse, tokens, micros) }))
    return parts.filter((part) => part.amount !== 0)
  }

  #lend(): readonly Part[] {
    const parts = this.#parts(this.#tokens, this.#micros)
    this.#tokens = 0
    this.#micros = 0
    return parts
  }

  /** The request may have ended meanwhile. */
  #takeBack(lent: readonly Part[]): void {
    for (const { purse, amount: held } of lent) {
      if (this.#isOver) purse.settle(held, 0)
      else if (purse.unit === 'tokens') this.#tokens = held
      else this.#micros = held
    }
  }

  #told({ fault, purse }: Refused): Fault {
    if (fault.code === 'over_limit') this.#refused?.(purse.limitName)
    return fault
  }
}

function take(purse: Purse, wanted: number): void {
  if (wanted !== 0) purse.take(wanted)
}

const amount = ({ unit }: Purse, tokens: number, micros: number): number =>
  unit === 'tokens' ? tokens : micros
