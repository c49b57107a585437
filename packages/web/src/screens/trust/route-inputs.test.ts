import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteView } from '@freehold/sdk'
import { readRules, routeInputOf, settingsRules } from './route-inputs.ts'

const rule: RouteView = {
  id: 'settings:1',
  origin: 'settings',
  when: { class: ['public'], model: ['gpt-*'], service: null, share: null },
  to: ['cloud', ['a', 'b']],
  desensitise: 'strict',
  opaque: 'refuse',
  cache: null,
  timeouts: null,
  limits: null,
  problems: [],
}

test('a rule that is shown can be written again without what is usual', () => {
  assert.deepEqual(routeInputOf(rule), {
    when: { class: ['public'], model: ['gpt-*'] },
    to: ['cloud', ['a', 'b']],
  })
})

test('nothing that a rule says is lost', () => {
  const cache = { ttlSeconds: 60, scope: 'tenant' } as const
  const more = { desensitise: 'gdpr', opaque: 'allow', cache, limits: { rpm: 3 } } as const
  assert.deepEqual(routeInputOf({ ...rule, ...more }), { ...routeInputOf(rule), ...more })
})

test('rules of the file are not among those that are sent', () => {
  assert.deepEqual(settingsRules([{ ...rule, origin: 'file' }, rule]), [routeInputOf(rule)])
})

test('what is no list of rules is told apart before it is sent', () => {
  assert.equal(readRules('{"to": ["local"]}'), null)
  assert.equal(readRules('[{'), null)
  assert.deepEqual(readRules('[{"to": ["local"]}]'), [{ to: ['local'] }])
})
