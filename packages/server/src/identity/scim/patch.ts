import { setImmediate } from 'node:timers/promises'
import { SCIM_MOST_OPERATIONS, SCIM_PATCH } from '@freehold/contract/scim.ts'
import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import type { Doc, Scalar, Value } from './attributes.ts'
import { isDoc, without } from './attributes.ts'
import type { PatchPath } from './patch-path.ts'
import { parsePatchPath } from './patch-path.ts'
import { refused } from './refusals.ts'
import {
  entriesOf,
  joined,
  readValue,
  readValues,
  requireSchema,
  requireWhole,
  sameness,
} from './resource.ts'

const KINDS = ['add', 'replace', 'remove'] as const
type Kind = (typeof KINDS)[number]

export interface PatchOperation {
  readonly kind: Kind
  /** Null: the names in `value` are the paths. */
  readonly path: string | null
  readonly value: unknown
}

/** After so many operations others have their turn. */
const OPERATIONS_A_TURN = 20

/** RFC 7644 section 3.5.2. @throws Fault `invalid` */
export function readPatch(body: unknown): readonly PatchOperation[] {
  const entries = entriesOf(body, 'body')
  requireSchema(entries.get('schemas'), SCIM_PATCH)
  const list = entries.get('operations')
  if (!Array.isArray(list) || list.length === 0)
    throw refused('invalidSyntax', 'Operations: must be a list of operations.', 'Operations')
  if (list.length > SCIM_MOST_OPERATIONS)
    throw refused('tooMany', `Operations: has more than ${SCIM_MOST_OPERATIONS} of them.`, 'Operations')
  return list.map((one, at) => readOperation(one, `Operations[${at}]`))
}

function readOperation(value: unknown, where: string): PatchOperation {
  const entries = entriesOf(value, where)
  const word = entries.get('op')
  // Entra ID writes "Add", "Replace" and "Remove".
  const kind = KINDS.find((one) => typeof word === 'string' && one === word.toLowerCase())
  if (kind === undefined)
    throw refused('invalidSyntax', `${where}.op: must be add, replace or remove.`, `${where}.op`)
  const path = entries.get('path') ?? null
  if (path !== null && typeof path !== 'string')
    throw refused('invalidPath', `${where}.path: must be text.`, `${where}.path`)
  const isPathless = path === null || path.trim() === ''
  if (kind === 'remove' && isPathless)
    throw refused('noTarget', `${where}.path: is missing; say what to remove.`, `${where}.path`)
  if (kind !== 'remove' && !entries.has('value'))
    throw refused('invalidValue', `${where}.value: is missing.`, `${where}.value`)
  return { kind, path: isPathless ? null : path, value: entries.get('value') }
}

/** What the resource is after all operations; none of them counts where one is refused. */
export async function patched(type: ScimType, doc: Doc, operations: readonly PatchOperation[]): Promise<Doc> {
  let next = doc
  for (const [at, operation] of operations.entries()) {
    if (at % OPERATIONS_A_TURN === OPERATIONS_A_TURN - 1) await setImmediate()
    next = applied(type, next, operation)
  }
  requireWhole(type, next)
  return next
}

function applied(type: ScimType, doc: Doc, { kind, path, value }: PatchOperation): Doc {
  if (path !== null) return appliedAt(doc, kind, { path: parsePatchPath(type, path), value })
  let next = doc
  for (const [name, one] of entriesOf(value, 'value')) {
    const found = knownPath(type, name)
    // Okta sends the id along; what is not known or may not be set is passed over, as in a resource that comes whole.
    if (found === null || isReadOnly(found)) continue
    next = appliedAt(next, kind, { path: found, value: one })
  }
  return next
}

function knownPath(type: ScimType, name: string): PatchPath | null {
  try {
    return parsePatchPath(type, name)
  } catch {
    return null
  }
}

const isReadOnly = ({ steps, chosen }: PatchPath): boolean =>
  [...steps, ...(chosen?.part ? [chosen.part] : [])].some((step) => step.mutability === 'readOnly')

interface Change {
  readonly path: PatchPath
  readonly value: unknown
}

function appliedAt(doc: Doc, kind: Kind, change: Change): Doc {
  const { path } = change
  if (isReadOnly(path) || path.chosen?.part?.mutability === 'immutable') throw immutable(path.text)
  const [first] = path.steps
  if (first?.required && path.steps.length === 1 && (kind === 'remove' || change.value === null))
    throw immutable(path.text)
  return within(doc, kind, { ...change, steps: path.steps })
}

