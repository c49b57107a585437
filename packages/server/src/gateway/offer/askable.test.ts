import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeInput, targetInput } from '@freehold/contract/routing.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import { compileRouting } from '../routing/compile.ts'
import type { Discovered } from './askable.ts'
import { askableModels, mayAsk } from './askable.ts'

const star = (name: string, more: object = {}) =>
  guardTarget(
    targetInput.parse({
      name,
      kind: 'model',
      zone: 'private',
      dialect: 'openai',
      url: 'http://10.0.0.1/v1',
      models: ['*'],
      ...more,
    }),
  )
const routed = (targets: ReturnType<typeof star>[], routes: readonly unknown[]) =>
  compileRouting({
    file: { targets, routes: routes.map((one) => routeInput.parse(one)) },
    settings: { targets: [], routes: [] },
    privateOnly: [],
  }).routing
const knowing = (models: Readonly<Record<string, readonly string[]>>, edition = 1): Discovered => ({
  edition,
  isIdle: false,
  modelsOf: ({ name }) => (models[name] ?? []).map((id) => ({ id, ownedBy: null, createdS: null })),
})
const caller = { budgets: [] }
const asking = { caller, class: 'internal', dialect: 'openai' } as const
const names = (routing: ReturnType<typeof routed>, discovery: Discovered): readonly string[] =>
  askableModels(routing, asking, discovery).map(({ id }) => id)

test('a model is listed only where its own target would be asked for it', () => {
  const routing = routed(
    [star('one'), star('two')],
    [{ when: { model: 'a*' }, to: ['one'] }, { to: ['two'] }],
  )
  const found = knowing({ one: ['a-1', 'b-1'], two: ['a-2', 'b-2', 'b-2'] })
  assert.deepEqual(names(routing, found), ['extract-1', 'a-1', 'b-2'])
})

test('a list is made once, and again when something new was found', () => {
  const routing = routed([star('one')], [{ to: ['one'] }])
  assert.deepEqual(names(routing, knowing({ one: ['a'] })), ['extract-1', 'a'])
  assert.deepEqual(names(routing, knowing({ one: ['b'] })), ['extract-1', 'a'])
  assert.deepEqual(names(routing, knowing({ one: ['b'] }, 2)), ['extract-1', 'b'])
})

test('what would be refused is not there, whether or not a list holds it', () => {
  const cloud = star('cloud', { zone: 'managed', url: 'https://api.test/v1' })
  const routing = routed([cloud], [{ when: { class: ['public', 'internal'] }, to: ['cloud'] }])
  const high = { ...asking, class: 'confidential' } as const
  assert.equal(mayAsk(routing, 'gpt', high), false, 'its rule lists other classes')
  const open = { ...asking, class: 'public' } as const
  assert.equal(mayAsk(routing, 'gpt', open), true)
  const frugal = { budgets: [{ id: 'key:1', limits: { moneyPerDay: 1 } }] }
  assert.equal(mayAsk(routing, 'gpt', { ...open, caller: frugal }), false, 'it has no price')
  const closed = routed([cloud], [{ when: { class: ['public'] }, to: ['cloud'] }])
  assert.deepEqual(names(closed, knowing({ cloud: ['gpt'] })), ['extract-1'])
})

test('what is only looked at decides nothing: the version in the records stays the same', () => {
  const plain = routed([star('one')], [{ to: ['one'] }])
  const looking = routed([star('one', { discover: true, native: 'ollama' })], [{ to: ['one'] }])
  assert.equal(looking.version, plain.version)
  assert.notEqual(routed([star('one', { models: ['a'] })], [{ to: ['one'] }]).version, plain.version)
})
