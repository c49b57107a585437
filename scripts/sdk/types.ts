import { z } from 'zod'
import type { Comments, Named } from './comments.ts'

/** What a value is for: sent to the server, or received from it. */
type Direction = 'in' | 'out'

/** Names that would mean something else to whoever reads them in a client. */
const RENAMED: Readonly<Record<string, string>> = {
  Page: 'PageQuery',
  Upload: 'UploadQuery',
  Answer: 'AnswerView',
}
/** Only these are worth a name; a string with a pattern is a string to a compiler. */
const WORTH_A_NAME = new Set(['object', 'enum', 'union'])

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|[_.-])(\w)/g, (_, letter: string) => letter.toUpperCase())

interface Declared {
  readonly schema: z.ZodType
  readonly directions: Set<Direction>
}

/** Writes zod schemas as TypeScript types; those that the contract exports become declarations of their own. */
export class TypeWriter {
  readonly #comments: Comments
  /** Schemas that go both ways. */
  readonly #both: ReadonlySet<z.ZodType>
  readonly #ways = new Map<z.ZodType, Set<Direction>>()
  readonly #declared = new Map<string, Declared>()
  readonly #names = new Map<z.ZodType, string>()

  constructor(comments: Comments, both: ReadonlySet<z.ZodType> = new Set()) {
    this.#comments = comments
    this.#both = both
  }

  /** Of everything that was used so far: what is both sent and received. */
  get both(): ReadonlySet<z.ZodType> {
    return new Set([...this.#ways].filter(([, ways]) => ways.size > 1).map(([schema]) => schema))
  }

  /** The type of a value as it stands where it is used. */
  use(schema: z.ZodType, direction: Direction): string {
    return this.#write(schema, { direction, owner: null, depth: 0 })
  }

  /** Every declaration that was used, and the names of all. */
  declarations(): { readonly text: string; readonly names: readonly string[] } {
    const texts = new Map<string, string>()
    for (;;) {
      // To write one may use others.
      const open = [...this.#declared].filter(([name]) => !texts.has(name))
      if (open.length === 0) break
      for (const [name, { schema }] of open) texts.set(name, this.#declaration(name, schema))
    }
    // Once more, now that is known which ways each of them goes.
    for (const [name, { schema }] of this.#declared) texts.set(name, this.#declaration(name, schema))
    const names = [...texts.keys()].sort()
    return { names, text: names.map((name) => texts.get(name)).join('\n') }
  }

  #declaration(name: string, schema: z.ZodType): string {
    const owner = this.#comments.names.get(schema) ?? null
    const direction = name.endsWith(SENT) && this.#isSplit(schema) ? 'in' : this.#directionOf(name)
    const body = this.#write(schema, { direction, owner, depth: 0, isDeclared: true })
    const comment = remark(this.#comments.ofSchema(schema), '')
    return schema instanceof z.ZodObject && body.startsWith('{')
      ? `${comment}export interface ${name} ${body}\n`
      : `${comment}export type ${name} = ${body}\n`
  }

  #directionOf(name: string): Direction {
    return this.#declared.get(name)?.directions.has('in') ? 'in' : 'out'
  }

  #write(schema: z.ZodType, place: Place): string {
    if (!place.isDeclared) {
      const name = this.#named(schema, place.direction)
      if (name !== null) return name
    }
    return this.#inline(schema, { ...place, isDeclared: false })
  }

  /** The name of a type that is declared once, or twice where what may be left out differs between the two ways. */
  #named(schema: z.ZodType, direction: Direction): string | null {
    const exported = this.#comments.names.get(schema)
    if (exported === undefined || !WORTH_A_NAME.has(schema.def.type)) return null
    this.#ways.set(schema, (this.#ways.get(schema) ?? new Set()).add(direction))
    const name = this.#ownName(schema, exported, direction === 'in' && this.#isSplit(schema) ? SENT : '')
    const declared = this.#declared.get(name) ?? { schema, directions: new Set<Direction>() }
    declared.directions.add(direction)
    this.#declared.set(name, declared)
    return name
  }

  #ownName(schema: z.ZodType, { name, module }: Named, suffix: string): string {
    const known = this.#names.get(schema)
    if (known !== undefined) return known + suffix
    const isFree = (wanted: string): boolean => [...this.#names.values()].every((other) => other !== wanted)
    const plain = RENAMED[pascal(name)] ?? pascal(name)
    const own = isFree(plain) ? plain : pascal(`${module.replace('.ts', '')}-${name}`)
    this.#names.set(schema, own)
    return own + suffix
  }

  /** Whether one type cannot serve both ways: a default may be left out by whoever sends it, and always comes back. */
  #isSplit(schema: z.ZodType): boolean {
    return this.#both.has(schema) && hasDefault(schema, new Set())
  }

  #inline(schema: z.ZodType, place: Place): string {
    const { def } = schema
    const inner = (one: unknown): string => this.#write(one as z.ZodType, place)
    if (schema instanceof z.ZodObject) return this.#object(schema, place)
    if (schema instanceof z.ZodArray) return array(inner(schema.element), place.direction)
    if (schema instanceof z.ZodEnum) return schema.options.map(literal).join(' | ')
    if (schema instanceof z.ZodLiteral) return [...schema.values].map(literal).join(' | ')
    if (schema instanceof z.ZodUnion) return union(schema.options.map(inner))
    if (schema instanceof z.ZodNullable) return `${inner(schema.unwrap())} | null`
    if (schema instanceof z.ZodOptional) return inner(schema.unwrap())
    if (schema instanceof z.ZodRecord) {
      const [key, value] = [inner(schema.keyType), inner(schema.valueType)]
      return key === 'string' ? `Record<string, ${value}>` : `Partial<Record<${key}, ${value}>>`
    }
    if (schema instanceof z.ZodTuple) return `[${schema.def.items.map(inner).join(', ')}]`
    if ('innerType' in def) return inner(def.innerType)
    if (schema instanceof z.ZodPipe)
      return inner(place.direction === 'in' || schema.out instanceof z.ZodTransform ? schema.in : schema.out)
    const simple = SIMPLE[def.type]
    if (simple === undefined)
      throw new Error(`a schema of the contract that the SDK has no type for: ${def.type}`)
    return simple
  }

