import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EMPTY_DRAFT, keepDraft, readDraft } from './draft.ts'

test('what was written is there when one comes back, for each conversation its own', () => {
  const kept = new Map<string, string>()
  const storage = {
    getItem: (name: string) => kept.get(name) ?? null,
    setItem: (name: string, value: string) => void kept.set(name, value),
    removeItem: (name: string) => void kept.delete(name),
  }
  const draft = {
    text: 'half a',
    model: 'house',
    collections: [{ id: '1', name: 'Guide' }],
    skills: [{ name: 'order-lookup', title: 'Orders' }],
    keepPrivate: 'message',
  } as const
  keepDraft(storage, 'a', draft)
  assert.deepEqual(readDraft(storage, 'a'), draft)
  assert.deepEqual(readDraft(storage, null), EMPTY_DRAFT)
  keepDraft(storage, 'a', EMPTY_DRAFT)
  assert.equal(kept.size, 0)
  kept.set('freehold.draft.a', '{"text": 5, "collections": [1]}')
  assert.deepEqual(readDraft(storage, 'a'), EMPTY_DRAFT)
})
