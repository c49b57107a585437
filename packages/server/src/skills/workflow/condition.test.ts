import assert from 'node:assert/strict'
import { test } from 'node:test'
import { holds } from './condition.ts'

const DOCUMENT = { input: { sum: 12, kind: 'gift' }, steps: { find: { items: [{ left: 3 }], note: null } } }

test('a step is made where what is said of earlier ones is so', () => {
  assert.equal(holds({ path: '$.input.sum', above: 10, below: 20 }, DOCUMENT), true)
  assert.equal(holds({ path: '$.input.sum', above: 12 }, DOCUMENT), false)
  assert.equal(holds({ path: '$.input.kind', in: ['gift', 'sample'] }, DOCUMENT), true)
  assert.equal(holds({ path: '$.steps.find.items[*].left', equals: 3 }, DOCUMENT), true)
  assert.equal(holds({ path: '$.steps.find.note', equals: null }, DOCUMENT), true)
  assert.equal(holds({ path: '$.steps.pay', exists: false }, DOCUMENT), true)
  // What is not there is neither above nor below anything.
  assert.equal(holds({ path: '$.steps.pay.sum', below: 1 }, DOCUMENT), false)
})

test('several conditions hold together, or one of them does', () => {
  const [yes, no] = [
    { path: '$.input.sum', equals: 12 },
    { path: '$.input.sum', equals: 13 },
  ]
  assert.equal(holds({ all: [yes, no] }, DOCUMENT), false)
  assert.equal(holds({ any: [yes, no] }, DOCUMENT), true)
})
