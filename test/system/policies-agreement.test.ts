import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBaseline, comparePolicies } from './policy-worlds.ts'

test('what was compiled and Cedar decide the same, whoever asks for whatever by whatever policies', () => {
  const { forbidden, free } = comparePolicies(60)
  assert.ok(forbidden > 50 && free > 50, `${forbidden} and ${free}`)
})

test('a compiler that loses one policy is found', () => {
  assert.throws(() => comparePolicies(60, (policies) => policies.slice(1)), /Property failed/)
})

test('what roles, scopes and ceilings allow is what their Cedar text permits', () => {
  const { forbidden, free } = compareBaseline(40)
  assert.ok(forbidden > 50 && free > 50, `${forbidden} and ${free}`)
})
