import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteInput } from '@freehold/contract/routing.ts'
import { routeInput } from '@freehold/contract/routing.ts'
import { checkRouting, compileRouting } from './compile.ts'

const model = (name: string, more: object = {}) => ({
  name,
  kind: 'model' as const,
  zone: 'private' as const,
  dialect: 'openai' as const,
  url: 'https://10.0.1.5/v1',
  models: ['qwen'],
  ...more,
})
const targets = [
  model('a'),
  model('b'),
  model('c', { models: ['other'] }),
  { ...model('cloud'), zone: 'managed' as const },
  { name: 'pay-1', kind: 'service' as const, zone: 'private' as const, url: 'http://10.0.1.5' },
  { name: 'pay-2', kind: 'service' as const, zone: 'private' as const, url: 'http://10.0.1.6' },
]
const route = (value: unknown): RouteInput => routeInput.parse(value)
const problemsOf = (one: unknown): readonly string[] =>
  checkRouting({ targets, routes: [route(one)], privateOnly: [] }).map(
    ({ path, message }) => `${path.slice(2).join('.')} ${message}`,
  )
const attemptsOf = (one: unknown) =>
  compileRouting({
    file: { targets, routes: [route(one)] },
    settings: { targets: [], routes: [] },
    privateOnly: [],
  }).routing.decide({
    kind: 'model',
    model: 'qwen',
    dialect: 'openai',
    local: true,
    portable: true,
    class: 'public',
  }).attempts
const groupsIn = (one: unknown) =>
  attemptsOf(one).map((attempt) => (attempt.zone === 'local' ? null : (attempt.group ?? null)))

test('the members of a group are attempts like any other, and share one value', () => {
  const [first, a, b, local] = groupsIn({
    to: ['cloud', ['a', 'c', 'b'], 'local'],
    when: { class: ['public'] },
  })
  assert.deepEqual([first, a, local], [null, { affinity: 'prefix' }, null])
  assert.equal(a, b)
})

test('models of one own keep conversations together unless the rule says otherwise', () => {
  assert.deepEqual(groupsIn({ to: [['a', 'b']], affinity: 'none' })[0], { affinity: 'none' })
  const twoClouds = [...targets, { ...model('cloud-2'), zone: 'managed' as const }]
  const { routing } = compileRouting({
    file: {
      targets: twoClouds,
      routes: [
        route({ to: [['cloud', 'cloud-2']], when: { class: ['public'] } }),
        route({ to: [['pay-1', 'pay-2']], when: { service: 'pay' } }),
      ],
    },
    settings: { targets: [], routes: [] },
    privateOnly: [],
  })
  const asks = [
    { kind: 'model', model: 'qwen', dialect: 'openai', local: false, portable: true, class: 'public' },
    { kind: 'service', service: 'pay', class: 'public' },
  ] as const
  for (const ask of asks) {
    const { attempts } = routing.decide(ask)
    assert.equal(attempts.length, 2)
    assert.deepEqual(attempts[0]?.zone !== 'local' && attempts[0]?.group, { affinity: 'none' })
  }
})

test('a group is of one zone, and its names are checked like all others', () => {
  const LEAVING = { when: { class: ['public'] } }
  assert.deepEqual(problemsOf({ to: [['a', 'b'], 'cloud'], ...LEAVING }), [])
  assert.deepEqual(problemsOf({ to: [['a', 'cloud']], ...LEAVING }), [
    'to.0.1 is of another zone than the first of its group',
  ])
  assert.deepEqual(problemsOf({ to: [['a', 'cloud']] }), [
    'to.0.1 is of another zone than the first of its group',
    'when names a managed target, so it must list its classes',
  ])
  assert.deepEqual(problemsOf({ to: ['a', ['b', 'a']] }), ['to.1.1 is named twice'])
  assert.deepEqual(problemsOf({ to: [['a', 'nobody', 'pay-1']] }), [
    'to.0.1 names no target',
    'to.0.2 names a service in a rule for models',
  ])
  assert.deepEqual(problemsOf({ to: ['a'], affinity: 'none' }), [
    'affinity is for rules with a group: a list inside to',
  ])
})

test('a group has two members at least, and the program itself is none', () => {
  for (const to of [[[]], [['a']], [['a', 'local']], [[['a', 'b']]]])
    assert.equal(routeInput.safeParse({ to }).success, false, JSON.stringify(to))
})

test('two are asked at once only where a rule for models has two of one zone', () => {
  const LEAVING = { when: { class: ['public'] } }
  const hedge = { afterMs: 100 }
  for (const to of [['a', 'b'], [['a', 'b']], ['cloud', 'a', 'b']])
    assert.deepEqual(problemsOf({ to, hedge, ...LEAVING }), [])
  for (const to of [['a'], ['a', 'cloud'], ['a', 'local']])
    assert.deepEqual(problemsOf({ to, hedge, ...LEAVING }), [
      'hedge is for rules with two targets of one zone',
    ])
  assert.deepEqual(problemsOf({ to: ['pay-1', 'pay-2'], hedge, when: { service: 'pay' } }), [
    'hedge is for rules for models',
  ])
  const hedged = attemptsOf({ to: ['a', 'b', 'local'], hedge }).map(
    (one) => one.zone !== 'local' && one.hedgeMs,
  )
  assert.deepEqual(hedged, [100, 100, false])
})
