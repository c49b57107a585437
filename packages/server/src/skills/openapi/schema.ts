import { openApiRemark } from '@freehold/contract/openapi-remarks.ts'
import { linearPattern } from '../manifest/linear-pattern.ts'
import type { Json, OpenApiDocument } from './document.ts'
import { isJson, refused } from './document.ts'

/** Words of JSON Schema 2020-12 that are taken; everything else of a document is notes or of another draft. */
const VALUES = new Set([
  'type',
  'enum',
  'const',
  'title',
  'description',
  'default',
  'format',
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'multipleOf',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'uniqueItems',
  'minProperties',
  'maxProperties',
  'required',
  'deprecated',
  'readOnly',
  'writeOnly',
])
const SCHEMAS = new Set([
  'items',
  'additionalProperties',
  'not',
  'contains',
  'propertyNames',
  'if',
  'then',
  'else',
])
const LISTS = new Set(['allOf', 'anyOf', 'oneOf', 'prefixItems'])
const MAPS = new Set(['properties', 'patternProperties', 'dependentSchemas'])

const MOST_DEFINITIONS = 300
const DEEPEST = 40

/** Turns the schemas of one operation into JSON Schema 2020-12; what they refer to is gathered in `$defs`. */
export class SchemaReader {
  readonly #document: OpenApiDocument
  readonly #definitions = new Map<string, { readonly name: string; schema: Json }>()

  constructor(document: OpenApiDocument) {
    this.#document = document
  }

  /** Empty where nothing was referred to. */
  get definitions(): Json {
    const entries = [...this.#definitions.values()].map(({ name, schema }) => [name, schema] as const)
    return entries.length === 0 ? {} : { $defs: Object.fromEntries(entries) }
  }

  /** @throws Fault `invalid` */
  read(written: unknown, depth = 0): Json {
    if (depth > DEEPEST) throw refused(openApiRemark('schema_deep'), 'schema')
    if (written === true || !isJson(written)) return {}
    const reference = written['$ref']
    if (typeof reference === 'string') return { $ref: `#/$defs/${this.#define(reference)}` }
    const schema = this.#converted(written, depth)
    return written['nullable'] === true ? nullable(schema) : schema
  }

  #define(reference: string): string {
    const known = this.#definitions.get(reference)
    if (known !== undefined) return known.name
    if (this.#definitions.size === MOST_DEFINITIONS) {
      throw refused(openApiRemark('schema_many', { most: String(MOST_DEFINITIONS) }), 'schema')
    }
    const base = (reference.split('/').at(-1) ?? 'schema').replaceAll(/[^\w.-]/g, '_')
    const taken = new Set([...this.#definitions.values()].map(({ name }) => name))
    const name = taken.has(base) ? `${base}_${taken.size}` : base
    const definition: { readonly name: string; schema: Json } = { name, schema: {} }
    this.#definitions.set(reference, definition)
    // After it is known: a schema may hold itself.
    definition.schema = this.read(this.#document.at(reference))
    return name
  }

  #converted(written: Json, depth: number): Json {
    const schema: Record<string, unknown> = {}
    for (const [word, value] of Object.entries(written)) {
      if (VALUES.has(word)) schema[word] = value
      else if (SCHEMAS.has(word))
        schema[word] = typeof value === 'boolean' ? value : this.read(value, depth + 1)
      else if (LISTS.has(word) && Array.isArray(value))
        schema[word] = value.map((one) => this.read(one, depth + 1))
      else if (MAPS.has(word) && isJson(value)) schema[word] = this.#map(value, depth)
      else if (word === 'pattern' && typeof value === 'string' && isLinear(value)) schema[word] = value
    }
    withoutFlag(schema, 'exclusiveMinimum', 'minimum')
    withoutFlag(schema, 'exclusiveMaximum', 'maximum')
    return schema
  }

  #map(map: Json, depth: number): Json {
    return Object.fromEntries(Object.entries(map).map(([name, one]) => [name, this.read(one, depth + 1)]))
  }
}

/** The service checks its own patterns: one that could take long here is not asked here. */
function isLinear(pattern: string): boolean {
  try {
    linearPattern(pattern)
    return true
  } catch {
    return false
  }
}

/** Of OpenAPI 3.0, where the word says whether the bound itself is out. */
function withoutFlag(schema: Record<string, unknown>, flag: string, bound: string): void {
  if (typeof schema[flag] !== 'boolean') return
  if (schema[flag] && typeof schema[bound] === 'number') {
    schema[flag] = schema[bound]
    delete schema[bound]
  } else delete schema[flag]
}

function nullable(schema: Json): Json {
  const { type, enum: values } = schema
  if (typeof type !== 'string') return { anyOf: [schema, { type: 'null' }] }
  return { ...schema, type: [type, 'null'], ...(Array.isArray(values) && { enum: [...values, null] }) }
}
