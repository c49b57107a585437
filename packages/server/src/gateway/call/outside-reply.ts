import type { IncomingHttpHeaders } from 'node:http'
import type { DataClass } from '@freehold/contract/data-class.ts'
import type { Asked, OutsideAttempt } from '../asked.ts'
import { estimatedTokens } from '../asked.ts'
import { mayReturn } from '../handed-headers.ts'
import type { CountedTokens, Reply } from '../reply.ts'
import { answerIdOf, usageOf } from '../usage-of.ts'
import type { Dialect } from '../../kernel/fault.ts'
import { Fault } from '../../kernel/fault.ts'
import { leftOutHeader } from '../translation/left-out.ts'
import type { Translation } from '../translation/translation.ts'
import { translatedError } from '../translation/translated-error.ts'
import { compressed } from './call-faults.ts'
import { eventsIn } from './sse-splitter.ts'
import type { UpstreamAnswer } from './upstream-call.ts'
import { isWholeObject, toldError } from './whole-json.ts'

/** What a model's answer may say besides its body. */
const FROM_MODELS = new Set([
  'content-type',
  'retry-after',
  'retry-after-ms',
  'x-should-retry',
  'x-request-id',
  'request-id',
  'openai-processing-ms',
  'openai-version',
])
const LIMIT_HEADERS = /^(?:x-ratelimit|anthropic-ratelimit)-[\w-]{1,64}$/
/** At every header of every answer: most are told by their first letter. */
const isLimit = (name: string): boolean => (name[0] === 'x' || name[0] === 'a') && LIMIT_HEADERS.test(name)
/** What a service's answer may say; no cookie, no authentication, nothing that speaks for our own origin. */
const FROM_SERVICES = new Set([
  'content-type',
  'content-length',
  'content-encoding',
  'content-language',
  'content-disposition',
  'content-range',
  'accept-ranges',
  'etag',
  'last-modified',
  'cache-control',
  'expires',
  'vary',
  'allow',
  'retry-after',
  'x-request-id',
])

interface Reached {
  readonly attempt: OutsideAttempt
  readonly asked: Asked
  readonly class: DataClass
  readonly dialect: Dialect
  readonly base: URL
  /** Headers of its answers that the target's definition allows besides those below. */
  readonly handed: ReadonlySet<string> | null
  /** The path that was called there. */
  readonly path: string
  /** Null where the target speaks the client's API. */
  readonly translation: Translation | null
  /** How many values were replaced in what it was sent. */
  readonly masked: number
}

/**
 * The answer of a target as it goes to the client: by whitelist, in the client's API.
 * @throws Fault `upstream_broke` for an answer of a model that is none, or that cannot be translated
 */
export function outsideReply(answer: UpstreamAnswer, reached: Reached): Reply {
  const { attempt, asked } = reached
  const refusal = answer.error === null ? null : refusalOf(answer.error, reached)
  const { headers, body } =
    refusal ?? (asked.model === null ? serviceParts(answer, reached) : modelParts(answer, reached))
  return {
    // HTTP knows no status above, and clients would not know what to do.
    status: refusal?.status ?? (answer.status > 599 ? 502 : answer.status),
    zone: attempt.zone,
    target: attempt.target.name,
    model: attempt.model,
    class: reached.class,
    masked: reached.masked,
    headers,
    body,
    tokens: () => (asked.model === null || refusal !== null ? null : tokensOf(answer, asked)),
    answerId: () => (asked.continued && reached.translation === null ? answerIdIn(answer) : null),
  }
}

type Parts = Pick<Reply, 'headers' | 'body'>

function modelParts(answer: UpstreamAnswer, reached: Reached): Parts {
  const { asked, dialect, handed, translation } = reached
  const headers = ['cache-control', 'no-store']
  for (const name of Object.keys(answer.headers)) {
    const value = answer.headers[name]
    if (typeof value !== 'string') continue
    if (FROM_MODELS.has(name) || isLimit(name) || mayReturn(handed, name, value)) headers.push(name, value)
  }
  const { body, status } = answer
  if (status < 400) assertAnswer(answer, asked)
  if (translation !== null) {
    const named = withRequestId(headers, dialect)
    if (status < 400) return translatedParts(answer, translation, named)
    return {
      headers: [...without(named, 'content-type'), ...JSON_TYPE],
      body: shaped(translatedError(errorIn(body), status, dialect), dialect),
    }
  }
  if (!Buffer.isBuffer(body))
    return isTyped(answer.headers, EVENTS)
      ? { headers, body }
      : { headers: [...without(headers, 'content-type'), ...EVENTS_TYPE], body }
  if (status < 400 || (status < 600 && isTyped(answer.headers, JSON_OBJECT) && saysError(body, dialect)))
    return {
      headers: isTyped(answer.headers, JSON_OBJECT)
        ? headers
        : [...without(headers, 'content-type'), ...JSON_TYPE],
      body,
    }
  // A page of a proxy in between is no answer that a client of this API could read.
  return {
    headers: [...without(headers, 'content-type'), ...JSON_TYPE],
    body: shaped(reshaped(errorIn(body), status, dialect), dialect),
  }
}

