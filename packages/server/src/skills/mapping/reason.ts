import type { BrokerResponse } from '../runner.ts'

/** Larger answers are pages and dumps. */
const MOST_BYTES = 16 * 1024
const MOST_CHARACTERS = 300
/** Where services say what is wrong: RFC 9457 section 3.1, then what is most common. */
const FIELDS = ['detail', 'message', 'error_description', 'error', 'title', 'msg', 'reason', 'errors']
const DEEPEST = 3

/** What a service says of why it refused, in one line; empty where it says nothing that can be told. Its words are another's. */
export function reasonIn({ headers, body }: BrokerResponse): string {
  if (body.length === 0 || body.length > MOST_BYTES) return ''
  const type = headers['content-type'] ?? ''
  const text = body.toString('utf8')
  const said = /\bjson\b/i.test(type)
    ? wordsIn(jsonOf(text), DEEPEST)
    : /^text\/plain\b/i.test(type)
      ? text
      : ''
  const line = said.replaceAll(/[\p{Cc}\p{Cf}\s]+/gu, ' ').trim()
  return line.length > MOST_CHARACTERS ? `${line.slice(0, MOST_CHARACTERS - 1).toWellFormed()}…` : line
}

function wordsIn(value: unknown, left: number): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null || left === 0) return ''
  if (Array.isArray(value)) return wordsIn(value[0], left - 1)
  const fields: Readonly<Record<string, unknown>> = { ...value }
  for (const name of FIELDS) {
    const words = wordsIn(fields[name], left - 1)
    if (words !== '') return words
  }
  return ''
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
