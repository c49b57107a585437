import { createHash } from 'node:crypto'

/** Numbers that look like chance and are the same again for the same seed. */
class Chance {
  readonly #seed: string
  #at = 0

  constructor(seed: string) {
    this.#seed = seed
  }

  below(count: number): number {
    const digest = createHash('sha256')
      .update(`${this.#seed} ${(this.#at += 1)}`)
      .digest()
    return digest.readUInt32BE(0) % Math.max(1, count)
  }

  of<T>(list: readonly T[], otherwise: T): T {
    return list[this.below(list.length)] ?? otherwise
  }
}

type Schema = Readonly<Record<string, unknown>>

/** Values that programs stumble over. */
const TEXTS = [
  '',
  ' ',
  'a',
  'Zoë 张伟 🙂',
  "' OR 1=1 --",
  '../../etc/passwd',
  '$(id)',
  '`id`',
  '{{7*7}}',
  '<script>alert(1)</script>',
  '\u0000',
  '\u202e',
  'x'.repeat(5000),
  '-1',
  'null',
  '1e309',
]
const NUMBERS = [0, 1, -1, 2, 7, 0.5, -0, 1e9, 2 ** 31, 2 ** 53, -(2 ** 53), 1e300]
const FORMATS: Readonly<Record<string, string>> = {
  date: '2026-02-28',
  'date-time': '2026-02-28T23:59:59Z',
  time: '23:59:59Z',
  email: 'a@example.org',
  uri: 'https://example.org/',
  uuid: '00000000-0000-4000-8000-000000000000',
  ipv4: '192.0.2.1',
  hostname: 'example.org',
}
const DEEPEST = 6

/** Inputs that a JSON Schema allows, as far as its keywords are known here; the caller holds them against it. */
export function inputsOf(schema: Schema, count: number, seed: string): readonly unknown[] {
  return Array.from({ length: count }, (_, at) => valueOf(schema, new Chance(`${seed} ${at}`), 0))
}

function valueOf(schema: unknown, chance: Chance, depth: number): unknown {
  if (!isSchema(schema) || depth > DEEPEST) return null
  if ('const' in schema) return schema['const']
  if (Array.isArray(schema['enum'])) return chance.of<unknown>(schema['enum'], null)
  const choices = [schema['anyOf'], schema['oneOf']].find(Array.isArray)
  if (choices) return valueOf(chance.of<unknown>(choices, {}), chance, depth + 1)
  const types = Array.isArray(schema['type']) ? schema['type'] : [schema['type'] ?? typeIn(schema)]
  return (OF_TYPE[String(chance.of<unknown>(types, 'string'))] ?? textOf)(schema, chance, depth)
}

const typeIn = (schema: Schema): string =>
  'properties' in schema ? 'object' : 'items' in schema ? 'array' : 'string'

type Maker = (schema: Schema, chance: Chance, depth: number) => unknown

const OF_TYPE: Readonly<Record<string, Maker>> = {
  object: objectOf,
  array: arrayOf,
  string: textOf,
  number: numberOf,
  integer: (schema, chance) => Math.trunc(numberOf(schema, chance)),
  boolean: (_, chance) => chance.below(2) === 1,
  null: () => null,
}

function objectOf(schema: Schema, chance: Chance, depth: number): unknown {
  const properties = isSchema(schema['properties']) ? schema['properties'] : {}
  const required = new Set(Array.isArray(schema['required']) ? schema['required'].map(String) : [])
  const given = Object.entries(properties).filter(([name]) => required.has(name) || chance.below(2) === 1)
  return Object.fromEntries(given.map(([name, one]) => [name, valueOf(one, chance, depth + 1)]))
}

function arrayOf(schema: Schema, chance: Chance, depth: number): unknown {
  const least = Number(schema['minItems'] ?? 0)
  const most = Math.min(Number(schema['maxItems'] ?? least + 3), least + 3)
  const length = least + chance.below(most - least + 1)
  return Array.from({ length }, () => valueOf(schema['items'], chance, depth + 1))
}

function textOf(schema: Schema, chance: Chance): string {
  const format = typeof schema['format'] === 'string' ? FORMATS[schema['format']] : undefined
  if (format !== undefined) return format
  const least = Number(schema['minLength'] ?? 0)
  const most = Number(schema['maxLength'] ?? 10_000)
  const fitting = TEXTS.filter(({ length }) => length >= least && length <= most)
  return chance.of(fitting, 'x'.repeat(Math.max(1, least)))
}

function numberOf(schema: Schema, chance: Chance): number {
  const least = Number(schema['minimum'] ?? schema['exclusiveMinimum'] ?? -Infinity)
  const most = Number(schema['maximum'] ?? schema['exclusiveMaximum'] ?? Infinity)
  const fitting = [...NUMBERS, least, most].filter(
    (one) => Number.isFinite(one) && one >= least && one <= most,
  )
  return chance.of(fitting, 0)
}

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
