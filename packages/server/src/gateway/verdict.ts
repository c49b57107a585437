import type { IncomingHttpHeaders } from 'node:http'
import type { Fault } from '../kernel/fault.ts'
import type { OutsideAttempt } from './asked.ts'
import type { Ending, Turn } from './balance/load.ts'
import type { UpstreamAnswer } from './call/upstream-call.ts'
import type { Circuits } from '../kernel/circuits.ts'

/** Faults that say that the target itself is in trouble. */
const SAYS_DOWN = new Set<string>(['upstream_down', 'upstream_timeout', 'upstream_broke'])
/** Statuses that say so; a plain 500 may be the fault of one request, which must not close the way for all others. */
export const DOWN: ReadonlySet<number> = new Set([502, 503, 504, 529])

export interface Judging {
  readonly circuits: Circuits
  readonly attempt: OutsideAttempt
  /** Each caller has a token of its own there: the target may ask one of them for time and still serve the others. */
  readonly knowsCallers: boolean
  readonly turn: Turn
}

/** What one call says about its target: its head tells something, and how it ends the rest. */
export class Verdict {
  readonly #judging: Judging
  #isAnswered = false
  #isWhole = false
  /** Nothing that comes later changes it. */
  #isFinal = false

  constructor(judging: Judging) {
    this.#judging = judging
  }

  /** The head is there, and with it a whole answer or the beginning of one. `status`: what the client is told. */
  answered(answer: UpstreamAnswer, status: number, goesElsewhere: boolean): void {
    const { circuits, turn } = this.#judging
    const { target, model } = this.#judging.attempt
    this.#isAnswered = true
    if (status < 400) {
      turn.heard(answer.firstByteMs)
      circuits.began(target.name, model)
      if (this.#isWhole) this.over(null)
      return
    }
    this.#isFinal = true
    turn.judged(endingOf(status, goesElsewhere))
    const isForAll = status === 503 || (status === 429 && !this.#judging.knowsCallers)
    const waitMs = isForAll ? askedToWaitMs(answer.headers) : null
    if (waitMs !== null) circuits.limited(target.name, model, waitMs)
    else if (DOWN.has(status)) circuits.failed(target.name, model)
    else circuits.succeeded(target.name, model)
    if (this.#isWhole) this.over(null)
  }

  /** Nothing of the call is under way any more. Null: it ended well. */
  over(failure: Fault | null): void {
    // A whole answer is over before anybody has looked at its head.
    if (failure === null && !this.#isAnswered) {
      this.#isWhole = true
      return
    }
    const { circuits, turn } = this.#judging
    const { target, model } = this.#judging.attempt
    const isDown = failure !== null && SAYS_DOWN.has(failure.code)
    if (!this.#isFinal) {
      this.#isFinal = true
      if (failure === null) circuits.succeeded(target.name, model)
      else if (isDown) circuits.failed(target.name, model)
      else circuits.abandoned(target.name, model)
    }
    turn.over(failure === null ? 'well' : isDown ? 'failed' : 'unknown')
  }

  /** The call ended in a way that says nothing, or was never made. */
  abandoned(): void {
    const { circuits, attempt, turn } = this.#judging
    if (!this.#isFinal) circuits.abandoned(attempt.target.name, attempt.model)
    this.#isFinal = true
    turn.over('unknown')
  }
}

function endingOf(status: number, goesElsewhere: boolean): Ending {
  if (status === 429) return 'unknown'
  return goesElsewhere || status >= 500 ? 'failed' : 'well'
}

/** RFC 9110 section 10.2.3, or the milliseconds that model APIs send; null where neither is said. */
export function askedToWaitMs(headers: IncomingHttpHeaders): number | null {
  const milliseconds = positive(headers['retry-after-ms'])
  if (milliseconds !== null) return milliseconds
  const said = headers['retry-after']
  const seconds = positive(said)
  if (seconds !== null) return seconds * 1000
  // Both by the target's own clock, which may differ from ours.
  const waitMs = dateOf(said) - dateOf(headers.date)
  return waitMs > 0 ? waitMs : null
}

function positive(value: string | readonly string[] | undefined): number | null {
  const number = typeof value === 'string' ? Number(value) : Number.NaN
  return Number.isFinite(number) && number > 0 ? number : null
}

/** RFC 9110 section 5.6.7: all three forms mean UTC, and one does not say so. */
function dateOf(value: string | undefined): number {
  if (value === undefined || !/^[A-Z][a-z]{2}/.test(value)) return Number.NaN
  return Date.parse(value.endsWith('GMT') ? value : `${value} GMT`)
}
