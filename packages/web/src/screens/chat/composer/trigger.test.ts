import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fitting, replaced, triggerAt } from './trigger.ts'

test('a command stands at the beginning only', () => {
  assert.deepEqual(triggerAt('/ne', 3), { sign: '/', query: 'ne', start: 0 })
  assert.equal(triggerAt('and /ne', 7), null)
  assert.equal(triggerAt('/new thing', 10), null)
})

test('a model or a collection is named where a word begins', () => {
  assert.deepEqual(triggerAt('ask @ho', 7), { sign: '@', query: 'ho', start: 4 })
  assert.deepEqual(triggerAt('in #', 4), { sign: '#', query: '', start: 3 })
  assert.equal(triggerAt('ada@example.org', 15), null)
  assert.equal(triggerAt('C# is', 5), null)
})

test('what was chosen takes the place of what was written', () => {
  const trigger = triggerAt('ask @ho now', 7)
  assert.ok(trigger)
  assert.deepEqual(replaced('ask @ho now', trigger, ''), { text: 'ask  now', caret: 4 })
})

test('names that begin with what was written come first', () => {
  const names = [{ name: 'warehouse' }, { name: 'House' }, { name: 'other' }]
  assert.deepEqual(fitting(names, 'hou'), [{ name: 'House' }, { name: 'warehouse' }])
})
