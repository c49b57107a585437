import { Fault } from '../../kernel/fault.ts'
import { integersWithin, numbersWithin } from './number-grammar.ts'

/** Where a schema stands in the request, for messages. */
export interface SchemaPlace {
  readonly param: string
  /** What a grammar cannot promise is refused; otherwise it is left to the model. */
  readonly strict: boolean
}

type Schema = Readonly<Record<string, unknown>>

const MOST_DEPTH = 32
const MOST_RULES = 4000
const MOST_PROPERTIES = 500
/** Longer ones cost the sampler too much; a shorter text is of the schema all the same. */
const MOST_REPEATED = 1000
const MOST_REPEATED_TOGETHER = 50_000

/** Keywords that say something about values which cannot be said in a grammar of this kind. */
const BEYOND = [
  'pattern',
  'multipleOf',
  'uniqueItems',
  'contains',
  'minProperties',
  'maxProperties',
  'patternProperties',
  'propertyNames',
  'dependentRequired',
  'dependentSchemas',
  'not',
  'if',
  'unevaluatedProperties',
  'unevaluatedItems',
  'prefixItems',
] as const

/** Days up to the 28th are in every month. */
const DATE = '[0-9]{4} "-" ("0" [1-9] | "1" [0-2]) "-" ("0" [1-9] | "1" [0-9] | "2" [0-8])'
const TIME = '("0" [0-9] | "1" [0-9] | "2" [0-3]) ":" [0-5] [0-9] ":" [0-5] [0-9]'
const HEX = '[0-9a-f]'
const FORMATS: Readonly<Record<string, string>> = {
  date: DATE,
  time: `${TIME} "Z"`,
  'date-time': `${DATE} "T" ${TIME} "Z"`,
  uuid: `${HEX}{8} "-" ${HEX}{4} "-4" ${HEX}{3} "-" [89ab] ${HEX}{3} "-" ${HEX}{12}`,
}

/** What every grammar can fall back on: any JSON, without line breaks between its parts. */
const ANYTHING: readonly string[] = [
  // Counted as most programs count: what lies beyond the first plane has two units, and is only in texts without bounds.
  String.raw`unit ::= [ !#-[\]-~\u0080-\uD7FF\uE000-\uFFFF] | "\\" (["\\/bfnrt] | "u" [0-9a-cA-C] [0-9a-fA-F]{3})`,
  String.raw`char ::= unit | [\U00010000-\U0010FFFF]`,
  'string ::= "\\"" char* "\\""',
  'integer ::= "-"? ("0" | [1-9] [0-9]{0,14})',
  'number ::= integer ("." [0-9]{1,9})? ([eE] [-+]? [0-9]{1,2})?',
  'boolean ::= "true" | "false"',
  'null ::= "null"',
  'comma ::= "," " "?',
  'colon ::= ":" " "?',
  'member ::= string colon value',
  'object ::= "{" (member (comma member)*)? "}"',
  'array ::= "[" (value (comma value)*)? "]"',
  'value ::= object | array | string | number | boolean | null',
]

const SIMPLE: ReadonlySet<string> = new Set([
  'string',
  'integer',
  'number',
  'boolean',
  'null',
  'object',
  'array',
])

