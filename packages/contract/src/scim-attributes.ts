/** An attribute of a SCIM resource, with the words of RFC 7643 section 7. */
export interface ScimAttribute {
  readonly name: string
  readonly type: 'string' | 'boolean' | 'complex' | 'reference' | 'dateTime' | 'binary'
  readonly description: string
  readonly multiValued?: true
  readonly required?: true
  readonly caseExact?: true
  readonly mutability?: 'readOnly' | 'immutable'
  readonly returned?: 'always'
  readonly uniqueness?: 'server'
  readonly canonicalValues?: readonly string[]
  readonly referenceTypes?: readonly string[]
  readonly subAttributes?: readonly ScimAttribute[]
}

export const SCIM_USER = 'urn:ietf:params:scim:schemas:core:2.0:User'
export const SCIM_GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group'
export const SCIM_ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User'

const text = (name: string, description: string): ScimAttribute => ({ name, type: 'string', description })

/** A list of values that are told apart by type, as RFC 7643 section 2.4 describes them. */
function several(
  name: string,
  description: string,
  value: Partial<ScimAttribute> & { readonly types?: readonly string[] } = {},
): ScimAttribute {
  const { types, ...kind } = value
  return {
    name,
    type: 'complex',
    multiValued: true,
    description,
    subAttributes: [
      { name: 'value', type: 'string', description: `The value of one of ${name}.`, ...kind },
      text('display', 'What people are shown.'),
      { ...text('type', 'What it is for.'), ...(types && { canonicalValues: types }) },
      { name: 'primary', type: 'boolean', description: 'Whether it is the one to use first.' },
    ],
  }
}

const WORK_HOME_OTHER = ['work', 'home', 'other']

/** RFC 7643 section 3.1: what every resource has. */
export const SCIM_COMMON: readonly ScimAttribute[] = [
  {
    name: 'schemas',
    type: 'reference',
    multiValued: true,
    mutability: 'readOnly',
    returned: 'always',
    caseExact: true,
    referenceTypes: ['uri'],
    description: 'The schemas that the resource follows.',
  },
  {
    name: 'id',
    type: 'string',
    mutability: 'readOnly',
    returned: 'always',
    caseExact: true,
    uniqueness: 'server',
    description: 'The id here.',
  },
  { name: 'externalId', type: 'string', caseExact: true, description: 'The id at the client.' },
  {
    name: 'meta',
    type: 'complex',
    mutability: 'readOnly',
    description: 'About the resource itself.',
    subAttributes: [
      {
        name: 'resourceType',
        type: 'string',
        mutability: 'readOnly',
        caseExact: true,
        description: 'User or Group.',
      },
      { name: 'created', type: 'dateTime', mutability: 'readOnly', description: 'When it was made.' },
      {
        name: 'lastModified',
        type: 'dateTime',
        mutability: 'readOnly',
        description: 'When it was changed last.',
      },
      {
        name: 'location',
        type: 'reference',
        mutability: 'readOnly',
        caseExact: true,
        referenceTypes: ['uri'],
        description: 'Where it is.',
      },
      {
        name: 'version',
        type: 'string',
        mutability: 'readOnly',
        caseExact: true,
        description: 'The entity tag of its present state.',
      },
    ],
  },
]

