import assert from 'node:assert/strict'
import { test } from 'node:test'
import { MODEL_OPERATIONS } from '../model-operations.ts'
import { demandOf, isRepeatable } from './sameness.ts'

const repeatable = (id: keyof typeof MODEL_OPERATIONS, more: object): boolean =>
  isRepeatable(MODEL_OPERATIONS[id], { model: 'm', ...more })

test('an answer that belongs to something at the target, or to documents, serves one request only', () => {
  const tools = [{ type: 'function', function: { name: 'f' } }]
  for (const said of [{}, { temperature: 1, n: 3, tools, stream: true, audio: null }, { store: false }])
    assert.ok(repeatable('chat.complete', said), JSON.stringify(said))
  for (const said of [{ freehold: { collections: [] } }, { store: true }, { audio: { voice: 'a' } }])
    assert.ok(!repeatable('chat.complete', said), JSON.stringify(said))
  assert.ok(repeatable('responses.create', { store: false }))
  for (const said of [
    {},
    { store: true },
    { store: null },
    { store: false, background: true },
    { store: false, previous_response_id: 'r' },
  ])
    assert.ok(!repeatable('responses.create', said), JSON.stringify(said))
  assert.ok(!repeatable('messages.create', { container: 'c' }))
})

test('a client says with cache-control whether it may be given a kept answer, and how old', () => {
  const ANY = Number.POSITIVE_INFINITY
  const cases: readonly (readonly [Parameters<typeof demandOf>[0], boolean, boolean, number])[] = [
    [undefined, true, true, ANY],
    ['no-transform', true, true, ANY],
    ['no-store', false, false, ANY],
    ['No-Cache', false, true, ANY],
    ['max-age=60, no-transform', true, true, 60_000],
    [['max-age=60', 'max-age="5"'], true, true, 5000],
    ['no-cache,no-store', false, false, ANY],
  ]
  for (const [header, mayTake, mayKeep, maxAgeMs] of cases)
    assert.deepEqual(demandOf(header), { mayTake, mayKeep, maxAgeMs }, String(header))
})
