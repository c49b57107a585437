import { accountName } from '@freehold/contract/identity.ts'
import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import { SCIM_MOST_VALUES } from '@freehold/contract/scim.ts'
import { isDeepStrictEqual } from 'node:util'
import type { Doc, Scalar, Value } from './attributes.ts'
import { attributeNamed, isDoc } from './attributes.ts'
import { refused } from './refusals.ts'

const LONGEST_TEXT = 1024
const LONGEST_BINARY = 16_384

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** The entries of an object under names in small letters. @throws Fault `invalid` where two are one */
export function entriesOf(value: unknown, where: string): ReadonlyMap<string, unknown> {
  if (!isObject(value)) throw refused('invalidSyntax', `${where}: must be an object.`, where)
  const entries = new Map<string, unknown>()
  for (const [name, one] of Object.entries(value)) {
    if (entries.has(name.toLowerCase()))
      throw refused('invalidSyntax', `${where}: "${name.slice(0, 80)}" stands there twice.`, where)
    entries.set(name.toLowerCase(), one)
  }
  return entries
}

/** @throws Fault `invalid` where the message does not say that it is of this schema */
export function requireSchema(schemas: unknown, schema: string): void {
  const named = Array.isArray(schemas) ? schemas : []
  if (named.some((one) => typeof one === 'string' && one.toLowerCase() === schema.toLowerCase())) return
  throw refused('invalidSyntax', `schemas: must name "${schema}".`, 'schemas')
}

/** A resource as a client sends it whole. What it may not set, and what is not known, is not looked at. */
export function readResource(type: ScimType, body: unknown): Doc {
  const entries = entriesOf(body, 'body')
  requireSchema(entries.get('schemas'), type.schema)
  const doc = readParts(type.attributes, body, '')
  requireWhole(type, doc)
  return doc
}

function readParts(attributes: readonly ScimAttribute[], value: unknown, where: string): Doc {
  const doc: Record<string, Value> = {}
  for (const [name, one] of entriesOf(value, where || 'body')) {
    const attribute = attributeNamed(attributes, name)
    if (attribute === null || attribute.mutability === 'readOnly') continue
    const read = readValue(attribute, one, where === '' ? attribute.name : `${where}.${attribute.name}`)
    if (read !== undefined) doc[attribute.name] = read
  }
  return doc
}

/** Undefined where it is unassigned: null, an empty list, or nothing that is known. @throws Fault `invalid` */
export function readValue(attribute: ScimAttribute, value: unknown, where: string): Value | undefined {
  if (value === null || value === undefined) return undefined
  if (attribute.multiValued) {
    const values = readValues(attribute, value, where)
    return values.length === 0 ? undefined : values
  }
  return readOne(attribute, unwrapped(value), where)
}

/** The values of an attribute that has several. */
export function readValues(
  attribute: ScimAttribute,
  value: unknown,
  where: string,
): readonly (Scalar | Doc)[] {
  const list = Array.isArray(value) ? value : [value]
  requireFew(attribute, list.length)
  return list.map((one) => readOne(attribute, one, where)).filter((one) => one !== undefined)
}

export function requireFew({ name }: ScimAttribute, count: number): void {
  const most = name === 'members' ? SCIM_MOST_VALUES.members : SCIM_MOST_VALUES.other
  if (count > most) throw refused('tooMany', `${name}: has more than ${most} values.`, name)
}

/** Entra ID may send the one value of an attribute as a list. */
const unwrapped = (value: unknown): unknown =>
  Array.isArray(value) && value.length === 1 && isObject(value[0]) && 'value' in value[0]
    ? value[0]['value']
    : value

function readOne(attribute: ScimAttribute, value: unknown, where: string): Scalar | Doc | undefined {
  if (value === null) return undefined
  if (attribute.type === 'complex') return readComplex(attribute, value, where)
  if (attribute.type === 'boolean') return readTruth(value, where)
  const longest = attribute.type === 'binary' ? LONGEST_BINARY : LONGEST_TEXT
  if (typeof value !== 'string') throw refused('invalidValue', `${where}: must be text.`, where)
  if (value.length > longest)
    throw refused('invalidValue', `${where}: is longer than ${longest} characters.`, where)
  if (value.includes('\0')) throw refused('invalidValue', `${where}: holds a NUL character.`, where)
  if (attribute.uniqueness === 'server') requireName(value, where)
  return value
}

/** Names are kept as they came, so what would be kept otherwise is refused. */
function requireName(value: string, where: string): void {
  const name = accountName.safeParse(value)
  if (name.success && name.data === value) return
  throw refused(
    'invalidValue',
    `${where}: must be 1 to 128 characters on one line, without spaces at its ends.`,
    where,
  )
}

/** Also as Entra ID writes it: "True". */
function readTruth(value: unknown, where: string): boolean {
  if (typeof value === 'boolean') return value
  const word = typeof value === 'string' ? value.toLowerCase() : ''
  if (word === 'true' || word === 'false') return word === 'true'
  throw refused('invalidValue', `${where}: must be true or false.`, where)
}

/** A text alone is the `value` of it: so Entra ID writes who somebody's manager is. */
function readComplex(attribute: ScimAttribute, value: unknown, where: string): Doc | undefined {
  const { subAttributes = [] } = attribute
  if (typeof value === 'string' && attributeNamed(subAttributes, 'value') !== null)
    return value === '' ? undefined : readComplex(attribute, { value }, where)
  const doc = readParts(subAttributes, value, where)
  return Object.keys(doc).length === 0 ? undefined : doc
}

/** @throws Fault `invalid` where something is missing, or too much */
export function requireWhole({ attributes }: ScimType, doc: Doc): void {
  for (const attribute of attributes) {
    const value = doc[attribute.name]
    if (attribute.required && value === undefined)
      throw refused('invalidValue', `${attribute.name}: is missing.`, attribute.name)
    if (!Array.isArray(value)) continue
    requireFew(attribute, value.length)
    if (value.filter(isPrimary).length > 1)
      throw refused('invalidValue', `${attribute.name}: only one value can be primary.`, attribute.name)
  }
}

const isPrimary = (value: Scalar | Doc): boolean => isDoc(value) && value['primary'] === true

/** Puts values to those that are there: one that is there already is not put twice, and only one is primary. */
export function joined(
  before: readonly (Scalar | Doc)[],
  added: readonly (Scalar | Doc)[],
): readonly (Scalar | Doc)[] {
  const hasPrimary = added.some(isPrimary)
  const kept = hasPrimary
    ? before.map((one) => (isPrimary(one) && isDoc(one) ? { ...one, primary: false } : one))
    : before
  const known = new Map(kept.map((one) => [sameness(one), one]))
  for (const one of added) known.set(sameness(one), one)
  return [...known.values()]
}

/** What makes two values one: the value itself, and what it is for. */
export function sameness(value: Scalar | Doc): string {
  if (!isDoc(value)) return JSON.stringify(value)
  const { value: own, type } = value
  return JSON.stringify(own === undefined ? value : [own, type])
}

/** Names of the attributes in which two resources differ. */
export function differences(before: Doc, after: Doc): readonly string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)])
  return [...names].filter((name) => !isDeepStrictEqual(before[name], after[name]))
}
