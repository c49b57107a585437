import type { Dialect } from '../../kernel/fault.ts'
import { isObject } from './exact-json.ts'

/** Words that each API has for what the other calls otherwise; a word that neither knows stays as it is. */
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
  403: 'permission_error',
  404: 'not_found_error',
  413: 'request_too_large',
  429: 'rate_limit_error',
  500: 'api_error',
  502: 'api_error',
  503: 'overloaded_error',
  504: 'timeout_error',
  529: 'overloaded_error',
}
/** OpenAI's words, which the status says better in Anthropic's. */
const OPENAI_WORDS = new Set([
  'invalid_request_error',
  'authentication_error',
  'permission_error',
  'not_found_error',
  'rate_limit_error',
  'rate_limit_exceeded',
  'insufficient_quota',
  'requests',
  'tokens',
  'server_error',
  'api_error',
])

/** The error of a target in the members that the client's API has for it. */
export function translatedError(error: unknown, status: number, dialect: Dialect): object {
  const said = isObject(error) ? error : {}
  const message =
    typeof said['message'] === 'string' ? said['message'] : `The target answered with status ${status}.`
  const type = typeof said['type'] === 'string' ? said['type'] : null
  if (dialect === 'anthropic') {
    const word = type === null || OPENAI_WORDS.has(type) ? (ANTHROPIC_TYPES[status] ?? 'api_error') : type
    return { type: word, message }
  }
  const code = typeof said['code'] === 'string' ? said['code'] : codeOf(type)
  const unsaid = OPENAI_UNSAID[status] ?? (status < 500 ? 'invalid_request_error' : 'server_error')
  const param = typeof said['param'] === 'string' ? said['param'] : null
  return { message, type: (type && OPENAI_TYPES[type]) ?? type ?? unsaid, param, code }
}

/** Where OpenAI's type says less than Anthropic's, its code does. */
const codeOf = (type: string | null): string | null => (type !== null && type in OPENAI_TYPES ? type : null)
