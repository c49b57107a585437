import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SCIM_ENTERPRISE, SCIM_TYPES, SCIM_USER } from '@freehold/contract/scim-attributes.ts'
import { Fault } from '../../kernel/fault.ts'
import type { Doc } from './attributes.ts'
import { parseFilter, wrong } from './filter.ts'
import { bindFilter } from './filter-match.ts'

const OLGA: Doc = {
  schemas: [SCIM_USER],
  id: '0198c0de-0000-7000-8000-000000000001',
  externalId: 'Ab-7',
  userName: 'Olga@Example.org',
  name: { givenName: 'Olga', familyName: 'O"Brien' },
  title: '',
  active: true,
  emails: [
    { type: 'work', value: 'olga@example.org', primary: true },
    { type: 'home', value: 'olga@home.example' },
  ],
  [SCIM_ENTERPRISE]: { department: 'Research', manager: { value: '26' } },
  meta: { resourceType: 'User', lastModified: '2026-05-13T04:42:34.000Z' },
}

function fits(filter: string, doc: Doc = OLGA): boolean {
  const unknown = (path: string): never => {
    throw wrong(path)
  }
  return bindFilter(parseFilter(filter), SCIM_TYPES.User, unknown)(doc)
}

/** Read by hand from RFC 7644 section 3.4.2.2 and from what Okta, Entra ID and Keycloak send. */
const VERDICTS: readonly (readonly [filter: string, fits: boolean])[] = [
  ['userName eq "olga@example.org"', true],
  ['USERNAME EQ "OLGA@EXAMPLE.ORG"', true],
  ['userName eq "olga"', false],
  ['userName ne "olga"', true],
  ['externalId eq "Ab-7"', true],
  ['externalId eq "ab-7"', false],
  ['userName co "example"', true],
  ['userName sw "olga"', true],
  ['userName ew ".org"', true],
  ['userName sw "x" or userName ew ".org"', true],
  ['userName gt "a" and userName lt "p"', true],
  ['userName ge "olga@example.org" and userName le "olga@example.org"', true],
  ['title pr', false],
  ['nickName pr', false],
  ['name pr', true],
  ['nickName eq null', true],
  ['userName ne null', true],
  ['active eq true', true],
  ['active eq "True"', true],
  ['active eq false', false],
  ['name.familyName eq "O\\"Brien"', true],
  [`${SCIM_USER}:userName eq "olga@example.org"`, true],
  [`${SCIM_USER}:name.givenName co "LG"`, true],
  [`${SCIM_ENTERPRISE}:department eq "research"`, true],
  [`${SCIM_ENTERPRISE.toUpperCase()}:manager.value eq "26"`, true],
  [`${SCIM_ENTERPRISE}:manager eq "26"`, true],
  [`${SCIM_ENTERPRISE} pr`, true],
  ['emails.value eq "olga@home.example"', true],
  ['emails co "home.example"', true],
  ['emails[type eq "work"]', true],
  ['emails[type eq "work" and value co "home"]', false],
  ['emails[type eq "work"].value eq "OLGA@example.org"', true],
  ['emails[type eq "work"].value eq "olga@home.example"', false],
  ['emails[not (type eq "work") and value pr]', true],
  ['emails[primary eq true]', true],
  ['schemas eq "urn:ietf:params:scim:schemas:core:2.0:User"', true],
  ['meta.resourceType eq "User"', true],
  ['meta.lastModified ge "2026-05-13T06:42:34+02:00"', true],
  ['meta.lastModified lt "2026-01-01T00:00:00Z"', false],
  ['not (userName eq "olga@example.org")', false],
  ['not(userName eq "x" or userName eq "olga@example.org")', false],
  // `and` binds closer than `or`.
  ['userName eq "olga@example.org" or userName eq "x" and userName eq "y"', true],
  ['(userName eq "olga@example.org" or userName eq "x") and userName eq "y"', false],
  ['  userName   eq   "olga@example.org"  ', true],
]

for (const [filter, verdict] of VERDICTS) {
  test(`the filter ${filter.slice(0, 70)} ${verdict ? 'finds Olga' : 'does not find Olga'}`, () => {
    assert.equal(fits(filter), verdict)
  })
}

const refusedWith = (filter: string): string | null => {
  try {
    fits(filter)
    return null
  } catch (error) {
    return error instanceof Fault ? error.scimType : String(error)
  }
}

const terms = (count: number, word: string): string =>
  Array.from({ length: count }, () => 'title pr').join(` ${word} `)

const BROKEN: readonly (readonly [what: string, filter: string])[] = [
  ['nothing', ''],
  ['spaces alone', '   '],
  ['a name alone', 'userName'],
  ['a comparison without a value', 'userName eq'],
  ['a word that is no comparison', 'userName like "x"'],
  ['text without quotes', 'userName eq olga'],
  ['an open quote', 'userName eq "olga'],
  ['an escape that JSON does not have', 'userName eq "\\x41"'],
  ['an open bracket', '(userName pr'],
  ['a closing bracket alone', 'userName pr)'],
  ['an open square bracket', 'emails[type eq "work"'],
  ['brackets in brackets', 'emails[type[value pr] eq "x"]'],
  ['an empty choice', 'emails[]'],
  ['a part that is not there', 'emails[colour eq "red"]'],
  ['brackets at a single value', 'userName[value eq "x"]'],
  ['two terms without a word between', 'userName pr title pr'],
  ['a word at the end', 'userName pr and'],
  ['a word at the beginning', 'or userName pr'],
  ['truth that is greater', 'active gt true'],
  ['text that is a number', 'userName eq 7'],
  ['a time that is none', 'meta.created gt "yesterday"'],
  ['a complex attribute without a value of its own', 'name eq "Olga"'],
  ['null that is smaller', 'userName lt null'],
  ['a number that is none', 'userName eq 1.2.3'],
  ['SQL', `userName eq "x"; DROP TABLE account`],
  ['more than 64 terms', terms(65, 'or')],
  ['brackets 17 deep', `${'('.repeat(17)}title pr${')'.repeat(17)}`],
  ['more than 2000 characters', `userName eq "${'x'.repeat(2000)}"`],
]

for (const [what, filter] of BROKEN) {
  test(`a filter with ${what} is refused`, () => {
    assert.equal(refusedWith(filter), 'invalidFilter')
  })
}

test('a filter within the limits is not refused', () => {
  assert.equal(refusedWith(terms(64, 'or')), null)
  assert.equal(refusedWith(`${'('.repeat(16)}title pr${')'.repeat(16)}`), null)
})

test('names of a prototype are attributes of nobody, and nothing is written to one', () => {
  for (const name of ['constructor', 'constructor.prototype.polluted', 'toString', 'hasOwnProperty']) {
    const unknown: string[] = []
    const matches = bindFilter(parseFilter(`${name} eq "x"`), SCIM_TYPES.User, (path) => unknown.push(path))
    assert.equal(matches(OLGA), false)
    assert.deepEqual(unknown, [name])
  }
  assert.equal(refusedWith('__proto__.polluted eq "x"'), 'invalidFilter')
  assert.equal(refusedWith('emails[constructor eq "x"]'), 'invalidFilter')
  assert.equal('polluted' in {}, false)
})

test('a choice of one of many costs no more than what is written', () => {
  const pairs = Array.from({ length: 32 }, () => '(title pr or nickName pr)').join(' and ')
  assert.equal(fits(pairs), false)
})
