import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { QuotableDocument } from './text-cache.ts'
import { TextCache } from './text-cache.ts'

const document = (row: string, length: number): QuotableDocument => ({
  row,
  id: row,
  collectionId: 'c',
  title: '',
  class: 'public',
  text: 'x'.repeat(length),
})

test('the least recently used text leaves first and the bound holds', () => {
  const cache = new TextCache(10_000)
  for (const row of ['a', 'b', 'c']) cache.put(document(row, 1500))
  cache.get('a')
  cache.put(document('d', 1500))
  assert.ok(cache.sizeBytes <= 10_000)
  assert.ok(cache.get('a'))
  assert.ok(cache.get('d'))
  assert.equal(cache.get('b'), undefined)
})

test('a text larger than the whole cache is not kept, and a dropped one is gone', () => {
  const cache = new TextCache(1000)
  cache.put(document('big', 5000))
  cache.put(document('small', 10))
  assert.equal(cache.get('big'), undefined)
  cache.drop('small')
  assert.equal(cache.get('small'), undefined)
  assert.equal(cache.sizeBytes, 0)
})
