import type { ScimAttribute, ScimType } from '@freehold/contract/scim-attributes.ts'
import {
  SCIM_ENTERPRISE,
  SCIM_ENTERPRISE_ATTRIBUTES,
  SCIM_GROUP,
  SCIM_GROUP_ATTRIBUTES,
  SCIM_TYPES,
  SCIM_USER,
  SCIM_USER_ATTRIBUTES,
} from '@freehold/contract/scim-attributes.ts'
import { SCIM_LIST, SCIM_MOST_RESULTS } from '@freehold/contract/scim.ts'
import { Fault } from '../../kernel/fault.ts'

const OF = 'urn:ietf:params:scim:schemas:core:2.0'

type Described = { readonly schemas: string[]; readonly id?: string; readonly [name: string]: unknown }

/** RFC 7643 section 5. */
export const providerConfig = (base: string): Described => ({
  schemas: [`${OF}:ServiceProviderConfig`],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: SCIM_MOST_RESULTS },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: true },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'API key',
      description: 'An API key with the scope scim, sent as a bearer token.',
      specUri: 'https://www.rfc-editor.org/info/rfc6750',
      primary: true,
    },
  ],
  meta: { resourceType: 'ServiceProviderConfig', location: `${base}/ServiceProviderConfig` },
})

const described = ({ name, endpoint, schema, extension }: ScimType, base: string): Described => ({
  schemas: [`${OF}:ResourceType`],
  id: name,
  name,
  description: name === 'User' ? 'Somebody of the directory' : 'A group of the directory',
  endpoint,
  schema,
  ...(extension !== null && { schemaExtensions: [{ schema: extension, required: false }] }),
  meta: { resourceType: 'ResourceType', location: `${base}/ResourceTypes/${name}` },
})

/** RFC 7643 section 6. */
export const resourceTypes = (base: string): Described[] =>
  Object.values(SCIM_TYPES).map((type) => described(type, base))

const SCHEMAS: readonly (readonly [id: string, name: string, attributes: readonly ScimAttribute[]])[] = [
  [SCIM_USER, 'User', SCIM_USER_ATTRIBUTES],
  [SCIM_GROUP, 'Group', SCIM_GROUP_ATTRIBUTES],
  [SCIM_ENTERPRISE, 'EnterpriseUser', SCIM_ENTERPRISE_ATTRIBUTES],
]

/** RFC 7643 section 7: every characteristic is said, those too that are as usual. */
function characteristics(attribute: ScimAttribute): object {
  const { name, type, description, canonicalValues, referenceTypes, subAttributes } = attribute
  return {
    name,
    type,
    multiValued: attribute.multiValued ?? false,
    description,
    required: attribute.required ?? false,
    caseExact: attribute.caseExact ?? false,
    mutability: attribute.mutability ?? 'readWrite',
    returned: attribute.returned ?? 'default',
    uniqueness: attribute.uniqueness ?? 'none',
    ...(canonicalValues && { canonicalValues }),
    ...(referenceTypes && { referenceTypes }),
    ...(subAttributes && { subAttributes: subAttributes.map(characteristics) }),
  }
}

export const schemas = (base: string): Described[] =>
  SCHEMAS.map(([id, name, attributes]) => ({
    schemas: [`${OF}:Schema`],
    id,
    name,
    description: name,
    attributes: attributes.map(characteristics),
    meta: { resourceType: 'Schema', location: `${base}/Schemas/${id}` },
  }))

/** RFC 7644 section 4: what is offered is not searched. @throws Fault `not_allowed` */
export function listed(resources: readonly Described[], filter: string | undefined) {
  if (filter !== undefined) throw new Fault('not_allowed', 'This list takes no filter.', { param: 'filter' })
  return {
    schemas: [SCIM_LIST] as (typeof SCIM_LIST)[],
    totalResults: resources.length,
    startIndex: 1,
    itemsPerPage: resources.length,
    Resources: [...resources],
  }
}

/** @throws Fault `not_found` */
export function oneOf(resources: readonly Described[], id: string): Described {
  const found = resources.find((one) => one.id?.toLowerCase() === id.toLowerCase())
  if (found === undefined) throw new Fault('not_found', 'There is nothing of this name.', { param: 'id' })
  return found
}
