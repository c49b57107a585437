import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import type { Doc, Scalar, Value } from './attributes.ts'
import { attributesAlong, isDoc } from './attributes.ts'

/** What a client wants to be shown; names that are not known choose nothing. */
export interface Selection {
  readonly attributes?: readonly string[] | undefined
  readonly excludedAttributes?: readonly string[] | undefined
}

type Chain = readonly ScimAttribute[]

/** Which part of a resource an answer shows. */
export interface Shown {
  /** Whether anything of this attribute is. */
  readonly has: (name: string) => boolean
  readonly of: (doc: Doc) => Doc
}

/** RFC 7644 section 3.9: where both are sent, `attributes` counts. */
export function shownOf(type: ScimType, { attributes, excludedAttributes }: Selection): Shown {
  const chains = (names: readonly string[]): readonly Chain[] =>
    names.flatMap((name) => {
      const chain = attributesAlong(type, name.trim())
      return chain === null || chain.length === 0 ? [] : [chain]
    })
  if (attributes !== undefined && attributes.length > 0) {
    const wanted = chains(attributes)
    return shown(type, (chain) => wanted.some((one) => begins(one, chain) || begins(chain, one)))
  }
  const unwanted = chains(excludedAttributes ?? [])
  return shown(type, (chain) => !unwanted.some((one) => begins(chain, one)))
}

/** Whether the second chain begins the first. */
const begins = (chain: Chain, beginning: Chain): boolean => beginning.every((step, at) => chain[at] === step)

function shown({ attributes }: ScimType, isWanted: (chain: Chain) => boolean): Shown {
  const of = (within: readonly ScimAttribute[], doc: Doc, above: Chain): Doc => {
    const kept: Record<string, Value> = {}
    for (const attribute of within) {
      const value = doc[attribute.name]
      const chain = [...above, attribute]
      if (value === undefined || !(attribute.returned === 'always' || isWanted(chain))) continue
      const part = (one: Scalar | Doc): Scalar | Doc =>
        isDoc(one) ? of(attribute.subAttributes ?? [], one, chain) : one
      kept[attribute.name] = isList(value) ? value.map(part) : part(value)
    }
    return kept
  }
  return {
    has: (name) => {
      const attribute = attributes.find((one) => one.name === name)
      return attribute !== undefined && isWanted([attribute])
    },
    of: (doc) => of(attributes, doc, []),
  }
}

const isList = (value: Value): value is readonly (Scalar | Doc)[] => Array.isArray(value)
