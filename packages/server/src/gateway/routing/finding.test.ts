import { test } from 'node:test'
import assert from 'node:assert/strict'
import type { DataClass } from '@freehold/contract/data-class.ts'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { MaskingParts } from './compile.ts'
import { checkRouting, compileRouting } from './compile.ts'

const target = (name: string, zone: 'private' | 'managed') =>
  guardTarget(
    targetInput.parse({
      name,
      kind: 'model',
      zone,
      dialect: 'openai',
      url: 'https://1.1.1.1/v1',
      models: ['*'],
    }),
  )
const TARGETS = [target('house', 'private'), target('other', 'private'), target('cloud', 'managed')]
const NOTHING = { targets: [], routes: [] }

const matters = (rules: readonly object[], dataClass: DataClass = 'internal', masking: MaskingParts = {}) =>
  compileRouting({
    ...masking,
    file: { targets: TARGETS, routes: rules.map((rule) => routeInput.parse(rule)) },
    settings: NOTHING,
    privateOnly: [],
  }).routing.findingsMatter({
    kind: 'model',
    model: 'm',
    dialect: 'openai',
    local: true,
    portable: true,
    class: dataClass,
  })

test('nobody looks into a request where nothing that stands in it could change anything', () => {
  assert.equal(matters([{ to: ['house'] }]), false)
  assert.equal(matters([{ to: ['house', 'other'] }]), false)
  assert.equal(matters([{ when: { class: ['internal', 'confidential'] }, to: ['house'] }]), false)
  // Other requests may leave, this one does not.
  assert.equal(
    matters([{ when: { model: 'gpt', class: ['public'] }, to: ['cloud'] }, { to: ['house'] }]),
    false,
  )
})

test('a request is looked into where its class decides, or where it may leave', () => {
  assert.equal(matters([{ when: { class: ['confidential'] }, to: ['other'] }, { to: ['house'] }]), true)
  assert.equal(matters([{ when: { class: ['internal'] }, to: ['house'] }]), true)
  assert.equal(matters([{ when: { class: ['internal', 'confidential'] }, to: ['house', 'cloud'] }]), true)
  const shared = [
    { when: { class: ['internal', 'confidential'], share: 0.1 }, to: ['cloud'] },
    { to: ['house'] },
  ]
  assert.equal(matters(shared), true)
  // It is confidential already, and nothing found raises it further.
  assert.equal(
    matters([{ when: { class: ['internal'] }, to: ['house'] }, { to: ['other'] }], 'confidential'),
    false,
  )
  const found = { found: { default: 'internal' } } as const
  assert.equal(matters([{ when: { class: ['internal'] }, to: ['house'] }], 'internal', found), false)
})

test('a rule names a profile that is there', () => {
  const rules = (desensitise: string, masking: MaskingParts = {}) =>
    checkRouting({
      ...masking,
      targets: TARGETS,
      routes: [routeInput.parse({ when: { class: ['internal'] }, to: ['cloud'], desensitise })],
      privateOnly: [],
    }).map(({ path, message }) => `${path.join('.')} ${message}`)
  assert.deepEqual(rules('pipl'), [])
  assert.deepEqual(rules('ours', { profiles: { ours: {} } }), [])
  assert.match(rules('ours')[0] ?? '', /^routes\.0\.desensitise names no profile: there are strict, pipl/)
})
