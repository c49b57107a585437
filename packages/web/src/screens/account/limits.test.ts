import assert from 'node:assert/strict'
import { test } from 'node:test'
import { limitsOf, textsOf } from './limits.ts'

test('limits come back from the form as they went in, and an empty field bounds nothing', () => {
  const limits = { rpm: 60, moneyPerDay: 0.5 }
  assert.deepEqual(limitsOf(textsOf(limits)), limits)
  assert.deepEqual(limitsOf({ rpm: ' ', tokensPerDay: '2000' }), { tokensPerDay: 2000 })
})
