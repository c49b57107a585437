import type { DataClass } from '@freehold/contract/data-class.ts'
import type { FaultBody } from '@freehold/contract/fault-body.ts'
import type { Remark } from '@freehold/contract/remark.ts'

/**
 * Every refusal of the platform. The code is a public contract: clients and runbooks rely on it.
 * `retry` says whether the same request may succeed later without a change.
 */
const FAULTS = {
  malformed: { status: 400, type: 'invalid_request_error', retry: false },
  invalid: { status: 400, type: 'invalid_request_error', retry: false },
  wrong_claim: { status: 403, type: 'authentication_error', retry: false },
  already_claimed: { status: 409, type: 'invalid_request_error', retry: false },
  unidentified: { status: 401, type: 'authentication_error', retry: false },
  wrong_login: { status: 401, type: 'authentication_error', retry: false },
  second_factor: { status: 401, type: 'authentication_error', retry: false },
  federated_login: { status: 401, type: 'authentication_error', retry: false },
  unknown_application: { status: 400, type: 'invalid_request_error', retry: false },
  expired_request: { status: 400, type: 'invalid_request_error', retry: false },
  no_account: { status: 403, type: 'permission_error', retry: false },
  weak_password: { status: 400, type: 'invalid_request_error', retry: false },
  expired_key: { status: 401, type: 'authentication_error', retry: false },
  revoked: { status: 401, type: 'authentication_error', retry: false },
  csrf: { status: 403, type: 'permission_error', retry: false },
  address_taken: { status: 500, type: 'server_error', retry: false },
  wrong_host: { status: 421, type: 'invalid_request_error', retry: false },
  not_allowed: { status: 403, type: 'permission_error', retry: false },
  above_ceiling: { status: 403, type: 'permission_error', retry: false },
  not_found: { status: 404, type: 'invalid_request_error', retry: false },
  no_such_operation: { status: 404, type: 'invalid_request_error', retry: false },
  wrong_method: { status: 405, type: 'invalid_request_error', retry: false },
  suspended: { status: 403, type: 'permission_error', retry: false },
  wrong_network: { status: 403, type: 'permission_error', retry: false },
  over_quota: { status: 403, type: 'permission_error', retry: false },
  shredded: { status: 410, type: 'invalid_request_error', retry: false },
  conflict: { status: 409, type: 'invalid_request_error', retry: false },
  changed_meanwhile: { status: 412, type: 'invalid_request_error', retry: false },
  on_hold: { status: 409, type: 'invalid_request_error', retry: false },
  too_large: { status: 413, type: 'invalid_request_error', retry: false },
  wrong_media_type: { status: 415, type: 'invalid_request_error', retry: false },
  unreadable_document: { status: 422, type: 'invalid_request_error', retry: false },
  not_offered: { status: 501, type: 'invalid_request_error', retry: false },
  no_route: { status: 404, type: 'invalid_request_error', retry: false },
  stays_home: { status: 422, type: 'privacy_error', retry: false },
  unknown_response: { status: 400, type: 'invalid_request_error', retry: false },
  over_limit: { status: 429, type: 'rate_limit_error', retry: true },
  too_many: { status: 429, type: 'rate_limit_error', retry: true },
  timed_out: { status: 408, type: 'invalid_request_error', retry: true },
  client_left: { status: 499, type: 'invalid_request_error', retry: true },
  bug: { status: 500, type: 'server_error', retry: false },
  skill_denied: { status: 403, type: 'permission_error', retry: false },
  skill_failed: { status: 502, type: 'upstream_error', retry: false },
  skill_untrusted: { status: 403, type: 'permission_error', retry: false },
  upstream_down: { status: 502, type: 'upstream_error', retry: true },
  upstream_broke: { status: 502, type: 'upstream_error', retry: true },
  upstream_timeout: { status: 504, type: 'upstream_error', retry: true },
  upstream_refused: { status: 502, type: 'upstream_error', retry: false },
  records_unavailable: { status: 503, type: 'server_error', retry: true },
  unavailable: { status: 503, type: 'server_error', retry: true },
  draining: { status: 503, type: 'server_error', retry: true },
  cannot_start: { status: 500, type: 'server_error', retry: false },
  storage_full: { status: 507, type: 'server_error', retry: true },
} as const

export type FaultCode = keyof typeof FAULTS
export const FAULT_CODES = Object.keys(FAULTS) as readonly FaultCode[]

