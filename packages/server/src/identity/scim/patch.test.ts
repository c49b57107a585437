import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCIM_ENTERPRISE, SCIM_TYPES, SCIM_USER } from '@freehold/contract/scim-attributes.ts'
import { SCIM_PATCH } from '@freehold/contract/scim.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Doc } from './attributes.ts'
import { patched, readPatch } from './patch.ts'
import { readResource } from './resource.ts'

const { User, Group } = SCIM_TYPES

const OLGA: Doc = {
  userName: 'olga',
  active: true,
  name: { givenName: 'Olga', familyName: 'Brien' },
  emails: [
    { type: 'work', value: 'olga@example.org', primary: true },
    { type: 'home', value: 'olga@home.example' },
  ],
}
const TEAM: Doc = { displayName: 'Team', members: [{ value: 'a' }, { value: 'b' }, { value: 'c' }] }

type Operation = Readonly<Record<string, unknown>>

const after = (operations: readonly Operation[], doc: Doc = OLGA): Promise<Doc> =>
  patched(doc === TEAM ? Group : User, doc, readPatch({ schemas: [SCIM_PATCH], Operations: operations }))

const without = (name: string, doc: Doc): Doc =>
  Object.fromEntries(Object.entries(doc).filter(([one]) => one !== name))

const DEPARTMENT = { [SCIM_ENTERPRISE]: { department: 'Sales' } }
const [WORK, HOME] = [
  { type: 'work', value: 'olga@example.org', primary: true },
  { type: 'home', value: 'olga@home.example' },
]

/** What is left when each is done to Olga. */
const DONE: readonly (readonly [what: string, operations: readonly Operation[], expected: Doc])[] = [
  ['a simple value', [{ op: 'replace', path: 'displayName', value: 'O.' }], { ...OLGA, displayName: 'O.' }],
  [
    'a part',
    [{ op: 'add', path: 'name.middleName', value: 'M.' }],
    { ...OLGA, name: { givenName: 'Olga', familyName: 'Brien', middleName: 'M.' } },
  ],
  [
    'a complex value, of which the rest stays',
    [{ op: 'replace', path: 'name', value: { familyName: 'B.' } }],
    { ...OLGA, name: { givenName: 'Olga', familyName: 'B.' } },
  ],
  [
    'the removal of a part',
    [{ op: 'remove', path: 'name.givenName' }],
    { ...OLGA, name: { familyName: 'Brien' } },
  ],
  ['the removal of everything of an attribute', [{ op: 'remove', path: 'name' }], without('name', OLGA)],
  ['Okta without a path', [{ op: 'replace', value: { active: false } }], { ...OLGA, active: false }],
  [
    'Entra ID with capitals and a word for false',
    [{ op: 'Replace', path: 'active', value: 'False' }],
    { ...OLGA, active: false },
  ],
  [
    'Entra ID with a list of one',
    [{ op: 'Replace', path: 'active', value: [{ value: 'False' }] }],
    { ...OLGA, active: false },
  ],
  [
    'Entra ID without an op of small letters or a path',
    [{ op: 'Add', value: { 'name.givenName': 'O', DISPLAYNAME: 'x' } }],
    { ...OLGA, name: { givenName: 'O', familyName: 'Brien' }, displayName: 'x' },
  ],
  [
    'a chosen value',
    [{ op: 'Replace', path: 'emails[type eq "work"].value', value: 'o@x.org' }],
    { ...OLGA, emails: [HOME, { ...WORK, value: 'o@x.org' }] },
  ],
  [
    'a chosen value by a path without one',
    [{ op: 'replace', value: { 'emails[type eq "home"].value': 'o@x.org' } }],
    { ...OLGA, emails: [WORK, { ...HOME, value: 'o@x.org' }] },
  ],
  [
    'a chosen value whole',
    [{ op: 'replace', path: 'emails[type eq "home"]', value: { type: 'other', value: 'o@x.org' } }],
    { ...OLGA, emails: [WORK, { type: 'other', value: 'o@x.org' }] },
  ],
  [
    'a chosen value of a usual type before there is one',
    [{ op: 'Add', path: 'phoneNumbers[type eq "mobile"].value', value: '1' }],
    { ...OLGA, phoneNumbers: [{ type: 'mobile', value: '1' }] },
  ],
  [
    'roles as Entra ID writes them',
    [
      { op: 'Add', path: 'roles[primary eq "True"].value', value: 'r-1' },
      { op: 'Add', path: 'roles[primary eq "True"].display', value: 'Writer' },
    ],
    { ...OLGA, roles: [{ primary: true, value: 'r-1', display: 'Writer' }] },
  ],
  [
    'one value more',
    [{ op: 'add', path: 'emails', value: [{ type: 'other', value: 'z@x.org' }] }],
    { ...OLGA, emails: [WORK, HOME, { type: 'other', value: 'z@x.org' }] },
  ],
  ['a value that is there already', [{ op: 'add', path: 'emails', value: [{ ...HOME }] }], OLGA],
  [
    'another that is primary',
    [{ op: 'add', path: 'emails', value: { type: 'other', value: 'z@x.org', primary: true } }],
    {
      ...OLGA,
      emails: [{ ...WORK, primary: false }, HOME, { type: 'other', value: 'z@x.org', primary: true }],
    },
  ],
  ['all values', [{ op: 'replace', path: 'emails', value: [HOME] }], { ...OLGA, emails: [HOME] }],
  [
    'the removal of a chosen value',
    [{ op: 'remove', path: 'emails[type eq "work"]' }],
    { ...OLGA, emails: [HOME] },
  ],
  ['the removal of all values', [{ op: 'remove', path: 'emails' }], without('emails', OLGA)],
  ['null for a value', [{ op: 'replace', path: 'name', value: null }], without('name', OLGA)],
  [
    'a part of the extension',
    [{ op: 'add', path: `${SCIM_ENTERPRISE}:department`, value: 'Sales' }],
    { ...OLGA, ...DEPARTMENT },
  ],
  ['the extension whole', [{ op: 'add', value: DEPARTMENT }], { ...OLGA, ...DEPARTMENT }],
  [
    'a manager as Entra ID writes one',
    [{ op: 'Add', path: `${SCIM_ENTERPRISE}:manager`, value: '26' }],
    { ...OLGA, [SCIM_ENTERPRISE]: { manager: { value: '26' } } },
  ],
  [
    'a path with the schema',
    [{ op: 'replace', path: `${SCIM_USER}:displayName`, value: 'x' }],
    { ...OLGA, displayName: 'x' },
  ],
  [
    'what is not known, without a path',
    [{ op: 'replace', value: { shoeSize: '42', id: 'x', meta: {} } }],
    OLGA,
  ],
  [
    'names of a prototype',
    [
      {
        op: 'add',
        value: JSON.parse(
          '{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}',
        ),
      },
    ],
    OLGA,
  ],
  [
    'two that follow each other',
    [
      { op: 'add', path: 'title', value: 'x' },
      { op: 'remove', path: 'title' },
    ],
    OLGA,
  ],
]

