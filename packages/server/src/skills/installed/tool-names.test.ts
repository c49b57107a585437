import assert from 'node:assert/strict'
import { test } from 'node:test'
import { toolName } from './tool-names.ts'

test('an operation has one name for models, whatever the skill is called', () => {
  assert.equal(toolName('order-lookup', 'find_order'), 'order_lookup__find_order')
  assert.equal(toolName('360-view', 'find'), 'skill_360_view__find')
  const long = 'a-very-long-name-of-a-skill-that-somebody-chose-with-great-care'
  const names = ['find_everything_that_was_ordered', 'find_everything_that_was_sent'].map((operation) =>
    toolName(long, operation),
  )
  for (const name of names) assert.match(name, /^[a-z][a-z0-9_]{0,63}$/)
  assert.notEqual(names[0], names[1])
  assert.equal(names[0], toolName(long, 'find_everything_that_was_ordered'))
})