/** RFC 7644 section 3.12, table 9. */
export type ScimType =
  | 'invalidFilter'
  | 'tooMany'
  | 'uniqueness'
  | 'mutability'
  | 'invalidSyntax'
  | 'invalidPath'
  | 'noTarget'
  | 'invalidValue'

interface FaultDetail {
  /** The field that was refused, as a path: `messages[0].content`. */
  readonly param?: string
  readonly retryAfterS?: number
  /** The message by its code, so that screens can say it in their own language. */
  readonly remark?: Remark
  /** What Anthropic's clients act on by themselves. */
  readonly details?: { readonly error_code: string }
  /** What SCIM clients act on. */
  readonly scimType?: ScimType
  /** Of what the message quotes. Absent: it quotes nobody. */
  readonly class?: DataClass
  readonly cause?: unknown
}

/** A refusal with a code from the one table. Anything else that is thrown is a bug. */
export class Fault extends Error {
  readonly code: FaultCode
  readonly param: string | null
  readonly retryAfterS: number | null
  readonly remark: Remark | null
  readonly details: FaultDetail['details']
  readonly scimType: ScimType | null
  readonly class: DataClass | null

  constructor(code: FaultCode, message: string, detail: FaultDetail = {}) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause })
    this.name = 'Fault'
    this.code = code
    this.param = detail.param ?? null
    this.details = detail.details
    this.class = detail.class ?? null
    this.scimType = detail.scimType ?? SCIM_TYPES[code] ?? null
    this.remark = detail.remark ? { code: detail.remark.code, params: detail.remark.params } : null
    this.retryAfterS = detail.retryAfterS ?? (FAULTS[code].retry ? 1 : null)
  }

  get status(): number {
    return FAULTS[this.code].status
  }
}

/** Of refusals that say no other. */
const SCIM_TYPES: Readonly<Partial<Record<FaultCode, ScimType>>> = {
  malformed: 'invalidSyntax',
  invalid: 'invalidValue',
  conflict: 'uniqueness',
}

/** The shapes in which clients expect to be refused. */
export type Dialect = 'openai' | 'anthropic' | 'scim'

export interface ErrorResponse {
  readonly status: number
  readonly code: FaultCode
  readonly headers: Readonly<Record<string, string>>
  readonly body: Buffer
}

/** The words that Anthropic's clients know, where ours are others; `param` and `code` they pass over. */
const ANTHROPIC_TYPES: Readonly<Record<string, string>> = {
  server_error: 'api_error',
  upstream_error: 'api_error',
  privacy_error: 'permission_error',
}

/** And where they go by the status alone. */
const ANTHROPIC_STATUSES: Readonly<Record<number, string>> = {
  404: 'not_found_error',
  413: 'request_too_large',
}

/** The only place where an error becomes bytes. A bug tells the caller a request id and nothing more. */
export function errorResponse(error: unknown, requestId: string, dialect: Dialect = 'openai'): ErrorResponse {
  const fault = error instanceof Fault ? error : bugFault(requestId)
  const { status, type } = FAULTS[fault.code]
  const openai: FaultBody = {
    error: {
      message: fault.message,
      type,
      param: fault.param,
      code: fault.code,
      ...(fault.remark !== null && { remark: fault.remark }),
    },
  }
  const anthropic = {
    type: 'error',
    error: {
      ...openai.error,
      type: ANTHROPIC_STATUSES[status] ?? ANTHROPIC_TYPES[type] ?? type,
      ...(fault.details && { details: fault.details }),
    },
    request_id: requestId,
  }
  const scim = {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:Error'],
    status: String(status),
    ...(fault.scimType !== null && { scimType: fault.scimType }),
    detail: fault.message,
  }
  const headers: Record<string, string> = {
    'content-type': `application/${dialect === 'scim' ? 'scim+json' : 'json'}; charset=utf-8`,
    'cache-control': 'no-store',
    'x-freehold-request': requestId,
  }
  // The body of SCIM has no place for our word.
  if (dialect === 'scim') headers['x-freehold-fault'] = fault.code
  if (dialect === 'scim' && status === 401) headers['www-authenticate'] = 'Bearer'
  if (fault.retryAfterS !== null) headers['retry-after'] = String(Math.ceil(fault.retryAfterS))
  return {
    status,
    code: fault.code,
    headers,
    body: Buffer.from(JSON.stringify({ openai, anthropic, scim }[dialect])),
  }
}

function bugFault(requestId: string): Fault {
  return new Fault('bug', `Something went wrong on our side. Quote request ${requestId} to your operator.`)
}
