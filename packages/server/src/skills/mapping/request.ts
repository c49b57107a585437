import type { RequestMapping } from '@freehold/contract/skill-operation.ts'
import { Fault } from '../../kernel/fault.ts'
import type { BrokerRequest } from '../runner.ts'
import type { Values } from './template.ts'
import { fill, fillWithin, wordOf } from './template.ts'

/**
 * The request that a mapping makes of an input.
 * @throws Fault `invalid` naming the value that does not fit where it should stand
 */
export function requestFor(mapping: RequestMapping, baseUrl: string, input: Values): BrokerRequest {
  const path = pathOf(mapping.path, input)
  const query = queryOf(mapping.query ?? {}, input)
  const headers = headersOf(mapping.headers ?? {}, input)
  const body = bodyOf(mapping, input)
  return {
    method: mapping.method,
    url: `${baseUrl.replace(/\/$/, '')}${path}${query}`,
    headers: {
      accept: 'application/json',
      ...(body !== null && { 'content-type': body.type }),
      ...headers,
    },
    body: body === null ? null : Buffer.from(body.text),
  }
}

interface Body {
  readonly type: string
  readonly text: string
}

function bodyOf({ body, form }: RequestMapping, input: Values): Body | null {
  if (form !== undefined) {
    return { type: 'application/x-www-form-urlencoded', text: queryOf(form, input).slice(1) }
  }
  const filled = body === undefined ? undefined : fill(body, input)
  return filled === undefined ? null : { type: 'application/json', text: JSON.stringify(filled) }
}

/** Each value stays within its segment, and is one: nothing empty, no `.` and no `..`. */
export function pathOf(template: string, input: Values): string {
  const path = fillWithin(template, input, encoded)
  if (path === undefined)
    throw new Fault('invalid', 'A value that the path needs is missing.', { param: 'input' })
  if (path.split('/').some((segment) => segment === '.' || segment === '..')) {
    throw new Fault('invalid', 'A value of the path must not be . or ..', { param: 'input' })
  }
  return path
}

function encoded(word: string, name: string): string {
  if (word === '') throw new Fault('invalid', `${name}: must not be empty`, { param: name })
  return encodedWord(word, name)
}

function encodedWord(word: string, name: string): string {
  try {
    return encodeURIComponent(word).replaceAll(
      /[!'()*]/g,
      (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
    )
  } catch (cause) {
    throw new Fault('invalid', `${name}: is no well-formed text`, { param: name, cause })
  }
}

/** With its `?`; a list is the same parameter several times. */
export function queryOf(template: Values, input: Values): string {
  const pairs = Object.entries(template).flatMap(([name, one]) => {
    const value = fill(one, input)
    return [value].flat().flatMap((single) => {
      const word = wordOf(single, name)
      return word === undefined ? [] : [`${encodedWord(name, name)}=${encodedWord(word, name)}`]
    })
  })
  return pairs.length === 0 ? '' : `?${pairs.join('&')}`
}

/** Values that stay within their line; names in lower case. */
export function headersOf(
  template: Readonly<Record<string, string>>,
  input: Values,
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {}
  for (const [name, one] of Object.entries(template)) {
    const word = wordOf(fill(one, input), name)
    if (word === undefined) continue
    if (!/^[\t\x20-\x7e]*$/.test(word)) {
      throw new Fault('invalid', `${name}: must be one line of ASCII characters in a header`, { param: name })
    }
    headers[name.toLowerCase()] = word.trim()
  }
  return headers
}
