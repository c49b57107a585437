import { createHash } from 'node:crypto'
import { setImmediate, setTimeout } from 'node:timers/promises'
import type { Clock } from '../../kernel/clock.ts'
import type { Line } from '../../kernel/dialler/dialler.ts'
import { RefusedAddress } from '../../kernel/dialler/dialler.ts'
import type { WholeAnswer } from '../../kernel/dialler/whole-answer.ts'
import { callOnce } from '../../kernel/dialler/whole-answer.ts'
import { isMissing, objectFault, ObjectRefusal, wordsOf } from './refusal.ts'
import type { SigningKey } from '../aws-signature.ts'
import { authorization, queryText, signingTime } from '../aws-signature.ts'

export type ObjectOperation = 'put' | 'get' | 'delete' | 'list' | 'probe'

export interface ObjectRequest {
  readonly operation: ObjectOperation
  readonly method: 'GET' | 'PUT' | 'DELETE'
  /** Below the bucket, needs no escaping. */
  readonly path: string
  readonly query?: Readonly<Record<string, string>>
  readonly body?: Uint8Array
  /** Default 4: what may come and go is tried again. */
  readonly tries?: number
}

/** How a request ended, all its tries together. */
export interface ObjectFigure {
  readonly operation: ObjectOperation
  /** `ok`, a status, or `failed` where nobody answered. */
  readonly outcome: string
  readonly ms: number
  /** Of what is nobody's fault but the store's; null when it did as asked. */
  readonly failure: { readonly status: number; readonly code: string } | null
}

export interface ClientOptions {
  readonly line: Line
  /** As it stands in the head of each request. */
  readonly host: string
  /** In front of every path: the bucket where it is not part of the host. */
  readonly base: string
  readonly key: SigningKey
  readonly clock: Clock
  readonly figure: (figure: ObjectFigure) => void
  /** Until the head of an answer; sending gets more by size. */
  readonly answerMs?: number
}

const TRIES = 4
const ANSWER_MS = 15_000
const IDLE_MS = 15_000
const PROBE_MS = 1000
/** The slowest line on which an upload is still waited for. */
const BYTES_PER_MS = 256
const MOST_BYTES = 1024 ** 3
const BACKOFF_MS = 100
/** A store that just failed for good is left alone so long: whoever waits would only wait longer. */
const REST_MS = 1000
const PASSING = new Set([408, 429, 500, 502, 503, 504])
const SLICE_BYTES = 1 << 20
const EMPTY = new Uint8Array()

/** Signed requests to one bucket, tried again while the trouble may pass. Every one of them may be repeated. */
export class ObjectClient {
  readonly #options: ClientOptions
  #restUntilMs = Number.NEGATIVE_INFINITY
  #lastFailure: unknown = null

  constructor(options: ClientOptions) {
    this.#options = options
  }

  /** @throws Fault `unavailable`, `storage_full`; ObjectRefusal where the store refused for a reason of the request */
  async send(request: ObjectRequest): Promise<WholeAnswer> {
    if (performance.now() < this.#restUntilMs && request.operation !== 'probe')
      throw objectFault(this.#lastFailure)
    try {
      return await this.ask(request)
    } catch (error) {
      if (isMissing(error)) throw error
      if (!(error instanceof ObjectRefusal) || PASSING.has(error.status)) {
        this.#restUntilMs = performance.now() + REST_MS
        this.#lastFailure = error
      }
      throw objectFault(error)
    }
  }

  /** The same, with the trouble as it is. @throws ObjectRefusal, or what the network says */
  async ask(request: ObjectRequest): Promise<WholeAnswer> {
    const startedMs = performance.now()
    const told = (outcome: string, failure: ObjectFigure['failure']): void =>
      this.#options.figure({
        operation: request.operation,
        outcome,
        ms: performance.now() - startedMs,
        failure,
      })
    const body = request.body ?? EMPTY
    const bodyHash = await hashInSlices(body)
    for (let attempt = 1; ; attempt += 1) {
      const isLast = attempt >= (request.tries ?? TRIES)
      try {
        const answer = await this.#once(request, body, bodyHash)
        if (answer.status < 300) {
          told('ok', null)
          return answer
        }
        const refusal = new ObjectRefusal(answer)
        if (request.operation === 'probe' && isAlive(refusal)) {
          told('ok', null)
          return answer
        }
        if (isLast || !PASSING.has(answer.status)) throw refusal
      } catch (error) {
        if (isLast || error instanceof ObjectRefusal || error instanceof RefusedAddress) {
          const words = wordsOf(error)
          told(words.status === 0 ? 'failed' : String(words.status), isMissing(error) ? null : words)
          throw error
        }
      }
      await setTimeout(BACKOFF_MS * 2 ** (attempt - 1) * (0.5 + Math.random() / 2))
    }
  }

  #once(
    request: ObjectRequest,
    body: Uint8Array,
    bodyHash: { readonly hex: string; readonly base64: string },
  ) {
    const { line, host, base, key, clock, answerMs = ANSWER_MS } = this.#options
    const path = `${base}${request.path}`
    const query = queryText(request.query ?? {})
    const headers: Record<string, string> = {
      host,
      'x-amz-content-sha256': bodyHash.hex,
      'x-amz-date': signingTime(clock.now()),
      // Kept by stores that know it, and checked by them whenever the object is read or moved.
      ...(request.method === 'PUT' && { 'x-amz-checksum-sha256': bodyHash.base64 }),
    }
    const signed = authorization(
      { method: request.method, path, query, headers, bodyHash: bodyHash.hex },
      key,
    )
    // The host is the line's.
    const sent = Object.entries(headers).flatMap((pair) => (pair[0] === 'host' ? [] : pair))
    return callOnce(
      line,
      {
        path: query === '' ? path : `${path}?${query}`,
        method: request.method,
        headers: [...sent, 'authorization', signed],
        body: request.method === 'PUT' ? Buffer.from(body.buffer, body.byteOffset, body.byteLength) : null,
      },
      {
        answerMs: request.operation === 'probe' ? PROBE_MS : answerMs + body.length / BYTES_PER_MS,
        idleMs: IDLE_MS,
        mostBytes: MOST_BYTES,
      },
    )
  }
}

/** A probe asks for what is not there: cheaper than a list. A key that may not even know that was recognised all the same. */
const isAlive = (refusal: ObjectRefusal): boolean =>
  isMissing(refusal) || (refusal.status === 403 && refusal.reason === 'AccessDenied')

/** A file of 64 MiB takes some 50 ms in one go. */
async function hashInSlices(bytes: Uint8Array): Promise<{ readonly hex: string; readonly base64: string }> {
  const hash = createHash('sha256')
  for (let at = 0; at < bytes.length; at += SLICE_BYTES) {
    if (at > 0) await setImmediate()
    hash.update(bytes.subarray(at, at + SLICE_BYTES))
  }
  const digest = hash.digest()
  return { hex: digest.toString('hex'), base64: digest.toString('base64') }
}
