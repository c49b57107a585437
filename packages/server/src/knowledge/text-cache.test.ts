import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OpenedDocument } from './text-cache.ts'
import { TextCache } from './text-cache.ts'
import { PieceText } from './text-pieces.ts'

function document(row: string, length: number): OpenedDocument {
  const text = new PieceText([{ characters: length, bytes: length }])
  text.put(0, 'x'.repeat(length))
  return { row, id: row, collectionId: 'c', title: '', class: 'public', text }
}

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

test('a text of which more was opened counts with what it holds now', () => {
  const cache = new TextCache(100_000)
  const growing = document('a', 1000)
  cache.put(growing)
  growing.text.put(1, 'y'.repeat(2000))
  cache.put(growing)
  assert.ok(cache.sizeBytes >= 6000)
  cache.drop('a')
  assert.equal(cache.sizeBytes, 0)
})
