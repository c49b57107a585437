import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import type { Doc, Scalar } from './attributes.ts'
import { attributeNamed, attributesAlong, isDoc, valuesAlong } from './attributes.ts'
import type { Comparison, Filter, Operand } from './filter.ts'
import { wrong } from './filter.ts'

export type Matches = (doc: Doc) => boolean

/** Where names of a filter are looked up: a whole resource, or one value of several. */
type Lookup = (path: string) => readonly ScimAttribute[] | null

/**
 * What a resource of this kind must be like. `unknown` hears of a name that the kind does not have; such a term fits
 * nothing. @throws Fault `invalid` with the word `invalidFilter`
 */
export function bindFilter(filter: Filter, type: ScimType, unknown: (path: string) => void): Matches {
  return bind(filter, (path) => attributesAlong(type, path), unknown)
}

/** The same for one value of an attribute that has several. */
export function bindValueFilter(filter: Filter, attribute: ScimAttribute): Matches {
  return bind(filter, within(attribute), (path) => {
    throw wrong(`"${path.slice(0, 80)}" is no part of ${attribute.name}`)
  })
}

const within =
  ({ subAttributes = [] }: ScimAttribute): Lookup =>
  (path) => {
    const found = attributeNamed(subAttributes, path)
    return found && [found]
  }

const NEVER: Matches = () => false

function bind(filter: Filter, lookup: Lookup, unknown: (path: string) => void): Matches {
  if (filter.kind === 'and' || filter.kind === 'or') {
    const parts = filter.parts.map((part) => bind(part, lookup, unknown))
    return filter.kind === 'and'
      ? (doc) => parts.every((part) => part(doc))
      : (doc) => parts.some((part) => part(doc))
  }
  if (filter.kind === 'not') {
    const part = bind(filter.part, lookup, unknown)
    return (doc) => !part(doc)
  }
  const steps = lookup(filter.path)
  if (steps === null || steps.length === 0) {
    unknown(filter.path)
    return NEVER
  }
  if (filter.kind === 'present') return (doc) => valuesAlong(doc, steps).some((value) => value !== '')
  if (filter.kind === 'some') return bindSome(filter.part, steps, unknown)
  const { comparison, operand } = filter
  const ends = scalarSteps(steps)
  if (comparison === 'ne') {
    const isEqual = compared(ends, 'eq', operand)
    return (doc) => !isEqual(doc)
  }
  return compared(ends, comparison, operand)
}

function bindSome(part: Filter, steps: readonly ScimAttribute[], unknown: (path: string) => void): Matches {
  const attribute = steps.at(-1)
  if (attribute?.type !== 'complex') throw wrong(`${attribute?.name} has no parts to look at in brackets`)
  const inner = bind(part, within(attribute), unknown)
  return (doc) => valuesAlong(doc, steps).some((value) => isDoc(value) && inner(value))
}

/** RFC 7644 section 3.4.2.2: a complex attribute stands for its `value`. */
function scalarSteps(steps: readonly ScimAttribute[]): readonly ScimAttribute[] {
  const last = steps.at(-1)
  if (last?.type !== 'complex') return steps
  const value = attributeNamed(last.subAttributes ?? [], 'value')
  if (value === null) throw wrong(`${last.name} has parts; name the one to compare`)
  return [...steps, value]
}

function compared(steps: readonly ScimAttribute[], comparison: Comparison, operand: Operand): Matches {
  const attribute = steps.at(-1)
  if (attribute === undefined) return NEVER
  if (operand === null) {
    if (comparison !== 'eq') throw wrong('null is compared with eq and ne only')
    return (doc) => valuesAlong(doc, steps).length === 0
  }
  const fits = comparer(attribute, comparison, operand)
  return (doc) => valuesAlong(doc, steps).some((value) => !isDoc(value) && fits(value))
}

type Fits = (value: Scalar) => boolean

function comparer(attribute: ScimAttribute, comparison: Comparison, operand: Operand): Fits {
  const { name, type } = attribute
  if (type === 'boolean') {
    const told = truthOf(operand)
    if (told === null || comparison !== 'eq') throw wrong(`${name} is true or false, and nothing else`)
    return (value) => value === told
  }
  if (typeof operand !== 'string') throw wrong(`${name} is compared with text, which stands in double quotes`)
  if (type === 'dateTime') return moment(attribute, comparison, operand)
  if (type === 'binary' && comparison !== 'eq') throw wrong(`${name} is compared with eq and ne only`)
  const folded = attribute.caseExact ? operand : operand.toLowerCase()
  const test = TEXT[comparison]
  return (value) =>
    typeof value === 'string' && test(attribute.caseExact ? value : value.toLowerCase(), folded)
}

function moment({ name }: ScimAttribute, comparison: Comparison, operand: string): Fits {
  const told = Date.parse(operand)
  const test = NUMBER[comparison]
  if (Number.isNaN(told) || test === undefined)
    throw wrong(`${name} is compared with a time such as "2027-01-01T00:00:00Z"`)
  return (value) => typeof value === 'string' && test(Date.parse(value), told)
}

/** Also as Entra ID writes it. */
function truthOf(operand: Operand): boolean | null {
  if (typeof operand === 'boolean') return operand
  const word = typeof operand === 'string' ? operand.toLowerCase() : ''
  return word === 'true' ? true : word === 'false' ? false : null
}

const TEXT: Readonly<Record<Comparison, (value: string, told: string) => boolean>> = {
  eq: (value, told) => value === told,
  ne: (value, told) => value !== told,
  co: (value, told) => value.includes(told),
  sw: (value, told) => value.startsWith(told),
  ew: (value, told) => value.endsWith(told),
  gt: (value, told) => value > told,
  ge: (value, told) => value >= told,
  lt: (value, told) => value < told,
  le: (value, told) => value <= told,
}

const NUMBER: Readonly<Partial<Record<Comparison, (value: number, told: number) => boolean>>> = {
  eq: (value, told) => value === told,
  ne: (value, told) => value !== told,
  gt: (value, told) => value > told,
  ge: (value, told) => value >= told,
  lt: (value, told) => value < told,
  le: (value, told) => value <= told,
}