/** In the shape that clients of the API know. */
function saysError(body: Buffer, dialect: Dialect): boolean {
  if (body.length > LARGEST_ERROR_BYTES || !isWholeObject(body)) return false
  const { error }: Fields = Object(parsed(body.toString()))
  return isKnown(error, dialect)
}

const typed = (error: object, dialect: Dialect): object =>
  dialect === 'openai' && !('type' in error)
    ? { type: 'upstream_error', param: null, code: null, ...error }
    : error

function isKnown(error: unknown, dialect: Dialect): boolean {
  const { message, type }: Fields = Object(error)
  return typeof message === 'string' && (dialect === 'openai' || typeof type === 'string')
}

/** An error that came in another shape, with what it says. */
function reshaped(said: Fields | null, status: number, dialect: Dialect): object {
  if (dialect === 'anthropic') return translatedError(said, status, dialect)
  const { message, type, param, code } = said ?? {}
  const isCode = typeof code === 'string' || typeof code === 'number'
  return {
    message: typeof message === 'string' ? message : `The target answered with status ${status}.`,
    type: typeof type === 'string' ? type : 'upstream_error',
    param: typeof param === 'string' ? param : null,
    code: isCode ? code : null,
  }
}

/** Clients look for the id of their request under the name that their own API has for it. */
function withRequestId(headers: readonly string[], dialect: Dialect): string[] {
  const [theirs, own] = dialect === 'openai' ? ['request-id', 'x-request-id'] : ['x-request-id', 'request-id']
  const isKnown = headers.some((name, at) => at % 2 === 0 && name === own)
  return headers.map((name, at) => (at % 2 === 0 && name === theirs && !isKnown ? own : name))
}

/** A client that asked for events waits for them, and one that did not cannot read them. @throws Fault `upstream_broke` */
function assertAnswer({ status, headers, body }: UpstreamAnswer, { streams }: Asked): void {
  // Clients read no body with status 204 and 205, and no error either.
  if (status >= 300 || status === 204 || status === 205)
    throw new Fault('upstream_broke', `The target answered with status ${status}, which is no answer.`)
  if (Buffer.isBuffer(body) === streams) {
    throw new Fault(
      'upstream_broke',
      `The target was asked for ${streams ? 'a stream of events' : 'one answer'} and sent ${streams ? 'something else' : 'a stream of events'}.`,
    )
  }
  if (Buffer.isBuffer(body) && !isWholeObject(body))
    throw (
      compressed(headers) ??
      new Fault('upstream_broke', 'The target sent something that is no JSON object, or a part of one.')
    )
}

/** What we wrote ourselves is of our own type, whatever the target called its. */
function translatedParts({ body }: UpstreamAnswer, translation: Translation, headers: string[]): Parts {
  const isWhole = Buffer.isBuffer(body)
  return {
    headers: [
      ...without(headers, 'content-type'),
      ...(isWhole ? JSON_TYPE : EVENTS_TYPE),
      ...leftOutHeader(translation.leftOut),
    ],
    body: isWhole ? translation.answer(body) : translation.stream(body),
  }
}

/** Pages of proxies say nothing that could be told. */
function errorIn(body: UpstreamAnswer['body']): Fields | null {
  if (!Buffer.isBuffer(body) || body.length > LARGEST_ERROR_BYTES) return null
  return toldError(parsed(body.toString())) ?? toldError(parsed(firstDataIn(body)))
}

type Fields = Readonly<Record<string, unknown>>

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Some servers refuse a stream with an event. */
function firstDataIn(body: Buffer): string {
  for (const { data } of eventsIn(body)) if (data !== null) return data
  return ''
}

const JSON_TYPE = ['content-type', 'application/json; charset=utf-8']
const EVENTS_TYPE = ['content-type', 'text/event-stream; charset=utf-8']

function shaped(error: object, dialect: Dialect): Buffer {
  try {
    return Buffer.from(JSON.stringify(dialect === 'anthropic' ? { type: 'error', error } : { error }))
  } catch (cause) {
    throw new Fault('upstream_broke', 'The target sent an error that is nested too deeply.', { cause })
  }
}

