import type { Dialect } from '../../kernel/fault.ts'
import { isObject } from './exact-json.ts'

/** Words that OpenAI has for what Anthropic calls otherwise; one that neither knows stays as it is. */
const OPENAI_TYPES: Readonly<Record<string, string>> = {
  not_found_error: 'invalid_request_error',
  request_too_large: 'invalid_request_error',
  api_error: 'server_error',
  timeout_error: 'server_error',
  overloaded_error: 'server_error',
  billing_error: 'insufficient_quota',
}
const OPENAI_UNSAID: Readonly<Record<number, string>> = {
  401: 'authentication_error',
  403: 'permission_error',
  429: 'rate_limit_error',
}
const ANTHROPIC_TYPES: Readonly<Record<number, string>> = {
  400: 'invalid_request_error',
  401: 'authentication_error',
  402: 'billing_error',
  403: 'permission_error',
  404: 'not_found_error',
  408: 'timeout_error',
  409: 'conflict_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}
/** Words that say more than the status; of all others the status says better what another server means. */
const ANTHROPIC_ONLY = new Set(['billing_error', 'overloaded_error', 'request_too_large', 'timeout_error'])

/** Servers say it in an object, in words, or in members of the answer itself. */
function messageIn(error: unknown): string | null {
  if (typeof error === 'string') return error || null
  if (!isObject(error)) return null
  const said = [error['message'], error['detail']].find((one) => typeof one === 'string' && one !== '')
  return typeof said === 'string' ? said : null
}

/** The error of a target in the members that the client's API has for it. */
export function translatedError(error: unknown, status: number, dialect: Dialect): object {
  const said = isObject(error) ? error : {}
  const message = messageIn(error) ?? `The target answered with status ${status}.`
  const type = typeof said['type'] === 'string' ? said['type'] : null
  if (dialect === 'anthropic') {
    const known = ANTHROPIC_TYPES[status] ?? (status < 500 ? 'invalid_request_error' : 'api_error')
    return { type: type !== null && ANTHROPIC_ONLY.has(type) ? type : known, message }
  }
  const code = typeof said['code'] === 'string' ? said['code'] : codeOf(type)
  const unsaid = OPENAI_UNSAID[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  const param = typeof said['param'] === 'string' ? said['param'] : null
  return { message, type: (type && OPENAI_TYPES[type]) ?? type ?? unsaid, param, code }
}

/** Where OpenAI's type says less than Anthropic's, its code does. */
const codeOf = (type: string | null): string | null => (type !== null && type in OPENAI_TYPES ? type : null)
