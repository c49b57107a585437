import assert from 'node:assert/strict'
import { test } from 'node:test'
import { compareBaseline, comparePolicies } from '../system/policy-worlds.ts'

const WORLDS = Number(process.env['LONG_WORLDS'] ?? 3000)

test('what was compiled and Cedar decide the same in thousands of made-up worlds', (context) => {
  const policies = comparePolicies(WORLDS)
  const baseline = compareBaseline(WORLDS)
  context.diagnostic(JSON.stringify({ worlds: WORLDS, policies, baseline }))
  assert.ok(policies.forbidden > WORLDS && policies.free > WORLDS)
})