  #object(schema: z.ZodObject, place: Place): string {
    const item = itemOfPage(schema)
    if (item !== null) return `Page<${this.#write(item, place)}>`
    const pad = '  '.repeat(place.depth + 1)
    const fields = Object.entries(schema.shape).map(([name, field]: [string, z.ZodType]) => {
      const mayMiss = mayBeMissing(field, place.direction)
      const type = this.#write(field, { ...place, depth: place.depth + 1 })
      const said = [
        this.#comments.ofField(place.owner, name, field),
        place.direction === 'in' ? bounds(field) : null,
      ]
      const key = /^\w+$/.test(name) ? name : `'${name}'`
      // Whoever sends may write undefined for what is left out.
      const undefinedToo = mayMiss && place.direction === 'in' && type !== 'unknown' ? ' | undefined' : ''
      const text = said.filter((one) => one !== null).join(' ')
      return `${remark(text, pad)}${pad}${key}${mayMiss ? '?' : ''}: ${type}${undefinedToo}\n`
    })
    if (schema.def.catchall instanceof z.ZodUnknown) fields.push(`${pad}[field: string]: unknown\n`)
    return fields.length === 0 ? 'Record<string, never>' : `{\n${fields.join('')}${'  '.repeat(place.depth)}}`
  }
}

interface Place {
  readonly direction: Direction
  /** The declaration within which it stands. */
  readonly owner: Named | null
  readonly depth: number
  /** It is the declaration itself. */
  readonly isDeclared?: boolean
}

