import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Action } from '@freehold/contract/actions.ts'
import { ACTIONS } from '@freehold/contract/actions.ts'
import { DATA_CLASSES } from '@freehold/contract/data-class.ts'
import { tenantId } from '../../store/tenant-id.ts'
import { scopesOfRoles } from '../roles.ts'
import { CedarEngine } from './cedar-engine.ts'
import { compilePolicies } from './compiled.ts'
import type { Standing } from './entities.ts'
import { actionGroup } from './entities.ts'
import { Restraint } from './restraint.ts'
import { cedarSchema } from './schema.ts'

const cedar = new CedarEngine()
const tenant = tenantId('00000000-0000-7000-8000-000000000001')

const EVERY = Object.keys(ACTIONS) as Action[]
const ASKED = EVERY.filter((action) => ACTIONS[action] !== 'anyone')

test('every action of the platform stands in the schema, so a new operation does too', () => {
  const schema = cedarSchema()
  for (const action of EVERY) assert.ok(schema.includes(`\naction "${action}"`), action)
  const each = ASKED.map((action) => `forbid (principal, action == Action::"${action}", resource);`)
  assert.deepEqual(cedar.read(each.join('\n')).problems, [])
})

/** What is wrong with a text, as it is shown. */
const wrong = (text: string): string =>
  cedar
    .read(text)
    .problems.map(({ line, column, message }) => `${line}:${column} ${message}`)
    .join('\n')

const WRONG: readonly (readonly [what: string, text: string, said: RegExp])[] = [
  [
    'a word out of place',
    '// é\nforbid (principal, action, resource when { true };',
    /^2:37 unexpected token `when`/,
  ],
  [
    'an action that is not there',
    'forbid (principal, action == Action::"model.us", resource);',
    /^1:30 unrecognized action.*did you mean/,
  ],
  [
    'an attribute that is not there',
    'forbid (principal, action, resource)\nwhen { principal.ceilin > 1 };',
    /^2:8 attribute `ceilin`.*did you mean `ceiling`/,
  ],
  [
    'a class that is mistyped',
    'forbid (principal, action, resource is Document) when { resource.class == DataClass::"secret" };',
    /not declared.*confidential/,
  ],
  [
    'an action of whoever is not known yet',
    'forbid (principal, action == Action::"session.open", resource);',
    /applicable action/,
  ],
  [
    'a condition that is never met',
    'forbid (principal, action, resource) when { principal is User && principal is ApiKey };',
    /impossible/,
  ],
  [
    'a permit',
    'forbid (principal, action == Action::"cache.purge", resource);\n\npermit (principal, action, resource);',
    /^3:1 .*only roles do/,
  ],
  ['a template', 'forbid (principal == ?principal, action, resource);', /slot/],
  ['a single document', 'forbid (principal, action, resource == Document::"x");', /single document/],
  [
    'arithmetic',
    'forbid (principal, action, resource is Document) when { resource.level + 1 > 2 };',
    /uses "\+"/,
  ],
  [
    'a look into somebody else',
    'forbid (principal, action, resource) when { User::"x".limited };',
    /on the left of "\."/,
  ],
  [
    'somebody else in a group',
    'forbid (principal, action, resource) when { User::"x" in Group::"g" };',
    /on the left of "in"/,
  ],
  [
    'a name that two have',
    '@id("a") forbid (principal, action == Action::"cache.purge", resource);\n@id("a") forbid (principal, action == Action::"cache.read", resource);',
    /^2:1 .*"a", which another has too/,
  ],
  [
    'a name that is a sentence',
    '@id("a b") forbid (principal, action == Action::"cache.purge", resource);',
    /@id/,
  ],
  [
    'an advice of two lines',
    '@advice("a\\nb") forbid (principal, action == Action::"cache.purge", resource);',
    /@advice/,
  ],
  [
    'more policies than there may be',
    'forbid (principal, action == Action::"cache.purge", resource);\n'.repeat(501),
    /^501:1 there are 501 policies/,
  ],
  [
    'a nest',
    `forbid (principal, action, resource) when { ${'!'.repeat(4)}${'(true && '.repeat(70)}true${')'.repeat(70)} };`,
    /deeper|nested|recursion|impossible|stack/,
  ],
]
for (const [what, text, said] of WRONG) {
  test(`${what} is refused at its place`, () => {
    assert.match(wrong(text), said)
  })
}

test('a table of documents says what Cedar says of each of them, in collections that are named and in others', () => {
  const { policies } =
    cedar.read(`forbid (principal, action == Action::"knowledge.read", resource is Document)
    when { resource.class == DataClass::"internal" && !(resource in Collection::"c1") };
    forbid (principal, action == Action::"knowledge.read", resource == Collection::"c2");
    forbid (principal, action in [Action::"knowledge.write"], resource is Document) unless { resource in Collection::"c3" };`)
  const standing: Standing = {
    kind: 'user',
    id: 'u1',
    tenant,
    roles: ['member'],
    groups: [],
    scopes: null,
    ceiling: 'restricted',
  }
  const restraint = new Restraint(compilePolicies({ tenant, version: 1 }, policies), standing, [])
  const read = restraint.reach('knowledge.read')
  assert.deepEqual(read.others, { isSeen: true, classes: ['public', 'confidential', 'restricted'] })
  assert.deepEqual(read.named.get('c1'), { isSeen: true, classes: [...DATA_CLASSES] })
  assert.deepEqual(read.named.get('c2'), { isSeen: false, classes: [] })
  const write = restraint.reach('knowledge.write')
  assert.deepEqual([write.others.classes, write.named.get('c3')?.classes], [[], [...DATA_CLASSES]])
})

test('the same target is asked about once', () => {
  const { policies } = cedar.read(
    'forbid (principal, action == Action::"model.use", resource is Target) when { context has level && context.level > 1 && resource.zone == Zone::"managed" };',
  )
  const compiled = compilePolicies({ tenant, version: 1 }, policies)
  let asked = 0
  const counted = compiled.policies.map((each) => ({
    ...each,
    forbids: (question: Parameters<typeof each.forbids>[0]) => ((asked += 1), each.forbids(question)),
  }))
  const about = new Map([['model.use', counted] as const])
  const standing: Standing = {
    kind: 'user',
    id: 'u1',
    tenant,
    roles: ['member'],
    groups: [],
    scopes: null,
    ceiling: 'restricted',
  }
  const restraint = new Restraint({ ...compiled, about }, standing, [])
  const target = { name: 'far', zone: 'managed' } as const
  for (let at = 0; at < 3; at += 1) {
    assert.equal(restraint.target(target, 'Target', 'internal'), null)
    assert.notEqual(restraint.target(target, 'Target', 'restricted'), null)
  }
  assert.equal(asked, 2)
})

test('roles that every installation has are groups of actions in the schema', () => {
  for (const action of ASKED) {
    const grant = ACTIONS[action]
    const group = actionGroup(action)
    assert.ok(group !== null && cedarSchema().includes(`"${group}"`))
    if (grant !== 'anyone' && grant !== 'caller' && grant !== 'operator')
      assert.ok(scopesOfRoles(['owner']).has(grant))
  }
})
