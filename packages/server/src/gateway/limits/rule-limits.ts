import type { RouteLimits } from '@freehold/contract/route-bounds.ts'
import type { Clock } from '../../kernel/clock.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Asked } from '../asked.ts'
import type { Bounds } from '../routing/bounds.ts'
import { MeterBook } from './meter-book.ts'
import type { Meter, Shortage } from './meter.ts'

/** One request that a rule let in. */
export interface RuleEntry {
  /** To be called when the request is over. Only the first time counts. */
  leave(): void
}

interface RuleLimitsOptions {
  readonly clock: Clock
  /** `rule_body`, `rule_output`, `rule_rpm` or `rule_concurrent`. */
  readonly refused: (reason: string) => void
}

type Sized = Pick<Asked, 'bytes' | 'outputOver'>

/** The limits of rules, over all their callers, in the memory of this process. */
export class RuleLimits {
  readonly #options: RuleLimitsOptions
  readonly #book: MeterBook

  constructor(options: RuleLimitsOptions) {
    this.#options = options
    this.#book = new MeterBook(options)
  }

  /** Null where nothing needs to be given back. @throws Fault `too_large`, `invalid` or `over_limit` */
  enter({ rule, key, limits }: Bounds, asked: Sized): RuleEntry | null {
    if (limits === null) return null
    const { maxBodyBytes, maxOutputTokens, rpm, concurrent } = limits
    if (maxBodyBytes !== undefined && asked.bytes > maxBodyBytes)
      throw this.#refusal('rule_body', tooLarge(rule, maxBodyBytes))
    const field = maxOutputTokens === undefined ? null : asked.outputOver(maxOutputTokens)
    if (field !== null && maxOutputTokens !== undefined)
      throw this.#refusal('rule_output', tooMuch(rule, field, maxOutputTokens))
    if (rpm === undefined && concurrent === undefined) return null
    this.#book.makeRoom()
    const meter = this.#book.meter(key)
    const nowMs = this.#book.steadyMs()
    const short = meter.shortForRequest({ rpm, concurrent }, nowMs)
    if (short !== null) throw this.#refusal(`rule_${short.limit}`, overLimit(rule, limits, short))
    if (rpm !== undefined) meter.window.add(nowMs)
    return new Counted(meter)
  }

  #refusal(reason: string, fault: Fault): Fault {
    this.#options.refused(reason)
    return fault
  }
}

class Counted implements RuleEntry {
  readonly #meter: Meter
  #isOpen = true

  constructor(meter: Meter) {
    this.#meter = meter
    meter.open += 1
  }

  leave(): void {
    if (!this.#isOpen) return
    this.#isOpen = false
    this.#meter.open -= 1
  }
}

const tooLarge = (rule: string, most: number): Fault =>
  new Fault('too_large', `The request body is larger than the ${most} bytes that rule ${rule} takes.`)

const tooMuch = (rule: string, field: string, most: number): Fault =>
  new Fault(
    'invalid',
    `${field}: must be said, and rule ${rule} takes at most ${most} output tokens, all answers of a request together.`,
    { param: field },
  )

function overLimit(rule: string, limits: RouteLimits, { limit, waitMs }: Shortage): Fault {
  const retryAfterS = Math.max(1, Math.ceil((waitMs ?? 0) / 1000))
  const most = limit === 'rpm' ? limits.rpm : limits.concurrent
  const when =
    limit === 'rpm'
      ? `There is room again in ${retryAfterS} s.`
      : 'There may be room when a request under way has ended.'
  return new Fault(
    'over_limit',
    `The limit ${limit}=${most} of rule ${rule}, of all its callers together, is reached. ${when}`,
    { retryAfterS },
  )
}
