import { isDeepStrictEqual } from 'node:util'
import type { Schema } from './surface.ts'

/** Bounds that are tighter when they are lower, and those that are tighter when they are higher. */
const UPPER = ['maximum', 'exclusiveMaximum', 'maxLength', 'maxItems', 'maxProperties'] as const
const LOWER = ['minimum', 'exclusiveMinimum', 'minLength', 'minItems', 'minProperties'] as const
/** Words that say something else as soon as they say anything else. */
const EXACT = [
  'pattern',
  'format',
  'multipleOf',
  'not',
  'propertyNames',
  'uniqueItems',
  'contentEncoding',
] as const

const isSchema = (value: unknown): value is Schema =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])
const fieldsOf = (schema: Schema): Readonly<Record<string, Schema>> =>
  isSchema(schema['properties'])
    ? Object.fromEntries(
        Object.entries(schema['properties']).flatMap(([name, one]) => (isSchema(one) ? [[name, one]] : [])),
      )
    : {}
const at = (path: string, name: string): string => (path === '' ? name : `${path}.${name}`)

/** Where `after` takes less than `before` did, in a sentence each; empty where everything that was valid still is. */
export function narrowed(before: Schema, after: Schema, path = ''): readonly string[] {
  if (isDeepStrictEqual(before, after)) return []
  const old = branchesOf(before)
  const next = branchesOf(after)
  if (old.length > 1 || next.length > 1) return old.flatMap((branch) => narrowedToAny(branch, next, path))
  return [
    ...narrowedValues(before, after, path),
    ...narrowedBounds(before, after, path),
    ...narrowedFields(before, after, path),
    ...narrowedItems(before, after, path),
  ]
}

function branchesOf(schema: Schema): readonly Schema[] {
  const branches = [...listOf(schema['anyOf']), ...listOf(schema['oneOf'])].filter(isSchema)
  return branches.length > 0 ? branches : [schema]
}

/** The best of the branches that could stand for it says what is missing. */
function narrowedToAny(before: Schema, branches: readonly Schema[], path: string): readonly string[] {
  const found = branches.map((branch) => narrowed(before, branch, path))
  const best = found.toSorted((one, other) => one.length - other.length)[0]
  if (best === undefined || best.length === 0) return []
  const name = constantIn(before)
  const named = branches.findIndex((branch) => name !== null && constantIn(branch) === name)
  if (name !== null && named < 0) return [`${path || 'it'}: ${name} is not there any more`]
  return named < 0 ? best : (found[named] ?? best)
}

/** What tells one branch from another. */
function constantIn(schema: Schema): string | null {
  if ('const' in schema) return JSON.stringify(schema['const'])
  const constants = Object.entries(fieldsOf(schema)).flatMap(([name, one]) =>
    'const' in one ? [`${name} ${JSON.stringify(one['const'])}`] : [],
  )
  return constants.length > 0 ? constants.join(', ') : null
}

function narrowedValues(before: Schema, after: Schema, path: string): readonly string[] {
  const said: string[] = []
  const [old, next] = [typesOf(before), typesOf(after)]
  if (next !== null) {
    const gone = (old ?? ['anything']).filter(
      (type) => !next.includes(type) && !(type === 'integer' && next.includes('number')),
    )
    if (gone.length > 0) said.push(`${path || 'it'}: may not be ${gone.join(' or ')} any more`)
  }
  const [oldValues, nextValues] = [valuesOf(before), valuesOf(after)]
  if (nextValues !== null) {
    const gone = oldValues?.filter((value) => !nextValues.some((one) => isDeepStrictEqual(one, value)))
    if (gone === undefined) said.push(`${path || 'it'}: may only be one of a list now`)
    else if (gone.length > 0)
      said.push(`${path || 'it'}: ${gone.map((one) => JSON.stringify(one)).join(', ')} is not there any more`)
  }
  return said
}

function typesOf(schema: Schema): readonly string[] | null {
  const { type } = schema
  if (typeof type === 'string') return [type]
  return Array.isArray(type) ? type.map(String) : null
}

