import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isSameOutlook, outlookOf, sumOf } from './keeping.ts'

const managed = { class: 'internal', attempts: [{ zone: 'managed' }], refused: null }

test('a message is spoken of again only when its class changes or where it goes', () => {
  const before = outlookOf(managed)
  assert.ok(isSameOutlook(before, outlookOf({ ...managed })))
  assert.ok(!isSameOutlook(before, outlookOf({ ...managed, class: 'confidential' })))
  assert.ok(!isSameOutlook(before, outlookOf({ ...managed, attempts: [{ zone: 'private' }] })))
  assert.ok(!isSameOutlook(before, outlookOf({ ...managed, attempts: [], refused: {} })))
})

test('a message without anybody who would answer it counts as refused', () => {
  assert.ok(outlookOf({ ...managed, attempts: [] }).isRefused)
})

test('masked values are summed over their types', () => {
  assert.equal(sumOf({ EMAIL: 2, PHONE: 1 }), 3)
  assert.equal(sumOf(undefined), 0)
})