/** Statuses that the words of an error event stand for. */
const STATUS_OF_TYPE: Readonly<Record<string, number>> = {
  invalid_request_error: 400,
  rate_limit_error: 429,
  rate_limit_exceeded: 429,
  insufficient_quota: 429,
  authentication_error: 401,
  billing_error: 402,
  permission_error: 403,
  not_found_error: 404,
  request_too_large: 413,
  overloaded_error: 529,
}

/** Reading more holds up everything else, and no error has so much to say. */
const LARGEST_ERROR_BYTES = 1024 * 1024
/** Clients look for a message. */
const UNSAID = 'The target answered with an error.'

/** An error that came as an answer or as the first event of a stream: no byte was sent yet, so it can be an answer with a status. */
function refusalOf(
  error: object,
  { dialect, translation }: Reached,
): Pick<Reply, 'status' | 'headers' | 'body'> {
  const fields: Readonly<Record<string, unknown>> = { ...error }
  const numbers = [fields['status'], fields['code']].map(Number)
  const status =
    numbers.find((one) => Number.isInteger(one) && one >= 400 && one <= 599) ??
    STATUS_OF_TYPE[String(fields['type'])] ??
    STATUS_OF_TYPE[String(fields['code'])] ??
    502
  const named = typeof fields['message'] === 'string' ? error : { ...error, message: UNSAID }
  const isOurs = translation === null && isKnown(named, dialect)
  const told = isOurs ? typed(named, dialect) : translatedError(named, status, dialect)
  return { status, headers: ['cache-control', 'no-store', ...JSON_TYPE], body: shaped(told, dialect) }
}

function serviceParts(answer: UpstreamAnswer, reached: Reached): Parts {
  // A page of a service must not be able to act as a page of ours.
  const headers = ['content-security-policy', 'sandbox']
  for (const [name, value] of Object.entries(answer.headers)) {
    if (typeof value !== 'string') continue
    if (FROM_SERVICES.has(name) || mayReturn(reached.handed, name, value)) headers.push(name, value)
  }
  if (typeof answer.headers['cache-control'] !== 'string') headers.push('cache-control', 'no-store')
  const location = locationOf(answer.headers.location, reached)
  if (location !== null) headers.push('location', location)
  return { headers, body: answer.body }
}

/** A redirect within the service stays one, through us; the client is not sent anywhere else. */
function locationOf(location: string | undefined, { asked, base, path }: Reached): string | null {
  const ask = asked.ask('public')
  if (location === undefined || ask.kind !== 'service') return null
  const to = URL.parse(location, base.origin + path)
  const root = base.pathname.endsWith('/') ? base.pathname : `${base.pathname}/`
  if (to === null || to.origin !== base.origin || !`${to.pathname}/`.startsWith(root)) return null
  return `/services/${ask.service}/${to.pathname.slice(root.length)}${to.search}`
}

function without(headers: readonly string[], name: string): string[] {
  return headers.filter((_, at) => headers[at - (at % 2)] !== name)
}

/** In the letters in which every client looks for it. */
const isTyped = ({ 'content-type': type }: IncomingHttpHeaders, what: RegExp): boolean =>
  typeof type === 'string' && what.test(type)

const JSON_OBJECT = /^application\/(?:[\w.+-]+\+)?json\b/
const EVENTS = /^text\/event-stream\b/

function tokensOf({ body, status }: UpstreamAnswer, asked: Asked): CountedTokens | null {
  if (Buffer.isBuffer(body)) {
    if (status >= 400) return null
    const { input, output } = usageOf(body)
    if (input !== null || output !== null) {
      const read = input ?? estimatedTokens(asked.bytes)
      return { input: read, output: output ?? 0, estimated: input === null }
    }
    return { input: estimatedTokens(asked.bytes), output: estimatedTokens(body.length), estimated: true }
  }
  const { watch } = body
  const facts = watch?.facts
  return {
    input: facts?.input ?? estimatedTokens(asked.bytes),
    // The figure of an answer that broke is the one it began with; what came is nearer.
    output:
      facts?.isComplete && facts.output !== null
        ? facts.output
        : Math.max(facts?.output ?? 0, watch?.events ?? 0),
    estimated: typeof facts?.input !== 'number' || facts.output === null || !facts.isComplete,
  }
}

function answerIdIn({ body, status }: UpstreamAnswer): string | null {
  if (Buffer.isBuffer(body)) return status < 300 ? answerIdOf(body) : null
  return body.watch?.answerId ?? null
}
