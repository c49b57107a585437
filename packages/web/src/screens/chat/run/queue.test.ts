import assert from 'node:assert/strict'
import { test } from 'node:test'
import { keepQueue, readQueue } from './queue.ts'

function storage(): Pick<Storage, 'getItem' | 'setItem' | 'removeItem'> & {
  readonly kept: Map<string, string>
} {
  const kept = new Map<string, string>()
  return {
    kept,
    getItem: (name) => kept.get(name) ?? null,
    setItem: (name, value) => void kept.set(name, value),
    removeItem: (name) => void kept.delete(name),
  }
}

test('what waits is there after a reload, of its own conversation only', () => {
  const tab = storage()
  keepQueue(tab, 'a', [{ key: '1', text: 'next' }])
  assert.deepEqual(readQueue(tab, 'a'), [{ key: '1', text: 'next' }])
  assert.deepEqual(readQueue(tab, 'b'), [])
})

test('nothing that waits leaves nothing behind', () => {
  const tab = storage()
  keepQueue(tab, 'a', [{ key: '1', text: 'next' }])
  keepQueue(tab, 'a', [])
  assert.equal(tab.kept.size, 0)
})

test('what cannot be read is nothing', () => {
  const tab = storage()
  tab.kept.set('freehold.queue.a', '{')
  tab.kept.set('freehold.queue.b', '[1, {"key": "x"}]')
  assert.deepEqual(readQueue(tab, 'a'), [])
  assert.deepEqual(readQueue(tab, 'b'), [])
})
