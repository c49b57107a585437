import { isUtf8 } from 'node:buffer'
import { Fault } from '../kernel/fault.ts'

/** A request target of the form `/services/NAME/REST?QUERY`, cut and not decoded. */
export interface ServiceParts {
  readonly name: string
  /** With its leading slash; empty when nothing follows the name. */
  readonly rest: string
  /** With its question mark; empty when there is none. */
  readonly query: string
}

const PARTS = /^\/services\/([\w-]+)(\/[^?]*)?(\?.*)?$/s
const MOST_BYTES = 8192
/** Targets behind proxies decode more than once; without an end, nested escapes would cost the square of their length. */
const MOST_ROUNDS = 4
const ESCAPE = /%([\da-f]{2})/gi
/** What a target may take for a level up: dots before a matrix parameter, or with the blanks and dots that Windows drops. */
const UPWARDS = /^\s*\.[.\s]*(?:[;?#]|$)/

/** Null for whatever is not the address of a service, such as a whole URL. */
export function splitServicePath(url: string): ServiceParts | null {
  const [, name, rest = '', query = ''] = PARTS.exec(url) ?? []
  return name === undefined ? null : { name, rest, query }
}

/**
 * The path below `base`, byte for byte as the client wrote it. Escapes stay, `%2F` inside an id too: what is refused is
 * what could climb out of the base, or name another host, however often the target decodes it.
 * @throws Fault `invalid`
 */
export function servicePath(base: URL, rest: string, query: string): string {
  const root = base.pathname
  const path = rest === '' ? root : `${root.replace(/\/+$/, '')}${rest}`
  if (path.length + query.length > MOST_BYTES) throw refusal(`is longer than ${MOST_BYTES} bytes`)
  const problem = problemOf(rest) ?? queryProblemOf(query)
  if (problem !== null) throw refusal(problem)
  return path + query
}

function refusal(problem: string): Fault {
  return new Fault('invalid', `The path for the service ${problem}.`, { param: 'path' })
}

function queryProblemOf(query: string): string | null {
  if (query === '') return null
  if (!query.startsWith('?')) return 'has a query without its question mark'
  return /^[!"$-~]*$/.test(query) ? null : 'has a query with characters that must be percent-encoded'
}

function problemOf(rest: string): string | null {
  if (rest === '') return null
  if (!rest.startsWith('/')) return 'must begin with a slash'
  if (/[^!-~]|[#?\\]/.test(rest)) return 'has characters that must be percent-encoded'
  if (/%(?![\da-f]{2})/i.test(rest)) return 'has a percent sign that begins no escape'
  if (/\/(?=[/;])/.test(rest)) return 'has an empty segment'
  let text = rest
  for (let round = 0; round <= MOST_ROUNDS; round += 1) {
    const problem = readProblemOf(text)
    if (problem !== null) return problem
    const decoded = decode(text)
    if (decoded === null) return 'has an escape that is no UTF-8'
    if (decoded === text) return null
    text = decoded
  }
  return 'is encoded too often'
}

/**
 * What is wrong with a path as a target reads it after some rounds of decoding. Compatibility forms count as what they
 * stand for: U+FF0E is a dot to targets that normalise names.
 */
function readProblemOf(text: string): string | null {
  const read = text.normalize('NFKC')
  if (/[\p{Cc}\\]/u.test(read)) return 'holds a control character or a backslash'
  if (/^\/[/;]/.test(read)) return 'has an empty first segment'
  if (/%u[\da-f]{4}/i.test(read)) return 'holds an escape of a form that is not in use'
  return read.split('/').some((segment) => UPWARDS.test(segment))
    ? 'holds a segment that leads upwards'
    : null
}

function decode(text: string): string | null {
  if (!text.includes('%')) return text
  const bytes = Buffer.from(
    Buffer.from(text)
      .toString('latin1')
      .replace(ESCAPE, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  )
  return isUtf8(bytes) ? bytes.toString() : null
}