const SENT = 'Wish'
const SIMPLE: Readonly<Record<string, string>> = {
  string: 'string',
  number: 'number',
  boolean: 'boolean',
  unknown: 'unknown',
  any: 'unknown',
  null: 'null',
  never: 'never',
}

const literal = (value: unknown): string =>
  typeof value === 'string' ? `'${value.replaceAll("'", "\\'")}'` : String(value)

/** Editors offer the texts that are named, beside any other. */
function union(options: readonly string[]): string {
  const hasNamed = options.some((option) => option.startsWith("'"))
  const all = options.map((option) =>
    option === 'string' && hasNamed ? '(string & Record<never, never>)' : option,
  )
  return [...new Set(all)].join(' | ')
}

const array = (element: string, direction: Direction): string => {
  const whole = isUnion(element) ? `(${element})` : element
  return direction === 'in' ? `readonly ${whole}[]` : `${whole}[]`
}

/** What a page of a longer list holds; null of anything else. */
function itemOfPage({ shape }: z.ZodObject): z.ZodType | null {
  const { data, next, ...more } = shape
  const isPage = data instanceof z.ZodArray && next instanceof z.ZodNullable && Object.keys(more).length === 0
  return isPage ? (data.element as z.ZodType) : null
}

/** Whether a `|` stands outside of every bracket. */
function isUnion(type: string): boolean {
  let depth = 0
  for (const letter of type) {
    if ('{[(<'.includes(letter)) depth += 1
    else if ('}])>'.includes(letter)) depth -= 1
    else if (letter === '|' && depth === 0) return true
  }
  return type.startsWith('readonly ')
}

export const remark = (text: string | null, pad: string): string =>
  text ? `${pad}/** ${text.replaceAll('*/', '* /')} */\n` : ''

function mayBeMissing(schema: z.ZodType, direction: Direction): boolean {
  if (schema instanceof z.ZodOptional) return true
  if (schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault) return direction === 'in'
  if (schema instanceof z.ZodNonOptional) return false
  if ('innerType' in schema.def) return mayBeMissing(schema.def.innerType as z.ZodType, direction)
  return schema instanceof z.ZodPipe && mayBeMissing(schema.in as z.ZodType, direction)
}

function hasDefault(schema: z.ZodType, seen: Set<z.ZodType>): boolean {
  if (seen.has(schema)) return false
  seen.add(schema)
  const { def } = schema
  if (schema instanceof z.ZodDefault) return true
  const inner = [
    ...('innerType' in def ? [def.innerType] : []),
    ...(schema instanceof z.ZodObject ? Object.values(schema.shape) : []),
    ...(schema instanceof z.ZodArray ? [schema.element] : []),
    ...(schema instanceof z.ZodUnion ? schema.options : []),
    ...(schema instanceof z.ZodRecord ? [schema.valueType] : []),
  ]
  return inner.some((one) => hasDefault(one as z.ZodType, seen))
}

/** What a compiler cannot check, in words. */
function bounds(schema: z.ZodType): string | null {
  let inner = schema
  let standard: unknown
  while ('innerType' in inner.def) {
    if (inner instanceof z.ZodDefault) standard = inner.def.defaultValue
    inner = inner.def.innerType as z.ZodType
  }
  const said: string[] = []
  if (inner instanceof z.ZodNumber) {
    const [least, most] = [inner.minValue, inner.maxValue].map((bound) =>
      bound !== null && Math.abs(bound) < Number.MAX_SAFE_INTEGER ? bound : undefined,
    )
    if (most !== undefined) said.push(least === undefined ? `At most ${most}.` : `${least} to ${most}.`)
  }
  if (inner instanceof z.ZodString && inner.maxLength !== null)
    said.push(`At most ${inner.maxLength} characters.`)
  if (standard !== undefined) said.push(`Without it \`${JSON.stringify(standard)}\`.`)
  return said.length === 0 ? null : said.join(' ')
}