function valuesOf(schema: Schema): readonly unknown[] | null {
  if ('const' in schema) return [schema['const']]
  return Array.isArray(schema['enum']) ? schema['enum'] : null
}

function narrowedBounds(before: Schema, after: Schema, path: string): readonly string[] {
  const tighter = (
    words: readonly string[],
    isTighter: (old: number, next: number) => boolean,
    none: number,
  ) =>
    words.flatMap((word) => {
      const [old, next] = [before[word] ?? none, after[word]]
      return typeof next === 'number' && typeof old === 'number' && isTighter(old, next)
        ? [`${path || 'it'}: ${word} is ${next} now`]
        : []
    })
  return [
    ...tighter(UPPER, (old, next) => next < old, Infinity),
    ...tighter(LOWER, (old, next) => next > old, -Infinity).filter((said) => !/min\w+ is 0 now$/.test(said)),
    ...EXACT.flatMap((word) =>
      after[word] !== undefined && !isDeepStrictEqual(before[word], after[word])
        ? [`${path || 'it'}: ${word} is another now`]
        : [],
    ),
  ]
}

function narrowedFields(before: Schema, after: Schema, path: string): readonly string[] {
  const said: string[] = []
  const [old, next] = [fieldsOf(before), fieldsOf(after)]
  for (const [name, schema] of Object.entries(old)) {
    const now = next[name]
    if (now !== undefined) said.push(...narrowed(schema, now, at(path, name)))
    else if (after['additionalProperties'] === false) said.push(`${at(path, name)}: is not there any more`)
    else if (isSchema(after['additionalProperties']))
      said.push(...narrowed(schema, after['additionalProperties'], at(path, name)))
  }
  const needed = new Set(listOf(before['required']))
  for (const name of listOf(after['required']))
    if (!needed.has(name)) said.push(`${at(path, String(name))}: is required now`)
  const [oldRest, nextRest] = [before['additionalProperties'], after['additionalProperties']]
  if (oldRest !== false && nextRest === false) said.push(`${path || 'it'}: takes no other fields any more`)
  if (isSchema(oldRest) && isSchema(nextRest)) said.push(...narrowed(oldRest, nextRest, at(path, '*')))
  return said
}

function narrowedItems(before: Schema, after: Schema, path: string): readonly string[] {
  const [old, next] = [before['items'], after['items']]
  if (!isSchema(next)) return []
  return narrowed(isSchema(old) ? old : {}, next, `${path}[]`)
}

/** Where what is given now is not what whoever takes it was promised; a new field beside the others is no harm. */
export function unkept(before: Schema, after: Schema): readonly string[] {
  return narrowed(open(after), open(before))
    .map((said) => said.replace('is required now', 'is not always there'))
    .concat(removedFields(before, after, ''))
}

/** Without the wall around an object: who reads a field does not look at the others. */
function open(schema: Schema): Schema {
  const { additionalProperties: rest, ...kept } = schema
  const inside = Object.fromEntries(
    Object.entries(kept).map(([word, value]) => {
      if (word === 'properties' && isSchema(value))
        return [
          word,
          Object.fromEntries(
            Object.entries(value).map(([name, one]) => [name, isSchema(one) ? open(one) : one]),
          ),
        ]
      if ((word === 'anyOf' || word === 'oneOf') && Array.isArray(value))
        return [word, value.map((one) => (isSchema(one) ? open(one) : one))]
      return [word, word === 'items' && isSchema(value) ? open(value) : value]
    }),
  )
  return isSchema(rest) ? { ...inside, additionalProperties: rest } : inside
}

function removedFields(before: Schema, after: Schema, path: string): readonly string[] {
  const next = fieldsOf(after)
  return Object.entries(fieldsOf(before)).flatMap(([name, schema]) => {
    const now = next[name]
    return now === undefined
      ? [`${at(path, name)}: is not given any more`]
      : removedFields(schema, now, at(path, name))
  })
}
