import { isUtf8 } from 'node:buffer'
import { hash } from 'node:crypto'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { targetName } from '@freehold/contract/routing.ts'
import { Fault } from '../kernel/fault.ts'
import type { Departing } from '../privacy/mask/desensitiser.ts'
import { opaqueBody } from '../privacy/opaque.ts'
import type { Asked, Dialled, OutsideAttempt } from './asked.ts'
import { addTrace, conversationOf } from './asked.ts'
import { declaredClass } from './classify.ts'
import type { Exchange } from './exchange.ts'
import type { Ask } from './routing/routing.ts'
import { servicePath, splitServicePath } from './service-path.ts'

/** RFC 9110 section 9.2.2: done twice, these do no more than done once. */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE'])
const METHODS = new Set([...IDEMPOTENT, 'POST', 'PATCH'])
/** What a client may say to a service. Never a credential, a cookie, or where a request comes from. */
const HANDED_ON = [
  'content-type',
  'content-encoding',
  'content-language',
  'accept',
  'accept-language',
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
  'prefer',
  'idempotency-key',
] as const

const HASHED_BYTES = 65_536

/** A call of a service behind Freehold. */
export class ServiceAsked implements Asked {
  readonly service: string
  readonly declared: DataClass | null
  readonly conversation: string | null
  readonly previous = null
  readonly continued = false
  readonly model = null
  readonly mostTokens = null
  readonly answers = 1
  readonly streams = false
  readonly mayHedge = false
  readonly method: string
  readonly #rest: string
  readonly #query: string
  readonly #body: Buffer
  readonly #headers: Exchange['headers']
  readonly #trace: Exchange['trace']

  constructor(
    exchange: Pick<Exchange, 'headers' | 'method' | 'url'> & Partial<Pick<Exchange, 'trace'>>,
    body: Buffer,
  ) {
    const parts = splitServicePath(exchange.url)
    if (!parts || !targetName.safeParse(parts.name).success) {
      throw new Fault('no_such_operation', 'A service is called as /services/NAME/PATH.')
    }
    if (!METHODS.has(exchange.method)) {
      throw new Fault('wrong_method', `Services take ${[...METHODS].join(', ')}.`)
    }
    this.service = parts.name
    this.#rest = parts.rest
    this.#query = parts.query
    this.method = exchange.method
    this.declared = declaredClass(exchange.headers['x-freehold-class'])
    this.conversation = conversationOf(exchange.headers['x-freehold-conversation'])
    this.#headers = exchange.headers
    this.#trace = exchange.trace ?? null
    this.#body = body
  }

  get bytes(): number {
    return this.#body.length
  }

  /** Nobody counts tokens of services. */
  outputOver(): null {
    return null
  }

  /** Services have no conversations: the same call falls on the same side. */
  beginning(): string {
    const body = hash('sha256', this.#body.subarray(0, HASHED_BYTES), 'base64url')
    return `${this.method} ${this.#rest}${this.#query} ${body}`
  }

  start(): null {
    return null
  }

  ask(dataClass: DataClass): Ask {
    return { kind: 'service', service: this.service, class: dataClass }
  }

  dial(attempt: OutsideAttempt, base: URL): Dialled {
    const headers = ['user-agent', 'freehold']
    for (const name of HANDED_ON) {
      const value = this.#headers[name]
      if (typeof value === 'string') headers.push(name, value)
    }
    addTrace(headers, this.#trace?.callHeader(attempt.target.name) ?? this.#headers.traceparent, attempt)
    return {
      path: servicePath(base, this.#rest, this.#query),
      method: this.method,
      headers,
      body: this.#body,
      shape: null,
      format: null,
      translation: null,
    }
  }

  departing(): Departing {
    return {
      path: `/${this.#rest}${this.#query}`,
      body: this.#body,
      shape: null,
      contentType: this.#headers['content-type'],
      headers: [],
      isOpaque: this.opaque() !== null,
    }
  }

  opaque(): string | null {
    return opaqueBody({
      contentType: this.#headers['content-type'],
      contentEncoding: this.#headers['content-encoding'],
      isUtf8: isUtf8(this.#body) && !this.#body.includes(0),
      length: this.#body.length,
    })
  }

  /** An answer of the service is an answer, whatever its status; only gateways in between speak of being unreachable. */
  mayRepeat({ status, wasSent }: { readonly status: number | null; readonly wasSent: boolean }): boolean {
    const wasReached = status !== null && status !== 502 && status !== 503 && status !== 504
    return !wasReached && (!wasSent || IDEMPOTENT.has(this.method))
  }
}
