import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ModelAsked } from './model-asked.ts'
import type { ModelOperationId } from './model-operations.ts'
import { MODEL_OPERATIONS } from './model-operations.ts'

const chat = { model: 'm', messages: [{ role: 'user', content: 'hi' }] }

const MOST = [
  ['chat.complete', { ...chat }, null],
  ['chat.complete', { ...chat, max_tokens: 50 }, 50],
  ['chat.complete', { ...chat, max_completion_tokens: 10, max_tokens: 500 }, 500],
  ['chat.complete', { ...chat, max_completion_tokens: 600, max_tokens: 500 }, 600],
  ['embeddings.create', { model: 'm', input: 'hi' }, 0],
] as const satisfies readonly (readonly [ModelOperationId, object, number | null])[]

for (const [id, fields, most] of MOST) {
  test(`of ${JSON.stringify(fields)} an answer has at most ${most ?? 'nobody knows how many'} tokens`, () => {
    const asked = new ModelAsked(MODEL_OPERATIONS[id], { headers: {} }, Buffer.from(JSON.stringify(fields)))
    assert.equal(asked.mostTokens, most)
  })
}
