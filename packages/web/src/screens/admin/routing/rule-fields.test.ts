import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { RouteInput } from '@freehold/sdk'
import { isSame, moved, whenOf } from './rule-drafts.ts'
import { NO_RULE, ruleOf, ruleTextsOf } from './rule-fields.ts'

const FULL: RouteInput = {
  when: { class: ['public', 'internal'], model: ['gpt-*', 'small'], share: 0.125 },
  to: [['cloud', 'other'], 'house'],
  affinity: 'none',
  hedge: { afterMs: 500 },
  desensitise: 'gdpr',
  opaque: 'allow',
  cache: { ttlSeconds: 60, scope: 'tenant' },
  timeouts: { totalMs: 1000 },
  limits: { maxBodyBytes: 1000, maxOutputTokens: 10, rpm: 5, concurrent: 2 },
}

test('a rule that is edited and not changed is sent as it was', () => {
  assert.deepEqual(ruleOf(ruleTextsOf(FULL), FULL), FULL)
  const plain: RouteInput = { when: {}, to: ['house'] }
  assert.deepEqual(ruleOf(ruleTextsOf(plain), plain), plain)
})

test('a rule for services has nothing that only models have', () => {
  const rule = ruleOf({ ...ruleTextsOf(FULL), kind: 'service', names: 'payment' })
  assert.deepEqual(rule.when?.service, ['payment'])
  assert.equal(rule.cache, undefined)
  assert.equal(rule.hedge, undefined)
  assert.equal(rule.limits?.maxOutputTokens, undefined)
})

test('what is no number stays none, so that the server refuses it', () => {
  assert.ok(Number.isNaN(ruleOf({ ...NO_RULE, share: 'half' }).when?.share))
})

test('a rule moves by one place, and not beyond the ends', () => {
  const drafts = ['a', 'b', 'c'].map((key) => ({ key, rule: { to: [key] } }))
  assert.deepEqual(
    moved(drafts, 0, 1).map(({ key }) => key),
    ['b', 'a', 'c'],
  )
  assert.equal(moved(drafts, 2, 3), drafts)
  assert.ok(!isSame(moved(drafts, 0, 1), drafts))
  assert.ok(isSame(drafts, drafts.slice()))
})

test('what a rule is for is read in all its spellings', () => {
  assert.deepEqual(whenOf({ to: ['a'] }), { class: null, model: null, service: null, share: null })
  assert.deepEqual(whenOf({ when: { model: 'x' }, to: ['a'] }).model, ['x'])
})
