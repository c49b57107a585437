import assert from 'node:assert/strict'
import { test } from 'node:test'
import { batchesOf } from './batches.ts'

const sizes = (data: unknown) => batchesOf(JSON.stringify(data)).batches.map(({ length }) => length)

test('a large export goes in calls that the server takes', () => {
  assert.deepEqual(sizes({ title: 'one' }), [1])
  assert.deepEqual(sizes(Array.from({ length: 450 }, (_, at) => ({ at }))), [200, 200, 50])
  const long = { text: '字'.repeat(1024 * 1024) }
  assert.deepEqual(sizes([long, { at: 1 }, long]), [2, 1])
})

test('a conversation that no call holds is counted, and the rest goes', () => {
  const { batches, tooLarge } = batchesOf(JSON.stringify([{ text: 'a'.repeat(7 * 1024 * 1024) }, { at: 1 }]))
  assert.equal(tooLarge, 1)
  assert.deepEqual(batches, [[{ at: 1 }]])
})

test('what is no export is refused', () => {
  assert.throws(() => batchesOf('not JSON'), SyntaxError)
  assert.throws(() => batchesOf('[1, 2]'), SyntaxError)
  assert.throws(() => batchesOf('"text"'), SyntaxError)
  assert.deepEqual(batchesOf('[]').batches, [])
})
