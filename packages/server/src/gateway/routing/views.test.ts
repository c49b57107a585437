import assert from 'node:assert/strict'
import { test } from 'node:test'
import { routeInput, routeList, targetInput, targetList } from '@freehold/contract/routing.ts'
import { guardTarget } from '../../kernel/target-definition.ts'
import type { Defined } from './compile.ts'
import { compileRouting } from './compile.ts'
import type { Shown } from './views.ts'
import { routeViews, targetViews } from './views.ts'

const SECRET = 'zygomorphic'
const house = {
  name: 'house',
  kind: 'model',
  zone: 'private',
  dialect: 'openai',
  url: 'https://10.0.1.5',
  models: ['qwen'],
}
const cloud = {
  ...house,
  name: 'cloud',
  zone: 'managed',
  models: { fast: 'gpt-5-mini' },
  price: { in: 1, out: 2 },
}
const tts = { name: 'tts', kind: 'service', zone: 'private', url: 'http://10.0.1.6' }

const defined = (targets: readonly unknown[], routes: readonly unknown[] = []): Defined => ({
  targets: targets.map((one) => guardTarget(targetInput.parse(one))),
  routes: routes.map((one) => routeInput.parse(one)),
})
const NOTHING = defined([])
const shown = (file: Defined, settings: Defined): Shown => ({
  file,
  settings,
  problems: compileRouting({ file, settings, privateOnly: [] }).problems,
})

test('targets of the file come first, each with where it is from and what it is used with', () => {
  const views = targetViews(shown(defined([tts]), defined([house, cloud])))
  assert.deepEqual(
    views.map(({ name, origin, dialect, record, price }) => [name, origin, dialect, record, price]),
    [
      ['tts', 'file', null, 'async', null],
      ['house', 'settings', 'openai', 'async', null],
      ['cloud', 'settings', 'openai', 'strict', { in: 1, out: 2 }],
    ],
  )
  assert.deepEqual(
    views.map(({ models }) => models),
    [null, ['qwen'], { fast: 'gpt-5-mini' }],
  )
  // What is shown is what the contract lets out, no more.
  const listed = views.map((view) =>
    Object.assign(view, { circuits: [], health: 'unprobed', load: [], inFlight: 0, discovery: null }),
  )
  assert.deepEqual(targetList.parse({ version: 1, data: listed }).data, listed)
})

test('a view says that there is a credential and of what kind, and never the credential', () => {
  const ways = [
    [undefined, { kind: 'none', name: null }],
    [{ jwt: { audience: 'house-gpu' } }, { kind: 'jwt', name: 'house-gpu' }],
    [{ apiKey: SECRET }, { kind: 'apiKey', name: null }],
    [{ header: { name: 'X-Token', value: SECRET } }, { kind: 'header', name: 'x-token' }],
  ] as const
  for (const [auth, expected] of ways) {
    const views = targetViews(shown(defined([{ ...house, ...(auth && { auth }) }]), NOTHING))
    assert.deepEqual(views[0]?.auth, expected)
    assert.doesNotMatch(JSON.stringify(views), new RegExp(SECRET))
  }
  const tls = { ca: SECRET, cert: SECRET, key: SECRET }
  const [view] = targetViews(shown(defined([{ ...house, tls }]), NOTHING))
  assert.deepEqual(view?.tls, { ownCa: true, clientCertificate: true })
  assert.doesNotMatch(JSON.stringify(view), new RegExp(SECRET))
})

test('rules are numbered within their origin and show what they leave unsaid', () => {
  const rules = [
    { to: ['local'] },
    {
      when: { class: ['public'], model: 'a*', share: 0.05 },
      to: ['house'],
      cache: { ttlSeconds: 60 },
    },
  ]
  const views = routeViews(
    shown(defined([house, tts], rules), defined([], [{ when: { service: 'tts' }, to: ['tts'] }])),
  )
  assert.deepEqual(
    views.map(({ id, when }) => [id, when]),
    [
      ['file:1', { class: null, model: null, service: null, share: null }],
      ['file:2', { class: ['public'], model: ['a*'], service: null, share: 0.05 }],
      ['settings:1', { class: null, model: null, service: ['tts'], share: null }],
    ],
  )
  assert.deepEqual([views[0]?.desensitise, views[0]?.opaque, views[0]?.problems], ['strict', 'refuse', []])
  assert.deepEqual(
    views.map(({ cache }) => cache),
    [null, { ttlSeconds: 60, scope: 'principal' }, null],
  )
  assert.deepEqual(routeList.parse({ version: 1, data: views }).data, views)
})

test('what the file took from the settings is shown where it is missing', () => {
  const settings = defined([cloud, house], [{ to: ['house'] }, { to: ['nobody', 'cloud'] }])
  const now = shown(defined([{ ...cloud, zone: 'private' }]), settings)
  assert.deepEqual(
    targetViews(now).map(({ name, origin, problems }) => [name, origin, problems]),
    [
      ['cloud', 'file', []],
      [
        'cloud',
        'settings',
        [
          {
            code: 'name_taken',
            params: { origin: 'file' },
            field: 'name',
            message: 'name is the name of a target of the file already',
          },
        ],
      ],
      ['house', 'settings', []],
    ],
  )
  assert.deepEqual(
    routeViews(now).map(({ problems }) => problems),
    [[], [{ code: 'no_target', params: {}, field: 'to[0]', message: 'to[0] names no target' }]],
  )
})