const immutable = (text: string) =>
  refused('mutability', `path: "${text.slice(0, 80)}" cannot be changed that way.`, 'path')

/** Walks down to the attribute and puts the changed part back on the way up. */
function within(doc: Doc, kind: Kind, change: Change & { readonly steps: readonly ScimAttribute[] }): Doc {
  const [attribute, ...rest] = change.steps
  if (attribute === undefined) return doc
  const before = doc[attribute.name]
  if (rest.length === 0) return put(doc, attribute.name, changed(attribute, before, kind, change))
  if (!attribute.multiValued) {
    const inner = within(isDoc(before) ? before : {}, kind, { ...change, steps: rest })
    return put(doc, attribute.name, Object.keys(inner).length === 0 ? undefined : inner)
  }
  // A part of several values without a choice: of all of them, or of a first one.
  const values = Array.isArray(before) ? before : []
  const there = values.length === 0 && kind !== 'remove' ? [{}] : values
  const next = there.flatMap((one) => {
    const inner = isDoc(one) ? within(one, kind, { ...change, steps: rest }) : one
    return isDoc(inner) && Object.keys(inner).length === 0 ? [] : [inner]
  })
  return put(doc, attribute.name, next.length === 0 ? undefined : next)
}

function put(doc: Doc, name: string, value: Value | undefined): Doc {
  return value === undefined ? without(doc, [name]) : { ...doc, [name]: value }
}

function changed(
  attribute: ScimAttribute,
  before: Value | undefined,
  kind: Kind,
  { path, value }: Change,
): Value | undefined {
  if (attribute.multiValued) {
    const values = Array.isArray(before) ? before : []
    const next = path.chosen
      ? amongChosen(attribute, values, kind, { path, value })
      : amongAll(attribute, values, kind, value)
    return next.length === 0 ? undefined : next
  }
  if (kind === 'remove') return undefined
  const read = readValue(attribute, value, attribute.name)
  // RFC 7644 section 3.5.2.3: parts that are not named stay.
  return isDoc(read) && isDoc(before) ? { ...before, ...read } : read
}

type Values = readonly (Scalar | Doc)[]

function amongAll(attribute: ScimAttribute, values: Values, kind: Kind, value: unknown): Values {
  if (kind === 'remove') {
    if (value === undefined || value === null) return []
    // Entra ID names those to remove in the value.
    const gone = new Set(readValues(attribute, value, attribute.name).map(ownValue))
    return values.filter((one) => !gone.has(ownValue(one)))
  }
  if (value === null) return kind === 'add' ? values : []
  const read = readValues(attribute, value, attribute.name)
  return joined(kind === 'add' ? values : [], read)
}

const ownValue = (value: Scalar | Doc): string =>
  isDoc(value) && value['value'] !== undefined ? JSON.stringify(value['value']) : sameness(value)

function amongChosen(attribute: ScimAttribute, values: Values, kind: Kind, { path, value }: Change): Values {
  const { chosen, text } = path
  if (chosen === null) return values
  const isChosen = (one: Scalar | Doc): one is Doc => isDoc(one) && chosen.matches(one)
  if (kind === 'remove') {
    const rest = (one: Doc): Doc => (chosen.part === null ? {} : put(one, chosen.part.name, undefined))
    return values
      .map((one) => (isChosen(one) ? rest(one) : one))
      .filter((one) => !isDoc(one) || Object.keys(one).length > 0)
  }
  const { part } = chosen
  const edited = (one: Doc): Doc => {
    if (part !== null) return put(one, part.name, readValue(part, value, `${attribute.name}.${part.name}`))
    const [read] = readValues(attribute, value, attribute.name)
    return isDoc(read) ? (kind === 'add' ? { ...one, ...read } : read) : one
  }
  if (values.some(isChosen)) {
    const next = values.map((one) => (isChosen(one) ? edited(one) : one))
    const made = next.filter((one, at) => one !== values[at])
    return joined(
      next.filter((one, at) => one === values[at]),
      made,
    )
  }
  if (chosen.example === null || part === null)
    throw refused('noTarget', `path: "${text.slice(0, 80)}" chooses no value that is there.`, 'path')
  return joined(values, [edited(chosen.example)])
}
