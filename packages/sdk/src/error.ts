import type { FaultCode, Remark } from './generated/types.ts'

/** What goes wrong on the way, so that no server can say it. */
export type ClientCode =
  /** Nothing answers, or the connection broke before the answer was whole. */
  | 'unreachable'
  /** No answer within the time that the call had. */
  | 'no_answer'
  /** A stream ended in the middle. What came before it is not the whole answer. */
  | 'broken_stream'
  /** The answer is not what the operation gives; something else may stand at this address. */
  | 'unreadable_answer'
  /** Events of a run are missing and do not come when they are asked for again. */
  | 'events_missing'

/** Codes of the server are a public contract; further ones may come. */
export type ErrorCode = FaultCode | ClientCode | (string & Record<never, never>)

interface Details {
  readonly status?: number | null
  readonly type?: string | null
  readonly param?: string | null
  readonly requestId?: string | null
  readonly retryAfterMs?: number | null
  readonly remark?: Remark | null
  readonly cause?: unknown
}

/** Every failure of a call but one: who calls it off by an AbortSignal gets the reason of the signal. */
export class FreeholdError extends Error {
  readonly code: ErrorCode
  /** Of the answer; null where there was none. */
  readonly status: number | null
  readonly type: string | null
  /** The field that was refused, as a path: `documents[0].title`. */
  readonly param: string | null
  /** By which the server's own record names the call. */
  readonly requestId: string | null
  /** When the same call may succeed, where the server says so. */
  readonly retryAfterMs: number | null
  /** The message by its code, for whoever says it in another language; null where it has none. */
  readonly remark: Remark | null

  constructor(code: ErrorCode, message: string, details: Details = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'FreeholdError'
    this.code = code
    this.status = details.status ?? null
    this.type = details.type ?? null
    this.param = details.param ?? null
    this.requestId = details.requestId ?? null
    this.retryAfterMs = details.retryAfterMs ?? null
    this.remark = details.remark ?? null
  }
}

type Fields = Readonly<Record<string, unknown>>

/** A JSON object; its fields are unknown until looked at. */
export const fieldsOf = (value: unknown): Fields | null =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : null

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null)

function remarkIn(value: unknown): Remark | null {
  const fields = fieldsOf(value)
  const code = textOf(fields?.['code'])
  if (code === null) return null
  const params = Object.entries(fieldsOf(fields?.['params']) ?? {})
  return { code, params: Object.fromEntries(params.map(([name, one]) => [name, String(one)])) }
}

/** A refusal in any of the shapes that the server speaks: OpenAI's and Anthropic's, SCIM's, OAuth's. */
export function errorFrom(body: unknown, details: Details = {}): FreeholdError {
  const fields = fieldsOf(body)
  const error = fieldsOf(fields?.['error'])
  const code = textOf(error?.['code']) ?? textOf(fields?.['error']) ?? textOf(fields?.['scimType'])
  const message =
    textOf(error?.['message']) ?? textOf(fields?.['error_description']) ?? textOf(fields?.['detail'])
  return new FreeholdError(
    code ?? textOf(error?.['type']) ?? 'unknown',
    message ?? `The server answered ${details.status ?? 'with an error'}.`,
    {
      ...details,
      type: textOf(error?.['type']),
      param: textOf(error?.['param']),
      remark: remarkIn(error?.['remark']),
    },
  )
}

/** The refusal that an answer holds; reads its body. */
export async function refusalIn(response: Response): Promise<FreeholdError> {
  const { status, headers } = response
  const body = await response.json().catch(() => null)
  return errorFrom(body, {
    status,
    requestId: headers.get('x-freehold-request'),
    retryAfterMs: retryAfterMs(headers.get('retry-after')),
  })
}

/** Seconds or a date (RFC 9110 section 10.2.3). */
export function retryAfterMs(header: string | null, nowMs = Date.now()): number | null {
  if (header === null) return null
  if (/^\d+$/.test(header.trim())) return Number(header) * 1000
  const at = Date.parse(header)
  return Number.isNaN(at) ? null : Math.max(0, at - nowMs)
}
