import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import type { Doc, Value } from './attributes.ts'
import { attributeNamed, attributesAlong } from './attributes.ts'
import type { Filter } from './filter.ts'
import { parseFilter } from './filter.ts'
import type { Matches } from './filter-match.ts'
import { bindValueFilter } from './filter-match.ts'
import { refused } from './refusals.ts'

/** Where an operation of a PATCH applies. */
export interface PatchPath {
  readonly text: string
  /** From the resource to the attribute. */
  readonly steps: readonly ScimAttribute[]
  /** Which of its several values; null: all of them, or the attribute has one. */
  readonly chosen: Chosen | null
}

interface Chosen {
  readonly matches: Matches
  /** What a value is like that the filter would choose, where that can be told and clients count on it. */
  readonly example: Doc | null
  /** The part of each chosen value; null for the whole. */
  readonly part: ScimAttribute | null
}

const SHAPE = /^([^[\]]+)(?:\[(.*)\](?:\.([\w$-]+))?)?$/s

/** RFC 7644 section 3.5.2, figure 7. @throws Fault `invalid` with the words `invalidPath`, `invalidFilter` */
export function parsePatchPath(type: ScimType, text: string): PatchPath {
  const [, head = '', filter, part] = SHAPE.exec(text.trim()) ?? []
  const steps = head === '' ? null : attributesAlong(type, head)
  const attribute = steps?.at(-1)
  if (steps === null || attribute === undefined) throw invalidPath(text, 'leads nowhere')
  if (filter === undefined) return { text, steps, chosen: null }
  if (!attribute.multiValued || attribute.type !== 'complex')
    throw invalidPath(text, 'chooses among values of an attribute that has one')
  const read = parseFilter(filter)
  return {
    text,
    steps,
    chosen: {
      matches: bindValueFilter(read, attribute),
      example: exampleOf(read, attribute),
      part: part === undefined ? null : partOf(attribute, part, text),
    },
  }
}

function partOf({ subAttributes = [] }: ScimAttribute, name: string, text: string): ScimAttribute {
  const part = attributeNamed(subAttributes, name)
  if (part === null) throw invalidPath(text, 'leads nowhere')
  return part
}

export const invalidPath = (text: string, why: string) =>
  refused('invalidPath', `path: "${text.slice(0, 80)}" ${why}.`, 'path')

/**
 * Entra ID replaces `phoneNumbers[type eq "mobile"].value` before there is such a number and counts on its being made.
 * For types of the RFC, and for what is primary (its roles), that is done; any other choice of nothing is refused, as the
 * RFC says.
 */
function exampleOf(filter: Filter, attribute: ScimAttribute): Doc | null {
  const terms = filter.kind === 'and' ? filter.parts : [filter]
  const example: Record<string, Value> = {}
  for (const term of terms) {
    if (term.kind !== 'compare' || term.comparison !== 'eq') return null
    const part = attributeNamed(attribute.subAttributes ?? [], term.path)
    if (part === null || term.operand === null || typeof term.operand === 'number') return null
    example[part.name] =
      part.type === 'boolean' ? String(term.operand).toLowerCase() === 'true' : String(term.operand)
  }
  const known = attributeNamed(attribute.subAttributes ?? [], 'type')?.canonicalValues ?? []
  const { type, primary } = example
  const isUsual = primary === true || (typeof type === 'string' && known.includes(type.toLowerCase()))
  return isUsual ? example : null
}
