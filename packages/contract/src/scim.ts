import { z } from 'zod'
import type { ScimAttribute } from './scim-attributes.ts'
import { SCIM_TYPES } from './scim-attributes.ts'

export const SCIM_LIST = 'urn:ietf:params:scim:api:messages:2.0:ListResponse'
export const SCIM_SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest'
export const SCIM_PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/** Most resources in one answer. */
export const SCIM_MOST_RESULTS = 200
/** Most operations in one PATCH. */
export const SCIM_MOST_OPERATIONS = 500
/** Most values of one attribute; a group has at most so many members. */
export const SCIM_MOST_VALUES = { members: 10_000, other: 100 } as const
export const SCIM_LONGEST_FILTER = 2000

/** Longer ones are refused by who reads them, in the words of SCIM. */
const filter = z.string().max(16_384)
const names = z.string().max(2000)
const whole = z.string().regex(/^[+-]?\d{1,9}$/, 'must be a whole number')

/** What clients add besides is not looked at: some mark every address with words of their own. */
export const scimSelection = z.object({ attributes: names.optional(), excludedAttributes: names.optional() })
export const scimQuery = scimSelection.extend({
  filter: filter.optional(),
  startIndex: whole.optional(),
  count: whole.optional(),
})
export const scimDiscovery = z.object({ filter: filter.optional() })

const nameList = z.array(z.string().max(300)).max(200)
/** RFC 7644 section 3.4.3. */
export const scimSearch = z.object({
  schemas: z.array(z.string()).max(10),
  attributes: nameList.optional(),
  excludedAttributes: nameList.optional(),
  filter: filter.optional(),
  startIndex: z.int().optional(),
  count: z.int().optional(),
})

/** Any name but not any shape: who reads it goes by the table of attributes. */
export const scimResource = z.record(z.string(), z.unknown()).meta({
  description: 'A resource with its schemas, as the answer shows it. What is not known is passed over.',
})

export const scimPatch = z.looseObject({ schemas: z.array(z.string()).max(10).optional() }).meta({
  description: 'RFC 7644 section 3.5.2: `Operations`, each with op (add, replace, remove), path and value.',
})

export const byScimId = z.object({ id: z.string().max(256) })

function outputOf(attribute: ScimAttribute): z.ZodType {
  const one =
    attribute.type === 'complex'
      ? shapeOf(attribute.subAttributes ?? [])
      : attribute.type === 'boolean'
        ? z.boolean()
        : z.string()
  return attribute.multiValued ? z.array(one) : one
}

const shapeOf = (attributes: readonly ScimAttribute[]): z.ZodObject =>
  z.object(Object.fromEntries(attributes.map((one) => [one.name, outputOf(one).optional()])))

export const scimUser = shapeOf(SCIM_TYPES.User.attributes)
export const scimGroup = shapeOf(SCIM_TYPES.Group.attributes)

/** RFC 7644 section 3.4.2. */
const listOf = (resource: z.ZodType) =>
  z.object({
    schemas: z.array(z.literal(SCIM_LIST)),
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(resource),
  })
export const scimUsers = listOf(scimUser)
export const scimGroups = listOf(scimGroup)
export const scimAnything = listOf(z.union([scimUser, scimGroup]))

const described = z.looseObject({ schemas: z.array(z.string()), id: z.string().optional() })
export const scimDescribed = described
export const scimDescriptions = listOf(described)

/** RFC 7644 section 3.12. Our own word for the refusal stands in the header `x-freehold-fault`. */
export const scimError = z.object({
  schemas: z.array(z.literal('urn:ietf:params:scim:api:messages:2.0:Error')),
  status: z.string(),
  scimType: z.string().optional(),
  detail: z.string(),
})
