import { Schemas } from '../manifest/schemas.ts'
import type { Json } from '../openapi/document.ts'
import { isJson } from '../openapi/document.ts'

const DEEPEST = 8

/** An object with what a schema requires and nothing else; undefined where none can be thought of that fits. */
export function sampleOf(schema: Json): Record<string, unknown> | undefined {
  const definitions = isJson(schema['$defs']) ? schema['$defs'] : {}
  const sample = valueFor(schema, definitions, 0)
  if (!isJson(sample)) return undefined
  const fits = new Schemas().compile(schema)
  return typeof fits === 'function' && fits(sample) ? { ...sample } : undefined
}

function valueFor(schema: unknown, definitions: Json, depth: number): unknown {
  if (!isJson(schema) || depth > DEEPEST) return 'a'
  const { $ref: reference, default: usual, enum: values, const: only } = schema
  if (typeof reference === 'string')
    return valueFor(definitions[reference.split('/').at(-1) ?? ''], definitions, depth + 1)
  if (usual !== undefined) return usual
  if (only !== undefined) return only
  if (Array.isArray(values) && values.length > 0) return values[0]
  for (const word of ['allOf', 'anyOf', 'oneOf']) {
    const list = schema[word]
    if (Array.isArray(list) && list.length > 0) return valueFor(list[0], definitions, depth + 1)
  }
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (type) {
    case 'object':
      return objectFor(schema, definitions, depth)
    case 'array': {
      const least = numberIn(schema['minItems']) ?? 0
      return Array.from({ length: Math.min(least, 3) }, () =>
        valueFor(schema['items'], definitions, depth + 1),
      )
    }
    case 'integer':
    case 'number':
      return numberIn(schema['minimum']) ?? Math.min(1, numberIn(schema['maximum']) ?? 1)
    case 'boolean':
      return true
    case 'null':
      return null
    default:
      return textFor(schema)
  }
}

function objectFor(schema: Json, definitions: Json, depth: number): unknown {
  const properties = isJson(schema['properties']) ? schema['properties'] : {}
  const required = Array.isArray(schema['required']) ? schema['required'] : []
  const entries = required.map((name) => [
    String(name),
    valueFor(properties[String(name)], definitions, depth + 1),
  ])
  return Object.fromEntries(entries)
}

const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-01-31',
  'date-time': '2026-01-31T12:00:00Z',
  email: 'someone@example.org',
  uuid: '123e4567-e89b-42d3-a456-426614174000',
  uri: 'https://example.org/',
}

function textFor({ format, minLength, pattern }: Json): string {
  if (typeof pattern === 'string') return patternText(pattern) ?? 'a'
  const word = (typeof format === 'string' ? FORMATS[format] : undefined) ?? 'a'
  return word.padEnd(Math.min(numberIn(minLength) ?? 0, 200), 'a')
}

const PIECE = /(\\[dws]|\[[^\]\\]+\]|\\[^\w\s]|[^\\[\](){}|+*?^$.])(?:\{(\d{1,3})(?:,\d{0,3})?\}|([+*?]))?/y
const MOST_REPEATED = 100

/** A text for patterns that are signs and classes in a row, as codes have them; null for any other. */
function patternText(pattern: string): string | null {
  const row = pattern.replace(/^\^/, '').replace(/\$$/, '')
  let text = ''
  for (let at = 0; at < row.length;) {
    PIECE.lastIndex = at
    const found = PIECE.exec(row)
    if (found === null) return null
    const [whole, sign = '', times, loose] = found
    const count = times === undefined ? (loose === '*' || loose === '?' ? 0 : 1) : Number(times)
    text += signOf(sign).repeat(Math.min(count, MOST_REPEATED))
    at += whole.length
  }
  return text
}

/** One sign that a class holds; what it does not fit is found out by the schema. */
function signOf(sign: string): string {
  if (sign.startsWith('[')) return /^\[(?!\^)([^\\])/.exec(sign)?.[1] ?? 'a'
  if (sign === '\\d') return '1'
  if (sign === '\\w') return 'a'
  return sign === '\\s' ? ' ' : sign.replace('\\', '')
}

const numberIn = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)