for (const [what, operations, expected] of DONE) {
  test(`a patch with ${what} does what it says`, async () => {
    assert.deepEqual(await after(operations), expected)
    assert.equal('polluted' in {}, false)
  })
}

const MEMBERS: readonly (readonly [what: string, operation: Operation, expected: readonly string[]])[] = [
  ['adds a list', { op: 'Add', path: 'members', value: [{ $ref: null, value: 'd' }] }, ['a', 'b', 'c', 'd']],
  ['adds one', { op: 'add', path: 'members', value: { value: 'd' } }, ['a', 'b', 'c', 'd']],
  ['adds without a path', { op: 'add', value: { members: [{ value: 'd' }] } }, ['a', 'b', 'c', 'd']],
  [
    'adds one who is in it',
    { op: 'add', path: 'members', value: [{ value: 'b', display: 'B' }] },
    ['a', 'b', 'c'],
  ],
  ['removes by a choice', { op: 'remove', path: 'members[value eq "b"]' }, ['a', 'c']],
  [
    'removes by a choice with the schema',
    { op: 'remove', path: 'urn:ietf:params:scim:schemas:core:2.0:Group:members[value eq "b"]' },
    ['a', 'c'],
  ],
  [
    'removes by a list',
    { op: 'Remove', path: 'members', value: [{ $ref: null, value: 'a' }, { value: 'c' }] },
    ['b'],
  ],
  ['removes nobody by a list of none', { op: 'Remove', path: 'members', value: [] }, ['a', 'b', 'c']],
  ['removes one who is not in it', { op: 'remove', path: 'members[value eq "x"]' }, ['a', 'b', 'c']],
  ['removes all', { op: 'remove', path: 'members' }, []],
  ['replaces', { op: 'replace', path: 'members', value: [{ value: 'x' }] }, ['x']],
  [
    'replaces without a path, with the id along',
    { op: 'replace', value: { id: 'g', displayName: 'Team', members: [{ value: 'x' }] } },
    ['x'],
  ],
]

for (const [what, operation, expected] of MEMBERS) {
  test(`a patch of members ${what}`, async () => {
    const { members = [] } = await after([operation], TEAM)
    assert.deepEqual(Array.isArray(members) && members.map((one) => (one as Doc)['value']), expected)
  })
}

async function refusal(work: () => unknown): Promise<string | null> {
  try {
    await work()
    return null
  } catch (error) {
    if (error instanceof Fault) return error.scimType
    throw error
  }
}