/** Text as GBNF writes it. */
export function literal(text: string): string {
  const escaped = text.replaceAll(/["\\\n\r\t]/g, (one) => ESCAPES[one] ?? one)
  return `"${escaped}"`
}

const ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
}

/**
 * Grammars (GBNF, the notation of llama.cpp) of texts that are JSON of given schemas. A grammar may say less than its
 * schema, never more: keys come in the order in which they are written, and only those that are.
 */
export class SchemaGrammar {
  readonly #rules = [...ANYTHING]
  #names = 0
  #repeated = 0

  /** The name of a rule for JSON of this schema. @throws Fault `invalid` for what no grammar can be made of */
  add(schema: unknown, place: SchemaPlace): string {
    return new Conversion(schema, place, this).whole()
  }

  /** A rule of its own; returns its name. */
  rule(body: string): string {
    const name = this.reserve()
    this.define(name, body)
    return name
  }

  /** The name of a rule that is still to be defined. */
  reserve(): string {
    if (this.#names >= MOST_RULES) throw tooLarge()
    this.#names += 1
    return `r${this.#names}`
  }

  /** Each repetition is written out by whoever reads the grammar. */
  repeat(times: number): void {
    this.#repeated += times
    if (this.#repeated > MOST_REPEATED_TOGETHER) throw tooLarge()
  }

  define(name: string, body: string): void {
    this.#rules.push(`${name} ::= ${body}`)
  }

  /** The whole; `root` is what a text must be. */
  text(root: string): string {
    return [`root ::= ${root}`, ...this.#rules].join('\n')
  }
}

type Grammar = Pick<SchemaGrammar, 'rule' | 'reserve' | 'define' | 'repeat'>

class Conversion {
  readonly #whole: unknown
  readonly #place: SchemaPlace
  readonly #grammar: Grammar
  /** Rules of what is referred to, by reference; what refers to itself is named before it is written. */
  readonly #referred = new Map<string, string>()

  constructor(whole: unknown, place: SchemaPlace, grammar: Grammar) {
    this.#whole = whole
    this.#place = place
    this.#grammar = grammar
  }

  whole(): string {
    return this.#of(this.#whole, '', 0)
  }

  #refuse(path: string, message: string): Fault {
    const param = `${this.#place.param}${path}`
    return new Fault('invalid', `${param}: ${message}`, { param })
  }

  #of(schema: unknown, path: string, depth: number): string {
    if (depth > MOST_DEPTH) throw this.#refuse(path, `is nested more than ${MOST_DEPTH} deep.`)
    if (schema === true) return 'value'
    if (!isSchema(schema)) throw this.#refuse(path, 'must be a JSON Schema that something fits.')
    const merged = this.#merged(schema, path)
    if (typeof merged['$ref'] === 'string') return this.#reference(merged['$ref'], path, depth)
    if ('const' in merged) return this.#values([merged['const']], `${path}.const`)
    if ('enum' in merged) return this.#values(merged['enum'], `${path}.enum`)
    const choice = merged['anyOf'] ?? merged['oneOf']
    if (choice !== undefined) return this.#choice(merged, choice, { path, depth })
    this.#checkBeyond(merged, path)
    const { type } = merged
    const types = Array.isArray(type) ? type : [type ?? typeMeant(merged)]
    const names = types.map((one: unknown) => this.#ofType(one, merged, { path, depth }))
    if (merged['nullable'] === true) names.push('null')
    return names.length === 1 && names[0] !== undefined ? names[0] : this.#grammar.rule(names.join(' | '))
  }

  #checkBeyond(schema: Schema, path: string): void {
    if (!this.#place.strict) return
    const isWritten = typeof schema['format'] === 'string' && schema['format'] in FORMATS
    const said = BEYOND.find((one) => one in schema && !(one === 'pattern' && isWritten))
    if (said !== undefined) throw this.#refuse(`${path}.${said}`, 'cannot be promised by a local model.')
  }

  /** One schema of all that `allOf` says, as far as that can be said side by side. */
  #merged(schema: Schema, path: string): Schema {
    const { allOf, ...rest } = schema
    if (allOf === undefined) return schema
    const parts = Array.isArray(allOf) ? allOf : []
    if (parts.length === 0 || !parts.every(isSchema))
      throw this.#refuse(`${path}.allOf`, 'must be a list of schemas.')
    if (parts.length > 1 && parts.some((part) => typeof part['$ref'] === 'string'))
      throw this.#refuse(`${path}.allOf`, 'cannot be promised by a local model.')
    if (parts.length === 1) return { ...rest, ...parts[0] }
    const all = [rest, ...parts]
    return {
      ...Object.assign({}, ...all),
      properties: Object.assign({}, ...all.map((part) => part['properties'] ?? {})),
      required: all.flatMap((part) => listOf(part['required'])),
    }
  }

  #choice(
    schema: Schema,
    choice: unknown,
    { path, depth }: { readonly path: string; readonly depth: number },
  ): string {
    if (!Array.isArray(choice) || choice.length === 0)
      throw this.#refuse(path, 'must offer something to choose.')
    const { anyOf: _, oneOf: __, $defs: ___, definitions: ____, ...around } = schema
    const names = choice.map((one: unknown, at) => {
      const branch = isSchema(one) && !('$ref' in one) ? { ...around, ...one } : one
      return this.#of(branch, `${path}.anyOf[${at}]`, depth + 1)
    })
    return this.#grammar.rule(names.join(' | '))
  }

  #values(values: unknown, path: string): string {
    if (!Array.isArray(values) || values.length === 0 || values.length > MOST_REPEATED)
      throw this.#refuse(path, `must be a list of 1 to ${MOST_REPEATED} values.`)
    return this.#grammar.rule(values.map((value) => literal(JSON.stringify(value))).join(' | '))
  }

  #reference(reference: string, path: string, depth: number): string {
    const known = this.#referred.get(reference)
    if (known !== undefined) return known
    const found = this.#referredTo(reference)
    if (found === undefined) throw this.#refuse(path, 'refers to nothing.')
    const name = this.#grammar.reserve()
    this.#referred.set(reference, name)
    this.#grammar.define(name, this.#of(found, path, depth + 1))
    return name
  }

  #referredTo(reference: string): unknown {
    if (reference === '#') return this.#whole
    const [, section = '', name = ''] = /^#\/(\$defs|definitions)\/([^/]+)$/.exec(reference) ?? []
    const definitions = isSchema(this.#whole) ? this.#whole[section] : undefined
    return isSchema(definitions) && Object.hasOwn(definitions, name) ? definitions[name] : undefined
  }

  #ofType(
    type: unknown,
    schema: Schema,
    { path, depth }: { readonly path: string; readonly depth: number },
  ): string {
    if (type === 'object') return this.#object(schema, path, depth)
    if (type === 'array') return this.#array(schema, path, depth)
    if (type === 'string') return this.#string(schema, path)
    if (type === 'integer' || type === 'number') return this.#number(type, schema, path)
    if (type === 'value') return 'value'
    if (typeof type === 'string' && SIMPLE.has(type)) return type
    throw this.#refuse(`${path}.type`, 'is no type of JSON.')
  }

  #string(schema: Schema, path: string): string {
    const format = FORMATS[String(schema['format'])]
    if (format !== undefined) return this.#grammar.rule(`"\\"" ${format} "\\""`)
    const { least, most } = this.#repeated(schema, ['minLength', 'maxLength'], path)
    return least === 0 && most === null
      ? 'string'
      : this.#grammar.rule(`"\\"" unit${times(least, most)} "\\""`)
  }

  #number(type: 'integer' | 'number', schema: Schema, path: string): string {
    const said = (name: string): number | undefined => {
      const value = schema[name]
      return typeof value === 'number' ? value : undefined
    }
    const above = said('exclusiveMinimum')
    const below = said('exclusiveMaximum')
    const min = greatest(said('minimum'), above === undefined ? undefined : Math.floor(above) + 1)
    const max = least(said('maximum'), below === undefined ? undefined : Math.ceil(below) - 1)
    if (min === undefined && max === undefined) return type
    const body = type === 'integer' ? integersWithin({ min, max }) : numbersWithin({ min, max })
    if (body !== null) return this.#grammar.rule(body)
    if (type === 'integer') throw this.#refuse(path, 'is fitted by no number.')
    if (this.#place.strict) throw this.#refuse(path, 'cannot be promised by a local model: no integer fits.')
    return type
  }

  #array(schema: Schema, path: string, depth: number): string {
    const { least, most } = this.#repeated(schema, ['minItems', 'maxItems'], path)
    if (most === 0) return this.#grammar.rule('"[]"')
    const item =
      schema['items'] === undefined ? 'value' : this.#of(schema['items'], `${path}.items`, depth + 1)
    const more = `(comma ${item})${times(Math.max(0, least - 1), most === null ? null : most - 1)}`
    const filled = `${item} ${more}`
    return this.#grammar.rule(least === 0 ? `"[" (${filled})? "]"` : `"[" ${filled} "]"`)
  }

  #repeated(
    schema: Schema,
    [from, to]: readonly [string, string],
    path: string,
  ): { readonly least: number; readonly most: number | null } {
    const least = countOf(schema[from]) ?? 0
    const most = countOf(schema[to])
    if (least > MOST_REPEATED) throw this.#refuse(`${path}.${from}`, `must be at most ${MOST_REPEATED}.`)
    if (most !== null && most < least) throw this.#refuse(`${path}.${to}`, `is less than ${from}.`)
    const bounded = most === null ? null : Math.min(most, MOST_REPEATED)
    this.#grammar.repeat(bounded ?? least)
    return { least, most: bounded }
  }

  #object(schema: Schema, path: string, depth: number): string {
    const written = schema['properties']
    const properties = isSchema(written) ? Object.entries(written) : []
    const required = new Set(listOf(schema['required']))
    if (properties.length > MOST_PROPERTIES)
      throw this.#refuse(path, `has more than ${MOST_PROPERTIES} properties.`)
    const missing = [...required].find((name) => !properties.some(([key]) => key === name))
    if (missing !== undefined)
      throw this.#refuse(`${path}.required`, `names ${missing}, which is no property.`)
    if (properties.length === 0) return this.#map(schema['additionalProperties'], path, depth)
    const members = properties.map(([key, value]) => ({
      isRequired: required.has(key),
      text: `${literal(JSON.stringify(key))} colon ${this.#of(value, `${path}.properties.${key}`, depth + 1)}`,
    }))
    // What may come after the members so far, with and without one before; made from the last one backwards.
    let [first, next] = ['""', '""']
    for (const { isRequired, text } of members.toReversed()) {
      const begun = `${text} ${next}`
      const continued = `comma ${text} ${next}`
      first = this.#grammar.rule(isRequired ? begun : `${begun} | ${first}`)
      next = this.#grammar.rule(isRequired ? continued : `${continued} | ${next}`)
    }
    return this.#grammar.rule(`"{" ${first} "}"`)
  }

  #map(values: unknown, path: string, depth: number): string {
    if (values === undefined || values === true) return 'object'
    if (values === false) return this.#grammar.rule('"{}"')
    const value = this.#of(values, `${path}.additionalProperties`, depth + 1)
    return this.#grammar.rule(`"{" (string colon ${value} (comma string colon ${value})*)? "}"`)
  }
}

const tooLarge = (): Fault => new Fault('invalid', 'The schemas are too large.', { param: 'tools' })

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const listOf = (value: unknown): readonly string[] =>
  Array.isArray(value) ? value.filter((one) => typeof one === 'string') : []

const countOf = (value: unknown): number | null =>
  typeof value === 'number' && Number.isInteger(value) && value >= 0 ? value : null

const greatest = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.max(a, b)
const least = (a: number | undefined, b: number | undefined): number | undefined =>
  a === undefined ? b : b === undefined ? a : Math.min(a, b)

const times = (from: number, to: number | null): string => `{${from},${to ?? ''}}`

/** Where no type is written. */
function typeMeant(schema: Schema): string {
  if ('properties' in schema || 'additionalProperties' in schema) return 'object'
  if ('items' in schema) return 'array'
  if ('minLength' in schema || 'maxLength' in schema || 'format' in schema) return 'string'
  return 'value'
}
