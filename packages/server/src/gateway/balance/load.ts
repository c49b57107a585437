import { PeakAverage } from './peak-average.ts'

/** How a call ended, as far as it says something about its target. */
export type Ending = 'well' | 'failed' | 'unknown'

export interface LoadOptions {
  /** How long the share of a target grows after it came back; 0: it has all of it at once. */
  readonly slowStartMs: () => number
  /** Percent of failed calls at which a member of a group is taken out of it for a while; 0: never. */
  readonly ejectPercent: () => number
  /** How long the first time lasts; each further one twice as long, a minute at most. */
  readonly ejectMs: () => number
  readonly onEjected: (ejected: { readonly percent: number; readonly retryInMs: number }) => void
  /** Monotonic. */
  readonly nowMs: () => number
}

const LEAST_SHARE = 0.1
/** The weight of one call in the rate of failures: about the last ten count. */
const OF_ONE_CALL = 0.1
/** Fewer say nothing. */
const LEAST_CALLS = 10
const LONGEST_MS = 60_000

/** What is under way at one model of a target, and how it went of late. */
export class Load {
  readonly #options: LoadOptions
  readonly #streams = new PeakAverage()
  readonly #wholes = new PeakAverage()
  #inFlight = 0
  #sinceMs: number
  /** Of 0 to 1. */
  #failing = 0
  #calls = 0
  #ejections = 0
  #ejectedUntilMs = 0
  #isMember = false

  /** `sinceMs`: when it came; its share has grown since. */
  constructor(options: LoadOptions, sinceMs: number) {
    this.#options = options
    this.#sinceMs = sinceMs
  }

  get inFlight(): number {
    return this.#inFlight
  }

  /** Of 0 to 1. */
  get failing(): number {
    return this.#failing
  }

  /** Milliseconds to the first byte; a whole answer takes longer than the first word of a stream. 0: not known. */
  firstByteMs(streams: boolean): number {
    return (streams ? this.#streams : this.#wholes).at(this.#options.nowMs())
  }

  /** Only what is in a group can be taken out of it. */
  belong(): void {
    this.#isMember = true
  }

  /** Of 0 to 1: how much of its part it gets, which grows from when it came back. */
  share(): number {
    const { slowStartMs, nowMs } = this.#options
    const growing = slowStartMs()
    const forMs = nowMs() - this.#sinceMs
    return forMs >= growing ? 1 : Math.max(LEAST_SHARE, forMs / growing)
  }

  /** It came back: its share begins to grow. */
  restart(): void {
    this.#sinceMs = this.#options.nowMs()
  }

  /** How long it is out of its groups because too many of its calls fail; 0: it is not. */
  ejectedForMs(): number {
    if (this.#ejectedUntilMs === 0) return 0
    const { ejectPercent, nowMs } = this.#options
    const leftMs = this.#ejectedUntilMs - nowMs()
    if (leftMs > 0 && ejectPercent() > 0) return leftMs
    this.#ejectedUntilMs = 0
    this.#failing = 0
    this.#calls = 0
    this.restart()
    return 0
  }

  /** A call is about to be made. */
  begin(streams: boolean): Turn {
    this.#inFlight += 1
    return new Turn(this, streams)
  }

  /** Told by a turn: an answer has begun that is going well so far. */
  heard(streams: boolean, firstByteMs: number): void {
    const average = streams ? this.#streams : this.#wholes
    average.observe(firstByteMs, this.#options.nowMs())
  }

  /** Told by a turn, once. */
  ended(ending: Ending): void {
    this.#inFlight -= 1
    if (ending !== 'unknown') this.#count(ending === 'failed')
  }

  #count(isFailure: boolean): void {
    this.#failing += ((isFailure ? 1 : 0) - this.#failing) * OF_ONE_CALL
    this.#calls += 1
    if (this.#calls >= LEAST_CALLS && this.#failing < OF_ONE_CALL) this.#ejections = 0
    const { ejectPercent, ejectMs, nowMs, onEjected } = this.#options
    const most = ejectPercent() / 100
    if (most === 0 || !this.#isMember || this.#calls < LEAST_CALLS || this.#failing < most) return
    if (this.#ejectedUntilMs !== 0) return
    const forMs = Math.min(LONGEST_MS, ejectMs() * 2 ** this.#ejections)
    this.#ejections += 1
    this.#ejectedUntilMs = nowMs() + forMs
    onEjected({ percent: Math.round(this.#failing * 100), retryInMs: forMs })
  }
}

/** One call, counted until it is over. */
export class Turn {
  readonly #load: Load
  readonly #streams: boolean
  #ending: Ending | null = null
  #isOver = false

  constructor(load: Load, streams: boolean) {
    this.#load = load
    this.#streams = streams
  }

  /** An answer has begun, and how it ends will tell. */
  heard(firstByteMs: number): void {
    this.#load.heard(this.#streams, firstByteMs)
  }

  /** What the answer says about its target, whatever comes after it. */
  judged(ending: Ending): void {
    this.#ending ??= ending
  }

  /** To be called when nothing of it is under way any more; only the first time counts. */
  over(ending: Ending): void {
    if (this.#isOver) return
    this.#isOver = true
    this.#load.ended(this.#ending ?? ending)
  }
}