const BROKEN: readonly (readonly [what: string, operation: unknown, scimType: string])[] = [
  ['an op that is none', { op: 'move', path: 'title', value: 'x' }, 'invalidSyntax'],
  ['no op', { path: 'title', value: 'x' }, 'invalidSyntax'],
  ['a text for an operation', 'replace', 'invalidSyntax'],
  ['no value', { op: 'add', path: 'title' }, 'invalidValue'],
  ['a removal of nothing', { op: 'remove' }, 'noTarget'],
  ['an unknown attribute', { op: 'add', path: 'shoeSize', value: '42' }, 'invalidPath'],
  ['a path into a prototype', { op: 'add', path: '__proto__.polluted', value: 'x' }, 'invalidPath'],
  ['a path that is no text', { op: 'add', path: 7, value: 'x' }, 'invalidPath'],
  [
    'a path with brackets at a single value',
    { op: 'add', path: 'name[givenName eq "x"]', value: {} },
    'invalidPath',
  ],
  ['an open bracket in the path', { op: 'add', path: 'emails[type eq "work"', value: {} }, 'invalidPath'],
  ['a choice that cannot be read', { op: 'remove', path: 'emails[type like "work"]' }, 'invalidFilter'],
  ['a choice of no value', { op: 'replace', path: 'emails[type eq "moon"].value', value: 'x' }, 'noTarget'],
  ['an id', { op: 'replace', path: 'id', value: 'x' }, 'mutability'],
  ['meta', { op: 'replace', path: 'meta.version', value: 'x' }, 'mutability'],
  ['groups of a user', { op: 'add', path: 'groups', value: [{ value: 'admins' }] }, 'mutability'],
  ['a name that is removed', { op: 'remove', path: 'userName' }, 'mutability'],
  ['a number for text', { op: 'replace', path: 'title', value: 7 }, 'invalidValue'],
  ['a word that is neither true nor false', { op: 'replace', path: 'active', value: 'no' }, 'invalidValue'],
  ['a list for a single value', { op: 'replace', path: 'title', value: ['a', 'b'] }, 'invalidValue'],
  ['text of 1025 characters', { op: 'replace', path: 'title', value: 'x'.repeat(1025) }, 'invalidValue'],
  ['a NUL', { op: 'replace', path: 'title', value: 'a\0b' }, 'invalidValue'],
  ['a name over two lines', { op: 'replace', path: 'userName', value: 'a\nb' }, 'invalidValue'],
  ['a name with a space at its end', { op: 'replace', path: 'userName', value: 'a ' }, 'invalidValue'],
  [
    '101 addresses',
    { op: 'add', path: 'emails', value: Array.from({ length: 101 }, (_, at) => ({ value: `${at}` })) },
    'tooMany',
  ],
  [
    'two that are primary',
    {
      op: 'replace',
      path: 'emails',
      value: [
        { value: 'a', primary: true },
        { value: 'b', primary: true },
      ],
    },
    'invalidValue',
  ],
  ['one attribute twice', { op: 'replace', value: { title: 'a', TITLE: 'b' } }, 'invalidSyntax'],
]

for (const [what, operation, scimType] of BROKEN) {
  test(`a patch with ${what} is refused and changes nothing`, async () => {
    const body = {
      schemas: [SCIM_PATCH],
      Operations: [{ op: 'replace', path: 'nickName', value: 'x' }, operation],
    }
    assert.equal(await refusal(async () => patched(User, OLGA, readPatch(body))), scimType)
    assert.equal('nickName' in OLGA, false)
  })
}

test('a patch without operations, with too many, or of another schema is refused', async () => {
  const operation = { op: 'replace', path: 'title', value: 'x' }
  const body = (count: number) => ({
    schemas: [SCIM_PATCH],
    Operations: Array.from({ length: count }, () => operation),
  })
  assert.equal(await refusal(() => readPatch(body(0))), 'invalidSyntax')
  assert.equal(await refusal(() => readPatch(body(501))), 'tooMany')
  assert.equal(await refusal(() => readPatch({ ...body(1), schemas: [SCIM_USER] })), 'invalidSyntax')
  assert.equal(await refusal(() => readPatch([])), 'invalidSyntax')
  assert.equal(await refusal(() => readPatch(body(500))), null)
})

test('a resource keeps what the table names, under the names of the table, and nothing else', () => {
  const read = readResource(User, {
    SCHEMAS: [SCIM_USER],
    USERNAME: 'olga',
    id: 'chosen by the client',
    groups: [{ value: 'admins' }],
    password: 'correct horse',
    roles: [],
    nickName: null,
    emails: [{ TYPE: 'work', value: 'a@x.org', shoe: 1 }],
    meta: { resourceType: 'User' },
    tenant_id: 'another',
    role: 'owner',
  })
  assert.deepEqual(read, { userName: 'olga', emails: [{ type: 'work', value: 'a@x.org' }] })
})

test('a resource without its schema or its name is refused', async () => {
  assert.equal(await refusal(() => readResource(User, { userName: 'x' })), 'invalidSyntax')
  assert.equal(await refusal(() => readResource(User, { schemas: [SCIM_USER] })), 'invalidValue')
  assert.equal(
    await refusal(() => readResource(User, { schemas: [SCIM_USER], userName: '' })),
    'invalidValue',
  )
})
