import assert from 'node:assert/strict'
import { test } from 'node:test'
import { before, beforeFirst, branchTo, EMPTY_TREE, grow, siblingsOf } from './branch.ts'
import { messageSample } from './message-sample.ts'

const message = (id: string, parent: string | null) => messageSample({ id, parent })

const tree = grow(EMPTY_TREE, [
  message('1', null),
  message('2', '1'),
  message('3', '1'),
  message('4', '3'),
  message('5', '2'),
])

test('a branch is read from its end to its beginning', () => {
  assert.deepEqual(
    branchTo(tree, '4').map(({ id }) => id),
    ['1', '3', '4'],
  )
  assert.deepEqual(branchTo(tree, null), [])
})

test('messages that stand in the same place know of each other', () => {
  assert.deepEqual(siblingsOf(tree, message('3', '1')), { ids: ['2', '3'], at: 1 })
})

test('pages may come in any order', () => {
  const other = grow(grow(EMPTY_TREE, [message('3', '1'), message('1', null)]), [message('2', '1')])
  assert.deepEqual(siblingsOf(other, message('2', '1')).ids, ['2', '3'])
})

test('a branch of which only the end is here says what comes before it, and who stands beside whom', () => {
  const end = grow(EMPTY_TREE, [
    message('5', '2'),
    { ...message('2', '1'), beside: ['2', '3'] },
    message('6', '5'),
  ])
  const branch = branchTo(end, '6')
  assert.deepEqual(
    branch.map(({ id }) => id),
    ['2', '5', '6'],
  )
  assert.equal(beforeFirst(branch), '1')
  assert.deepEqual(siblingsOf(end, message('2', '1')), { ids: ['2', '3'], at: 0 })
  const whole = grow(end, [message('1', null), message('4', '1')])
  assert.deepEqual(siblingsOf(whole, message('4', '1')).ids, ['2', '3', '4'])
  assert.equal(beforeFirst(branchTo(whole, '6')), null)
})

test('the id before one is the next smaller', () => {
  assert.equal(before('0190-af00'), '0190-aeff')
  assert.equal(before('0190-0000'), '018f-ffff')
})