/** RFC 7643 section 4.1. There is no `password`: nobody chooses one for somebody else here. */
export const SCIM_USER_ATTRIBUTES: readonly ScimAttribute[] = [
  {
    name: 'userName',
    type: 'string',
    required: true,
    uniqueness: 'server',
    description: 'The name of the account.',
  },
  {
    name: 'name',
    type: 'complex',
    description: 'The name of the person.',
    subAttributes: [
      text('formatted', 'The whole name.'),
      text('familyName', 'The family name.'),
      text('givenName', 'The given name.'),
      text('middleName', 'Middle names.'),
      text('honorificPrefix', 'A title such as "Dr."'),
      text('honorificSuffix', 'A suffix such as "III".'),
    ],
  },
  text('displayName', 'What people are shown.'),
  text('nickName', 'A casual name.'),
  {
    name: 'profileUrl',
    type: 'reference',
    referenceTypes: ['external'],
    description: 'A page about the person.',
  },
  text('title', 'The title at work.'),
  text('userType', 'How the person belongs to the organisation.'),
  text('preferredLanguage', 'As in the Accept-Language header.'),
  text('locale', 'For currency, dates and numbers.'),
  text('timezone', 'A zone of the IANA database.'),
  { name: 'active', type: 'boolean', description: 'Whether the account is open.' },
  several('emails', 'Addresses of e-mail.', { types: WORK_HOME_OTHER }),
  several('phoneNumbers', 'Telephone numbers.', {
    types: ['work', 'home', 'mobile', 'fax', 'pager', 'other'],
  }),
  several('ims', 'Addresses of instant messages.'),
  several('photos', 'Addresses of pictures.', {
    type: 'reference',
    referenceTypes: ['external'],
    types: ['photo', 'thumbnail'],
  }),
  {
    name: 'addresses',
    type: 'complex',
    multiValued: true,
    description: 'Postal addresses.',
    subAttributes: [
      text('formatted', 'The whole address.'),
      text('streetAddress', 'Street and number.'),
      text('locality', 'City.'),
      text('region', 'State or region.'),
      text('postalCode', 'Postal code.'),
      text('country', 'Country.'),
      { ...text('type', 'What it is for.'), canonicalValues: WORK_HOME_OTHER },
      { name: 'primary', type: 'boolean', description: 'Whether it is the one to use first.' },
    ],
  },
  {
    name: 'groups',
    type: 'complex',
    multiValued: true,
    mutability: 'readOnly',
    description: 'Groups of this client that the person is in.',
    subAttributes: [
      { ...text('value', 'The id of the group.'), mutability: 'readOnly' },
      {
        name: '$ref',
        type: 'reference',
        mutability: 'readOnly',
        referenceTypes: ['Group'],
        description: 'Where the group is.',
      },
      { ...text('display', 'What it is called.'), mutability: 'readOnly' },
      { ...text('type', 'Always direct.'), mutability: 'readOnly', canonicalValues: ['direct'] },
    ],
  },
  several('entitlements', 'Kept as they are told; they allow nothing here.'),
  several('roles', 'Kept as they are told; they allow nothing here.'),
  several('x509Certificates', 'Kept as they are told; nobody signs in with them.', {
    type: 'binary',
    caseExact: true,
  }),
]

/** RFC 7643 section 4.3. */
export const SCIM_ENTERPRISE_ATTRIBUTES: readonly ScimAttribute[] = [
  text('employeeNumber', 'The number of the person in the organisation.'),
  text('costCenter', 'The cost centre.'),
  text('organization', 'The organisation.'),
  text('division', 'The division.'),
  text('department', 'The department.'),
  {
    name: 'manager',
    type: 'complex',
    description: 'The manager of the person.',
    subAttributes: [
      text('value', 'The id of the manager.'),
      { name: '$ref', type: 'reference', referenceTypes: ['User'], description: 'Where the manager is.' },
      { ...text('displayName', 'The name of the manager.'), mutability: 'readOnly' },
    ],
  },
]

/** RFC 7643 section 4.2. */
export const SCIM_GROUP_ATTRIBUTES: readonly ScimAttribute[] = [
  {
    name: 'displayName',
    type: 'string',
    required: true,
    uniqueness: 'server',
    description: 'The name of the group.',
  },
  {
    name: 'members',
    type: 'complex',
    multiValued: true,
    description: 'Who is in it: users of this client.',
    subAttributes: [
      { ...text('value', 'The id of the user.'), mutability: 'immutable' },
      {
        name: '$ref',
        type: 'reference',
        mutability: 'immutable',
        referenceTypes: ['User'],
        description: 'Where the user is.',
      },
      { ...text('type', 'Always User.'), mutability: 'immutable', canonicalValues: ['User'] },
      { ...text('display', 'The name of the account.'), mutability: 'readOnly' },
    ],
  },
]

/** A kind of resource: what it is called, where it is and all that it can have. */
export interface ScimType {
  readonly name: 'User' | 'Group'
  readonly endpoint: '/Users' | '/Groups'
  readonly schema: string
  readonly extension: string | null
  /** With those that every resource has; an extension stands among them under its URN. */
  readonly attributes: readonly ScimAttribute[]
}

export const SCIM_TYPES = {
  User: {
    name: 'User',
    endpoint: '/Users',
    schema: SCIM_USER,
    extension: SCIM_ENTERPRISE,
    attributes: [
      ...SCIM_COMMON,
      ...SCIM_USER_ATTRIBUTES,
      {
        name: SCIM_ENTERPRISE,
        type: 'complex',
        description: 'What companies keep besides.',
        subAttributes: SCIM_ENTERPRISE_ATTRIBUTES,
      },
    ],
  },
  Group: {
    name: 'Group',
    endpoint: '/Groups',
    schema: SCIM_GROUP,
    extension: null,
    attributes: [...SCIM_COMMON, ...SCIM_GROUP_ATTRIBUTES],
  },
} as const satisfies Readonly<Record<'User' | 'Group', ScimType>>
