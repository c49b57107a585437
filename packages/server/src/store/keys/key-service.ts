import { setTimeout } from 'node:timers/promises'
import type { Dialler, Line } from '../../kernel/dialler/dialler.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { Fault } from '../../kernel/fault.ts'

/** How a call to a key service ended, all its tries together. */
export interface KeyServiceFigure {
  readonly operation: 'wrap' | 'unwrap'
  /** `ok`, a status, or `failed` where nobody answered. */
  readonly outcome: string
  readonly ms: number
}

/** What a key service said instead of doing it. */
export class KeyServiceRefusal extends Error {
  readonly status: number
  /** The service's own word or words; never a secret. */
  readonly reason: string

  constructor(status: number, reason: string) {
    super(`the key service answered ${status} ${reason}`.trim())
    this.name = 'KeyServiceRefusal'
    this.status = status
    this.reason = reason
  }
}

export interface KeyCall {
  readonly operation: KeyServiceFigure['operation']
  readonly path: string
  /** Made anew for each try: a signature has a time. */
  readonly headers: (body: Buffer) => readonly string[]
  readonly body: object
}

export interface KeyServiceOptions {
  readonly dialler: Dialler
  readonly url: URL
  /** PEM text; null: the system's authorities. */
  readonly ca: string | null
  readonly figure: (figure: KeyServiceFigure) => void
  /** The words in an answer that refuses. */
  readonly reasonIn: (answer: unknown) => string
  /** Whether it may pass although its status does not say so. */
  readonly isPassing: (refusal: KeyServiceRefusal) => boolean
  /** Until the head of an answer; tests are less patient. */
  readonly answerMs?: number
}

const CONNECT_MS = 3000
const ANSWER_MS = 5000
const CONNECTIONS = 8
const MOST_BYTES = 64 * 1024
const TRIES = 3
const BACKOFF_MS = 100
const PASSING = new Set([408, 412, 425, 429, 500, 502, 503, 504])
/** A service that just failed is left alone so long: whoever waits would only wait longer. */
const REST_MS = 500

/** JSON calls to a service that keeps a key. All of them may be repeated. */
export class KeyService {
  readonly #options: KeyServiceOptions
  readonly #line: Line
  #restUntilMs = Number.NEGATIVE_INFINITY
  #lastFailure: unknown = null

  constructor(options: KeyServiceOptions) {
    this.#options = options
    this.#line = options.dialler.open({
      name: 'keys',
      url: options.url,
      // Where it lies is the operator's choice, in the own network or not.
      zone: 'private',
      connectMs: CONNECT_MS,
      connections: CONNECTIONS,
      ...(options.ca !== null && { tls: { ca: options.ca } }),
    })
  }

  /** @throws KeyServiceRefusal, or what the network says */
  async call(call: KeyCall): Promise<unknown> {
    if (performance.now() < this.#restUntilMs) throw this.#lastFailure
    const startedMs = performance.now()
    const told = (outcome: string): void =>
      this.#options.figure({ operation: call.operation, outcome, ms: performance.now() - startedMs })
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await this.#once(call)
        told('ok')
        return answer
      } catch (error) {
        if (attempt >= TRIES || !this.#mayPass(error)) {
          told(error instanceof KeyServiceRefusal ? String(error.status) : 'failed')
          if (this.#mayPass(error)) {
            this.#restUntilMs = performance.now() + REST_MS
            this.#lastFailure = error
          }
          throw error
        }
      }
      await setTimeout(BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    }
  }

  close(): Promise<void> {
    return this.#line.destroy()
  }

  #mayPass(error: unknown): boolean {
    if (error instanceof RefusedAddress) return false
    if (!(error instanceof KeyServiceRefusal)) return true
    return PASSING.has(error.status) || this.#options.isPassing(error)
  }

  async #once({ path, headers, body }: KeyCall): Promise<unknown> {
    const bytes = Buffer.from(JSON.stringify(body))
    const { answerMs = ANSWER_MS, reasonIn } = this.#options
    const answer = await callOnce(
      this.#line,
      { path, method: 'POST', headers: [...headers(bytes)], body: bytes },
      { answerMs, idleMs: answerMs, totalMs: 2 * answerMs, mostBytes: MOST_BYTES },
    )
    const said = parsed(answer.body)
    if (answer.status !== 200) throw new KeyServiceRefusal(answer.status, reasonIn(said))
    return said
  }
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    // Whoever answers without JSON is no key service; the caller's schema refuses it.
    return null
  }
}

/** What a failed call means to whoever needs a key now. */
export const keysUnavailable = (error: unknown): Fault =>
  error instanceof Fault
    ? error
    : new Fault(
        'unavailable',
        'The service that keeps the root key does not answer as it should. Try again shortly.',
        {
          cause: error,
        },
      )

/** What a failed call means to whoever starts the program. `hint` says what the status may mean. */
export function keysStartFault(error: unknown, where: string, hint: string): Fault {
  const say = (what: string): Fault =>
    new Fault('cannot_start', `The root key of ${where} cannot be used: ${what}`, { cause: error })
  const cause = error instanceof Fault && error.code === 'unavailable' ? error.cause : error
  if (cause instanceof RefusedAddress) return say(`its address may not be dialled (${cause.reason}).`)
  if (cause instanceof KeyServiceRefusal)
    return say(`it answered ${cause.status} ${cause.reason}`.trimEnd() + `. ${hint}`)
  const code = cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : ''
  const reason = cause instanceof Error && code === '' ? cause.message : code
  return say(`it cannot be reached or does not answer as it should (${reason || 'failed'}).`)
}
