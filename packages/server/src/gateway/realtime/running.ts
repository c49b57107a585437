import { Fault } from '../../kernel/fault.ts'
import { estimatedTokens } from '../asked.ts'
import type { CallTimeouts } from '../call/upstream-call.ts'
import type { CountedTokens } from '../reply.ts'
import type { RealtimeExchange } from './realtime-exchange.ts'
import type { ServerEvent } from './server-event.ts'

interface RunningOptions {
  readonly exchange: RealtimeExchange
  /** The name of ours of the event that asked for it: no other event has it. */
  readonly event: string
  readonly clientEvent: string | undefined
  /** Everything that the answer is made from. */
  readonly promptBytes: number
  readonly timeouts: CallTimeouts
  readonly onSilence: (fault: Fault) => void
  /** `ok`, or the code of what went wrong. */
  readonly onEnd: (outcome: string) => void
}

/** The response that is under way on a connection; there is one at most. */
export class Running {
  readonly #options: RunningOptions
  readonly #ended = Promise.withResolvers<void>()
  readonly #total: NodeJS.Timeout
  #silence: NodeJS.Timeout
  #isCreated = false
  #hasBegun = false
  #isOver = false
  #bytes = 0
  #usage: CountedTokens | null = null

  constructor(options: RunningOptions) {
    this.#options = options
    const { timeouts } = options
    this.#total = this.#alarm(timeouts.totalMs, 'The target did not end its response in time.')
    this.#silence = this.#alarm(timeouts.firstByteMs, 'The target did not begin its response in time.')
    // Whoever waits for it may come later than its end.
    this.#ended.promise.catch(() => {})
  }

  get over(): Promise<void> {
    return this.#ended.promise
  }

  /** The id under which it stands on record. */
  get request(): string {
    return this.#options.exchange.id
  }

  get isCreated(): boolean {
    return this.#isCreated
  }

  tokens(): CountedTokens {
    return (
      this.#usage ?? {
        input: estimatedTokens(this.#options.promptBytes),
        output: estimatedTokens(this.#bytes),
        estimated: true,
      }
    )
  }

  /** The target said something. */
  heard({ type }: ServerEvent, bytes: number): void {
    const { exchange, timeouts } = this.#options
    if (type.startsWith('response.')) {
      exchange.firstByteMs ??= performance.now()
      if (type === 'response.created') this.#isCreated = true
      else if (type.endsWith('.delta')) this.#bytes += bytes
    }
    if (this.#hasBegun) this.#silence.refresh()
    else {
      clearTimeout(this.#silence)
      this.#silence = this.#alarm(timeouts.idleMs, 'The target fell silent in the middle of its response.')
      this.#hasBegun = true
    }
  }

  /** Whether an `error` of the target refuses this response. One that names no event can only mean what was asked last. */
  isRefusedBy({ error }: ServerEvent): boolean {
    return !this.#isCreated && (error?.event_id ?? this.#options.event) === this.#options.event
  }

  /** Under which the target was asked. */
  get event(): string {
    return this.#options.event
  }

  /** The client's own name of what was asked for; undefined where it has none. */
  get clientEvent(): string | undefined {
    return this.#options.clientEvent
  }

  /** `response.done`. Null: it ended as it should. */
  done({ response }: ServerEvent, failure: Fault | null): void {
    const usage = response?.usage
    if (usage) this.#usage = { input: usage.input_tokens, output: usage.output_tokens, estimated: false }
    this.end(failure)
  }

  /** The target did not begin it, so nothing was read: if it names it, and does not leave that open. */
  refused({ error }: ServerEvent, fault: Fault): void {
    if (error?.event_id) this.#usage = { input: 0, output: 0, estimated: false }
    this.end(fault)
  }

  end(failure: Fault | null): void {
    clearTimeout(this.#total)
    clearTimeout(this.#silence)
    if (this.#isOver) return
    this.#isOver = true
    this.#options.onEnd(failure === null ? 'ok' : failure.code)
    if (failure === null) this.#ended.resolve()
    else this.#ended.reject(failure)
  }

  #alarm(ms: number, why: string): NodeJS.Timeout {
    return setTimeout(() => this.#options.onSilence(new Fault('upstream_timeout', why)), ms)
  }
}
